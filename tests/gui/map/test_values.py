"""The kernels that read a column give what numpy gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.gui.map.values import count_codes, encode, extent, quantiles, translate

NUMBERS = st.floats(allow_subnormal=True) | st.sampled_from([0.0, -1.0, 1.0, 1e300, -1e300, float("nan")])
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=60).map(np.array)


def slow_codes(values: NDArray[np.float64], low: float, width: float, levels: int, none: int) -> NDArray[np.uint8]:
    """The codes as arrays of numpy."""
    known = np.isfinite(values)
    codes = np.full(len(values), none, np.uint8)
    codes[known] = np.clip((values[known] - low) / width * (levels - 1) + 0.5, 0, levels - 1).astype(np.uint8)
    return codes


@settings(deadline=None)  # the first call loads the kernels
@given(st.lists(st.integers(-1, 6), max_size=60))
def test_that_codes_are_counted_and_translated(found: list[int]) -> None:
    codes, table = np.array(found, np.int32), np.arange(40, 48, dtype=np.uint8)
    assert count_codes(codes, 7).tolist() == [found.count(code) for code in range(-1, 7)]
    assert translate(codes, table).tolist() == [41 + code for code in found]


@settings(deadline=None)  # the first call loads the kernels
@given(COLUMNS)
def test_that_the_extent_is_that_of_the_finite_values(values: NDArray[np.float64]) -> None:
    count, least, most = extent(values)
    finite = values[np.isfinite(values)]
    assert count == len(finite)
    if count:
        assert (least, most) == (finite.min(), finite.max())


@settings(deadline=None)  # the first call loads the kernels
@given(COLUMNS, st.floats(0, 1), st.floats(0, 1))
@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_that_quantiles_are_those_of_numpy(values: NDArray[np.float64], a: float, b: float) -> None:
    finite = values[np.isfinite(values)]
    if len(finite):
        found, known = quantiles(values, (a, b)), np.quantile(finite, (a, b))
        np.testing.assert_allclose(found, known, rtol=1e-12, atol=0)


@pytest.mark.parametrize("kind", ["normal", "skewed", "few", "one outlier", "same"])
def test_that_quantiles_of_many_values_are_exact(kind: str) -> None:
    rng = np.random.default_rng(0)
    values = {
        "normal": rng.normal(size=20_001),
        "skewed": rng.lognormal(0, 4, 20_000),
        "few": rng.integers(0, 3, 20_000).astype(np.float64),
        "one outlier": np.append(rng.random(20_000), 1e12),
        "same": np.full(20_000, 7.5),
    }[kind]
    values[::17] = np.nan
    finite = values[np.isfinite(values)]
    assert quantiles(values, (0.01, 0.5, 0.99)) == tuple(np.quantile(finite, (0.01, 0.5, 0.99)).tolist())


@settings(deadline=None)  # the first call loads the kernels
@given(COLUMNS)
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_that_values_get_the_nearest_level(values: NDArray[np.float64]) -> None:
    codes, counts = encode(values, -1.0, 2.0, 250, 254)
    known = slow_codes(values, -1.0, 2.0, 250, 254)
    assert codes.tolist() == known.tolist()
    assert counts.tolist() == np.bincount(known[known != 254], minlength=250).tolist()

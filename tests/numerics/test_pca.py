from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, EmbeddingError
from desktop_al.numerics import pca
from tests.jobs.pools import clusters


def test_that_the_components_are_those_of_the_singular_value_decomposition() -> None:
    data = clusters((30, 40, 50), dim=20, spread=0.5).astype(np.float64) * [3.0, *[1.0] * 19]
    axes = pca.fit(data.astype(np.float32), 5)
    centred = data - data.mean(axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    assert axes.mean == pytest.approx(data.mean(axis=0), abs=1e-6)
    assert axes.variance == pytest.approx(values[:5] ** 2 / len(data), rel=1e-4)
    assert np.abs(np.sum(axes.components * directions[:5], axis=1)) == pytest.approx(np.ones(5), abs=1e-4)
    assert axes.transform(data) == pytest.approx(centred @ axes.components.T, abs=1e-5)


def test_that_subspace_iteration_finds_what_the_full_decomposition_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    data = np.random.default_rng(0).normal(size=(300, 60)) * 0.9 ** np.arange(60)
    exact = pca.fit(data, 6)
    monkeypatch.setattr(pca, "DENSE_DIM", 10)
    iterated = pca.fit(data, 6)
    assert iterated.variance == pytest.approx(exact.variance, rel=1e-6)
    assert iterated.components == pytest.approx(exact.components, abs=1e-4)


def test_that_the_largest_entry_of_a_component_is_positive() -> None:
    axes = pca.fit(clusters((20, 20, 20), spread=0.4), 6)
    largest = np.abs(axes.components).argmax(axis=1)
    assert (axes.components[np.arange(6), largest] > 0).all()


def test_that_a_mapped_file_and_chosen_rows_give_what_the_array_gives(tmp_path: Path) -> None:
    data = clusters((60, 60), spread=0.4)
    np.save(tmp_path / "vectors.npy", data)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    rows = np.random.default_rng(1).permutation(120)[:50]
    axes, chosen = pca.fit(mapped, 4, rows), pca.fit(data[rows], 4)
    assert np.array_equal(axes.components, chosen.components)
    assert np.array_equal(axes.transform(mapped, rows), chosen.transform(data[rows]))


def test_that_blocks_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = clusters((90, 90), spread=0.4)
    whole = pca.fit(data, 4)
    monkeypatch.setattr(pca, "BLOCK", 17)
    parts = pca.fit(data, 4)
    assert parts.components == pytest.approx(whole.components, abs=1e-5)
    assert parts.transform(data) == pytest.approx(whole.transform(data), abs=1e-5)


def test_that_a_large_pool_is_fitted_on_an_even_spread_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = clusters((400, 400), spread=0.4)
    whole = pca.fit(data, 1)
    monkeypatch.setattr(pca, "FIT_ROWS", 100)
    few = pca.fit(data, 1)
    assert not np.array_equal(few.components, whole.components)
    assert float(few.components[0] @ whole.components[0]) > 0.99


@pytest.mark.parametrize(("count", "components"), [(0, 1), (1, 1), (2, 1), (3, 2)])
def test_that_few_samples_have_few_components(count: int, components: int) -> None:
    data = clusters((1,) * count, dim=8) if count else np.empty((0, 8), np.float32)
    axes = pca.fit(data, 50)
    assert axes.components.shape == (components, 8)
    assert axes.transform(data).shape == (count, components)
    assert np.isfinite(axes.transform(data)).all()


def test_that_identical_samples_lie_on_one_point() -> None:
    data = np.repeat(clusters((1,)), 40, axis=0)
    assert np.abs(pca.fit(data, 2).transform(data)).max() < 1e-6


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_that_a_number_that_is_not_finite_is_refused(bad: float) -> None:
    data = clusters((20,)).copy()
    data[7, 3] = bad
    with pytest.raises(EmbeddingError, match="not finite"):
        pca.fit(data, 2)
    with pytest.raises(EmbeddingError, match="not finite"):
        pca.fit(clusters((20,)), 2).transform(data)


def test_that_a_cancelled_fit_stops() -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        pca.fit(clusters((20,)), 2, ctx=ctx)

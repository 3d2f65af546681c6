"""The bandwidth: local, the same at any size of near-copies, never growing, never collapsing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics import bandwidth as bandwidths
from desktop_al.numerics.bandwidth import bandwidth, cold_bandwidth
from desktop_al.numerics.grid import GridVectors
from tests.jobs.pools import clusters


def vectors(matrix: NDArray[np.float32]) -> GridVectors:
    return GridVectors(matrix.astype(np.float32))


def wide(n: int = 400, seed: int = 0) -> NDArray[np.float32]:
    return clusters((1,) * n, dim=24, seed=seed)


def test_that_it_is_the_median_distance_to_the_neighbour_of_the_budget() -> None:
    matrix = wide(400)
    gaps = np.linalg.norm(matrix[:, None] - matrix[None], axis=2)
    gaps.sort(axis=1)
    assert cold_bandwidth(vectors(matrix), 20) == pytest.approx(np.median(gaps[:, 20]), rel=1e-2)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 300), st.integers(1, 300))
def test_that_larger_budgets_have_smaller_bandwidths(a: int, b: int) -> None:
    pool = vectors(wide())
    small, large = sorted((a, b))
    assert cold_bandwidth(pool, large) <= cold_bandwidth(pool, small)


@pytest.mark.parametrize("by", [0.0, 0.01])
def test_that_near_copies_leave_it_alone(by: float) -> None:
    matrix = wide()
    noise = by / np.sqrt(24) * np.random.default_rng(1).normal(size=matrix.shape)
    doubled = np.concatenate([matrix, matrix + noise])
    assert cold_bandwidth(vectors(doubled), 50) == pytest.approx(cold_bandwidth(vectors(matrix), 50), rel=0.03)


def test_that_it_lies_between_and_not_within_tight_clusters() -> None:
    width = cold_bandwidth(vectors(clusters((8,) * 40, dim=64)), 1000)
    assert 0.8 < width < 1.5


def test_that_it_never_grows_from_round_to_round() -> None:
    pool, labelled = vectors(wide(300)), vectors(wide(30, seed=1))
    assert bandwidth(pool, labelled, 10, previous=0.31) == 0.31
    assert bandwidth(pool, labelled, 10, previous=9.0) <= bandwidth(pool, labelled, 10)


def test_that_a_pair_of_labelled_duplicates_does_not_collapse_it() -> None:
    pool, labelled = vectors(wide(300)), wide(40, seed=1)
    with_pair = np.concatenate([labelled, labelled[:1]])
    plain = bandwidth(pool, vectors(labelled), 10)
    assert bandwidth(pool, vectors(with_pair), 10) == pytest.approx(plain, rel=0.05)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 40])
def test_that_a_pool_without_distances_has_one_all_the_same(n: int) -> None:
    matrix = np.repeat(wide(1), n, axis=0).reshape(n, 24)
    assert cold_bandwidth(vectors(matrix), 10) == 1.0


@pytest.mark.parametrize("copies", [1, 40])
def test_that_the_middle_of_very_many_is_that_of_a_full_sort(copies: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bandwidths, "_MANY", 100)
    monkeypatch.setattr(bandwidths, "_DRAWN", 50)
    rng = np.random.default_rng(2)
    for size in (101, 999, 1000, 5000):
        values = np.resize(rng.normal(size=-(-size // copies)) ** 2, size).astype(np.float32)
        whole = np.sort(values)
        found = bandwidths.middle_ones(rng.permutation(values))
        assert found.tolist() == whole[[(size - 1) // 2, size // 2]].tolist()


def test_that_copies_are_counted_as_their_rounded_distances_say() -> None:
    squared = np.random.default_rng(3).uniform(0, 1, size=(4, 5000)).astype(np.float32)
    away = np.sqrt(squared) / np.float32(0.98)
    for radius in (0.0, float(away[0, 0]), 0.1, 0.5, 3.0):
        assert bandwidths.within(squared, 0.98, radius).tolist() == (away <= radius).sum(axis=1).tolist()

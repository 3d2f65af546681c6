"""Neighbours on the map, and how far they are neighbours indeed, against brute force."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.flat_neighbours import flat_neighbours
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.joined import joined_groups
from desktop_al.numerics.overlap import jaccard
from desktop_al.numerics.trust import near_count, reaches, trust
from tests.jobs.pools import clusters


def brute(xy: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """The k nearest others of each point, nearest first, equals by number."""
    wide = xy.astype(np.float64)
    away = ((wide[:, None] - wide[None]) ** 2).sum(axis=2)
    np.fill_diagonal(away, np.inf)
    return np.argsort(away, axis=1, kind="stable")[:, :k]


@pytest.mark.parametrize("n", [1, 2, 3, 16, 17, 40, 700])
def test_that_flat_neighbours_are_those_of_brute_force(n: int) -> None:
    xy = np.random.default_rng(n).normal(size=(n, 2)).astype(np.float32)
    assert np.array_equal(flat_neighbours(xy, 15), brute(xy, min(15, n - 1)))


def test_that_points_at_one_place_or_on_a_line_are_neighbours_too() -> None:
    rng = np.random.default_rng(0)
    same = np.zeros((50, 2))
    assert np.array_equal(flat_neighbours(same, 5), brute(same, 5))
    line = np.stack([rng.integers(0, 20, 300), np.zeros(300)], axis=1).astype(np.float32)
    assert np.array_equal(flat_neighbours(line, 7), brute(line, 7))


def test_that_reaches_of_a_small_pool_are_exact() -> None:
    pool = GridVectors(clusters((300, 200), spread=0.5))
    whole = pool.block().astype(np.float64)
    away = np.sort(((whole[:, None] - whole[None]) ** 2).sum(axis=2), axis=1)
    assert np.allclose(reaches(pool, 50), away[:, 50], atol=1e-6)


def test_that_reaches_of_a_large_pool_hold_about_as_many_as_asked() -> None:
    pool = GridVectors(clusters((3000, 2000), dim=8, spread=1.5))
    whole = pool.block()
    some = np.arange(0, 5000, 50)
    away = ((whole[some, None] - whole[None]) ** 2).sum(axis=2)
    held = (away <= reaches(pool, 200)[some, None]).sum(axis=1)
    assert 140 < np.median(held) < 270


def test_that_trust_is_the_share_of_map_neighbours_among_the_near_ones() -> None:
    vectors = clusters((150, 100, 50), spread=0.6)
    xy = np.random.default_rng(1).normal(size=(300, 2)) + 2 * vectors[:, :2]
    pool = GridVectors(vectors)
    whole = pool.block().astype(np.float64)
    away = ((whole[:, None] - whole[None]) ** 2).sum(axis=2)
    reach = np.sort(away, axis=1)[:, near_count(300)]
    beside = brute(xy, 15)
    expected = (away[np.arange(300)[:, None], beside] <= reach[:, None] + 1e-7).mean(axis=1)
    assert np.allclose(trust(pool, xy), expected)


def test_that_an_honest_map_is_trusted_and_a_shuffled_one_is_not() -> None:
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 2000)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    vectors = np.concatenate([circle, np.zeros((2000, 6))], axis=1).astype(np.float32)
    assert trust(GridVectors(vectors), circle).min() > 0.9
    assert trust(GridVectors(vectors), circle[np.random.default_rng(1).permutation(2000)]).mean() < 0.1


def test_that_pools_of_a_few_are_judged_too() -> None:
    for n in (1, 2, 3, 5):
        found = trust(GridVectors(clusters((n,))), np.zeros((n, 2)))
        assert found.shape == (n,)
        assert ((found >= 0) & (found <= 1)).all()


def test_that_the_overlap_is_that_of_the_sets() -> None:
    one = np.array([[1, 2, 3, 4], [0, 2, -1, 3], [-1, -1, -1, -1]], np.int32)
    other = np.array([[2, 1, 9, 8], [5, 6, 7, 8], [-1, -1, -1, -1]], np.int32)
    found = jaccard(one, other, 3)
    assert found[0] == pytest.approx(2 / 4)
    assert found[1] == 0
    assert np.isnan(found[2])
    assert jaccard(one[:2], one[:2], 3).tolist() == [1, 1]


def test_that_short_edges_join_groups() -> None:
    indices = np.array([[1, 2], [0, 2], [3, 1], [2, 0], [0, 1]], np.int32)
    distances = np.array([[0.1, 0.9], [0.1, 0.9], [0.2, 0.9], [0.2, 0.9], [0.8, 0.9]], np.float32)
    assert joined_groups(indices, distances, 0.3).tolist() == [0, 0, 1, 1, -1]
    assert joined_groups(indices, distances, 0.15).tolist() == [0, 0, -1, -1, -1]
    assert joined_groups(indices, np.zeros_like(distances), 0.0).tolist() == [0, 0, 0, 0, 0]
    assert joined_groups(indices[:, :0], distances[:, :0], 1.0).tolist() == [-1] * 5

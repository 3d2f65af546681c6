"""What a batch is worth beside its coverage, each figure held against a slow reference."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics.exchange import standing_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE, factor, kernel
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import (
    nearest,
    nearest_among,
    redundancy,
    total_variation,
    vendi,
    vendi_of,
    vendi_random,
)
from tests.jobs.pools import clusters


def grid(n: int = 60, seed: int = 0) -> GridVectors:
    return GridVectors(np.random.default_rng(seed).normal(size=(n, 12)).astype(np.float32))


def distances(vectors: GridVectors) -> NDArray[np.float64]:
    rows = vectors.block().astype(np.float64) / vectors.norm
    found: NDArray[np.float64] = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("references", [0, 5])
def test_that_a_veto_costs_the_coverage_that_goes_with_the_pick(seed: int, references: int) -> None:
    everything = grid(70, seed)
    pool = everything.subset(np.arange(references, 70))
    similarity = Similarity(pool, everything.subset(np.arange(references)), 0.9)
    picks = np.random.default_rng(seed).choice(len(pool), 9, replace=False)
    found = standing_of(similarity, picks)
    whole = similarity.coverage(picks)
    costs = [whole - similarity.coverage(np.delete(picks, at)) for at in range(9)]
    np.testing.assert_allclose(found.veto_costs(9), costs, atol=1e-12)
    assert found.best.sum(dtype=np.int64) / (ONE * len(pool)) == pytest.approx(whole, abs=1e-12)


def test_that_who_serves_is_who_a_slow_search_finds() -> None:
    pool = grid(50, 3)
    picks = np.array([4, 9, 9 + 20, 31])
    similarity = Similarity(pool, grid(8, 4), 0.8)
    before, values = similarity.before().similarity, kernel(pool.block(), pool.subset(picks).block(), similarity.scale)
    found = standing_of(similarity, picks)
    for i in range(50):
        mine = values[i].tolist()
        served = max(mine) > before[i]
        assert found.by[i] == (mine.index(max(mine)) if served else -1)
        assert found.best[i] == max(*mine, before[i])
        if served:
            assert found.second[i] == sorted([*mine, before[i]])[-2]


def test_that_two_equal_picks_cost_nothing_alone() -> None:
    pool = GridVectors(np.repeat(clusters((1, 1, 1)), 4, axis=0))
    found = standing_of(Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), 0.5), np.array([0, 1, 4]))
    costs = found.veto_costs(3)
    assert costs[:2].tolist() == [0.0, 0.0]
    assert costs[2] > 0.2


def test_that_cancelling_is_heard() -> None:
    ctx = Context()
    ctx.cancel()
    pool = grid()
    with pytest.raises(CancelledError):
        standing_of(Similarity(pool, pool, 0.5), np.arange(60), ctx)


@pytest.mark.parametrize("n", [1, 2, 60])
def test_that_the_nearest_are_those_of_all_distances(n: int) -> None:
    vectors = grid(n, 5)
    away = distances(vectors)
    np.fill_diagonal(away, np.inf)
    np.testing.assert_allclose(nearest_among(vectors)[1], away.min(axis=1), atol=1e-6)
    earlier = np.where(np.tri(n, k=-1, dtype=bool), away, np.inf)
    who, gaps = nearest_among(vectors, earlier=True)
    np.testing.assert_allclose(gaps, earlier.min(axis=1), atol=1e-6)
    assert who[0] == -1
    assert who[1:].tolist() == earlier.argmin(axis=1)[1:].tolist()


def test_that_the_nearest_of_none_is_none() -> None:
    vectors = grid(3)
    who, away = nearest(vectors, vectors.subset(np.zeros(0, dtype=np.int64)))
    assert who.tolist() == [-1] * 3
    assert np.isinf(away).all()


@pytest.mark.parametrize("radius", [0.3, 0.9, 1.2])
def test_that_redundancy_counts_who_has_another_within_the_radius(radius: float) -> None:
    everything = grid(40, 2)
    away = distances(everything)
    np.fill_diagonal(away, np.inf)
    mine, others = np.arange(25), np.arange(25, 40)
    expected = (np.delete(away, others, axis=0).min(axis=1) < radius).mean()
    assert redundancy(everything.subset(mine), everything.subset(others), radius) == expected


def test_that_the_vendi_score_counts_different_samples() -> None:
    assert vendi(np.eye(7)) == pytest.approx(7)
    assert vendi(np.ones((7, 7))) == pytest.approx(1)
    # Three groups of two copies: by definition the exponential of the entropy of (1/3, 1/3, 1/3).
    assert vendi(np.kron(np.eye(3), np.ones((2, 2)))) == pytest.approx(3)
    half = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert vendi(half) == pytest.approx(np.exp(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25))))


def test_that_one_of_each_cluster_is_more_varied_than_random() -> None:
    pool = GridVectors(clusters((30,) * 8))
    scale = factor(0.5, pool.norm)
    assert vendi_of(pool, np.arange(8) * 30, scale) > 1.2 * vendi_random(pool, 8, scale)
    assert vendi_of(pool, np.arange(8), scale) < 0.4 * vendi_random(pool, 8, scale)
    assert vendi_of(pool, np.arange(240), scale) == pytest.approx(vendi_random(pool, 240, scale))


def test_that_many_members_are_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = GridVectors(clusters((30,) * 8))
    scale = factor(0.5, pool.norm)
    monkeypatch.setattr("desktop_al.numerics.summary._VARIED", 20)
    assert vendi_of(pool, np.arange(200), scale, seed=3) == vendi_of(pool, np.arange(200), scale, seed=3) < 20
    assert vendi_random(pool, 200, scale) == vendi_random(pool, 20, scale)


def test_that_total_variation_is_half_the_difference() -> None:
    assert total_variation(np.array([0.5, 0.5]), np.array([0.2, 0.8])) == pytest.approx(0.3)
    assert total_variation(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0

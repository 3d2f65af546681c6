"""Greedy over shards, beside greedy over the whole pool."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import greedy_sharded
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.greedy_sharded import Shard, partition, sharded_greedy
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from tests.numerics.kernels import NONE, similarity, unit_weights, value
from tests.numerics.test_neighbours import manifold

WIDTH = 0.9


def clustered(n: int, seed: int = 0) -> Similarity:
    pool = GridVectors(manifold(n, seed=seed))
    return Similarity(pool, pool.subset(NONE), WIDTH)


def shards_of(
    found: Similarity, count: int, shards: int, seed: int = 0, weights: NDArray[np.uint32] | None = None
) -> NDArray[np.int64]:
    given = unit_weights(len(found)) if weights is None else weights
    return sharded_greedy(found.pool, given, found.before().similarity, found.bandwidth, count, shards, seed)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("shards", [2, 8])
def test_that_shards_lose_little_on_clustered_pools(shards: int, seed: int) -> None:
    found = clustered(600, seed)
    weights = np.random.default_rng(seed).integers(1, 300_000, 600).astype(np.uint32)
    dense = DenseGreedy(found.dense(), weights, found.before().similarity)
    dense.extend(45)
    picks = shards_of(found, 45, shards, seed, weights)
    assert len(set(picks.tolist())) == 45
    reached, best = (value(found.dense(), weights, found.before().similarity, s) for s in (picks, dense.indices))
    assert reached >= 0.95 * best


def test_that_few_judges_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greedy_sharded, "_JUDGES", 300)
    found = clustered(600)
    assert found.coverage(shards_of(found, 30, 4)) >= 0.95 * found.coverage(shards_of(found, 30, 1))


@pytest.mark.parametrize("labelled", [0, 3])
def test_that_one_shard_gives_the_picks_of_the_dense_solver(labelled: int) -> None:
    found = similarity(80, labelled=labelled)
    dense = DenseGreedy(found.dense(), unit_weights(80), found.before().similarity)
    dense.extend(20)
    assert np.array_equal(shards_of(found, 20, 1), dense.indices)


def test_that_every_sample_as_a_candidate_gives_the_picks_of_the_dense_solver() -> None:
    found = similarity(60, labelled=2)
    weights = np.random.default_rng(0).integers(1, 300_000, 60).astype(np.uint32)
    dense = DenseGreedy(found.dense(), weights, found.before().similarity)
    dense.extend(30)
    # Shards smaller than the count send all that they have.
    assert np.array_equal(shards_of(found, 30, 3, weights=weights), dense.indices)


def test_that_a_seed_fixes_the_shards_and_the_picks() -> None:
    found = clustered(500)
    first, again, other = (shards_of(found, 20, 4, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_that_shards_part_the_pool_evenly() -> None:
    parts = partition(103, 10, seed=0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(103))
    assert {len(part) for part in parts} == {10, 11}
    assert all(np.all(np.diff(part) > 0) for part in parts)
    assert len(partition(3, 10, seed=0)) == 3


def test_that_shards_can_be_sent_elsewhere() -> None:
    found = clustered(300)
    sent: list[NDArray[np.int64]] = []

    def elsewhere(work: Callable[[NDArray[np.int64]], Shard], parts: Sequence[NDArray[np.int64]]) -> Iterable[Shard]:
        sent.extend(parts)
        return [work(part) for part in reversed(parts)][::-1]

    served = found.before().similarity
    away = sharded_greedy(found.pool, unit_weights(300), served, WIDTH, 10, 3, mapper=elsewhere)
    assert np.array_equal(away, shards_of(found, 10, 3))
    assert len(sent) == 3


def test_that_more_than_the_pool_takes_it_all() -> None:
    found = clustered(50)
    for shards in (1, 4):
        assert sorted(shards_of(found, 99, shards).tolist()) == list(range(50))


def test_that_a_sharded_run_hears_a_cancel() -> None:
    found, ctx = clustered(100), Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        sharded_greedy(found.pool, unit_weights(100), found.before().similarity, WIDTH, 10, 3, ctx=ctx)

"""Greedy in two rounds over random shards of a pool, for pools that no single machine holds.

GreeDi (Mirzasoleiman et al., NeurIPS 2013) with the random partition of Barbosa et al. (ICML 2015): each shard picks by
greedy on its own; a greedy run over what all shards picked makes the merged set, and the better of it and of the best
shard's own set is the answer. In expectation that is at least half of 1 - 1/e of the best value, and close to greedy
where the pool has many alike. The second round judges by at most 20,000 samples drawn at random, for coverage is a sum
over samples.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.coverage import serve
from desktop_al.numerics.greedy_dense import DenseGreedy, gain_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor, full_kernel, kernel

Shard = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The samples of a shard and, of these, the picks: pool positions (m,) and (k,) in rank order."""
Mapper = Callable[[Callable[[NDArray[np.int64]], Shard], Sequence[NDArray[np.int64]]], Iterable[Shard]]
"""Calls a function on each of the shards, as `map` does, here or on other machines, and keeps their order."""

STAGE = "Merging shards"
_ROWS, _PICKS_PER_CALL = 2048, 16
_JUDGES = 20_000


def partition(n: int, shards: int, seed: int) -> list[NDArray[np.int64]]:
    """Cut the positions of a pool of ``n`` at random into ``shards`` parts of equal size, each ascending."""
    drawn = np.random.default_rng([seed, shards]).permutation(n)
    return [np.sort(part) for part in np.array_split(drawn, max(1, min(shards, n))) if len(part)]


def greedy_within(
    pool: GridVectors,
    weights: NDArray[np.uint32],
    served: NDArray[np.uint16],
    bandwidth: float,
    count: int,
    part: NDArray[np.int64],
    ctx: Context = SILENT,
) -> Shard:
    """The first round: up to ``count`` picks of the samples ``part`` for these samples, by exact greedy."""
    mine = pool.subset(part)
    solver = DenseGreedy(full_kernel(mine, factor(bandwidth, pool.norm), ctx=ctx), weights[part], served[part])
    solver.extend(count, ctx)
    return part, part[solver.indices]


def sharded_greedy(
    pool: GridVectors,
    weights: NDArray[np.uint32],
    served: NDArray[np.uint16],
    bandwidth: float,
    count: int,
    shards: int,
    seed: int = 0,
    mapper: Mapper = map,
    ctx: Context = SILENT,
) -> NDArray[np.int64]:
    """Pick ``count`` samples of ``pool`` in two rounds.

    Parameters
    ----------
    pool : the n vectors; each of the ``shards`` must be small enough for a dense kernel.
    weights : (n,) uint32.
    served : (n,) uint16, the similarity to the labelled set and earlier picks.
    bandwidth : a distance between unit vectors.
    mapper : runs the first round; another one may send the shards elsewhere.

    Returns
    -------
    (k,) int64 pool positions in rank order, k = min(count, n). The same for a seed; with one shard the picks of
    `DenseGreedy`.

    Raises
    ------
    CancelledError
        ``ctx`` was cancelled.
    """

    def first(part: NDArray[np.int64]) -> Shard:
        return greedy_within(pool, weights, served, bandwidth, count, part, ctx)

    found = list(mapper(first, partition(len(pool), shards, seed)))
    if len(found) == 1:
        return found[0][1]
    scale, candidates = factor(bandwidth, pool.norm), np.sort(np.concatenate([picks for _, picks in found]))
    drawn = np.random.default_rng([seed, shards, 1]).permutation(len(pool))
    judges = np.sort(drawn[:_JUDGES])
    merged = _merged(pool, candidates, judges, weights, served, scale, min(count, len(candidates)), ctx)
    jury, sets = pool.subset(judges), [merged, *(picks for _, picks in found if len(picks) == len(merged))]
    values = []
    for picks in sets:
        similarity = serve(jury, pool.subset(picks), scale, ctx).similarity
        values.append(int(np.maximum(similarity, served[judges]).astype(np.uint64) @ weights[judges].astype(np.uint64)))
    return sets[int(np.argmax(values))]


@njit(nogil=True, cache=True)
def _merge(table, weights, served, bound, fresh, free, picks):  # type: ignore[no-untyped-def]  # numba infers the types
    """Fill ``picks`` by greedy over the rows of ``table`` (c, r); old gains are bounds, the first of equals leads."""
    for step in range(len(picks)):
        fresh[:] = False
        while True:
            lead = -1
            for c in range(len(bound)):
                if free[c] and (lead < 0 or bound[c] > bound[lead]):
                    lead = c
            if fresh[lead]:
                break
            bound[lead], fresh[lead] = gain_of(table[lead], weights, served), True
        picks[step], free[lead] = lead, False
        for i in range(len(served)):
            served[i] = max(served[i], table[lead, i])


def _merged(
    pool: GridVectors,
    candidates: NDArray[np.int64],
    judges: NDArray[np.int64],
    weights: NDArray[np.uint32],
    served: NDArray[np.uint16],
    scale: np.float32,
    count: int,
    ctx: Context,
) -> NDArray[np.int64]:
    """The second round: greedy over ``candidates`` (c,) ascending for the samples ``judges`` (r,); 2 c r bytes."""
    rows = pool.subset(judges).block()
    table = np.empty((len(candidates), len(judges)), dtype=np.uint16)
    for start, block in pool.subset(candidates).blocks(_ROWS):
        ctx.check()
        ctx.report(STAGE, start, len(candidates), "candidates")
        table[start : start + len(block)] = kernel(block, rows, scale)
    bound = np.full(len(candidates), np.iinfo(np.uint64).max, dtype=np.uint64)
    fresh, free = np.zeros(len(candidates), dtype=np.bool_), np.ones(len(candidates), dtype=np.bool_)
    now, wanted, picks = served[judges].copy(), weights[judges], np.zeros(0, dtype=np.int64)
    while len(picks) < count:
        ctx.check()
        ctx.report(STAGE, len(picks), count, "picks")
        some = np.empty(min(_PICKS_PER_CALL, count - len(picks)), dtype=np.int64)
        _merge(table, wanted, now, bound, fresh, free, some)
        picks = np.concatenate([picks, candidates[some]])
    return picks

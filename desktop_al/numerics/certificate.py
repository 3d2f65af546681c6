"""The certificate: what no set of b samples can exceed (the online bound of Minoux 1978 and Leskovec et al. 2007).

F(T), the coverage by the references and a set T, is a sum over samples i of the larger of what serves i already and
max k_it over t in T. For any numbers s_i of at least what serves i already, it is at most the sum of the s_i and, for
each t, of what the k_it rise above them: F(T) <= sum s + the sum of the b largest such gains. The s_i of a good ranking
make the bound tight; they need not be the similarities that any set reaches, so that those along a graph will do.

The bound is for plain coverage, whatever a batch was picked for. Weights, balance and scores only say which set is
picked, and limits (vetoes, groups, distances, pins) leave fewer sets to pick from: the best coverage that is left is at
most that of all sets, and no batch exceeds the bound.
"""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.greedy_dense import all_gains
from desktop_al.numerics.greedy_sparse import Edges, first_gains, serve_along
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity


def bounds(
    similarity: Similarity,
    order: NDArray[np.int64],
    counts: NDArray[np.int64],
    neighbours: NDArray[np.int32] | None = None,
    ctx: Context = SILENT,
) -> NDArray[np.float64]:
    """For each of ``counts`` (p,), an upper bound of the coverage that so many picks can reach, (p,) float64.

    The bound is the least over the states of the ranking ``order`` after 0, 1, 4, 16, ... and all picks. Over a graph,
    everything farther than the farthest neighbour is taken to be that near, which keeps the bound valid where
    ``neighbours`` are the exact nearest ones.
    """
    n = len(similarity)
    if n == 0:
        return np.ones(len(counts))
    served = similarity.before(ctx).similarity.copy()
    ones = np.ones(n, dtype=np.uint32)
    edges = None if similarity.fits or neighbours is None else similarity.edges(neighbours, ctx)
    # No sample that is not a neighbour is nearer than the farthest neighbour.
    horizon = None if edges is None else np.where(edges.indices >= 0, edges.values, np.uint16(ONE)).min(axis=1)
    best = np.full(len(counts), float(ONE) * n)
    done = 0
    for state in milestones(len(order)).tolist():
        ctx.check()
        if edges is not None:
            serve_along(edges, order[done:state], served)
        elif state > done:
            served = np.maximum(served, similarity.dense()[order[done:state]].max(axis=0))
        done = state
        value, gains = _state(similarity, served if horizon is None else np.maximum(served, horizon), ones, edges)
        sums = np.concatenate([[0], np.cumsum(np.sort(gains)[::-1])]).astype(np.float64)
        np.minimum(best, value + sums[np.minimum(counts, n)], out=best)
    bound: NDArray[np.float64] = best / (float(ONE) * n)
    return bound


def milestones(count: int) -> NDArray[np.int64]:
    """0, 1, 4, 16, ... and ``count``: the numbers of picks at which the bound is taken."""
    return np.asarray(sorted({0, *(c for c in (4**power for power in range(16)) if c < count), count}), dtype=np.int64)


def _state(
    similarity: Similarity, served: NDArray[np.uint16], ones: NDArray[np.uint32], edges: Edges | None
) -> tuple[int, NDArray[np.int64]]:
    """The value of the similarities ``served`` and the gain of each candidate at them, both in units of 1/`ONE`."""
    if edges is None:
        found = np.zeros(len(served), dtype=np.uint64)
        all_gains(similarity.dense(), ones, served, found)
        return int(served.sum(dtype=np.int64)), found.view(np.int64)
    gains = np.zeros(len(served), dtype=np.int64)
    first_gains(edges.indices, edges.values, ones, served, gains)
    return int(served.sum(dtype=np.int64)), gains

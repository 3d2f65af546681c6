"""The certificate: what no set of b samples can exceed (the online bound of Minoux 1978 and Leskovec et al. 2007).

For a monotone submodular F and any S, the best b samples reach at most F(S) + the sum of the b largest gains at S.
"""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.coverage import milestones
from desktop_al.numerics.greedy_dense import all_gains
from desktop_al.numerics.greedy_sparse import first_gains
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

    The bound is the least over the states of the ranking ``order`` after 0, 1, 4, 16, ... picks and after each of the
    last and the largest counts; it is for unweighted coverage. Over a graph, everything farther than the farthest
    neighbour is taken to be that near, which keeps the bound valid where ``neighbours`` are the exact nearest ones.
    """
    n = len(similarity)
    if n == 0:
        return np.ones(len(counts))
    served = similarity.before(ctx).similarity.copy()
    climbed = None if similarity.fits else similarity.climb(order, ctx).states
    ones = np.ones(n, dtype=np.uint32)
    values = None
    if not similarity.fits and neighbours is not None:
        values = similarity.edges(neighbours, ctx).values
    best = np.full(len(counts), float(ONE) * n)
    done = 0
    for number, state in enumerate(milestones(len(order)).tolist()):
        ctx.check()
        if climbed is not None:
            served = climbed[number]
        elif state > done:
            served = np.maximum(served, similarity.dense()[order[done:state]].max(axis=0))
        done = state
        value, gains = _state(similarity, served, ones, neighbours, values)
        sums = np.concatenate([[0], np.cumsum(np.sort(gains)[::-1])]).astype(np.float64)
        np.minimum(best, value + sums[np.minimum(counts, n)], out=best)
    bound: NDArray[np.float64] = best / (float(ONE) * n)
    return bound


def _state(
    similarity: Similarity,
    served: NDArray[np.uint16],
    ones: NDArray[np.uint32],
    neighbours: NDArray[np.int32] | None,
    values: NDArray[np.uint16] | None,
) -> tuple[int, NDArray[np.int64]]:
    """The value of a state and the gain of each candidate at it, both in units of 1/`ONE`."""
    if values is None or neighbours is None:
        found = np.zeros(len(served), dtype=np.uint64)
        all_gains(similarity.dense(), ones, served, found)
        return int(served.sum(dtype=np.int64)), found.view(np.int64)
    # No sample that is not a neighbour is nearer than the farthest neighbour.
    horizon = np.where(neighbours >= 0, values, np.uint16(ONE)).min(axis=1)
    base = np.maximum(served, horizon)
    gains = np.zeros(len(served), dtype=np.int64)
    first_gains(neighbours, values, ones, base, gains)
    return int(base.sum(dtype=np.int64)), gains

"""How honest a map is around each sample: whether its neighbours on the map are neighbours in the embedding space.

Trustworthiness (Venna and Kaski 2001) asks whether what a projection puts beside each other belongs together. Theirs is
one number for a whole map, with ranks for weights; this one is a share for each sample. What counts as near grows with
the pool: of a million images the nearest 50 are more alike than any map can show.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.flat_neighbours import flat_neighbours
from desktop_al.numerics.grid import GridVectors, squared_norms
from desktop_al.numerics.kernel import grid_norms, inner
from desktop_al.numerics.threads import over_blocks

ON_THE_MAP = 15
"""So many neighbours on the map are asked about."""
LEAST_NEAR, NEAR_SHARE = 50, 0.01
"""Near are the nearest 50 in the embedding space, or the nearest hundredth of the pool where that is more."""

_ANCHORS = 1024
_BLOCK = 4096


def near_count(n: int) -> int:
    """How many of n samples count as near to one; at most half, so that small pools can be judged too."""
    return max(1, min(max(LEAST_NEAR, round(NEAR_SHARE * n)), (n - 1) // 2))


def reaches(pool: GridVectors, count: int, ctx: Context = SILENT) -> NDArray[np.float32]:
    """The squared grid distance within which about ``count`` others of ``pool`` (n, d) lie, for each sample, (n,).

    Exact where the pool has at most 1,024 samples, else an estimate by 1,024 that are evenly spread over it.
    """
    n = len(pool)
    at = np.unique(np.linspace(0, n - 1, min(n, _ANCHORS)).astype(np.int64))
    anchors = pool.subset(at).block()
    norms = squared_norms(anchors)
    # A sample that is an anchor has itself for its nearest.
    place = min(len(at) - 1, max(1, round(count * len(at) / n)))
    out = np.empty(n, np.float32)
    for start, rows in pool.blocks(_BLOCK):
        ctx.check()
        products = rows @ anchors.T
        # In the order of `_shares`, so that a sample at the very border is treated alike.
        squared = squared_norms(rows)[:, None] + norms[None, :]
        squared -= products
        squared -= products
        is_anchor = np.isin(np.arange(start, start + len(rows)), at, assume_unique=True)
        squared.partition(sorted({place - 1, place}), axis=1)
        out[start : start + len(rows)] = np.where(is_anchor, squared[:, place], squared[:, place - 1])
        ctx.report("Measuring distances", start + len(rows), n, "images")
    return out


@njit(nogil=True, cache=True)
def _shares(vectors, norms, neighbours, reach, start, stop, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the share of the ``neighbours`` of each sample that lie within its reach."""
    for i in range(start, stop):
        near = 0
        for e in range(neighbours.shape[1]):
            other = neighbours[i, e]
            product = inner(vectors[i], vectors[other])
            if norms[i] + norms[other] - product - product <= reach[i]:
                near += 1
        out[i] = near / neighbours.shape[1]


def trust(pool: GridVectors, xy: NDArray[np.floating], ctx: Context = SILENT) -> NDArray[np.float64]:
    """The share of the 15 nearest on the map that are near in the embedding space, for each sample, (n,) in [0, 1].

    ``xy`` (n, 2) is finite. Samples that have no other one beside them are trusted. Memory is O(n d) for the vectors as
    16-bit integers.

    Raises
    ------
    EmbeddingError
        A vector is not finite or zero.
    CancelledError
        ``ctx`` was cancelled.
    """
    n = len(pool)
    k = min(ON_THE_MAP, (n - 1) // 2)
    if k < 1:
        return np.ones(n)
    beside = flat_neighbours(xy, k, ctx, "Finding neighbours on the map")
    reach = reaches(pool, near_count(n), ctx)
    vectors = pool.integers()
    norms, out = grid_norms(vectors), np.empty(n)

    def work(start: int, stop: int) -> None:
        _shares(vectors, norms, beside, reach, start, stop, out)

    over_blocks(n, _BLOCK, work, ctx, "Comparing neighbours", "images")
    return out

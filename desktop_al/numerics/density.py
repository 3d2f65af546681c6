"""Local density of a pool."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import UNITS, GridVectors, squared_distances
from desktop_al.numerics.kernel import neighbours_together, whole_inner, whole_norms
from desktop_al.numerics.threads import over_blocks

_BLOCK = 1024
_EDGE_BLOCK = 4096


def spacing(pool: GridVectors, neighbours: int = 20) -> NDArray[np.float64]:
    """The mean distance to the ``neighbours`` nearest others, (n,) float64: the inverse of local density.

    Exact, O(n^2 d) time and O(block n) memory; zeros where all are copies or there is no other.
    """
    n = len(pool)
    k = min(neighbours, n - 1)
    out = np.zeros(n)
    if k < 1:
        return out
    whole = pool.block()
    for start in range(0, n, _BLOCK):
        rows = whole[start : start + _BLOCK]
        squared = np.maximum(squared_distances(rows, whole), 0)
        squared[np.arange(len(rows)), start + np.arange(len(rows))] = np.inf
        # Sorted, so that the sum has one order.
        near = np.sort(np.partition(squared, k - 1, axis=1)[:, :k], axis=1)
        out[start : start + _BLOCK] = np.sqrt(near.astype(np.float64)).mean(axis=1) / pool.norm
    return out


@njit(nogil=True, cache=True)
def _mean_distances(rows, vectors, norms, neighbours, nearest, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write to ``out`` the mean distance of ``rows`` to the first ``nearest`` of their neighbours, -1 without any."""
    for i in rows:
        total, found = 0.0, 0
        for e in range(neighbours.shape[1]):
            other = neighbours[i, e]
            if other < 0 or found == nearest:
                continue
            squared = norms[i] + norms[other] - 2 * np.int64(whole_inner(vectors[i], vectors[other]))
            total += math.sqrt(np.float64(squared))
            found += 1
        out[i] = total / found if found else -1.0


def edge_spacing(
    pool: GridVectors, neighbours: NDArray[np.int32], nearest: int = 20, ctx: Context = SILENT
) -> NDArray[np.float64]:
    """As `spacing`, over the first ``nearest`` neighbours of each sample in a graph (n, k) that has the nearest first.

    Samples without neighbours are as far away as the farthest.
    """
    out, vectors = np.empty(len(pool)), pool.integers()
    norms, order = whole_norms(vectors), neighbours_together(neighbours)

    def work(start: int, stop: int) -> None:
        _mean_distances(order[start:stop], vectors, norms, neighbours, nearest, out)

    over_blocks(len(pool), _EDGE_BLOCK, work, ctx, "Measuring density", "images")
    out[out < 0] = out.max(initial=0.0)
    out /= UNITS * pool.norm
    return out

"""Local density of a pool."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors, squared_distances

_BLOCK = 1024


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

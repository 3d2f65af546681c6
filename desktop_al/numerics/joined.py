"""Groups of samples that short edges of a graph join."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(nogil=True, cache=True)
def _roots(indices, distances, radius):  # type: ignore[no-untyped-def]  # numba infers the types
    """The first member of the group of each sample, by union and find (Tarjan 1975)."""
    root = np.arange(indices.shape[0])
    for i in range(indices.shape[0]):
        for e in range(indices.shape[1]):
            if not distances[i, e] < radius and distances[i, e] > 0:
                # Nearest first: the rest is farther.
                break
            if indices[i, e] < 0:
                continue
            a, b = i, np.int64(indices[i, e])
            while root[a] != a:
                root[a] = root[root[a]]
                a = root[a]
            while root[b] != b:
                root[b] = root[root[b]]
                b = root[b]
            if a < b:
                root[b] = a
            elif b < a:
                root[a] = b
    for i in range(len(root)):
        root[i] = root[root[i]]
    return root


def joined_groups(indices: NDArray[np.int32], distances: NDArray[np.float32], radius: float) -> NDArray[np.int32]:
    """The group of each sample, (n,) int32, numbered from 0 by first members; -1 for a sample that is alone.

    Samples nearer than ``radius`` along an edge, or at the same place, are of one group. ``indices`` (n, k), -1 for
    none, and ``distances`` (n, k) are a graph, nearest first.
    """
    root = _roots(indices, distances, radius)
    sizes = np.bincount(root, minlength=len(root))
    firsts = np.flatnonzero(sizes > 1)
    number = np.full(len(root), -1, np.int32)
    number[firsts] = np.arange(len(firsts), dtype=np.int32)
    groups: NDArray[np.int32] = number[root]
    return groups

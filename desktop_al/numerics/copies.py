"""Near-copies in a pool: pairs and small groups that are far closer to each other than to anything else."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.kernel import ONE

MOST = 4
"""A close group of more samples than this is a cluster, whose members tell of each other, and not copies of one."""

# Copies are at most half as far from each other as from the next sample; in squared distances a quarter.
_RATIO = 0.25
_FARTHEST = 12.0


@njit(nogil=True, cache=True)
def _nearest(dense, count, indices, values):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the ``count`` largest entries of each row beside the diagonal, ties to the lowest index."""
    n = dense.shape[0]
    for i in range(n):
        filled = 0
        for j in range(n):
            value = dense[i, j]
            if j == i or (filled == count and value <= values[i, count - 1]):
                continue
            at = filled if filled < count else count - 1
            while at > 0 and values[i, at - 1] < value:
                values[i, at], indices[i, at] = values[i, at - 1], indices[i, at - 1]
                at -= 1
            values[i, at], indices[i, at] = value, j
            filled = min(filled + 1, count)


def copy_groups(dense: NDArray[np.uint16]) -> NDArray[np.int64]:
    """The group of near-copies of each sample, (n,) int64, numbered from 0 in the order of their first members.

    A sample and its g nearest, g at most three, are one group where the g-th is at most half as far as the next one
    (the ratio test of Lowe, IJCV 2004): a rule that knows no scale. Most groups of a pool without copies are single
    samples. ``dense`` (n, n) uint16 is the kernel of the pool.
    """
    n = len(dense)
    count = min(MOST, n - 1)
    if count < 2:
        return np.arange(n)
    indices, values = np.zeros((n, count), dtype=np.int64), np.zeros((n, count), dtype=np.uint16)
    _nearest(dense, count, indices, values)
    return copy_groups_along(indices, values)


def copy_groups_along(indices: NDArray[np.integer], values: NDArray[np.uint16]) -> NDArray[np.int64]:
    """As `copy_groups`, by the neighbours ``indices`` (n, k) of each sample, -1 for none, and the kernel to them.

    The first `MOST` columns count, and the nearest come first.
    """
    near, kernel = indices[:, :MOST].astype(np.int64), values[:, :MOST]
    # Each value of the kernel has one distance.
    with np.errstate(divide="ignore"):
        squared = np.minimum(-np.log(np.arange(ONE + 1) / ONE), _FARTHEST)
    root = np.arange(len(near))
    _join_near(near, kernel, squared, root)
    # The root of a group is its first member.
    groups: NDArray[np.int64] = np.unique(root, return_inverse=True)[1].astype(np.int64).reshape(len(root))
    return groups


@njit(nogil=True, cache=True)
def _find(root, i):  # type: ignore[no-untyped-def]  # numba infers the types
    """The root of ``i``, with the way to it shortened."""
    while root[i] != i:
        root[i] = root[root[i]]
        i = root[i]
    return i


@njit(nogil=True, cache=True)
def _join_near(near, kernel, squared, root):  # type: ignore[no-untyped-def]  # numba infers the types
    """Join each sample in ``root`` to the neighbours before the last gap that the ratio test calls wide."""
    n, k = near.shape
    for i in range(n):
        last = 0
        for g in range(1, k):
            if near[i, g] < 0:
                break
            if squared[kernel[i, g - 1]] < _RATIO * squared[kernel[i, g]]:
                last = g
        for g in range(last):
            a, b = _find(root, i), _find(root, near[i, g])
            root[max(a, b)] = min(a, b)
    for i in range(n):
        root[i] = _find(root, i)

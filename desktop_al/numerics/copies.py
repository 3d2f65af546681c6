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
    root = np.arange(n)
    count = min(MOST, n - 1)
    if count >= 2:
        indices, values = np.zeros((n, count), dtype=np.int64), np.zeros((n, count), dtype=np.uint16)
        _nearest(dense, count, indices, values)
        with np.errstate(divide="ignore"):
            squared = np.minimum(-np.log(values / ONE), _FARTHEST)
        apart = squared[:, :-1] < _RATIO * squared[:, 1:]
        for i in np.flatnonzero(apart.any(axis=1)):
            for other in indices[i, : int(np.flatnonzero(apart[i])[-1]) + 1]:
                a, b = _find(root, int(i)), _find(root, int(other))
                root[max(a, b)] = min(a, b)
    firsts = np.array([_find(root, i) for i in range(n)], dtype=np.int64)
    # The root of a group is its first member.
    groups: NDArray[np.int64] = np.unique(firsts, return_inverse=True)[1].astype(np.int64).reshape(n)
    return groups


def _find(root: NDArray[np.int64], i: int) -> int:
    while root[i] != i:
        root[i] = root[root[i]]
        i = int(root[i])
    return i

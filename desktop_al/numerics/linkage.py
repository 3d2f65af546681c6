"""Average-linkage clustering by nearest-neighbour chains, alike on every processor."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


def average_linkage(distances: NDArray[np.float64], sizes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Join the two groups with the least mean distance until ``count`` are left.

    Nearest-neighbour chains (Murtagh 1983) find the joins of the whole tree in O(n^2); the n - ``count`` lowest are
    made. Equals are joined in the order of their first members.

    Parameters
    ----------
    distances : (n, n) symmetric; overwritten.
    sizes : (n,) how many samples each point stands for.
    count : from 1 to n.

    Returns
    -------
    (n,) int64, the group of each point; groups are numbered by their first member.
    """
    n = len(distances)
    joins, heights = np.empty((max(n - 1, 0), 2), dtype=np.int64), np.empty(max(n - 1, 0))
    if n > 1:
        _chain(distances, sizes.astype(np.float64), joins, heights)
    parent = np.arange(n)
    # Heights never fall along a branch, and the sort is stable: what a join rests on is joined before.
    for join in np.argsort(heights, kind="stable")[: n - count]:
        one, other = (_root(parent, int(point)) for point in joins[join])
        parent[max(one, other)] = min(one, other)
    roots = np.array([_root(parent, point) for point in range(n)], dtype=np.int64)
    labels: NDArray[np.int64] = np.unique(roots, return_inverse=True)[1].astype(np.int64)
    return labels


def _root(parent: NDArray[np.int64], point: int) -> int:
    while parent[point] != point:
        parent[point] = parent[parent[point]]
        point = int(parent[point])
    return point


@njit(nogil=True, cache=True)
def _chain(distances, sizes, joins, heights):  # type: ignore[no-untyped-def]  # numba infers the types
    """Fill ``joins`` with a member of each of the two groups joined, and the ``heights`` of these joins."""
    n = len(distances)
    chain = np.empty(n, dtype=np.int64)
    length, done = 0, 0
    active = np.ones(n, dtype=np.bool_)
    while done < n - 1:
        if length == 0:
            for i in range(n):
                if active[i]:
                    chain[0] = i
                    break
            length = 1
        while True:
            tip = chain[length - 1]
            nearest, least = np.int64(-1), np.inf
            # The one before wins a tie, so that chains end.
            if length > 1:
                nearest, least = chain[length - 2], distances[tip, chain[length - 2]]
            for j in range(n):
                if active[j] and j != tip and distances[tip, j] < least:
                    nearest, least = np.int64(j), distances[tip, j]
            if length > 1 and nearest == chain[length - 2]:
                break
            chain[length] = nearest
            length += 1
        a, b = min(tip, nearest), max(tip, nearest)
        length -= 2
        joins[done, 0], joins[done, 1], heights[done] = a, b, least
        done += 1
        active[b] = False
        whole = sizes[a] + sizes[b]
        for j in range(n):
            if active[j] and j != a:
                mean = (sizes[a] * distances[a, j] + sizes[b] * distances[b, j]) / whole
                distances[a, j] = mean
                distances[j, a] = mean
        sizes[a] = whole

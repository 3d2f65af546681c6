"""The nearest neighbours of points in the plane, by a k-d tree (Bentley 1975) that stands in one array."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.threads import over_blocks

_LEAF = 16
_DEPTH = 64
_BLOCK = 16_384


@njit(nogil=True, cache=True)
def _part(order, values, start, stop, middle):  # type: ignore[no-untyped-def]  # numba infers the types
    """Bring the entries of ``order[start:stop]`` with the least ``values`` before ``middle`` (Hoare 1961)."""
    low, high = start, stop - 1
    while low < high:
        pivot = values[order[(low + high) // 2]]
        i, j = low, high
        while i <= j:
            while values[order[i]] < pivot:
                i += 1
            while values[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            return


@njit(nogil=True, cache=True)
def _build(x, y, order, axes):  # type: ignore[no-untyped-def]  # numba infers the types
    """Sort ``order`` into a tree: the middle of each stretch parts it along ``axes[middle]``."""
    starts, stops = np.empty(_DEPTH * 2, np.int64), np.empty(_DEPTH * 2, np.int64)
    starts[0], stops[0], waiting = 0, len(order), 1
    while waiting:
        waiting -= 1
        start, stop = starts[waiting], stops[waiting]
        if stop - start <= _LEAF:
            continue
        left = right = x[order[start]]
        bottom = top = y[order[start]]
        for at in range(start, stop):
            left, right = min(left, x[order[at]]), max(right, x[order[at]])
            bottom, top = min(bottom, y[order[at]]), max(top, y[order[at]])
        middle = (start + stop) // 2
        axes[middle] = 0 if right - left >= top - bottom else 1
        _part(order, x if axes[middle] == 0 else y, start, stop, middle)
        starts[waiting], stops[waiting] = start, middle
        starts[waiting + 1], stops[waiting + 1] = middle + 1, stop
        waiting += 2


@njit(nogil=True, cache=True, inline="always")
def _offer(value, other, best, index):  # type: ignore[no-untyped-def]  # numba infers the types
    """Put ``other`` into the list ``best``, nearest first, equals by number; the last one falls out."""
    place = best.shape[0] - 1
    if value > best[place] or (value == best[place] and other > index[place]):
        return
    while place > 0 and (best[place - 1] > value or (best[place - 1] == value and index[place - 1] > other)):
        best[place], index[place] = best[place - 1], index[place - 1]
        place -= 1
    best[place], index[place] = value, other


@njit(nogil=True, cache=True)
def _search(x, y, order, axes, first, last, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the nearest of the points ``order[first:last]`` to ``out``, by their numbers."""
    k = out.shape[1]
    starts, stops, gaps = np.empty(_DEPTH * 2, np.int64), np.empty(_DEPTH * 2, np.int64), np.empty(_DEPTH * 2)
    best, index = np.empty(k), np.empty(k, np.int64)
    for place in range(first, last):
        own = order[place]
        px, py = x[own], y[own]
        best[:], index[:] = np.inf, len(order)
        starts[0], stops[0], gaps[0], waiting = 0, len(order), 0.0, 1
        while waiting:
            waiting -= 1
            start, stop = starts[waiting], stops[waiting]
            if gaps[waiting] > best[k - 1]:
                continue
            if stop - start <= _LEAF:
                for at in range(start, stop):
                    other = order[at]
                    if other != own:
                        _offer((x[other] - px) ** 2 + (y[other] - py) ** 2, other, best, index)
                continue
            middle = (start + stop) // 2
            other = order[middle]
            if other != own:
                _offer((x[other] - px) ** 2 + (y[other] - py) ** 2, other, best, index)
            away = px - x[other] if axes[middle] == 0 else py - y[other]
            near, far = (start, middle), (middle + 1, stop)
            if away > 0:
                near, far = far, near
            starts[waiting], stops[waiting], gaps[waiting] = far[0], far[1], away * away
            starts[waiting + 1], stops[waiting + 1], gaps[waiting + 1] = near[0], near[1], 0.0
            waiting += 2
        out[own] = index


def flat_neighbours(xy: NDArray[np.floating], k: int, ctx: Context = SILENT, stage: str = "") -> NDArray[np.int32]:
    """The ``k`` nearest others (n - 1 where there are fewer) of each point of ``xy`` (n, 2), finite: (n, k) int32.

    Exact, nearest first, equals by number; O(n k log n) time.
    """
    n = len(xy)
    k = max(0, min(k, n - 1))
    out = np.empty((n, k), np.int32)
    if k == 0:
        return out
    x, y = (np.ascontiguousarray(xy[:, axis], np.float64) for axis in (0, 1))
    order, axes = np.arange(n, dtype=np.int64), np.zeros(n, np.uint8)
    _build(x, y, order, axes)

    def work(start: int, stop: int) -> None:
        _search(x, y, order, axes, start, stop, out)

    over_blocks(n, _BLOCK, work, ctx, stage, "images")
    return out

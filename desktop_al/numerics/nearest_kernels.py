"""Compiled kernels of the neighbour search: keep the nearest of what a matrix product says, measure them exactly."""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

FAST = {"reassoc", "contract"}


@numba.njit(nogil=True, cache=True)
def keep_nearest(
    products: NDArray[np.float32],
    norms: NDArray[np.float32],
    own: NDArray[np.int32],
    others: NDArray[np.int32],
    best: NDArray[np.float32],
    index: NDArray[np.int32],
) -> None:
    """Merge the candidates ``others`` (c,) into the lists ``best``, ``index`` (b, k) of the rows ``own`` (b,).

    ``products`` (b, c) holds inner products, ``norms`` (c,) squared norms: candidates are ranked by norm - 2 product,
    which is the squared distance less a constant of the row. A row is not its own neighbour.
    Of equals the first comes first.
    """
    k = best.shape[1]
    for row in range(products.shape[0]):
        me = own[row]
        worst = best[row, k - 1]
        for column in range(products.shape[1]):
            value = norms[column] - np.float32(2.0) * products[row, column]
            if value < worst and others[column] != me:
                place = k - 1
                while place > 0 and best[row, place - 1] > value:
                    best[row, place] = best[row, place - 1]
                    index[row, place] = index[row, place - 1]
                    place -= 1
                best[row, place] = value
                index[row, place] = others[column]
                worst = best[row, k - 1]


@numba.njit(nogil=True, cache=True, fastmath=FAST)
def squared_distance(a: Any, b: Any) -> Any:
    """The squared Euclidean distance between the vectors ``a`` and ``b`` (d,)."""
    total = np.float32(0.0)
    for axis in range(a.shape[0]):
        step = a[axis] - b[axis]
        total += step * step
    return total


@numba.njit(nogil=True, cache=True)
def measure(
    matrix: Any,
    rows: NDArray[np.int64],
    own: NDArray[np.int32],
    candidates: NDArray[np.int32],
    indices: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None:
    """Order the ``candidates`` (b, c) of the samples ``own`` (b,) by true distance and keep the nearest k.

    ``rows`` (n,) maps samples to rows of ``matrix``. Writes the rows ``own`` of ``indices`` and ``distances`` (n, k),
    with k <= c, nearest first, equals by number. A candidate of -1 is none.
    """
    count, k = candidates.shape[1], indices.shape[1]
    near = np.empty(count, np.float32)
    for row in range(candidates.shape[0]):
        me = own[row]
        for column in range(count):
            other = candidates[row, column]
            near[column] = np.inf if other < 0 else squared_distance(matrix[rows[me]], matrix[rows[other]])
        size = 0
        for column in range(count):
            value, other = near[column], candidates[row, column]
            place = size
            while place > 0 and (
                distances[me, place - 1] > value
                or (distances[me, place - 1] == value and indices[me, place - 1] > other)
            ):
                place -= 1
            if place == k:
                continue
            for later in range(min(size, k - 1), place, -1):
                distances[me, later] = distances[me, later - 1]
                indices[me, later] = indices[me, later - 1]
            distances[me, place] = value
            indices[me, place] = other
            size = min(size + 1, k)
        for column in range(k):
            distances[me, column] = np.sqrt(distances[me, column])

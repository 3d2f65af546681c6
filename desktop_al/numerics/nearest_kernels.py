"""Compiled kernels of the neighbour search: rank candidates by inner products, then measure the best ones exactly.

Those for approximate search make their own products, eight axes at a time over a transposed tile: small matrix products
on several threads at once are where a BLAS library is slow, and its sums may depend on the number of threads.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

FAST = {"reassoc", "contract"}
TILE = 512
AXES = 8
"""The number of columns of ``points`` must be a multiple of this."""


@numba.njit(nogil=True, cache=True, inline="always")
def _insert(value: Any, other: Any, best: Any, index: Any) -> None:
    """Put ``other`` into the ascending list ``best`` (k,) behind its equals; the last one falls out."""
    place = best.shape[0] - 1
    while place > 0 and best[place - 1] > value:
        best[place] = best[place - 1]
        index[place] = index[place - 1]
        place -= 1
    best[place] = value
    index[place] = other


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
    last = best.shape[1] - 1
    for row in range(products.shape[0]):
        for column in range(products.shape[1]):
            value = norms[column] - np.float32(2.0) * products[row, column]
            if value < best[row, last] and others[column] != own[row]:
                _insert(value, others[column], best[row], index[row])


@numba.njit(nogil=True, cache=True, fastmath=FAST)
def _products(vector: Any, tile: Any, count: int, out: Any) -> None:
    """Write the inner products of ``vector`` (q,) with the first ``count`` columns of ``tile`` (q, c)."""
    for column in range(count):
        out[column] = 0.0
    for axis in range(0, tile.shape[0], AXES):
        a, b, c, d = vector[axis], vector[axis + 1], vector[axis + 2], vector[axis + 3]
        e, f, g, h = vector[axis + 4], vector[axis + 5], vector[axis + 6], vector[axis + 7]
        for column in range(count):
            out[column] += (
                a * tile[axis, column]
                + b * tile[axis + 1, column]
                + c * tile[axis + 2, column]
                + d * tile[axis + 3, column]
                + e * tile[axis + 4, column]
                + f * tile[axis + 5, column]
                + g * tile[axis + 6, column]
                + h * tile[axis + 7, column]
            )


@numba.njit(nogil=True, cache=True)
def search(
    points: NDArray[np.float32],
    norms: NDArray[np.float32],
    own: NDArray[np.int32],
    others: NDArray[np.int32],
    best: NDArray[np.float32],
    index: NDArray[np.int32],
) -> None:
    """Merge the candidates ``others`` (c,) into the lists of the samples ``own`` (b,), as `keep_nearest` does.

    ``points`` (n, q) and their squared ``norms`` (n,) belong to all samples.
    """
    last = best.shape[1] - 1
    tile = np.empty((points.shape[1], TILE), np.float32)
    products = np.empty(TILE, np.float32)
    for left in range(0, others.shape[0], TILE):
        count = min(TILE, others.shape[0] - left)
        for column in range(count):
            for axis in range(points.shape[1]):
                tile[axis, column] = points[others[left + column], axis]
        for row in range(own.shape[0]):
            me = own[row]
            _products(points[me], tile, count, products)
            for column in range(count):
                other = others[left + column]
                value = norms[other] - np.float32(2.0) * products[column]
                if value < best[row, last] and other != me:
                    _insert(value, other, best[row], index[row])


@numba.njit(nogil=True, cache=True)
def nearest_centre(
    start: int,
    stop: int,
    points: NDArray[np.float32],
    centres: NDArray[np.float32],
    half_norms: NDArray[np.float32],
    out: NDArray[np.int64],
) -> None:
    """Write the nearest column of ``centres`` (q, c), the first of equals, of the points ``start`` to ``stop``."""
    count = centres.shape[1]
    products = np.empty(count, np.float32)
    for row in range(start, stop):
        _products(points[row], centres, count, products)
        lowest, found = np.float32(np.inf), 0
        for column in range(count):
            value = half_norms[column] - products[column]
            if value < lowest:
                lowest, found = value, column
        out[row] = found


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

"""Compiled kernels of the neighbour search: rank candidates by inner products, then measure the best ones exactly.

Those for approximate search make their own products; see `desktop_al.numerics.products`.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.products import ROWS, products

FAST = {"reassoc", "contract"}
TILE = 512
LANE = 32


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


@numba.njit(nogil=True, cache=True)
def _part(values: Any, places: Any, size: int, k: int) -> Any:
    """Bring the ``k`` least of the first ``size`` of ``values`` to the front (Hoare 1961); returns their largest."""
    low, high = 0, size - 1
    while low < high:
        middle = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] < middle:
                left += 1
            while values[right] > middle:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                places[left], places[right] = places[right], places[left]
                left += 1
                right -= 1
        if k - 1 <= right:
            high = right
        elif k - 1 >= left:
            low = left
        else:
            break
    return values[k - 1]


@numba.njit(nogil=True, cache=True)
def search(
    columns: NDArray[np.float32],
    norms: NDArray[np.float32],
    order: NDArray[np.int32],
    own: tuple[int, int],
    runs: NDArray[np.int64],
    found: NDArray[np.int32],
) -> None:
    """Find the nearest candidates for each of the samples ``order[own[0]:own[1]]``, in no order: ``found`` (b, k).

    ``columns`` (q, n) holds the samples of ``order`` (n,), ``norms`` (n,) their squared norms; the candidates are those
    of the ``runs`` (r, 2), from one place to another. -1 stands for none, where there are fewer than k.
    """
    axes, k, members = columns.shape[0], found.shape[1], own[1] - own[0]
    mine = np.zeros((members + ROWS, axes), np.float32)
    for axis in range(axes):
        for row in range(members):
            mine[row, axis] = columns[axis, own[0] + row]
    # The spare columns keep the rows of a tile from falling on the same places of a cache.
    tile, near = np.empty((axes, TILE + 16), np.float32), np.empty(TILE, np.float32)
    scores, here = np.empty((ROWS, TILE), np.float32), np.empty(TILE, np.int64)
    # Candidates are gathered until there is room for no more lane, then the best are kept.
    room = 4 * k + LANE + 1
    values, places = np.empty((members, room), np.float32), np.empty((members, room), np.int64)
    sizes, bounds = np.zeros(members, np.int64), np.full(members, np.inf, np.float32)
    run, at = 0, runs[0, 0]
    while run < runs.shape[0]:
        count = 0
        while count < TILE and run < runs.shape[0]:
            taken = min(TILE - count, runs[run, 1] - at)
            for axis in range(axes):
                tile[axis, count : count + taken] = columns[axis, at : at + taken]
            near[count : count + taken] = norms[at : at + taken]
            for place in range(taken):
                here[count + place] = at + place
            count += taken
            at += taken
            if at == runs[run, 1]:
                run += 1
                if run < runs.shape[0]:
                    at = runs[run, 0]
        for first in range(0, members, ROWS):
            products(mine[first : first + ROWS], tile, count, scores)
            for row in range(first, min(first + ROWS, members)):
                score, bound, size = scores[row - first], bounds[row], sizes[row]
                for column in range(count):
                    score[column] = near[column] - np.float32(2.0) * score[column]
                for lane in range(0, count, LANE):
                    stop, closer = min(lane + LANE, count), 0
                    for column in range(lane, stop):
                        closer += score[column] < bound
                    if closer == 0:
                        continue
                    for column in range(lane, stop):
                        # Written in any case, counted where it is near enough: no branch to guess.
                        values[row, size], places[row, size] = score[column], here[column]
                        size += (score[column] < bound) & (here[column] != own[0] + row)
                    if size > room - LANE - 1:
                        bound, size = _part(values[row], places[row], size, k), k
                bounds[row], sizes[row] = bound, size
    for row in range(members):
        size = sizes[row]
        if size > k:
            _part(values[row], places[row], size, k)
        for column in range(k):
            found[row, column] = order[places[row, column]] if column < size else -1


@numba.njit(nogil=True, cache=True)
def nearest_centre(
    start: int,
    stop: int,
    points: NDArray[np.float32],
    centres: NDArray[np.float32],
    half_norms: NDArray[np.float32],
    out: NDArray[np.int64],
) -> None:
    """Write the nearest row of ``centres`` (c, q), the first of equals, of the points ``start`` to ``stop``."""
    axes = centres.shape[1]
    tile = np.empty((axes, TILE + 16), np.float32)
    group, found = np.zeros((ROWS, axes), np.float32), np.empty((ROWS, TILE), np.float32)
    lowest = np.full(stop - start, np.inf, np.float32)
    for left in range(0, centres.shape[0], TILE):
        count = min(TILE, centres.shape[0] - left)
        for column in range(count):
            for axis in range(axes):
                tile[axis, column] = centres[left + column, axis]
        for first in range(start, stop, ROWS):
            rows = min(ROWS, stop - first)
            group[:rows] = points[first : first + rows]
            products(group, tile, count, found)
            for row in range(rows):
                values = found[row]
                for column in range(count):
                    values[column] = half_norms[left + column] - values[column]
                for lane in range(0, count, LANE):
                    least = lowest[first - start + row]
                    end, closer = min(lane + LANE, count), 0
                    for column in range(lane, end):
                        closer += values[column] < least
                    if closer == 0:
                        continue
                    for column in range(lane, end):
                        if values[column] < least:
                            least = values[column]
                            out[first + row] = left + column
                    lowest[first - start + row] = least


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

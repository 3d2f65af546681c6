"""The kernels of the spatial index: points sorted into a grid, nearest point, step to a side, points in a polygon."""

import math

import numba
import numpy as np

# No fast-math here: what is inside a lasso is decided exactly.
kernel = numba.njit(nogil=True, cache=True)

OUTSIDE, INSIDE, BOUNDARY = 0, 1, 2


@kernel
def sort_into_grid(order, xs, ys, grid):  # type: ignore[no-untyped-def]
    """Sort the points ``order`` (m,) by cell, stably: where each cell starts (cells + 1,), then x, y and row (m,)."""
    x0, y0, cell, columns, rows = grid[0], grid[1], grid[2], int(grid[3]), int(grid[4])
    n = len(order)
    start = np.zeros(columns * rows + 1, np.int32)
    home = np.empty(n, np.int32)
    for i in range(n):
        gx = min(int((xs[order[i]] - x0) / cell), columns - 1)
        gy = min(int((ys[order[i]] - y0) / cell), rows - 1)
        home[i] = gy * columns + gx
        start[home[i] + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    cursor = start[:-1].copy()
    x, y, row = np.empty(n, np.float64), np.empty(n, np.float64), np.empty(n, np.int32)
    for i in range(n):
        at = cursor[home[i]]
        cursor[home[i]] += 1
        x[at], y[at], row[at] = xs[order[i]], ys[order[i]], order[i]
    return start, x, y, row


@kernel
def nearest(x, y, role, start, grid, mask, wanted, px, py, reach):  # type: ignore[no-untyped-def]
    """The position of the point with ``role & mask == wanted`` nearest to (px, py) within ``reach``, or -1."""
    x0, y0, cell, columns, rows = grid[0], grid[1], grid[2], int(grid[3]), int(grid[4])
    first, last = math.floor((px - reach - x0) / cell), math.floor((px + reach - x0) / cell) + 1
    low, high = math.floor((py - reach - y0) / cell), math.floor((py + reach - y0) / cell) + 1
    first, last, low, high = max(first, 0), min(last, columns), max(low, 0), min(high, rows)
    best, found = reach * reach, -1
    if first >= last:
        return found
    for row in range(low, high):
        for i in range(start[row * columns + first], start[row * columns + last]):
            if role[i] & mask == wanted:
                dx, dy = x[i] - px, y[i] - py
                away = dx * dx + dy * dy
                if away <= best:
                    best, found = away, i
    return found


@kernel
def step(x, y, role, mask, wanted, at, dx, dy):  # type: ignore[no-untyped-def]
    """The position of the next point from position ``at`` in the unit direction (dx, dy), or -1.

    Next is what lies within 45 degrees of the direction and has the smallest sum of way ahead and twice the way aside.
    """
    best, found = np.inf, -1
    for i in range(len(x)):
        if i == at or role[i] & mask != wanted:
            continue
        ex, ey = x[i] - x[at], y[i] - y[at]
        ahead = ex * dx + ey * dy
        aside = abs(ex * dy - ey * dx)
        if ahead > 0 and aside <= ahead and ahead + 2 * aside < best:
            best, found = ahead + 2 * aside, i
    return found


@kernel
def winding(px, py, vx, vy):  # type: ignore[no-untyped-def]
    """How often the closed polygon (vx, vy) winds around (px, py); the non-zero rule calls that inside."""
    turns = 0
    n = len(vx)
    for a in range(n):
        b = a + 1 if a + 1 < n else 0
        side = (vx[b] - vx[a]) * (py - vy[a]) - (px - vx[a]) * (vy[b] - vy[a])
        if vy[a] <= py < vy[b] and side > 0:
            turns += 1
        elif vy[b] <= py < vy[a] and side < 0:
            turns -= 1
    return turns


@kernel
def paint_polygon(vx, vy, left, bottom, cell, size):  # type: ignore[no-untyped-def]
    """The polygon as a (size, size) mask of `OUTSIDE`, `INSIDE` and `BOUNDARY` cells, row 0 at ``bottom``.

    Each cell that an edge touches is boundary; the others are decided at their centre by the non-zero rule.
    """
    mask = np.zeros((size, size), np.uint8)
    turn = np.zeros((size, size + 1), np.int32)
    n = len(vx)
    for a in range(n):
        b = a + 1 if a + 1 < n else 0
        ax, ay = (vx[a] - left) / cell, (vy[a] - bottom) / cell
        bx, by = (vx[b] - left) / cell, (vy[b] - bottom) / cell
        upward = by > ay
        if not upward:
            ax, ay, bx, by = bx, by, ax, ay
        slope = (bx - ax) / (by - ay) if by > ay else 0.0
        for row in range(max(math.floor(ay - 1e-6), 0), min(math.floor(by + 1e-6) + 1, size)):
            if by > ay:
                u = ax + slope * (min(max(float(row), ay), by) - ay)
                v = ax + slope * (min(max(row + 1.0, ay), by) - ay)
            else:
                u, v = ax, bx
            for column in range(max(math.floor(min(u, v) - 1e-6), 0), min(math.floor(max(u, v) + 1e-6) + 1, size)):
                mask[row, column] = BOUNDARY
            centre = row + 0.5
            if ay <= centre < by:
                column = math.ceil(ax + slope * (centre - ay) - 0.5)
                turn[row, min(max(column, 0), size)] += 1 if upward else -1
    for row in range(size):
        turns = 0
        for column in range(size):
            turns += turn[row, column]
            if mask[row, column] != BOUNDARY and turns != 0:
                mask[row, column] = INSIDE
    return mask


@kernel
def points_in_polygon(x, y, row, role, start, grid, wanted, vx, vy, painted, left, bottom, cell, out):  # type: ignore[no-untyped-def]
    """Set ``out[row[i]]`` for each point with all bits of ``wanted`` inside the polygon of ``painted``; how many."""
    size = painted.shape[0]
    x0, y0, width, columns, rows = grid[0], grid[1], grid[2], int(grid[3]), int(grid[4])
    first, last = math.floor((left - x0) / width), math.floor((left + size * cell - x0) / width) + 1
    low, high = math.floor((bottom - y0) / width), math.floor((bottom + size * cell - y0) / width) + 1
    first, last, low, high = max(first, 0), min(last, columns), max(low, 0), min(high, rows)
    count = 0
    if first >= last:
        return count
    for line in range(low, high):
        for i in range(start[line * columns + first], start[line * columns + last]):
            if role[i] & wanted != wanted:
                continue
            u, v = math.floor((x[i] - left) / cell), math.floor((y[i] - bottom) / cell)
            if u < 0 or v < 0 or u >= size or v >= size:
                continue
            kind = painted[v, u]
            if kind == INSIDE or (kind == BOUNDARY and winding(x[i], y[i], vx, vy) != 0):
                out[row[i]] = True
                count += 1
    return count


@kernel
def points_near_path(x, y, row, role, start, grid, wanted, vx, vy, radius, out):  # type: ignore[no-untyped-def]
    """Set ``out[row[i]]`` for each point with all bits of ``wanted`` within ``radius`` of the open path (vx, vy)."""
    x0, y0, cell, columns, rows = grid[0], grid[1], grid[2], int(grid[3]), int(grid[4])
    for a in range(max(len(vx) - 1, 1)):
        b = min(a + 1, len(vx) - 1)
        left, right = min(vx[a], vx[b]) - radius, max(vx[a], vx[b]) + radius
        bottom, top = min(vy[a], vy[b]) - radius, max(vy[a], vy[b]) + radius
        first, last = math.floor((left - x0) / cell), math.floor((right - x0) / cell) + 1
        low, high = math.floor((bottom - y0) / cell), math.floor((top - y0) / cell) + 1
        first, last, low, high = max(first, 0), min(last, columns), max(low, 0), min(high, rows)
        if first >= last:
            continue
        dx, dy = vx[b] - vx[a], vy[b] - vy[a]
        long = dx * dx + dy * dy
        for line in range(low, high):
            for i in range(start[line * columns + first], start[line * columns + last]):
                if role[i] & wanted != wanted or out[row[i]]:
                    continue
                along = 0.0 if long <= 0 else ((x[i] - vx[a]) * dx + (y[i] - vy[a]) * dy) / long
                along = min(max(along, 0.0), 1.0)
                ex, ey = x[i] - (vx[a] + along * dx), y[i] - (vy[a] + along * dy)
                if ex * ex + ey * ey <= radius * radius:
                    out[row[i]] = True


@kernel
def place_without_overlap(px, py, size):  # type: ignore[no-untyped-def]
    """Which squares of side ``size`` around (px, py), taken in order, overlap none taken before: (m,) bool."""
    taken = np.zeros(len(px), np.bool_)
    kept = np.empty(len(px), np.int32)
    count = 0
    for i in range(len(px)):
        free = True
        for k in range(count):
            j = kept[k]
            if abs(px[i] - px[j]) < size and abs(py[i] - py[j]) < size:
                free = False
                break
        if free:
            taken[i] = True
            kept[count] = i
            count += 1
    return taken

"""The kernels that find the regions of the map: density on a grid, its hills, what each hill holds, where labels fit.

They release the GIL. Fields are (rows, columns) float32, row 0 at the bottom of the map.
"""

import math

import numba
import numpy as np

kernel = numba.njit(nogil=True, cache=True)


@kernel
def bin_points(x, y, role, wanted, left, bottom, cell, rows, columns):  # type: ignore[no-untyped-def]
    """How many points with all bits of ``wanted`` lie in each cell, and the cell (m,) int32 of each, -1 for none."""
    field = np.zeros((rows, columns), np.float32)
    home = np.empty(len(x), np.int32)
    for i in range(len(x)):
        home[i] = -1
        if role[i] & wanted == wanted:
            u, v = math.floor((x[i] - left) / cell), math.floor((y[i] - bottom) / cell)
            if 0 <= u < columns and 0 <= v < rows:
                field[v, u] += 1
                home[i] = v * columns + u
    return field, home


@kernel
def blur(field, reach, passes):  # type: ignore[no-untyped-def]
    """Smooth ``field`` by ``passes`` box filters of 2 ``reach`` + 1 cells along each axis; what is outside is 0."""
    rows, columns = field.shape
    out = field.copy()
    line = np.empty(max(rows, columns), np.float32)
    per = np.float32(1 / (2 * reach + 1))
    for _ in range(passes):
        for v in range(rows):
            total = np.float32(0)
            for u in range(min(reach, columns)):
                total += out[v, u]
            for u in range(columns):
                if u + reach < columns:
                    total += out[v, u + reach]
                if u - reach - 1 >= 0:
                    total -= out[v, u - reach - 1]
                line[u] = total * per
            for u in range(columns):
                out[v, u] = max(line[u], np.float32(0))
        for u in range(columns):
            total = np.float32(0)
            for v in range(min(reach, rows)):
                total += out[v, u]
            for v in range(rows):
                if v + reach < rows:
                    total += out[v + reach, u]
                if v - reach - 1 >= 0:
                    total -= out[v - reach - 1, u]
                line[v] = total * per
            for v in range(rows):
                out[v, u] = max(line[v], np.float32(0))
    return out


@kernel
def hills(density, order, least, prominence):  # type: ignore[no-untyped-def]
    """The hill (rows * columns,) int32 that each cell belongs to, -1 for none, and the peak cell of each hill.

    Cells are taken from the highest down, ``order``; each joins the highest hill beside it. A hill whose peak is less
    than ``prominence`` times as high as the saddle where it meets a higher one is part of that (Chazal et al. 2013,
    "Persistence-based clustering in Riemannian manifolds"). Cells with a density below ``least`` belong to none.
    """
    rows, columns = density.shape
    flat = density.reshape(-1)
    parent = np.full(rows * columns, -1, np.int32)
    for cell in order:
        if flat[cell] < least:
            break
        v, u = cell // columns, cell % columns
        best = -1
        for dv in range(-1, 2):
            for du in range(-1, 2):
                w, z = v + dv, u + du
                if (dv == 0 and du == 0) or w < 0 or z < 0 or w >= rows or z >= columns:
                    continue
                at = w * columns + z
                if parent[at] < 0:
                    continue
                while parent[at] != at:
                    parent[at] = parent[parent[at]]
                    at = parent[at]
                if best < 0 or flat[at] > flat[best]:
                    best, at = at, best
                # The lower of two hills that meet here, where it hardly rises above the saddle, is no hill.
                if at >= 0 and at != best and flat[at] < prominence * flat[cell]:
                    parent[at] = best
        parent[cell] = best if best >= 0 else cell
    number = np.full(rows * columns, -1, np.int32)
    peaks = np.empty(rows * columns, np.int32)
    count = 0
    for cell in range(rows * columns):
        if parent[cell] == cell:
            number[cell] = count
            peaks[count] = cell
            count += 1
    hill = np.full(rows * columns, -1, np.int32)
    for cell in range(rows * columns):
        at = parent[cell]
        if at >= 0:
            while parent[at] != at:
                at = parent[at]
            hill[cell] = number[at]
    return hill, peaks[:count].copy()


@kernel
def tally(home, hill, row, x, y, codes, count, values):  # type: ignore[no-untyped-def]
    """How many points of each of ``count`` hills carry each of ``values`` codes, and the sums of their x and y.

    Three tables (count, values): int32, float64, float64.
    """
    table = np.zeros((count, values), np.int32)
    sum_x, sum_y = np.zeros((count, values), np.float64), np.zeros((count, values), np.float64)
    for i in range(len(home)):
        if home[i] >= 0 and hill[home[i]] >= 0:
            code = codes[row[i]]
            if 0 <= code < values:
                h = hill[home[i]]
                table[h, code] += 1
                sum_x[h, code] += x[i]
                sum_y[h, code] += y[i]
    return table, sum_x, sum_y


@kernel
def moments(home, hill, row, values, count):  # type: ignore[no-untyped-def]
    """How many points of each of ``count`` hills have a finite value, and their sum: (count,) and (count,) float64."""
    known, total = np.zeros(count, np.int64), np.zeros(count, np.float64)
    for i in range(len(home)):
        if home[i] >= 0 and hill[home[i]] >= 0:
            value = values[row[i]]
            if np.isfinite(value):
                known[hill[home[i]]] += 1
                total[hill[home[i]]] += value
    return known, total


@kernel
def spread_of(values):  # type: ignore[no-untyped-def]
    """The mean and the standard deviation of the finite ``values`` (n,), NaN where there are none."""
    count, total, squares = 0, 0.0, 0.0
    for value in values:
        if np.isfinite(value):
            count += 1
            total += value
    if count == 0:
        return np.nan, np.nan
    mean = total / count
    for value in values:
        if np.isfinite(value):
            squares += (value - mean) ** 2
    return mean, math.sqrt(squares / count)


@kernel
def centres(home, hill, x, y, count):  # type: ignore[no-untyped-def]
    """How many points each of ``count`` hills has, and the position of the one nearest to their mean, -1 for none."""
    size = np.zeros(count, np.int64)
    mx, my = np.zeros(count, np.float64), np.zeros(count, np.float64)
    for i in range(len(home)):
        if home[i] >= 0 and hill[home[i]] >= 0:
            h = hill[home[i]]
            size[h] += 1
            mx[h] += x[i]
            my[h] += y[i]
    for h in range(count):
        if size[h] > 0:
            mx[h] /= size[h]
            my[h] /= size[h]
    best, found = np.full(count, np.inf), np.full(count, -1, np.int32)
    for i in range(len(home)):
        if home[i] >= 0 and hill[home[i]] >= 0:
            h = hill[home[i]]
            away = (x[i] - mx[h]) ** 2 + (y[i] - my[h]) ** 2
            if away < best[h]:
                best[h], found[h] = away, i
    return size, found


@kernel
def first_scales(x, y, width, height, text, start, end, gap, apart):  # type: ignore[no-untyped-def]
    """The scale (m,) from which each label, in order of importance, can be shown without ever touching another.

    Labels have a fixed size in pixels around (x, y) on the map, and room ``gap`` around; label i wants to be shown from
    ``start[i]`` to ``end[i]``. Equal numbers in ``text`` (-1 for none) keep ``apart`` pixels between them. As the scale
    grows labels only move apart, so that one scale says it all (Been et al. 2006, "Dynamic map labeling").
    """
    first = start.copy()
    for i in range(len(x)):
        for j in range(i):
            if first[j] >= end[j]:
                continue
            dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
            wide, high = (width[i] + width[j]) / 2 + gap, (height[i] + height[j]) / 2 + gap
            free = min(wide / dx if dx > 0 else np.inf, high / dy if dy > 0 else np.inf)
            if text[i] >= 0 and text[i] == text[j]:
                away = math.hypot(dx, dy)
                free = max(free, apart / away if away > 0 else np.inf)
            if end[i] > first[j]:
                first[i] = max(first[i], min(free, end[j]))
    return first

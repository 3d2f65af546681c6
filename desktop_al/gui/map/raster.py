"""The kernels that turn points into pixels, with none of Qt in them.

Images are (h, w, 4) uint8, premultiplied, in the byte order B, G, R, A of ``QImage.Format_ARGB32_Premultiplied`` on a
little-endian machine. Points lie in the order of a grid (see `desktop_al.gui.map.index`), shuffled within each of its
cells, so that whatever overplots is an unbiased sample and memory is walked in order. Every kernel releases the GIL.

A point is binned by its *role*, one byte per point: see the bits below.
"""

import math

import numba
import numpy as np
from numpy.typing import NDArray

SHAPE_BITS = 0b0000_0111  # the number of the shape, `DISC` ... `SQUARE`
ACTIVE = 0b0000_1000  # passes the filter and the legend
MARK = 0b0001_0000  # labelled or picked: drawn above the raster
PICKED = 0b0010_0000  # a pick of the shown batch
HIGHLIGHTED = 0b0100_0000
NEAREST_BELOW, SPREAD_BELOW = 0.25, 0.75
DISC, CROSS, DIAMOND, TRIANGLE, SQUARE = range(5)

kernel = numba.njit(nogil=True, cache=True, fastmath={"nsz", "arcp", "contract", "afn", "reassoc"})


@kernel
def visible_cells(grid, left, top, scale, width, height, reach):  # type: ignore[no-untyped-def]
    """The half-open ranges of grid columns and rows that an image with a ``reach`` in pixels around it touches."""
    x0, y0, cell, columns, rows = grid[0], grid[1], grid[2], int(grid[3]), int(grid[4])
    first = math.floor((left - reach / scale - x0) / cell)
    last = math.floor((left + (width + reach) / scale - x0) / cell) + 1
    low = math.floor((top - (height + reach) / scale - y0) / cell)
    high = math.floor((top + reach / scale - y0) / cell) + 1
    return max(first, 0), min(last, columns), max(low, 0), min(high, rows), columns


@kernel
def _add_pair(flat, at, left, right, b, g, r):  # type: ignore[no-untyped-def]
    """Add a colour with the weights ``left`` and ``right`` to the pixels at ``at`` and beside it."""
    flat[at] += left * b
    flat[at + 1] += left * g
    flat[at + 2] += left * r
    flat[at + 3] += left
    flat[at + 4] += right * b
    flat[at + 5] += right * g
    flat[at + 6] += right * r
    flat[at + 7] += right


@kernel
def spread(flat, width, height, begin, end, px, py, b, g, r):  # type: ignore[no-untyped-def]
    """Spread the weight 1 of a point at (px, py) over the four pixels around it, in proportion.

    Of these only the lines of pixels from ``begin`` to before ``end`` are written to.
    """
    fx, fy = np.float32(px) - np.float32(0.5), np.float32(py) - np.float32(0.5)
    if not (fx >= 0 and fy >= 0 and fx < width - 1 and fy < height - 1):
        return
    cx, cy = np.int32(fx), np.int32(fy)
    u, v = fx - np.float32(cx), fy - np.float32(cy)
    w00, w10 = (1 - u) * (1 - v), u * (1 - v)
    w01, w11 = (1 - u) * v, u * v
    # Unrolled, and with unsigned offsets, which spares the test for negative ones: this line of kernels is the hottest.
    near = np.uint64((cy * width + cx) * 4)
    far = near + np.uint64(width * 4)
    if begin <= cy < end:
        _add_pair(flat, near, w00, w10, b, g, r)
    if begin <= cy + 1 < end:
        _add_pair(flat, far, w01, w11, b, g, r)


@kernel
def add_disc(flat, width, begin, end, px, py, radius, b, g, r):  # type: ignore[no-untyped-def]
    """Add an antialiased disc of weight 1 inside, to the lines of pixels from ``begin`` to before ``end``."""
    span = math.ceil(radius)
    cx, cy = math.floor(px), math.floor(py)
    ex, ey = np.float32(px), np.float32(py)
    rim = np.float32(radius + 0.5)
    for iy in range(max(cy - span, begin), min(cy + span + 1, end)):
        dy = np.float32(iy) + np.float32(0.5) - ey
        for ix in range(max(cx - span, 0), min(cx + span + 1, width)):
            dx = np.float32(ix) + np.float32(0.5) - ex
            away = dx * dx + dy * dy
            if away < rim * rim:
                weight = min(rim - math.sqrt(away), np.float32(1))
                at = np.uint64((iy * width + ix) * 4)
                flat[at] += weight * b
                flat[at + 1] += weight * g
                flat[at + 2] += weight * r
                flat[at + 3] += weight


@kernel
def accumulate(x, y, code, role, start, grid, mask, wanted, colours, left, top, scale, radius, total, begin, end):  # type: ignore[no-untyped-def]
    """Add every point whose ``role & mask == wanted`` to ``total`` (h, w, 4) float32: B, G, R and weight.

    A point weighs 1: in one pixel while ``radius`` is below `NEAREST_BELOW`, spread over four while it is below
    `SPREAD_BELOW`, else as an antialiased disc of full weight. ``colours`` is (256, 3) float32 in the order B, G, R.
    Only the lines of pixels from ``begin`` to before ``end`` are written to, each as in a call for all of them.
    """
    height, width = total.shape[0], total.shape[1]
    above = top - begin / scale
    first, last, low, high, columns = visible_cells(grid, left, above, scale, width, end - begin, radius + 2)
    if first >= last:
        return
    flat = total.reshape(-1)
    for row in range(low, high):
        for i in range(start[row * columns + first], start[row * columns + last]):
            if role[i] & mask == wanted:
                px, py = (x[i] - left) * scale, (top - y[i]) * scale
                b, g, r = colours[code[i], 0], colours[code[i], 1], colours[code[i], 2]
                if radius < NEAREST_BELOW:
                    if 0 <= px < width and begin <= py < end:
                        at = np.uint64((np.int32(py) * width + np.int32(px)) * 4)
                        flat[at] += b
                        flat[at + 1] += g
                        flat[at + 2] += r
                        flat[at + 3] += np.float32(1)
                elif radius < SPREAD_BELOW:
                    spread(flat, width, height, begin, end, px, py, b, g, r)
                else:
                    add_disc(flat, width, begin, end, px, py, radius, b, g, r)


def tone(reference: float, radius: float, strength: float) -> tuple[NDArray[np.float32], float]:
    """The opacity and glow of a pixel by the weight in it, as a table (4096, 2), and the table's steps per weight.

    ``reference`` is the weight that a typical pixel of the map carries. One point keeps an opacity that grows with its
    ``radius`` only, so that outliers stay visible; above it opacity grows with the logarithm. ``strength`` scales all.
    """
    single = float(np.interp(radius, (0.5, 1.8), (0.42, 0.9)))
    full = max(2.5, 3.0 * reference)
    top = 4.0 * full
    weight = np.linspace(0, top, 4096)
    grown = np.log2(np.maximum(weight, 1)) / math.log2(full)
    opacity = np.where(weight < 1, single * weight, single + (1 - single) * np.minimum(grown, 1))
    glow = np.clip((np.log2(np.maximum(weight, 1)) - math.log2(full) * 0.45) / 2.5, 0, 1)
    return np.stack([opacity * strength, glow], axis=1).astype(np.float32), 4095 / top


@kernel
def shade(total, table, steps, glow_to, glow, image):  # type: ignore[no-untyped-def]
    """Compose what `accumulate` gathered over ``image`` and clear it; dense pixels lean to the grey ``glow_to``."""
    height, width = total.shape[0], total.shape[1]
    for iy in range(height):
        for ix in range(width):
            weight = total[iy, ix, 3]
            if weight <= 0:
                continue
            step = min(int(weight * steps), 4095)
            opacity, lean = table[step, 0], table[step, 1] * glow
            back = 1 - opacity
            per = 1 / weight
            for channel in range(3):
                colour = total[iy, ix, channel] * per
                colour += (glow_to - colour) * lean
                image[iy, ix, channel] = np.uint8(colour * opacity + image[iy, ix, channel] * back + np.float32(0.5))
                total[iy, ix, channel] = 0
            image[iy, ix, 3] = np.uint8(255 * opacity + image[iy, ix, 3] * back + np.float32(0.5))
            total[iy, ix, 3] = 0


@kernel
def collect(x, y, role, start, grid, mask, wanted, left, top, scale, width, height, reach, most):  # type: ignore[no-untyped-def]
    """The positions (m,) int32 of points with ``role & mask == wanted`` within ``reach`` pixels of the image.

    Where there are more than ``most`` it stops at once, with ``most`` + 1 of them.
    """
    first, last, low, high, columns = visible_cells(grid, left, top, scale, width, height, reach)
    found = np.empty(1024, np.int32)
    count = 0
    if first >= last:
        return found[:0]
    right, bottom = left + (width + reach) / scale, top - (height + reach) / scale
    west, north = left - reach / scale, top + reach / scale
    for row in range(low, high):
        for i in range(start[row * columns + first], start[row * columns + last]):
            if role[i] & mask == wanted and west <= x[i] <= right and bottom <= y[i] <= north:
                if count == len(found):
                    grown = np.empty(2 * count, np.int32)
                    grown[:count] = found
                    found = grown
                found[count] = i
                count += 1
                if count > most:
                    return found[:count]
    return found[:count]


@kernel
def shape_distance(shape, dx, dy, radius):  # type: ignore[no-untyped-def]
    """The signed distance in pixels from (dx, dy) to the outline of ``shape``, negative inside; y grows downwards."""
    ax, ay = abs(dx), abs(dy)
    if shape == CROSS:
        p, q = (ax + ay) * 0.70710678, abs(ax - ay) * 0.70710678
        return max(p - 1.2 * radius, q - 0.34 * radius)
    if shape == DIAMOND:
        return (ax + ay - 1.32 * radius) * 0.70710678
    if shape == TRIANGLE:
        drop = dy - 0.14 * radius
        return max(drop - 0.66 * radius, ax * 0.8660254 - drop * 0.5 - 0.66 * radius)
    if shape == SQUARE:
        return max(ax, ay) - 0.88 * radius
    return math.sqrt(dx * dx + dy * dy) - radius


@kernel
def stamp(chosen, x, y, code, role, colours, left, top, scale, radius, line, line_colour, opacity, image, begin, end):  # type: ignore[no-untyped-def]
    """Draw the points ``chosen`` (m,), in order, as antialiased shapes of ``radius`` pixels over ``image``.

    ``line`` is the width of the outline in ``line_colour`` (3,) float32, 0 for none; ``opacity`` is 0 to 1.
    Only the lines of pixels from ``begin`` to before ``end`` are written to.
    """
    width = image.shape[1]
    span = math.ceil(radius * 1.35 + line + 0.5)
    for k in range(len(chosen)):
        i = chosen[k]
        px, py = (x[i] - left) * scale, (top - y[i]) * scale
        if px < -span or py < begin - span or px > width + span or py > end + span:
            continue
        shape = role[i] & SHAPE_BITS
        cx, cy = math.floor(px), math.floor(py)
        for iy in range(max(cy - span, begin), min(cy + span + 1, end)):
            for ix in range(max(cx - span, 0), min(cx + span + 1, width)):
                distance = shape_distance(shape, ix + 0.5 - px, iy + 0.5 - py, radius)
                cover = 0.5 - distance + line
                if cover <= 0:
                    continue
                cover = min(cover, 1.0) * opacity
                inner = min(max(0.5 - distance, 0.0), 1.0)
                back = 1 - cover
                for channel in range(3):
                    colour = colours[code[i], channel] * inner + line_colour[channel] * (1 - inner)
                    image[iy, ix, channel] = np.uint8(colour * cover + image[iy, ix, channel] * back + 0.5)
                image[iy, ix, 3] = np.uint8(255 * cover + image[iy, ix, 3] * back + 0.5)


@kernel
def pack(codes, state, rank, highlight, visible, shown, shapes, packed):  # type: ignore[no-untyped-def]
    """Fill ``packed`` (n,) uint16 from the columns (n,) of the pool: the code of each row, and 256 times its role.

    ``shown`` (256,) bool tells which codes the legend has switched on; ``shapes`` (states,) uint8 each state's shape.
    """
    for r in range(len(packed)):
        bits = shapes[state[r]]
        if state[r] != 0:
            bits |= MARK
        if rank[r] >= 0:
            bits |= MARK | PICKED
        if visible[r] and shown[codes[r]]:
            bits |= ACTIVE
            if highlight[r]:
                bits |= HIGHLIGHTED
        packed[r] = np.uint16(codes[r]) | np.uint16(bits << 8)


@kernel
def gather(row, packed, code, role):  # type: ignore[no-untyped-def]
    """Fill ``code`` and ``role`` (m,) uint8 of the points ``row`` (m,) from what `pack` made.

    Rows lie in memory as they come: one look at two bytes is what a point costs. Returns how many points are active,
    and how many of those highlighted.
    """
    active, lit = 0, 0
    for i in range(len(row)):
        both = packed[row[i]]
        bits = both >> 8
        code[i] = both & 255
        role[i] = bits
        active += (bits & ACTIVE) != 0
        lit += (bits & HIGHLIGHTED) != 0
    return active, lit

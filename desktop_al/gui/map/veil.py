"""The kernels that hatch the regions where something holds of most points: what is not covered, where a map misleads.

They release the GIL. Images are as in `desktop_al.gui.map.raster`.
"""

import math

import numba
import numpy as np

from desktop_al.gui.map.raster import visible_cells

kernel = numba.njit(nogil=True, cache=True)

STRIPES, DOTS = 0, 1


@kernel
def local_sums(x, y, role, value, start, grid, wanted, left, top, scale, side, rows, columns):  # type: ignore[no-untyped-def]
    """The sum of ``value`` (m,) float32 and the count of points with all bits of ``wanted``, by squares of the image.

    Squares have ``side`` pixels; NaN counts for nothing. Returns two (rows, columns) float32.
    """
    total, weight = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
    first, last, low, high, across = visible_cells(grid, left, top, scale, columns * side, rows * side, 0.0)
    if first >= last:
        return total, weight
    for line in range(low, high):
        for i in range(start[line * across + first], start[line * across + last]):
            if role[i] & wanted == wanted and value[i] == value[i]:
                u, v = math.floor((x[i] - left) * scale / side), math.floor((top - y[i]) * scale / side)
                if 0 <= u < columns and 0 <= v < rows:
                    total[v, u] += value[i]
                    weight[v, u] += 1
    return total, weight


@kernel
def strength_of(total, weight, start, full, least):  # type: ignore[no-untyped-def]
    """How strongly each square is hatched: 0 where the mean is ``start``, 1 where it is ``full``, 0 where it is empty.

    ``least`` is the weight from which on a square counts in full; with a tenth of it a square is empty.
    """
    rows, columns = total.shape
    out = np.zeros((rows, columns), np.float32)
    for v in range(rows):
        for u in range(columns):
            if weight[v, u] > 0.1 * least:
                share = (total[v, u] / weight[v, u] - start) / (full - start)
                present = min((weight[v, u] / least - 0.1) / 0.9, 1.0)
                out[v, u] = min(max(share, 0.0), 1.0) * present
    return out


@kernel
def hatch(image, strength, side, pattern, period, width, shift_x, shift_y, skip_x, skip_y, colour, ink, fade):  # type: ignore[no-untyped-def]
    """Draw ``pattern`` over ``image`` as strongly as ``strength`` (rows, columns) says, and take the colour away there.

    Lines of ``width`` pixels lie ``period`` apart; ``shift_x`` and ``shift_y`` anchor them on the map. The picture
    begins ``skip_x`` and ``skip_y`` pixels inside of ``strength``. ``colour`` is (3,) float32; ``ink`` the opacity of a
    line, ``fade`` the share of the colour that goes.
    """
    height, wide = image.shape[0], image.shape[1]
    rows, columns = strength.shape
    for iy in range(height):
        v = min(max((iy + skip_y + 0.5) / side - 0.5, 0.0), rows - 1.0)
        v0 = min(int(v), rows - 2) if rows > 1 else 0
        fv, v1 = v - v0, min(v0 + 1, rows - 1)
        for ix in range(wide):
            u = min(max((ix + skip_x + 0.5) / side - 0.5, 0.0), columns - 1.0)
            u0 = min(int(u), columns - 2) if columns > 1 else 0
            fu, u1 = u - u0, min(u0 + 1, columns - 1)
            high = strength[v0, u0] * (1 - fu) + strength[v0, u1] * fu
            low = strength[v1, u0] * (1 - fu) + strength[v1, u1] * fu
            much = high * (1 - fv) + low * fv
            if much < 0.02:
                continue
            if fade > 0 and image[iy, ix, 3] > 0:
                grey = 0.114 * image[iy, ix, 0] + 0.587 * image[iy, ix, 1] + 0.299 * image[iy, ix, 2]
                for c in range(3):
                    image[iy, ix, c] = np.uint8(image[iy, ix, c] + (grey - image[iy, ix, c]) * fade * much)
            if pattern == STRIPES:
                at = (ix + shift_x + iy + shift_y) % period
                cover = min(max(width - abs(at - width), 0.0), 1.0)
            else:
                dx = (ix + shift_x) % period - period / 2
                dy = (iy + shift_y) % period - period / 2
                cover = min(max(width + 0.5 - math.sqrt(dx * dx + dy * dy), 0.0), 1.0)
            cover *= ink * min(much * 1.6, 1.0)
            if cover > 0:
                for c in range(3):
                    image[iy, ix, c] = np.uint8(colour[c] * cover + image[iy, ix, c] * (1 - cover) + 0.5)
                image[iy, ix, 3] = np.uint8(255 * cover + image[iy, ix, 3] * (1 - cover) + 0.5)

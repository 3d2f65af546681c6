"""Points into pixels: a smooth density and anti-aliased discs, for pictures without a window."""

import math

import numba
import numpy as np
from numpy.typing import NDArray


def density(points: NDArray[np.float64], width: int, height: int, blur: float) -> NDArray[np.float64]:
    """Count ``points`` (n, 2), in pixels, on a grid and smooth it: (height, width), largest value 1 where any are.

    The smoothing is a Gaussian of standard deviation ``blur`` pixels, cut at three of them.
    """
    columns = np.clip(points[:, 0].astype(np.int64), 0, width - 1)
    rows = np.clip(points[:, 1].astype(np.int64), 0, height - 1)
    counts = np.bincount(rows * width + columns, minlength=width * height).reshape(height, width).astype(np.float64)
    reach = math.ceil(3 * blur)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / blur) ** 2)
    smooth = _convolved(_convolved(counts, kernel).T, kernel).T
    return smooth / max(float(smooth.max(initial=0.0)), 1e-300)


def _convolved(image: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row of ``image`` convolved with the odd ``kernel``, zeros beyond the edges."""
    reach, width = len(kernel) // 2, image.shape[1]
    padded = np.pad(image, ((0, 0), (reach, reach)))
    out = np.zeros_like(image)
    for place, weight in enumerate(kernel):
        out += weight * padded[:, place : place + width]
    return out


@numba.njit(nogil=True, cache=True)
def splat(
    points: NDArray[np.float64],
    codes: NDArray[np.int64],
    palette: NDArray[np.float32],
    radius: float,
    opacity: float,
    canvas: NDArray[np.float32],
) -> None:
    """Paint a disc for each of ``points`` (n, 2), in pixels, one over the other, onto ``canvas`` (height, width, 3).

    Disc i has colour ``palette[codes[i]]``; its edge is one pixel soft.
    """
    height, width = canvas.shape[0], canvas.shape[1]
    for point in range(points.shape[0]):
        x, y = points[point, 0], points[point, 1]
        colour = palette[codes[point]]
        for row in range(max(0, int(y - radius - 1)), min(height, int(y + radius + 2))):
            for column in range(max(0, int(x - radius - 1)), min(width, int(x + radius + 2))):
                away = math.hypot(column + 0.5 - x, row + 0.5 - y)
                cover = min(1.0, radius + 0.5 - away) * opacity
                if cover > 0.0:
                    for channel in range(3):
                        canvas[row, column, channel] += cover * (colour[channel] - canvas[row, column, channel])

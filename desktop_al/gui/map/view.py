"""What of the map is in sight."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """What is in sight: the centre in map coordinates, pixels per unit, and the size in device-independent pixels."""

    x: float
    y: float
    scale: float
    width: int
    height: int

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """Where the map's (x, y) is drawn."""
        return (x - self.x) * self.scale + self.width / 2, (self.y - y) * self.scale + self.height / 2

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        """What of the map lies at the pixel (px, py)."""
        return self.x + (px - self.width / 2) / self.scale, self.y - (py - self.height / 2) / self.scale


Margins = tuple[int, int, int, int]
"""Pixels at the left, top, right and bottom of a view where something else lies."""
Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top, in map coordinates."""
FREE: Margins = (0, 0, 0, 0)
EDGE = 32  # pixels, half the side of the image that names a region


def fitted(bounds: Bounds, width: int, height: int, choices: Sequence[Margins] = (FREE,)) -> View:
    """The view that shows all of ``bounds`` with some room around, inside those margins that leave the most."""
    return max((_fitted(bounds, width, height, margins) for margins in choices), key=lambda view: view.scale)


def _fitted(bounds: Bounds, width: int, height: int, margins: Margins) -> View:
    left, bottom, right, top = bounds
    free = _inside(width - margins[0] - margins[2]), _inside(height - margins[1] - margins[3])
    scales = [
        size / span
        for size, span in ((free[0], right - left), (free[1], top - bottom))
        if span > max(abs(left), abs(right), abs(bottom), abs(top), 1.0) * 1e-12
    ]
    scale = min(scales) if scales else max(min(free), 1) / 2.0
    # The middle of the bounds comes to lie in the middle of what is free.
    x = (left + right) / 2 + (margins[2] - margins[0]) / 2 / scale
    y = (bottom + top) / 2 + (margins[1] - margins[3]) / 2 / scale
    return View(x, y, scale, width, height)


def _inside(size: int) -> float:
    """What of ``size`` pixels is left between two edges that the image at an outermost sample does not cross."""
    size = max(size, 1)
    return size - 2 * max(0.05 * size, min(EDGE, 0.1 * size))


def between(start: View, end: View, t: float) -> View:
    """The view at the share ``t`` of the way; the scale changes by equal factors."""
    if t >= 1:
        return end
    scale = float(start.scale * (end.scale / start.scale) ** t)
    # The centre follows the scale, so that the target lies still on the screen while zooming in.
    change = 1 / end.scale - 1 / start.scale
    share = t if abs(change) * start.scale < 1e-3 else (1 / scale - 1 / start.scale) / change
    return View(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, scale, end.width, end.height)

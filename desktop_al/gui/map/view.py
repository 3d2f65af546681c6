"""What of the map is in sight."""

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


def fitted(bounds: tuple[float, float, float, float], width: int, height: int) -> View:
    """The view that shows all of ``bounds`` (left, bottom, right, top) with some room around."""
    left, bottom, right, top = bounds
    room = 0.90
    scales = [
        room * size / span
        for size, span in ((width, right - left), (height, top - bottom))
        if span > max(abs(left), abs(right), abs(bottom), abs(top), 1.0) * 1e-12
    ]
    scale = min(scales) if scales else max(min(width, height), 1) / 2.0
    return View((left + right) / 2, (bottom + top) / 2, scale, width, height)


def between(start: View, end: View, t: float) -> View:
    """The view at the share ``t`` of the way; the scale changes by equal factors."""
    if t >= 1:
        return end
    scale = float(start.scale * (end.scale / start.scale) ** t)
    # The centre follows the scale, so that the target lies still on the screen while zooming in.
    change = 1 / end.scale - 1 / start.scale
    share = t if abs(change) * start.scale < 1e-3 else (1 / scale - 1 / start.scale) / change
    return View(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, scale, end.width, end.height)

"""Where an image lies in its pane: fitted, pixel for pixel, or anywhere between. Plain arithmetic."""

from dataclasses import dataclass, replace

FITTED = 0.0
CLOSEST = 32.0
STEP = 1.25


@dataclass(frozen=True, slots=True)
class Camera:
    """How images are looked at; it says the same of images and panes of any size, so that several can follow one.

    ``zoom`` is the size relative to the fitted image, 0 for fitted; ``exact`` shows one pixel of the image on one of
    the screen instead. ``u`` and ``v`` are the point of the image, from 0 to 1, in the middle of the pane.
    """

    zoom: float = FITTED
    exact: bool = False
    u: float = 0.5
    v: float = 0.5

    @property
    def fitted(self) -> bool:
        """Whether all of the image shows, as large as it goes."""
        return not self.exact and self.zoom == FITTED


@dataclass(frozen=True, slots=True)
class Placement:
    """An image of ``width`` x ``height`` pixels in a pane of ``pane_width`` x ``pane_height``, in pixels of the screen.

    ``enlarge`` bounds how much larger than its own pixels a fitted image gets.
    """

    width: int
    height: int
    pane_width: int
    pane_height: int
    camera: Camera
    enlarge: float = 8.0

    @property
    def fit_scale(self) -> float:
        """Pixels of the screen on one of the image where it is fitted."""
        return max(1e-6, min(self.pane_width / self.width, self.pane_height / self.height, self.enlarge))

    @property
    def scale(self) -> float:
        """Pixels of the screen on one of the image."""
        if self.camera.exact:
            return 1.0
        return self.fit_scale * (self.camera.zoom or 1.0)

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """``(x, y, width, height)`` of the image in the pane; whole numbers where it is shown pixel for pixel."""
        wide, high = self.width * self.scale, self.height * self.scale
        x = _placed(wide, self.pane_width, self.camera.u)
        y = _placed(high, self.pane_height, self.camera.v)
        return (round(x), round(y), wide, high) if self.camera.exact else (x, y, wide, high)

    def _looking(self, zoom: float, exact: bool, left: float, top: float) -> Camera:
        """A camera at ``zoom`` that puts the corner of the image at ``left`` and ``top``, as far as it goes."""
        there = replace(self, camera=Camera(zoom, exact))
        wide, high = self.width * there.scale, self.height * there.scale
        return Camera(zoom, exact, _clamped(left, wide, self.pane_width), _clamped(top, high, self.pane_height))

    def zoomed(self, factor: float, x: float, y: float) -> Camera:
        """Zoom by ``factor`` about the point ``x``, ``y`` of the pane, which keeps its place on the image."""
        zoom = self.scale / self.fit_scale * factor
        smallest = min(1.0, 1.0 / self.fit_scale)
        zoom = min(max(zoom, smallest), max(CLOSEST / self.fit_scale, 1.0))
        if factor < 1 and abs(zoom - 1.0) < 0.02:
            return Camera()
        left, top, _, _ = self.rect
        new = self.fit_scale * zoom / self.scale
        return self._looking(zoom, False, x - (x - left) * new, y - (y - top) * new)

    def at_full_size(self, x: float, y: float) -> Camera:
        """Show pixel for pixel, with the point ``x``, ``y`` of the pane kept in place."""
        left, top, _, _ = self.rect
        new = 1.0 / self.scale
        return self._looking(1.0, True, x - (x - left) * new, y - (y - top) * new)

    def panned(self, dx: float, dy: float) -> Camera:
        """Move the image by ``dx`` and ``dy`` pixels of the screen, as far as it goes."""
        left, top, _, _ = self.rect
        return self._looking(self.camera.zoom or 1.0, self.camera.exact, left + dx, top + dy)


def _placed(size: float, room: float, middle: float) -> float:
    """Where an image of ``size`` begins in ``room``: centred while it fits, else with ``middle`` in the middle."""
    if size <= room:
        return (room - size) / 2
    return min(0.0, max(room - size, room / 2 - middle * size))


def _clamped(start: float, size: float, room: float) -> float:
    """The point from 0 to 1 in the middle of ``room`` for an image of ``size`` that begins at ``start``."""
    if size <= room:
        return 0.5
    start = min(0.0, max(room - size, start))
    return (room / 2 - start) / size

"""One picture of the map: from positions, columns and a view to an image, on whichever thread asks."""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop_al.gui.map.cloud import Cloud, build_cloud, shuffled
from desktop_al.gui.map.colouring import ColourBy, ColourColumn, Colouring, Kind, bgr, colouring
from desktop_al.gui.map.style import Columns, Style, build_style
from desktop_al.gui.theme import Theme

MARGIN = 0.12  # of the view's size, drawn beyond each side so that a pan shows no bare edge
DISC_RADIUS = 1.7  # from here on points are drawn one by one, below it they add up
MOST_DISCS = 400_000
MOST_MARKS = 20_000
MOST_LIT = 20_000
THUMB_SIDE = 76
MOST_THUMB_CANDIDATES = 3_000
# The share of the points in view that thumbnails could show, at which they begin to appear and are fully there.
THUMBS_FROM, THUMBS_FULL = 0.20, 0.24

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True, eq=False)
class FrameRequest:
    """Everything that a frame depends on, by reference; arrays are never written after they were handed over.

    With ``fit`` only the size of ``view`` counts: all points come into sight.
    """

    generation: int
    xy: NDArray[np.float64]
    column: ColourColumn
    columns: Columns
    view: View
    fit: bool
    ratio: float
    theme: Theme
    thumbs: bool


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture that covers the map from (left, top), ``scale`` device pixels per unit, and what it was made from.

    ``thumb_rows`` (t,) int32 are the rows to show as thumbnails, best first, with opacity ``thumb_opacity``.
    """

    generation: int
    view: View
    image: QImage
    pixels: NDArray[np.uint8]  # what ``image`` looks into
    left: float
    top: float
    scale: float
    cloud: Cloud
    style: Style
    colouring: Colouring
    thumb_rows: NDArray[np.int32]
    thumb_opacity: float


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


def zoom_of(cloud: Cloud, view: View) -> float:
    """How much larger than fitted ``view`` shows the map, at least 1."""
    return max(view.scale / fitted(cloud.bounds, view.width, view.height).scale, 1.0)


def point_radius(cloud: Cloud, view: View) -> float:
    """The radius of a point: as large as its typical neighbours leave room for, never too small to be seen."""
    least = float(np.interp(math.log10(max(len(cloud), 1)), (3, 4, 5, 6), (2.6, 1.9, 1.0, 0.5)))
    least = max(least, min(least * zoom_of(cloud, view) ** 0.35, 2.0))
    return float(np.clip(0.42 * view.scale / math.sqrt(cloud.density), least, 5.5))


def mark_radius(cloud: Cloud, view: View, count: int) -> float:
    """The radius of ``count`` marks: larger than points, smaller where many are in sight."""
    in_sight = max(count / zoom_of(cloud, view) ** 2, 1.0)
    return max(1.3 * point_radius(cloud, view), float(np.clip(7.6 - 1.45 * math.log10(in_sight), 2.0, 5.6)))


class Renderer:
    """Makes frames; keeps what did not change between two of them. For one thread at a time."""

    def __init__(self) -> None:
        self._order = shuffled(0)
        self._kept: dict[str, tuple[tuple[object, ...], object]] = {}
        self._total = np.zeros((0, 0, 4), np.float32)

    def cloud(self, xy: NDArray[np.float64]) -> Cloud:
        """The cloud of ``xy``, kept while it is the same array."""
        if len(self._order) != len(xy):
            self._order = shuffled(len(xy))
        found = self._remembered("cloud", (xy,))
        if not isinstance(found, Cloud):
            found = self._remember("cloud", (xy,), build_cloud(xy, self._order))
        return found

    def looks(self, request: FrameRequest) -> tuple[Cloud, Colouring, Style]:
        """Cloud, colouring and style of ``request``, kept while their inputs are the same objects."""
        cloud = self.cloud(request.xy)
        column, columns = request.column, request.columns
        inputs = (column.by, column.codes, column.names, column.values, request.theme)
        painted = self._remembered("colouring", inputs)
        if not isinstance(painted, Colouring):
            painted = self._remember("colouring", inputs, colouring(column, request.theme))
        parts = (cloud, painted, columns.state, columns.rank, columns.highlight, columns.visible, columns.shown)
        style = self._remembered("style", parts)
        if not isinstance(style, Style):
            style = self._remember("style", parts, build_style(cloud, painted, columns))
        return cloud, painted, style

    def _remembered(self, name: str, inputs: tuple[object, ...]) -> object:
        kept = self._kept.get(name)
        # Arrays are compared by identity: they are never written after they were handed over.
        same = kept is not None and all(
            a is b or (isinstance(a, ColourBy) and a == b) for a, b in zip(kept[0], inputs, strict=True)
        )
        return kept[1] if kept is not None and same else None

    def _remember(self, name: str, inputs: tuple[object, ...], value: T) -> T:
        self._kept[name] = (inputs, value)
        return value

    def render(self, request: FrameRequest) -> Frame:
        """The frame of ``request``."""
        cloud, painted, style = self.looks(request)
        view, ratio = request.view, request.ratio
        if request.fit:
            view = fitted(cloud.bounds, view.width, view.height)
        margin_x, margin_y = round(view.width * MARGIN * ratio), round(view.height * MARGIN * ratio)
        width, height = round(view.width * ratio) + 2 * margin_x, round(view.height * ratio) + 2 * margin_y
        pixels = np.zeros((max(height, 1), max(width, 1), 4), np.uint8)
        scale = view.scale * ratio
        left, top = view.to_map(-margin_x / ratio, -margin_y / ratio)
        brush = _Brush(self, request, view, cloud, painted, style, pixels, (left, top, scale))
        brush.draw()
        rows, opacity = _thumbnails(cloud, style, view) if request.thumbs else (np.empty(0, np.int32), 0.0)
        image = QImage(
            pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        return Frame(request.generation, view, image, pixels, left, top, scale, cloud, style, painted, rows, opacity)

    def total(self, height: int, width: int) -> NDArray[np.float32]:
        """A cleared accumulator (height, width, 4); `shade` leaves it cleared."""
        if self._total.shape[:2] != (height, width):
            self._total = np.zeros((height, width, 4), np.float32)
        return self._total


class _Brush:
    """Draws the layers of one frame, lowest first."""

    def __init__(
        self,
        renderer: Renderer,
        request: FrameRequest,
        view: View,
        cloud: Cloud,
        painted: Colouring,
        style: Style,
        pixels: NDArray[np.uint8],
        where: tuple[float, float, float],
    ) -> None:
        self.renderer, self.cloud, self.painted, self.style, self.pixels = renderer, cloud, painted, style, pixels
        self.view, self.where = view, where
        self.theme, self.ratio = request.theme, request.ratio
        self.radius = point_radius(cloud, view)
        self.dim = 0.24 if style.highlighted else 1.0
        self.canvas, self.lit = bgr(self.theme.canvas), bgr(self.theme.highlight)
        # Where colour does not tell the state, a strong outline tells the picks.
        self.rim = self.canvas if painted.by.kind is Kind.STATE else bgr(self.theme.text)

    def draw(self) -> None:
        """Draw everything."""
        from desktop_al.gui.map.raster import ACTIVE, HIGHLIGHTED

        if len(self.cloud) == 0:
            return
        if self.style.active < len(self.cloud):
            faint = np.empty((256, 3), np.float32)
            faint[:] = bgr(self.theme.faint)
            self._density(ACTIVE, 0, faint, 0.22 if self.theme.dark else 0.3)
        self._points(ACTIVE, ACTIVE, self.dim, 0.0)
        lit = ACTIVE | HIGHLIGHTED
        crowded = self.style.highlighted > MOST_LIT
        if crowded:
            self._points(lit, lit, 1.0, 1.0)
        self._marks(self.style.labelled, 0.86, 1.0, self.canvas)
        self._marks(self.style.picks, 1.0, 1.3, self.rim)
        if self.style.highlighted and not crowded:
            self._lit(self._collect(lit, lit))

    def _points(self, mask: int, wanted: int, opacity: float, lit: float) -> None:
        """Points as discs where there is room for them, else as density; ``lit`` is the width of the outline."""
        if self.radius >= DISC_RADIUS:
            chosen = self._collect(mask, wanted)
            if len(chosen) <= MOST_DISCS:
                # The outline tells overlapping discs apart; it comes with size, so that no seam shows.
                line = float(np.clip((self.radius - 2.2) * 0.5, 0, 0.9))
                colour = self.lit if lit else self.canvas
                self._stamp(chosen, self.radius, lit or line, colour, 0.92 * opacity)
                return
        self._density(mask, wanted, self.painted.colours, opacity)

    def _density(self, mask: int, wanted: int, colours: NDArray[np.float32], opacity: float) -> None:
        from desktop_al.gui.map.raster import SPREAD_BELOW, accumulate, shade, tone

        height, width = self.pixels.shape[:2]
        total = self.renderer.total(height, width)
        radius = min(self.radius, DISC_RADIUS) * self.ratio
        cloud, style = self.cloud, self.style
        accumulate(
            cloud.x, cloud.y, style.code, style.role, cloud.start, cloud.grid, mask, wanted, colours, *self.where,
            np.float32(radius), total,
        )  # fmt: skip
        reference = cloud.density / self.where[2] ** 2 * (1 if radius < SPREAD_BELOW else math.pi * radius**2)
        table, steps = tone(reference, radius / self.ratio, opacity)
        # Dense places glow towards white on a dark canvas and deepen on a light one.
        towards, glow = (255.0, 0.45) if self.theme.dark else (0.0, 0.28)
        shade(total, table, np.float32(steps), np.float32(towards), np.float32(glow), self.pixels)

    def _marks(self, positions: NDArray[np.int32], size: float, line: float, colour: NDArray[np.float32]) -> None:
        from desktop_al.gui.map.raster import HIGHLIGHTED

        count = len(positions)
        if count > MOST_MARKS:
            # Far too many for one shape each: those in sight, if they are few enough, else the raster shows them.
            positions = positions[self._in_sight(positions)]
            if len(positions) > MOST_MARKS:
                return
        radius = size * mark_radius(self.cloud, self.view, count)
        if self.style.highlighted:
            lit = self.style.role[positions] & HIGHLIGHTED > 0
            self._stamp(positions[~lit], radius, line, colour, max(self.dim, 0.3))
            positions = positions[lit]
        self._stamp(positions, radius, line, colour, 1.0)

    def _in_sight(self, positions: NDArray[np.int32]) -> NDArray[np.bool_]:
        left, top, scale = self.where
        height, width = self.pixels.shape[:2]
        px, py = (self.cloud.x[positions] - left) * scale, (top - self.cloud.y[positions]) * scale
        inside: NDArray[np.bool_] = (px > 0) & (px < width) & (py > 0) & (py < height)
        return inside

    def _lit(self, positions: NDArray[np.int32]) -> None:
        from desktop_al.gui.map.raster import MARK

        marked = self.style.role[positions] & MARK > 0
        plain = max(self.radius, 2.0 if len(positions) < 4000 else 1.4)
        line = float(np.interp(math.log10(max(len(positions), 1)), (2.5, 4), (1.2, 0.5)))
        self._stamp(positions[~marked], plain, line, self.lit, 1.0)
        size = mark_radius(self.cloud, self.view, len(self.style.picks) + len(self.style.labelled))
        self._stamp(positions[marked], size, 1.5, self.lit, 1.0)

    def _collect(self, mask: int, wanted: int) -> NDArray[np.int32]:
        from desktop_al.gui.map.raster import collect

        height, width = self.pixels.shape[:2]
        cloud = self.cloud
        found: NDArray[np.int32] = collect(
            cloud.x, cloud.y, self.style.role, cloud.start, cloud.grid, mask, wanted, *self.where, width, height,
            16.0 * self.ratio,
        )  # fmt: skip
        return found

    def _stamp(
        self, chosen: NDArray[np.int32], radius: float, line: float, colour: NDArray[np.float32], opacity: float
    ) -> None:
        from desktop_al.gui.map.raster import stamp

        if len(chosen):
            cloud, ratio = self.cloud, self.ratio
            stamp(
                chosen, cloud.x, cloud.y, self.style.code, self.style.role, self.painted.colours, *self.where,
                radius * ratio, line * ratio, colour, opacity, self.pixels,
            )  # fmt: skip


def _thumbnails(cloud: Cloud, style: Style, view: View) -> tuple[NDArray[np.int32], float]:
    """Which rows are shown as thumbnails, none overlapping, best representative first; and how opaque they are."""
    from desktop_al.gui.map.index import place_without_overlap
    from desktop_al.gui.map.raster import ACTIVE, HIGHLIGHTED, MARK, PICKED, collect

    nothing = np.empty(0, np.int32), 0.0
    left, top = view.to_map(0, 0)
    found = collect(
        cloud.x, cloud.y, style.role, cloud.start, cloud.grid, ACTIVE, ACTIVE, left, top, view.scale,
        view.width, view.height, float(THUMB_SIDE),
    )  # fmt: skip
    if len(found) == 0 or len(found) > MOST_THUMB_CANDIDATES:
        return nothing
    role, row = style.role[found], cloud.row[found]
    importance = 4 * (role & HIGHLIGHTED > 0) + 2 * (role & PICKED > 0) + (role & MARK > 0)
    # The last key gives each row a fixed place in the queue, so that a pan does not reshuffle what is shown.
    order = np.lexsort((row.astype(np.uint32) * np.uint32(2_654_435_761), -importance.astype(np.int64)))
    px, py = (cloud.x[found] - left) * view.scale, (top - cloud.y[found]) * view.scale
    kept = order[place_without_overlap(px[order], py[order], float(THUMB_SIDE + 4))]
    opacity = float(np.clip((len(kept) / len(found) - THUMBS_FROM) / (THUMBS_FULL - THUMBS_FROM), 0, 1))
    return (row[kept], opacity) if opacity > 0 else nothing

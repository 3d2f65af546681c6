"""One picture of the map: from positions, columns and a view to an image, on whichever thread asks."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop_al.gui.map.brush import Brush
from desktop_al.gui.map.cloud import Cloud, build_cloud, shuffled
from desktop_al.gui.map.colouring import ColourBy, ColourColumn, Colouring, Kind, colouring
from desktop_al.gui.map.cores import on_one_core
from desktop_al.gui.map.coverage import coverage_colouring
from desktop_al.gui.map.legend_counts import Seen, seen_codes
from desktop_al.gui.map.style import Columns, Marks, Style, build_style, find_marks
from desktop_al.gui.map.thumbnails import choose_thumbnails
from desktop_al.gui.map.veils import Veil, veils_of
from desktop_al.gui.map.view import FREE, Margins, View, fitted
from desktop_al.gui.theme import Theme

MARGIN = 0.12  # of the view's size, drawn beyond each side so that a pan shows no bare edge

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class FrameRequest:
    """Everything that a frame depends on, by reference; arrays are never written after they were handed over.

    With ``fit`` only the size of ``view`` counts: all points come into sight, inside the roomiest margins of
    ``fit_into``. Without ``marks`` picks and labelled
    samples are drawn as any other. With ``trust`` (n,), NaN where unknown, regions where it is low are hatched. While a
    hand moves the map, ``moving``, one core draws: the other moves the last picture.
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
    marks: bool = True
    trust: NDArray[np.float64] | None = None
    fit_into: tuple[Margins, ...] = (FREE,)
    moving: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture that covers the map from (left, top), ``scale`` device pixels per unit, and what it was made from.

    ``thumb_rows`` (t,) int32 are the rows to show as thumbnails, best first, with opacity ``thumb_opacity``
    and ``thumb_side`` pixels wide. ``seen`` (256,) counts the points of each colour that no filter hides, None where no
    filter hides any.
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
    thumb_side: float
    seen: Seen | None = None


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
        # The number is that of another project where neither has values yet.
        n = len(request.xy)
        inputs = (column.by, column.codes, column.names, column.values, column.after, request.theme, n)
        painted = self._remembered("colouring", inputs)
        if not isinstance(painted, Colouring):
            coverage = column.by.kind is Kind.COVERAGE
            made = coverage_colouring(column, n, request.theme) if coverage else colouring(column, request.theme)
            painted = self._remember("colouring", inputs, made)
        parts = (cloud, painted, columns.state, columns.rank, columns.highlight, columns.visible, columns.shown)
        style = self._remembered("style", parts)
        if not isinstance(style, Style):
            style = self._remember("style", parts, build_style(cloud, painted, columns, self._marks(cloud, columns)))
        return cloud, painted, style

    def _marks(self, cloud: Cloud, columns: Columns) -> Marks:
        inputs = (cloud, columns.state, columns.rank)
        found = self._remembered("marks", inputs)
        if not isinstance(found, Marks):
            found = self._remember("marks", inputs, find_marks(cloud, columns.state, columns.rank))
        return found

    def _veils(self, request: FrameRequest, cloud: Cloud, painted: Colouring, style: Style) -> tuple[Veil, ...]:
        if not request.marks:
            return ()
        inputs = (cloud, painted, style, request.trust, request.theme)
        found = self._remembered("veils", inputs)
        if not isinstance(found, tuple):
            found = self._remember("veils", inputs, veils_of(cloud, style, painted, request.trust, request.theme))
        return found

    def _remembered(self, name: str, inputs: tuple[object, ...]) -> object:
        kept = self._kept.get(name)
        # Arrays are compared by identity: they are never written after they were handed over.
        same = kept is not None and all(
            a is b or (isinstance(a, ColourBy | int) and a == b) for a, b in zip(kept[0], inputs, strict=True)
        )
        return kept[1] if kept is not None and same else None

    def _remember(self, name: str, inputs: tuple[object, ...], value: T) -> T:
        self._kept[name] = (inputs, value)
        return value

    def render(self, request: FrameRequest) -> Frame:
        """The frame of ``request``."""
        with on_one_core(request.moving):
            return self._rendered(request)

    def _rendered(self, request: FrameRequest) -> Frame:
        cloud, painted, style = self.looks(request)
        view, ratio = request.view, request.ratio
        if request.fit:
            view = fitted(cloud.bounds, view.width, view.height, request.fit_into)
        margin_x, margin_y = round(view.width * MARGIN * ratio), round(view.height * MARGIN * ratio)
        width, height = round(view.width * ratio) + 2 * margin_x, round(view.height * ratio) + 2 * margin_y
        pixels = np.zeros((max(height, 1), max(width, 1), 4), np.uint8)
        scale = view.scale * ratio
        left, top = view.to_map(-margin_x / ratio, -margin_y / ratio)
        where = (left, top, scale)
        brush = Brush(self.total, view, request.theme, ratio, cloud, painted, style, pixels, where)
        brush.draw(self._veils(request, cloud, painted, style), request.marks)
        thumbs = choose_thumbnails(cloud, style, view) if request.thumbs else (np.empty(0, np.int32), 0.0, 0.0)
        image = QImage(
            pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        seen = self._seen(painted, request.columns.visible)
        return Frame(request.generation, view, image, pixels, left, top, scale, cloud, style, painted, *thumbs, seen)

    def _seen(self, painted: Colouring, visible: NDArray[np.bool_]) -> Seen | None:
        found = self._remembered("seen", (painted, visible))
        if not isinstance(found, tuple):
            found = self._remember("seen", (painted, visible), (seen_codes(painted.codes, visible),))
        seen: Seen | None = found[0]
        return seen

    def total(self, height: int, width: int) -> NDArray[np.float32]:
        """A cleared accumulator (height, width, 4); `shade` leaves it cleared."""
        if self._total.shape[:2] != (height, width):
            self._total = np.zeros((height, width, 4), np.float32)
        return self._total

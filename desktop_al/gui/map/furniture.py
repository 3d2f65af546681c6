"""What stands in the corners of the map: legend, overview, buttons to find one's way, and a note."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.map.driver import FrameDriver
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.legend import LEAST_HEIGHT as LEAST_LEGEND
from desktop_al.gui.map.legend import Legend
from desktop_al.gui.map.minimap import OVERVIEW, Minimap, overview_steps
from desktop_al.gui.map.nav_bar import NavBar
from desktop_al.gui.map.navigation import Navigation
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT

ROOMY, NARROW_SHARE = 520, 0.55  # pixels of width below which the legend gets a share of the height only
LEAST_HEIGHT = 170  # pixels of height that it gets in any case, where there are as many


class Furniture(QObject):
    """Keeps its pieces in their corners of ``canvas`` and up to date."""

    def __init__(self, canvas: Navigation, driver: FrameDriver, fit_highlight: Callable[[], None]) -> None:
        super().__init__(canvas)
        self._canvas, self._driver = canvas, driver
        self.legend = Legend(canvas)
        self.minimap = Minimap(canvas, canvas)
        self.nav = NavBar(canvas, fit_highlight, canvas)
        self.note = QLabel(canvas)
        self.note.setProperty("kind", "small")
        self.note.setAutoFillBackground(True)
        self.note.setContentsMargins(TIGHT, 1, TIGHT, 1)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note.hide()
        self._frame: Frame | None = None
        self._asked = (False, False, MEDIUM)
        self._highlighted = 0
        driver.found.connect(self._on_found)
        # A second map beside this one changes the room of the canvas alone, not that of the widget around it.
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corners where the canvas changes its size."""
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.replace()
        return False

    def place(self, placed: bool, legend: bool, top: int = MEDIUM) -> None:
        """Put every piece where it belongs.

        ``placed`` whether there is a map, ``legend`` whether it is asked for; it has the right side to itself, from
        ``top`` pixels down, so that it keeps its size whatever else comes and goes.
        """
        self._asked = (placed, legend, top)
        room = self._canvas.size()
        # On a narrow map the legend must not hide all of one side.
        share = round(NARROW_SHARE * room.height())
        most = room.height() if room.width() >= ROOMY else max(share, min(room.height(), LEAST_HEIGHT))
        high, wide = most - top - MEDIUM, room.width() - 2 * MEDIUM
        # A part of it that is cut off, or lies on the overview, helps nobody.
        self.legend.setVisible(legend and placed and high >= LEAST_LEGEND and wide >= self.legend.width())
        self.legend.fit_into(high)
        self._move(self.legend, room.width() - self.legend.width() - MEDIUM, top)
        self.nav.adjustSize()
        # Buttons that are cut off help nobody; the keys do the same.
        self.nav.setVisible(placed and self.nav.height() + top + MEDIUM <= room.height())
        self._move(self.nav, MEDIUM, room.height() - self.nav.height() - MEDIUM)
        beside = MEDIUM + self.nav.width() + SMALL
        self._move(self.minimap, beside, room.height() - self.minimap.height() - MEDIUM)
        self.check_overview()
        self._place_note()
        self._leave_free(top)
        # What is covered now, or no longer, is drawn accordingly.
        self._canvas.viewport().update()

    def _leave_free(self, top: int) -> None:
        """Let all points come to lie beside the pieces, not below them."""
        canvas, legend = self._canvas, self.legend
        start = MEDIUM + self.nav.width() if self.nav.isVisibleTo(canvas) else 0
        choices = [(start, top - MEDIUM, 0, 0)]
        if legend.isVisibleTo(canvas):
            beside = (start, top - MEDIUM, legend.width() + MEDIUM, 0)
            below = (start, top + legend.height(), 0, 0)
            choices = [beside, below]
        if self._turned:
            choices = [(right, upper, left, lower) for left, upper, right, lower in choices]
        canvas.leave_free(tuple(choices))

    @property
    def _turned(self) -> bool:
        """Whether the language runs from right to left: each piece lies in the corner across then."""
        return bool(self._canvas.layoutDirection() == Qt.LayoutDirection.RightToLeft)

    def _move(self, piece: QWidget, x: int, y: int) -> None:
        piece.move(self._canvas.width() - x - piece.width() if self._turned else x, y)

    def _has_room(self, piece: QWidget) -> bool:
        """Whether ``piece`` lies within the canvas and beside the legend."""
        canvas, legend = self._canvas, self.legend
        beside = not legend.isVisibleTo(canvas) or not legend.geometry().intersects(piece.geometry())
        return beside and canvas.rect().contains(piece.geometry())

    def _place_note(self) -> None:
        self.note.adjustSize()
        beside = self.minimap if self.minimap.isVisibleTo(self._canvas) else self.nav
        taken = beside.geometry()
        at = (self._canvas.width() - taken.left() if self._turned else taken.right()) + SMALL
        self._move(self.note, at, self._canvas.height() - self.note.height() - MEDIUM)
        self.note.setVisible(bool(self.note.text()) and self._has_room(self.note))

    def covered(self) -> tuple[QRectF, ...]:
        """Where pieces stand over the canvas now."""
        pieces = (self.legend, self.nav, self.minimap, self.note)
        return tuple(QRectF(piece.geometry()) for piece in pieces if piece.isVisibleTo(self._canvas))

    def replace(self) -> None:
        """Put every piece where it belongs, as it was asked for last."""
        self.place(*self._asked)

    def show_highlight(self, count: int) -> None:
        """Say that ``count`` samples are highlighted."""
        self._highlighted = count
        self.nav.show_highlight(count > 0)
        self._update_note()

    def show_frame(self, frame: Frame | None) -> None:
        """The map shows ``frame``, or nothing yet."""
        first, self._frame = (self._frame is None) != (frame is None), frame
        if first:
            self._update_note()
        self.check_overview()

    def check_overview(self) -> None:
        """Show the overview where it is of use, and have it drawn anew where it is of other looks."""
        wanted = self.minimap.wanted and self._asked[0] and self._has_room(self.minimap)
        if wanted == self.minimap.isHidden():
            self.minimap.setVisible(wanted)
            self._place_note()
        self.minimap.update()
        if wanted and self._frame is not None and not self.minimap.shows(self._frame):
            self._driver.put_aside(OVERVIEW, overview_steps)

    def _on_found(self, name: str, value: object) -> None:
        if name == OVERVIEW and isinstance(value, Frame):
            self.minimap.set_frame(value)

    def _update_note(self) -> None:
        text = tr("{count:,} highlighted · Esc clears", count=self._highlighted) if self._highlighted else ""
        # The very first start compiles the kernels; later ones find them in a cache.
        self.note.setText(text if self._frame is not None else tr("Preparing the map…"))
        self.replace()

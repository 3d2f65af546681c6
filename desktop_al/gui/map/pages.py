"""What fills the map: the canvas once something is placed on it, else what to do first; and where what floats lies."""

from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop_al.domain.records import SampleStatus
from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.empty import EmptyMap
from desktop_al.gui.map.furniture import Furniture
from desktop_al.gui.map.looks import Looks
from desktop_al.gui.map.toolbar import MapToolbar
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import MEDIUM

BAR_HEIGHT = 36  # of a tool bar that floats, at least


class Pages(QWidget):
    """Shows ``canvas``, or `empty`, and places what lies over the canvas.

    ``toolbar`` is shown with the canvas, and lies over it too where it ``floats``.
    """

    def __init__(
        self, pool: Pool, canvas: MapCanvas, toolbar: MapToolbar, furniture: Furniture, looks: Looks, floats: bool
    ) -> None:
        super().__init__()
        self._pool, self._canvas, self._toolbar = pool, canvas, toolbar
        self._furniture, self._looks, self._floats = furniture, looks, floats
        self._placed = self._working = False
        self.empty = EmptyMap()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(canvas)
        if floats:
            toolbar.setParent(canvas)

    def set_working(self, working: bool) -> None:
        """Whether a job is about to bring the first positions, for the empty state."""
        self._working = working
        self.show_page(self._placed)

    def show_page(self, placed: bool) -> None:
        """Show the canvas where anything is ``placed``, else what to do first."""
        self._placed = placed
        if not placed:
            usable = bool((self._pool.status == SampleStatus.PRESENT).any())
            self.empty.say(len(self._pool), self._working, usable)
        self._stack.setCurrentWidget(self._canvas if placed else self.empty)
        self._toolbar.setVisible(placed)
        self.place()

    def place(self) -> None:
        """Put all that floats in its place, as its size or that of the canvas has changed."""
        top = MEDIUM
        if self._floats:
            room = self._canvas.width() - 2 * MEDIUM
            width = min(self._toolbar.sizeHint().width(), room)
            self._toolbar.setGeometry(MEDIUM, MEDIUM, width, max(self._toolbar.heightForWidth(width), BAR_HEIGHT))
            top = self._toolbar.geometry().bottom() + MEDIUM
        self._furniture.place(self._placed, self._looks.is_on("legend"), top)

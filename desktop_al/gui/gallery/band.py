"""A rectangle that the mouse draws in the grid: what it touches is highlighted once the button is let go."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication

from desktop_al.gui.theme import Theme

if TYPE_CHECKING:
    from desktop_al.gui.gallery.grid import GridView
    from desktop_al.gui.pool import Pool

SCROLL_MS = 30
# Of the way beyond the edge, the share that is scrolled each time.
PULL = 0.3


class Band(QObject):
    """Draws over ``grid``; Shift adds to the highlight and Alt takes from it, as on the map, and so does Ctrl add."""

    def __init__(self, grid: "GridView", pool: "Pool") -> None:
        super().__init__(grid)
        self._grid, self._pool = grid, pool
        self._from: QPoint | None = None
        self._to = QPoint()
        self.active = False
        self._pull = QTimer(self)
        self._pull.setInterval(SCROLL_MS)
        self._pull.timeout.connect(self._scroll)

    def press(self, point: QPoint) -> None:
        """Begin at ``point`` of the viewport, should the mouse be dragged."""
        self._from = self._content(point)
        self.active = False

    def move(self, point: QPoint) -> None:
        """Reach to ``point``."""
        if self._from is None:
            return
        self._to = point
        far = (self._content(point) - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and not self.active:
            self.active = True
            self._pull.start()
        if self.active:
            self._grid.viewport().update()

    def release(self, held: Qt.KeyboardModifier) -> bool:
        """Highlight what is touched; returns whether there was a rectangle."""
        was, self.active = self.active, False
        self._pull.stop()
        if was:
            rows = self._grid.rows[self._touched()]
            adds = held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            takes = held & Qt.KeyboardModifier.AltModifier
            self._pool.set_highlight(rows, "subtract" if takes else "add" if adds else "replace")
        self._from = None
        self._grid.viewport().update()
        return was

    def cancel(self) -> bool:
        """Forget the rectangle; returns whether there was one."""
        was, self.active, self._from = self.active, False, None
        self._pull.stop()
        self._grid.viewport().update()
        return was

    def touches(self, rect: QRect) -> bool:
        """Whether ``rect`` of the viewport is touched."""
        return self.active and self._rect().intersects(rect)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw it into the viewport."""
        if not self.active:
            return
        fill = QColor(theme.highlight)
        fill.setAlpha(40)
        painter.setPen(QPen(QColor(theme.highlight), 1))
        painter.setBrush(fill)
        painter.drawRect(self._rect().adjusted(0, 0, -1, -1))

    def _content(self, point: QPoint) -> QPoint:
        return point + QPoint(0, self._grid.top)

    def _rect(self) -> QRect:
        assert self._from is not None
        return QRect(self._from - QPoint(0, self._grid.top), self._to).normalized()

    def _touched(self) -> NDArray[np.int64]:
        rect = self._rect().translated(0, self._grid.top)
        return self._grid.layout_now().inside(rect.left(), rect.top(), rect.right(), rect.bottom())

    def _scroll(self) -> None:
        bar, y, height = self._grid.verticalScrollBar(), self._to.y(), self._grid.viewport().height()
        beyond = y if y < 0 else max(0, y - height)
        if beyond:
            bar.setValue(bar.value() + round(PULL * beyond))

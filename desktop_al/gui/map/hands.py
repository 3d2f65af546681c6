"""What the person does to the samples on the map: point, click, enclose, step, ask for a menu."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Signal

from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.overlay import Overlay
from desktop_al.gui.map.pointing import row_at
from desktop_al.gui.pool import Pool

JOINING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Hands(QObject):
    """Turns gestures on ``canvas`` into highlight and focus of ``pool``.

    ``frame()`` is the picture on the screen where it answers at once, else None. Signals: ``opened(row)``;
    ``menu_asked(row, where)`` after the focus went there.
    """

    opened = Signal(int)
    menu_asked = Signal(int, QPoint)

    def __init__(self, pool: Pool, canvas: MapCanvas, overlay: Overlay, frame: Callable[[], Frame | None]) -> None:
        super().__init__(canvas)
        self._pool, self._canvas, self._overlay, self._frame = pool, canvas, overlay, frame
        canvas.clicked.connect(self._on_clicked)
        canvas.double_clicked.connect(self._on_double_clicked)
        canvas.menu_asked.connect(self._on_menu)

    def row_at(self, px: float, py: float) -> int:
        """The row at the pixel (px, py) of the canvas, or -1; a thumbnail hides what is below."""
        frame, view = self._frame(), self._canvas.view
        if frame is None:
            return -1
        row = self._overlay.thumbnail_at(view, px, py)
        return row if row >= 0 else row_at(frame, view, px, py)

    def _on_clicked(self, px: float, py: float, modifiers: Qt.KeyboardModifier) -> None:
        row = self.row_at(px, py)
        if row >= 0:
            one = np.array([row])
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                self._pool.set_highlight(one, "subtract" if self._pool.highlight[row] else "add")
            elif modifiers & Qt.KeyboardModifier.ShiftModifier:
                self._pool.set_highlight(one, "add")
        if row >= 0 or not modifiers & JOINING:
            self._pool.set_focus(row)

    def _on_double_clicked(self, px: float, py: float) -> None:
        row = self.row_at(px, py)
        if row >= 0:
            self._pool.set_focus(row)
            self.opened.emit(row)

    def _on_menu(self, px: float, py: float, where: QPoint) -> None:
        row = self.row_at(px, py) if px >= 0 else self._pool.focus
        if row >= 0:
            self._pool.set_focus(row)
            self.menu_asked.emit(row, where)

    def escape(self) -> None:
        """Leave, one thing at a time: the gesture, the highlight, the tool, the focus."""
        if self._canvas.drawing:
            self._canvas.cancel_gesture()
        elif self._pool.highlight.any():
            self._pool.set_highlight(np.zeros(len(self._pool), np.bool_))
        elif self._canvas.tool is not Tool.PAN:
            self._canvas.set_tool(Tool.PAN)
        else:
            self._pool.set_focus(-1)

    def open_focus(self) -> None:
        """Open the focused sample."""
        if self._pool.focus >= 0:
            self.opened.emit(self._pool.focus)

    def step(self, dx: float, dy: float) -> None:
        """Focus the next sample in the unit direction (dx, dy), y upwards."""
        frame, view = self._frame(), self._canvas.view
        if frame is None:
            return
        from desktop_al.gui.map.raster import ACTIVE

        if self._pool.focus < 0:
            reach = max(view.width, view.height) / view.scale
            row = frame.cloud.nearest(frame.style.role, ACTIVE, view.x, view.y, reach)
        else:
            row = frame.cloud.step(frame.style.role, ACTIVE, self._pool.focus, dx, dy)
        if row >= 0:
            self._pool.set_focus(row)

"""What lies under the mouse, and the card that tells of it after a pause."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.colouring import ColourBy
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.hover_card import HoverCard
from desktop_al.gui.map.overlay import Overlay
from desktop_al.gui.map.sizes import mark_radius, point_radius
from desktop_al.gui.map.view import View
from desktop_al.gui.pool import Pool
from desktop_al.gui.thumbs import ThumbLoader

PAUSE_MS = 260
REACH = 12  # pixels around the mouse in which a point is found


def row_at(frame: Frame, view: View, px: float, py: float) -> int:
    """The row that ``frame`` draws at the pixel (px, py) of ``view``, or -1: a pick, a mark, a point, in this order."""
    from desktop_al.gui.map.raster import ACTIVE, MARK, PICKED

    x, y = view.to_map(px, py)
    cloud, role = frame.cloud, frame.style.role
    marks = len(frame.style.picks) + len(frame.style.labelled)
    reach = (mark_radius(cloud, view, marks) + 1) / view.scale
    for bits in (ACTIVE | PICKED, ACTIVE | MARK):
        row = cloud.nearest(role, bits, x, y, reach)
        if row >= 0:
            return row
    return cloud.nearest(role, ACTIVE, x, y, max(REACH, point_radius(cloud, view) + 2) / view.scale)


class Pointing(QObject):
    """Follows the mouse over ``canvas``; ``hit(px, py)`` is the row under it, ``colour()`` what colours the points.

    Signal: ``hovered(row)`` the mouse is over another row, or over none with -1.
    """

    hovered = Signal(int)

    def __init__(
        self,
        pool: Pool,
        thumbs: ThumbLoader,
        canvas: MapCanvas,
        overlay: Overlay,
        hit: Callable[[float, float], int],
        colour: Callable[[], ColourBy],
    ) -> None:
        super().__init__(canvas)
        self._pool, self._thumbs, self._canvas, self._overlay = pool, thumbs, canvas, overlay
        self._hit, self._colour = hit, colour
        self.card = HoverCard(canvas)
        self._at = QPoint()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show_card)
        canvas.pointed.connect(self._on_pointed)
        thumbs.ready.connect(self._on_thumbnail)

    def leave(self) -> None:
        """Point at nothing."""
        self._hover(-1)

    def _on_pointed(self, px: float, py: float) -> None:
        self._at = QPoint(round(px), round(py))
        self._hover(self._hit(px, py) if px >= 0 else -1)

    def _hover(self, row: int) -> None:
        if row == self._overlay.rings.hovered:
            return
        self._overlay.rings.hovered = row
        self.hovered.emit(row)
        self._canvas.viewport().update()
        if row < 0:
            self._pause.stop()
            self.card.hide()
        elif self.card.isVisible():
            self._show_card()
        else:
            self._pause.start()

    def _show_card(self) -> None:
        row = self._overlay.rings.hovered
        if not 0 <= row < len(self._pool):
            return
        sample = int(self._pool.ids[row])
        pixmap = self._thumbs.pixmap(sample)
        if pixmap is None:
            self._thumbs.request(sample, self._pool.thumb_key(row), self._pool.path(row))
        self.card.show_row(self._pool, row, self._colour(), pixmap, self._at)
        if pixmap is None and self._thumbs.failed(sample):
            self.card.set_unreadable()

    def _on_thumbnail(self, sample: int) -> None:
        row = int(self._pool.rows_of(np.array([sample], np.int64))[0])
        if row == self.card.row and self.card.isVisible():
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is None:
                self.card.set_unreadable()
            else:
                self.card.set_pixmap(pixmap)
        if self._overlay.shows_thumbnail(self._canvas.view, row):
            self._canvas.viewport().update()

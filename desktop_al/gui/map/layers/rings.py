"""Rings around what has the focus and what lies under the mouse."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_al.gui.map.layers.sight import Sight


class RingLayer:
    """``hovered`` is the row under the mouse, or -1."""

    def __init__(self) -> None:
        self.hovered = -1

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint the ring of the focus above that of the mouse."""
        focus = sight.pool.focus
        if 0 <= self.hovered < len(sight.pool) and self.hovered != focus:
            ring(painter, sight, self.hovered, QColor(sight.theme.text), 1.5)
        if focus >= 0:
            ring(painter, sight, focus, QColor(sight.theme.focus), 2.5)


def ring(painter: QPainter, sight: Sight, row: int, colour: QColor, width: float) -> None:
    """Paint a ring, or a frame around a thumbnail, that stands out from any ground."""
    centre = sight.place(row)
    if centre is None:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    canvas = QPen(QColor(sight.theme.canvas), width + 2.5)
    if sight.shows_thumbnail(row):
        side = sight.frame.thumb_side + 3
        area = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        for pen in (canvas, QPen(colour, width)):
            painter.setPen(pen)
            painter.drawRoundedRect(area, 6, 6)
        return
    radius = 4.0 + sight.mark_radius
    for pen in (canvas, QPen(colour, width)):
        painter.setPen(pen)
        painter.drawEllipse(centre, radius, radius)

"""Patterns that tell regions apart without colour, on the map and in its legend."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen


class Pattern(StrEnum):
    """What a region is hatched with."""

    NONE = "none"
    DOTS = "dots"
    STRIPES = "stripes"


def paint_pattern(painter: QPainter, area: QRectF, pattern: Pattern, ink: QColor, step: float = 4.0) -> None:
    """Fill ``area`` with ``pattern`` in ``ink``, one mark every ``step`` pixels."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    if pattern is Pattern.STRIPES:
        painter.setPen(QPen(ink, 1.1))
        way = area.left() - area.height()
        while way < area.right():
            painter.drawLine(QPointF(way, area.bottom()), QPointF(way + area.height(), area.top()))
            way += step
    elif pattern is Pattern.DOTS:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        y = area.top() + step / 2
        while y < area.bottom():
            x = area.left() + step / 2
            while x < area.right():
                painter.drawEllipse(QPointF(x, y), 0.9, 0.9)
                x += step
            y += step
    painter.restore()

"""The shape that a drag draws on the map: a rectangle, a lasso, or the stroke of a brush; and its looks."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from desktop_al.gui.i18n import trn
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import TYPE_SMALL, Theme

BRUSH_LEAST, BRUSH_MOST, BRUSH_STEP = 6.0, 160.0, 1.25
MODE_SIGNS = {"replace": "", "add": "+ ", "subtract": "− ", "intersect": "∩ "}


class Tool(StrEnum):
    """What a drag with the left button does."""

    PAN = "pan"
    RECTANGLE = "rectangle"
    LASSO = "lasso"
    BRUSH = "brush"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A polygon (v, 2) in map coordinates; with ``radius`` > 0 everything that near to its open path."""

    points: NDArray[np.float64]
    radius: float = 0.0


class Drawing:
    """The shape under way; ``count`` says how many samples it takes in, -1 while nobody counted."""

    def __init__(self) -> None:
        self.radius = 24.0
        self.count = -1
        self._tool = Tool.RECTANGLE
        self._trail: list[QPointF] = []

    def __bool__(self) -> bool:
        return bool(self._trail)

    def begin(self, tool: Tool, at: QPointF) -> None:
        """Begin a shape at ``at``; with the pan tool, a quick rectangle."""
        self._tool = Tool.RECTANGLE if tool is Tool.PAN else tool
        self._trail, self.count = [at], -1

    def extend(self, at: QPointF) -> None:
        """Go on to ``at``."""
        if self._tool is Tool.RECTANGLE:
            self._trail = [self._trail[0], at]
        elif (at - self._trail[-1]).manhattanLength() >= 2:
            self._trail.append(at)

    def clear(self) -> None:
        """Give it up."""
        self._trail, self.count = [], -1

    def resize_brush(self, way: int) -> None:
        """Make the brush larger (1) or smaller (-1)."""
        self.radius = float(np.clip(self.radius * BRUSH_STEP**way, BRUSH_LEAST, BRUSH_MOST))

    def corners(self) -> list[QPointF]:
        """The polygon or path in pixels."""
        if len(self._trail) < 2 or self._tool is not Tool.RECTANGLE:
            return self._trail
        a, b = self._trail[0], self._trail[-1]
        return [a, QPointF(b.x(), a.y()), b, QPointF(a.x(), b.y())]

    def shape(self, view: View) -> Shape | None:
        """What was drawn, on the map; None while it encloses nothing."""
        corners = self.corners()
        brush = self._tool is Tool.BRUSH
        if len(corners) < (1 if brush else 3):
            return None
        points = np.array([view.to_map(point.x(), point.y()) for point in corners], np.float64)
        return Shape(points, self.radius / view.scale if brush else 0.0)

    def paint(self, painter: QPainter, mode: str) -> None:
        """Paint the shape and, beside it, how many samples it takes in."""
        corners = self.corners()
        brush = self._tool is Tool.BRUSH
        if len(corners) < (1 if brush else 2):
            return
        theme = Theme.current()
        colour = QColor(theme.error if mode == "subtract" else theme.accent)
        fill = QColor(colour)
        if brush:
            fill.setAlphaF(0.24)
            path = QPainterPath(corners[0])
            for point in corners[1:] or [corners[0] + QPointF(0.01, 0)]:
                path.lineTo(point)
            pen = QPen(fill, 2 * self.radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(path, pen)
        else:
            fill.setAlphaF(0.14)
            pen = QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(corners), Qt.FillRule.WindingFill)
        if self.count >= 0:
            self._paint_count(painter, corners[2 if self._tool is Tool.RECTANGLE else -1], mode, theme)

    def _paint_count(self, painter: QPainter, at: QPointF, mode: str, theme: Theme) -> None:
        font = painter.font()
        font.setPixelSize(TYPE_SMALL)
        font.setBold(True)
        text = MODE_SIGNS[mode] + trn("{count:,} image", "{count:,} images", self.count)
        plate = QRectF(at.x() + 14, at.y() + 14, QFontMetricsF(font).horizontalAdvance(text) + 12, 20)
        room = painter.viewport()
        plate.moveRight(min(plate.right(), room.width() - 4))
        plate.moveBottom(min(plate.bottom(), room.height() - 4))
        back = QColor(theme.raised)
        back.setAlphaF(0.92)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(back)
        painter.drawRoundedRect(plate, 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def paint_brush(self, painter: QPainter, at: QPointF) -> None:
        """Paint the circle of the brush around the mouse."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((Theme.current().canvas, 3.0), (Theme.current().accent, 1.4)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(at, self.radius, self.radius)


def mode_of(modifiers: Qt.KeyboardModifier, chosen: str = "replace") -> str:
    """How a shape drawn with ``modifiers`` joins the highlight, see `Pool.set_highlight`; ``chosen`` with none held."""
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    return "intersect" if shift and alt else "add" if shift else "subtract" if alt else chosen

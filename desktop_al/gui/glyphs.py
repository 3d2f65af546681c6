"""The shape and colour of a sample's state, drawn wherever a state is shown: never by colour alone."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from desktop_al.domain.records import SampleState
from desktop_al.gui.marks import Mark
from desktop_al.gui.theme import STATE_SHAPES, Shape, Theme


def shape_path(shape: Shape, centre: QPointF, radius: float) -> QPainterPath:
    """The outline of ``shape`` around ``centre``; ``radius`` in pixels, of about equal area for every shape."""
    path = QPainterPath()
    x, y, r = centre.x(), centre.y(), radius
    if shape is Shape.DISC:
        path.addEllipse(centre, r * 0.9, r * 0.9)
    elif shape is Shape.SQUARE:
        path.addRect(QRectF(x - r * 0.8, y - r * 0.8, 1.6 * r, 1.6 * r))
    elif shape is Shape.DIAMOND:
        path.addPolygon(_closed([(x, y - 1.15 * r), (x + 1.15 * r, y), (x, y + 1.15 * r), (x - 1.15 * r, y)]))
    elif shape is Shape.TRIANGLE:
        path.addPolygon(_closed([(x, y - 1.1 * r), (x + 1.1 * r, y + 0.85 * r), (x - 1.1 * r, y + 0.85 * r)]))
    else:
        a, b = r * 0.95, r * 0.35
        arms = [(-a, -a + b), (-a + b, -a), (0, -b), (a - b, -a), (a, -a + b), (b, 0)]
        arms += [(a, a - b), (a - b, a), (0, b), (-a + b, a), (-a, a - b), (-b, 0)]
        path.addPolygon(_closed([(x + dx, y + dy) for dx, dy in arms]))
    return path


def paint_state(painter: QPainter, centre: QPointF, radius: float, state: SampleState, theme: Theme) -> None:
    """Draw the glyph of ``state`` with an outline that keeps it readable on any image."""
    path = shape_path(STATE_SHAPES[state], centre, radius)
    painter.setPen(QPen(QColor(theme.canvas), max(2.5, radius * 0.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.state_colour(state))
    painter.drawPath(path)


def mark_path(mark: Mark, centre: QPointF, radius: float) -> QPainterPath:
    """The outline of ``mark`` around ``centre``: a pin, or a disc that is struck through."""
    path = QPainterPath()
    x, y, r = centre.x(), centre.y(), radius
    if mark is Mark.PINNED:
        path.addEllipse(QPointF(x, y - 0.4 * r), 0.8 * r, 0.8 * r)
        tip = QPainterPath()
        tip.addPolygon(_closed([(x - 0.72 * r, y - 0.05 * r), (x + 0.72 * r, y - 0.05 * r), (x, y + 1.3 * r)]))
        eye = QPainterPath()
        eye.addEllipse(QPointF(x, y - 0.4 * r), 0.28 * r, 0.28 * r)
        return path.united(tip).subtracted(eye)
    path.addEllipse(centre, r, r)
    path.addEllipse(centre, 0.66 * r, 0.66 * r)
    bar = QPainterPath()
    a, b = 0.84 * r, 0.24 * r
    corners = [(x - a, y - a + b), (x - a + b, y - a), (x + a, y + a - b), (x + a - b, y + a)]
    bar.addPolygon(_closed(corners))
    disc = QPainterPath()
    disc.addEllipse(centre, r, r)
    return path.united(bar.intersected(disc))


def paint_mark(painter: QPainter, centre: QPointF, radius: float, mark: Mark, theme: Theme) -> None:
    """Draw the badge of a pin or a veto with an outline that keeps it readable on any image."""
    path = mark_path(mark, centre, radius)
    painter.setPen(QPen(QColor(theme.canvas), max(2.5, radius * 0.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(QColor(theme.canvas))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent if mark is Mark.PINNED else theme.error))
    painter.drawPath(path)


def paint_state_in(painter: QPainter, area: QRect, state: SampleState) -> None:
    """Draw the glyph of ``state`` in the middle of ``area`` in the theme in use."""
    paint_state(painter, QRectF(area).center(), min(area.width(), area.height()) * 0.36, state, Theme.current())


def _closed(points: list[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in [*points, points[0]]])

"""The surface of the map: a pyqtgraph view that moves the last picture at once and paints what is light on top.

It knows pixels, gestures and keys; what they mean for the pool is the `MapWidget`'s business.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_al.gui.map.navigation import ZOOM_STEP, Navigation
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import Theme

CLICK_TRAVEL = 4  # pixels that a press may wander and still be a click
WHEEL_REST_MS = 500


class Tool(StrEnum):
    """What a drag with the left button does."""

    PAN = "pan"
    RECTANGLE = "rectangle"
    LASSO = "lasso"


class MapCanvas(Navigation):
    """Pan, zoom, rectangle and lasso on one picture.

    Signals: ``pointed(x, y)`` the mouse rests on a pixel, or left with (-1, -1); ``clicked(x, y, modifiers)``;
    ``double_clicked(x, y)``; ``enclosed(polygon, modifiers)`` with a (v, 2) array in map coordinates;
    ``tool_changed(Tool)``; ``menu_asked(x, y, where)`` with a global position. Keys are left to the parent.
    """

    pointed = Signal(float, float)
    clicked = Signal(float, float, object)
    double_clicked = Signal(float, float)
    enclosed = Signal(object, object)
    tool_changed = Signal(object)
    menu_asked = Signal(float, float, QPoint)

    def __init__(self, paint_above: Callable[[QPainter], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paint_above = paint_above
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tool = Tool.PAN
        self.moving = False
        self._press: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._before: View | None = None
        self._trail: list[QPointF] = []
        self._wheel_rests = QTimer(self)
        self._wheel_rests.setSingleShot(True)
        self._wheel_rests.setInterval(WHEEL_REST_MS)
        self.set_theme()

    def set_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.setBackground(QColor(Theme.current().canvas))

    # Gestures

    def set_tool(self, tool: Tool) -> None:
        """Let a drag with the left button do ``tool``."""
        self.cancel_gesture()
        if tool is not self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)
        self._show_cursor()

    @property
    def drawing(self) -> bool:
        """Whether a rectangle or a lasso is being drawn."""
        return bool(self._trail)

    def cancel_gesture(self) -> None:
        """Give up the rectangle or lasso that is being drawn."""
        self._trail = []
        self._press = None
        self.moving = False
        self.viewport().update()

    def _show_cursor(self) -> None:
        if self.moving:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.tool is Tool.PAN:
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def _draws(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        # With the pan tool, a drag with Shift or Alt draws a rectangle: no change of tool for a quick one.
        asked = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        return self.tool is not Tool.PAN or bool(asked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a pan, a rectangle or a lasso."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        self.stop_glide()
        self._press, self._button, self._before = event.position(), event.button(), self.view
        self._trail = [event.position()] if self._draws(event) else []
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what the press began, or tell where the mouse points."""
        at = event.position()
        if self._press is None or self._before is None:
            self.pointed.emit(at.x(), at.y())
            return
        away = at - self._press
        if not self.moving and max(abs(away.x()), abs(away.y())) < CLICK_TRAVEL:
            return
        self.moving = True
        self.pointed.emit(-1.0, -1.0)
        if self._trail:
            self._extend(at)
            self.viewport().update()
        else:
            self._show_cursor()
            view = self._before
            self.is_fitted = False
            moved = View(
                view.x - away.x() / view.scale,
                view.y + away.y() / view.scale,
                view.scale,
                self.view.width,
                self.view.height,
            )
            self.set_view(moved)

    def _extend(self, at: QPointF) -> None:
        if self._draws_rectangle:
            self._trail = [self._trail[0], at]
        elif (at - self._trail[-1]).manhattanLength() >= 2:
            self._trail.append(at)

    @property
    def _draws_rectangle(self) -> bool:
        return self.tool is not Tool.LASSO

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture: a click, a remembered pan, or an enclosed polygon."""
        if self._press is None or event.button() != self._button:
            event.ignore()
            return
        moved, trail, before = self.moving, self._corners(), self._before
        at, button = self._press, self._button
        self.cancel_gesture()
        self._show_cursor()
        if not moved:
            if button == Qt.MouseButton.LeftButton:
                self.clicked.emit(at.x(), at.y(), event.modifiers())
        elif len(trail) >= 3:
            polygon = np.array([self.view.to_map(point.x(), point.y()) for point in trail], np.float64)
            self.enclosed.emit(polygon, event.modifiers())
        elif before is not None and before != self.view:
            self.remember(before)
        event.accept()

    def _corners(self) -> list[QPointF]:
        if len(self._trail) < 2 or not self._draws_rectangle:
            return self._trail
        a, b = self._trail[0], self._trail[-1]
        return [a, QPointF(b.x(), a.y()), b, QPointF(a.x(), b.y())]

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what lies under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position().x(), event.position().y())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu on what lies under the mouse, or by the key on what has the focus, as (-1, -1)."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        x, y = (event.pos().x(), event.pos().y()) if by_mouse else (-1.0, -1.0)
        self.menu_asked.emit(x, y, event.globalPos())
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; one turn of the wheel is one step of the history."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            if not self._wheel_rests.isActive():
                self.remember(self.view)
            self._wheel_rests.start()
            self.zoom(ZOOM_STEP ** (turned / 120), event.position().x(), event.position().y())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinch on a touch pad zooms."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position().x(), event.position().y())
            return True
        return bool(super().viewportEvent(event))

    def close(self) -> bool:
        """Close as any widget; pyqtgraph's own way tears the viewport down under the events that still arrive."""
        return QWidget.close(self)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self.pointed.emit(-1.0, -1.0)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the map."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the map."""
        event.ignore()

    # Painting

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Paint thumbnails, rings and the lasso, in pixels."""
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_above(painter)
        self._paint_trail(painter)
        painter.restore()

    def _paint_trail(self, painter: QPainter) -> None:
        corners = self._corners()
        if len(corners) < 2 or not self.moving:
            return
        colour = QColor(Theme.current().accent)
        fill = QColor(colour)
        fill.setAlphaF(0.14)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(corners), Qt.FillRule.WindingFill)


def mode_of(modifiers: Qt.KeyboardModifier) -> str:
    """How a rectangle or lasso with ``modifiers`` joins the highlight: see `Pool.set_highlight`."""
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    return "intersect" if shift and alt else "add" if shift else "subtract" if alt else "replace"

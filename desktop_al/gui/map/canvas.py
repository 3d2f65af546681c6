"""The surface of the map: a pyqtgraph view that moves the last picture at once and paints what is light on top.

It knows pixels, gestures and keys; what they mean for the pool is the `MapWidget`'s business.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_al.gui.map.drawing import Drawing, Tool, mode_of
from desktop_al.gui.map.navigation import ZOOM_STEP, Navigation
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import Theme

CLICK_TRAVEL = 4  # pixels that a press may wander and still be a click
WHEEL_REST_MS = 500
TICK_MS = 16


class MapCanvas(Navigation):
    """Pan, zoom, rectangle, lasso and brush on one picture; ``mode`` is how a shape joins the highlight.

    Signals: ``pointed(x, y)`` the mouse rests on a pixel, or left with (-1, -1); ``clicked(x, y, modifiers)``;
    ``double_clicked(x, y)``; ``drawn(Shape)`` a shape grows, ``enclosed(Shape, mode)`` it is finished;
    ``tool_changed(Tool)`` and ``mode_changed(mode)``; ``menu_asked(x, y, where)`` with a global position. Keys are left
    to the parent.
    """

    accessible_role = QAccessible.Role.Canvas

    pointed = Signal(float, float)
    clicked = Signal(float, float, object)
    double_clicked = Signal(float, float)
    drawn = Signal(object)
    enclosed = Signal(object, str)
    tool_changed = Signal(object)
    mode_changed = Signal(str)
    menu_asked = Signal(float, float, QPoint)

    def __init__(self, paint_above: Callable[[QPainter], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paint_above = paint_above
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tool = Tool.PAN
        self.mode = "replace"
        self.moving = False
        # Whether the map that this one follows is being moved.
        self.led: Callable[[], bool] = lambda: False
        self.drawing = Drawing()
        self._mouse: QPointF | None = None
        self._held = Qt.KeyboardModifier.NoModifier
        self._press: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._before: View | None = None
        # Started by whatever fades in: paints the next step.
        self.again = QTimer(self)
        self.again.setSingleShot(True)
        self.again.setInterval(TICK_MS)
        self.again.timeout.connect(self.viewport().update)
        self._wheel_rests = QTimer(self)
        self._wheel_rests.setSingleShot(True)
        self._wheel_rests.setInterval(WHEEL_REST_MS)
        self.set_theme()

    def set_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.setBackground(QColor(Theme.current().canvas))

    @property
    def under_way(self) -> bool:
        """Whether the view is being moved: by a hand, by itself, or with the map that it is linked to."""
        return self.moves_itself or self.led()

    @property
    def moves_itself(self) -> bool:
        """Whether the view is being moved, and not by another map."""
        return self.moving or self._wheel_rests.isActive() or self.gliding

    # Gestures

    def set_tool(self, tool: Tool) -> None:
        """Let a drag with the left button do ``tool``."""
        self.cancel_gesture()
        if tool is not self.tool:
            self.tool = tool
            self.tool_changed.emit(tool)
        self._show_cursor()

    def set_mode(self, mode: str) -> None:
        """Let shapes join the highlight by ``mode``: replace, add, subtract or intersect."""
        if mode != self.mode:
            self.mode = mode
            self.mode_changed.emit(mode)

    def resize_brush(self, way: int) -> None:
        """Make the brush larger (1) or smaller (-1)."""
        self.drawing.resize_brush(way)
        self.viewport().update()

    def show_count(self, count: int) -> None:
        """Say that the shape under way takes in ``count`` samples."""
        if self.drawing:
            self.drawing.count = count
            self.viewport().update()

    def cancel_gesture(self) -> None:
        """Give up the shape that is being drawn."""
        self.drawing.clear()
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
        self.drawing.clear()
        if self._draws(event):
            self._held = event.modifiers()
            self.drawing.begin(self.tool, event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what the press began, or tell where the mouse points."""
        at = self._mouse = event.position()
        if self.tool is Tool.BRUSH:
            self.viewport().update()
        if self._press is None or self._before is None:
            self.pointed.emit(at.x(), at.y())
            return
        away = at - self._press
        if not self.moving and max(abs(away.x()), abs(away.y())) < CLICK_TRAVEL:
            return
        self.moving = True
        self.pointed.emit(-1.0, -1.0)
        if self.drawing:
            self._held = event.modifiers()
            self.drawing.extend(at)
            self.drawn.emit(self.drawing.shape(self.view))
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

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture: a click, a remembered pan, or an enclosed polygon."""
        if self._press is None or event.button() != self._button:
            event.ignore()
            return
        moved, shape, before = self.moving, self.drawing.shape(self.view), self._before
        at, button, brushes = self._press, self._button, bool(self.drawing) and self.tool is Tool.BRUSH
        self.cancel_gesture()
        self._show_cursor()
        if shape is not None and (moved or brushes):
            self.enclosed.emit(shape, mode_of(event.modifiers(), self.mode))
        elif not moved:
            if button == Qt.MouseButton.LeftButton:
                self.clicked.emit(at.x(), at.y(), event.modifiers())
        elif before is not None and before != self.view:
            self.remember(before)
        event.accept()

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
        """Zoom at the cursor, one turn of the wheel being one step of the history; with Ctrl, size the brush."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned and self.tool is Tool.BRUSH and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.resize_brush(1 if turned > 0 else -1)
        elif turned:
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
        self._mouse = None
        self.pointed.emit(-1.0, -1.0)
        self.viewport().update()
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
        if self.drawing and (self.moving or self.tool is Tool.BRUSH):
            self.drawing.paint(painter, mode_of(self._held, self.mode))
        if self.tool is Tool.BRUSH and self._mouse is not None:
            self.drawing.paint_brush(painter, self._mouse)
        painter.restore()

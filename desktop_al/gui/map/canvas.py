"""The surface of the map: a pyqtgraph view that moves the last picture at once and paints what is light on top.

It knows pixels, gestures and keys; what they mean for the pool is the `MapWidget`'s business.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from desktop_al.gui.map.frame import Frame, View, fitted
from desktop_al.gui.theme import Theme

CLICK_TRAVEL = 4  # pixels that a press may wander and still be a click
ZOOM_STEP = 1.25
GLIDE_MS = 170
WHEEL_REST_MS = 500
DEEPEST, WIDEST = 1e6, 0.2  # limits of the scale, as multiples of the fitted one
MOST_HISTORY = 100


class Tool(StrEnum):
    """What a drag with the left button does."""

    PAN = "pan"
    RECTANGLE = "rectangle"
    LASSO = "lasso"


class PictureItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """The last frame, drawn where it lies on the map; moved and scaled with the view until the next one comes."""

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self._area = QRectF()

    def set_frame(self, frame: Frame | None) -> None:
        """Show ``frame``."""
        self.prepareGeometryChange()
        self.frame = frame
        if frame is not None:
            width, height = frame.image.width() / frame.scale, frame.image.height() / frame.scale
            self._area = QRectF(frame.left, frame.top - height, width, height)
        self.update()

    def boundingRect(self) -> QRectF:
        """The part of the map that the frame covers."""
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the frame pixel by pixel where the view did not change since, else stretched."""
        if self.frame is None:
            return
        image: QImage = self.frame.image
        target = painter.worldTransform().mapRect(self._area)
        ratio = painter.device().devicePixelRatioF()
        painter.save()
        painter.resetTransform()
        if abs(target.width() * ratio - image.width()) < 0.5:
            corner = QPointF(round(target.x() * ratio) / ratio, round(target.y() * ratio) / ratio)
            target = QRectF(corner.x(), corner.y(), image.width() / ratio, image.height() / ratio)
        painter.drawImage(target, image, QRectF(image.rect()))
        painter.restore()


class MapCanvas(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Pan, zoom, rectangle and lasso on one picture.

    Signals: ``view_changed`` the part of the map in sight is another; ``pointed(x, y)`` the mouse rests on a pixel, or
    left with (-1, -1); ``clicked(x, y, modifiers)``; ``double_clicked(x, y)``; ``enclosed(polygon, modifiers)`` with a
    (v, 2) array in map coordinates; ``key(QKeyEvent)`` what the canvas did not use.
    """

    view_changed = Signal()
    pointed = Signal(float, float)
    clicked = Signal(float, float, object)
    double_clicked = Signal(float, float)
    enclosed = Signal(object, object)
    tool_changed = Signal(object)

    def __init__(self, paint_above: Callable[[QPainter], None], parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._paint_above = paint_above
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self._box.disableAutoRange()
        self.setCentralItem(self._box)
        self.picture = PictureItem()
        self._box.addItem(self.picture, ignoreBounds=True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.view = View(0.0, 0.0, 100.0, max(self.width(), 1), max(self.height(), 1))
        self.bounds = (-1.0, -1.0, 1.0, 1.0)
        self.is_fitted = True
        self.tool = Tool.PAN
        self.glide_ms = GLIDE_MS
        self.moving = False
        self._history: list[View] = []
        self._future: list[View] = []
        self._glide: QVariantAnimation | None = None
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

    # The view

    def set_view(self, view: View, tell: bool = True) -> None:
        """Show ``view`` at once, within the limits of the scale; ``tell`` those who draw it."""
        base = fitted(self.bounds, view.width, view.height).scale
        scale = float(np.clip(view.scale, base * WIDEST, base * DEEPEST))
        self.view = View(view.x, view.y, scale, view.width, view.height)
        width, height = self.view.width / scale, self.view.height / scale
        area = QRectF(self.view.x - width / 2, self.view.y - height / 2, width, height)
        self._box.setRange(area, padding=0, disableAutoRange=True)
        if tell:
            self.view_changed.emit()

    def take(self, frame: Frame) -> None:
        """Show ``frame``; a view that shows all points keeps doing so as they move."""
        self.bounds = frame.cloud.bounds
        size = (frame.view.width, frame.view.height) == (self.view.width, self.view.height)
        if self.is_fitted and self._glide is None and size:
            self.set_view(fitted(self.bounds, self.view.width, self.view.height), tell=False)
        self.picture.set_frame(frame)
        self.viewport().update()

    def fit(self, bounds: tuple[float, float, float, float] | None = None) -> None:
        """Glide to ``bounds``, or to all points."""
        target = fitted(bounds or self.bounds, self.view.width, self.view.height)
        if bounds is not None:
            closest = 40 * fitted(self.bounds, self.view.width, self.view.height).scale
            target = View(target.x, target.y, min(target.scale, closest), target.width, target.height)
        self.go(target)
        self.is_fitted = bounds is None

    def go(self, target: View, remember: bool = True) -> None:
        """Glide to ``target``; ``remember`` lets `back` return from it."""
        if remember:
            self._remember(self.view)
        self.is_fitted = False
        self.stop_glide()
        start = self.view
        if self.glide_ms <= 0 or not self.isVisible():
            self.set_view(target)
            return
        glide = QVariantAnimation(self)
        glide.setDuration(self.glide_ms)
        glide.setStartValue(0.0)
        glide.setEndValue(1.0)
        glide.valueChanged.connect(lambda t: self.set_view(_between(start, target, float(t) ** 0.7)))
        glide.finished.connect(self.stop_glide)
        self._glide = glide
        glide.start()

    def stop_glide(self) -> None:
        """Stay where the view is."""
        if self._glide is not None:
            glide, self._glide = self._glide, None
            glide.stop()
            glide.deleteLater()

    def zoom(self, factor: float, px: float | None = None, py: float | None = None, glide: bool = False) -> None:
        """Scale by ``factor`` so that the pixel (px, py), else the centre, keeps its place on the map."""
        view = self.view
        px, py = (view.width / 2, view.height / 2) if px is None or py is None else (px, py)
        base = fitted(self.bounds, view.width, view.height).scale
        scale = float(np.clip(view.scale * factor, base * WIDEST, base * DEEPEST))
        x, y = view.to_map(px, py)
        target = View(
            x - (px - view.width / 2) / scale, y + (py - view.height / 2) / scale, scale, view.width, view.height
        )
        if glide:
            self.go(target)
        else:
            self.stop_glide()
            self.is_fitted = False
            self.set_view(target)

    def back(self) -> None:
        """Return to the view before this one."""
        if self._history:
            self._future.append(self.view)
            self.go(self._resized(self._history.pop()), remember=False)

    def forward(self) -> None:
        """Undo `back`."""
        if self._future:
            target = self._future.pop()
            self._history.append(self.view)
            self.go(self._resized(target), remember=False)

    @property
    def gliding(self) -> bool:
        """Whether the view is on its way."""
        return self._glide is not None

    def forget_history(self) -> None:
        """Forget where the view was: the points are others."""
        self.stop_glide()
        self._history.clear()
        self._future.clear()
        self.is_fitted = True

    def _resized(self, view: View) -> View:
        return View(view.x, view.y, view.scale, self.view.width, self.view.height)

    def _remember(self, view: View) -> None:
        if not self._history or self._history[-1] != view:
            self._history.append(view)
            del self._history[:-MOST_HISTORY]
        self._future.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre and the scale, or all points in sight."""
        super().resizeEvent(event)
        if not hasattr(self, "view"):
            return
        width, height = max(self.viewport().width(), 1), max(self.viewport().height(), 1)
        if self.is_fitted:
            self.set_view(fitted(self.bounds, width, height))
        else:
            self.set_view(View(self.view.x, self.view.y, self.view.scale, width, height))

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
            self._remember(before)
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

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; one turn of the wheel is one step of the history."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            if not self._wheel_rests.isActive():
                self._remember(self.view)
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


def _between(start: View, end: View, t: float) -> View:
    """The view at the share ``t`` of the way; the scale changes by equal factors."""
    if t >= 1:
        return end
    scale = float(start.scale * (end.scale / start.scale) ** t)
    # The centre follows the scale, so that the target lies still on the screen while zooming in.
    change = 1 / end.scale - 1 / start.scale
    share = t if abs(change) * start.scale < 1e-3 else (1 / scale - 1 / start.scale) / change
    return View(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, scale, end.width, end.height)


def polygon_of(rect: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """The corners (4, 2) of ``rect`` (left, bottom, right, top)."""
    left, bottom, right, top = rect
    return np.array([(left, bottom), (right, bottom), (right, top), (left, top)], np.float64)

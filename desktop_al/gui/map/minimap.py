"""The overview in the corner: all of the map and the part of it that is in sight; drag it to move."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.map.frame import Frame, FrameRequest, Renderer
from desktop_al.gui.map.navigation import Navigation
from desktop_al.gui.map.view import FREE, View
from desktop_al.gui.theme import RADIUS, Theme

OVERVIEW = "overview"
WIDTH, HEIGHT = 176, 120
FROM_ZOOM = 1.3  # times the fitted scale from which on the overview is worth its room
STEP = 0.25  # of what is in sight, by an arrow key
ARROWS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, STEP),
    Qt.Key.Key_Down: (0.0, -STEP),
}


def overview_steps(renderer: Renderer, scene: FrameRequest) -> Iterator[object]:
    """Draw all of ``scene`` small."""
    view = View(0.0, 0.0, 1.0, WIDTH, HEIGHT)
    yield renderer.render(replace(scene, view=view, fit=True, fit_into=(FREE,), thumbs=False, marks=False))


class Minimap(QWidget):
    """Shows the last overview and steers ``canvas``."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, canvas: Navigation, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._frame: Frame | None = None
        self._grip: QPointF | None = None
        self.setFixedSize(WIDTH, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(tr("Overview"))
        self.setToolTip(tr("Overview\nDrag the frame, or use the arrow keys, to move what is in sight"))
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether enough lies outside of what is in sight for an overview."""
        view = self._canvas.view
        return view.scale > FROM_ZOOM * self._canvas.fitting().scale

    def shows(self, frame: Frame) -> bool:
        """Whether the overview is of the same looks as ``frame``."""
        mine = self._frame
        return mine is not None and mine.style is frame.style and mine.colouring is frame.colouring

    def set_frame(self, frame: Frame | None) -> None:
        """Show ``frame``, see `overview_steps`."""
        self._frame = frame
        self.update()

    def place_of(self, x: float, y: float) -> QPointF:
        """Where on the overview the (x, y) of the map lies."""
        assert self._frame is not None
        return QPointF(*self._frame.view.to_pixel(x, y))

    def frame_of_view(self) -> QRectF:
        """Where on the overview lies what is in sight."""
        view = self._canvas.view
        return QRectF(
            self.place_of(*view.to_map(0, 0)), self.place_of(*view.to_map(view.width, view.height))
        ).normalized()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the overview and the frame of what is in sight."""
        theme, frame = Theme.current(), self._frame
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        back = QColor(theme.canvas)
        back.setAlphaF(0.94)
        painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.line), 1))
        painter.setBrush(back)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        if frame is None:
            return
        ratio = frame.scale / frame.view.scale
        corner = QPointF(*frame.view.to_pixel(frame.left, frame.top))
        painter.setClipRect(area.adjusted(1, 1, -1, -1))
        size = frame.image.size()
        painter.drawImage(QRectF(corner.x(), corner.y(), size.width() / ratio, size.height() / ratio), frame.image)
        seen = self.frame_of_view()
        shade = QColor(theme.canvas)
        shade.setAlphaF(0.45)
        painter.fillRect(QRectF(0, 0, WIDTH, seen.top()), shade)
        painter.fillRect(QRectF(0, seen.bottom(), WIDTH, HEIGHT - seen.bottom()), shade)
        painter.fillRect(QRectF(0, seen.top(), seen.left(), seen.height()), shade)
        painter.fillRect(QRectF(seen.right(), seen.top(), WIDTH - seen.right(), seen.height()), shade)
        # However far one zoomed in, the frame stays large enough to be seen and gripped.
        least = QRectF(seen.center().x() - 4, seen.center().y() - 4, 8, 8)
        painter.setPen(QPen(QColor(theme.accent), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(seen.united(least) if min(seen.width(), seen.height()) < 8 else seen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame, or move it to the mouse."""
        if self._frame is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._canvas.stop_glide()
        self._canvas.remember(self._canvas.view)
        seen = self.frame_of_view()
        at = event.position()
        self._grip = at - seen.center() if seen.adjusted(-4, -4, 4, 4).contains(at) else QPointF()
        self._go(at)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is in sight."""
        if self._grip is not None:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def _go(self, at: QPointF) -> None:
        assert self._frame is not None
        assert self._grip is not None
        centre, view = at - self._grip, self._canvas.view
        x, y = self._frame.view.to_map(centre.x(), centre.y())
        self._canvas.is_fitted = False
        self._canvas.set_view(replace(view, x=x, y=y))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move what is in sight by the arrow keys."""
        way = ARROWS.get(Qt.Key(event.key())) if event.key() in ARROWS else None
        if way is None:
            super().keyPressEvent(event)
            return
        view = self._canvas.view
        self._canvas.go(
            replace(
                view,
                x=view.x + way[0] * view.width / view.scale,
                y=view.y + way[1] * view.height / view.scale,
            )
        )

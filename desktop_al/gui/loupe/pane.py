"""One image in the loupe: painted through its camera, dragged and zoomed with the mouse."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.loupe.camera import STEP, Camera, Placement
from desktop_al.gui.loupe.picture import Picture
from desktop_al.gui.theme import MEDIUM, RADIUS, SMALL, TYPE_BODY, Theme, theme_watch

# From here on pixels are shown as pixels; later where nobody asked for so large an image.
SHARP_FROM, ENLARGED_FROM = 2.0, 4.0


class ImagePane(QWidget):
    """Shows one image.

    Signals: ``camera_asked(Camera)`` the mouse zoomed or dragged; ``pressed`` the mouse was pressed.
    """

    camera_asked = Signal(object)
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self.picture: Picture | None = None
        self._stand_in: QPixmap | None = None
        self._size = QSize()
        self._caption = ""
        self._active = False
        self._drag: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 80)
        # Its ground covers all of it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        theme_watch().changed.connect(self.update)

    def show_image(self, picture: Picture | None, stand_in: QPixmap | None, size: QSize) -> None:
        """Show ``picture``, or the thumbnail ``stand_in`` of an image of ``size`` while it is not there yet."""
        self.picture, self._stand_in = picture, stand_in
        self._size = picture.size if picture is not None and picture.levels else size
        self.update()

    def set_caption(self, caption: str, active: bool) -> None:
        """Write ``caption`` on the image, and say whether the keys act on it; "" for nothing at all."""
        self._caption, self._active = caption, active
        self.setAccessibleName(caption)
        self.update()

    def set_camera(self, camera: Camera) -> None:
        """Look through ``camera``."""
        self.camera = camera
        self.update()

    @property
    def placement(self) -> Placement | None:
        """Where the image lies, in pixels of the screen; None while its size is not known."""
        size = self._size
        if size.isEmpty() and self._stand_in is not None:
            size = self._stand_in.size()
        if size.isEmpty():
            return None
        ratio = self.devicePixelRatioF()
        pane = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        return Placement(size.width(), size.height(), *pane, self.camera)

    @property
    def needs_full(self) -> bool:
        """Whether more pixels of the image show than are at hand."""
        picture, placement = self.picture, self.placement
        if picture is None or picture.final or placement is None:
            return False
        return placement.rect[2] > picture.levels[0].width() * 1.05

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the image, its thumbnail, or the sentence that says why there is neither."""
        theme, ratio = Theme.current(), self.devicePixelRatioF()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.canvas))
        placement = self.placement
        if self.picture is not None and self.picture.sentence:
            self._paint_words(painter, self.picture.sentence, theme)
        elif placement is not None:
            painter.save()
            painter.scale(1 / ratio, 1 / ratio)
            self._paint_image(painter, placement)
            painter.restore()
        else:
            self._paint_words(painter, tr("Reading…"), theme)
        if self._caption:
            self._paint_caption(painter, theme)
        if self._active:
            painter.setPen(QPen(QColor(theme.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_image(self, painter: QPainter, placement: Placement) -> None:
        target = QRectF(*placement.rect)
        sharp_from = ENLARGED_FROM if placement.camera.fitted else SHARP_FROM
        exact = placement.camera.exact or placement.scale >= sharp_from
        if self.picture is not None:
            level = self.picture.level_for(target.width())
            same = level.width() == round(target.width())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not same and not exact)
            painter.drawImage(target, level)
        elif self._stand_in is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(target, self._stand_in, QRectF(self._stand_in.rect()))

    def _paint_words(self, painter: QPainter, words: str, theme: Theme) -> None:
        painter.setPen(QColor(theme.muted))
        area = self.rect().adjusted(40, 40, -40, -40)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def _paint_caption(self, painter: QPainter, theme: Theme) -> None:
        font = QFont(self.font())
        font.setPixelSize(TYPE_BODY)
        metrics = QFontMetrics(font)
        text = metrics.elidedText(self._caption, Qt.TextElideMode.ElideMiddle, self.width() - 4 * MEDIUM)
        chip = QRect(MEDIUM, MEDIUM, metrics.horizontalAdvance(text) + 2 * SMALL, metrics.height() + SMALL)
        back = QColor(theme.surface)
        back.setAlpha(225)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(chip, RADIUS, RADIUS)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # The mouse

    def _at(self, point: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return point.x() * ratio, point.y() * ratio

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Ask to zoom by ``factor`` about ``at``, the middle where None."""
        placement = self.placement
        if placement is not None:
            x, y = self._at(at if at is not None else QPointF(self.width() / 2, self.height() / 2))
            self.camera_asked.emit(placement.zoomed(factor, x, y))

    def look_aside(self, right: float, down: float) -> None:
        """Ask for what lies to the right and below, in parts of the pane; a fitted image shows all there is."""
        placement = self.placement
        if placement is not None and not self.camera.fitted:
            x, y = self._at(QPointF(self.width() * right, self.height() * down))
            self.camera_asked.emit(placement.panned(-x, -y))

    def toggle_full_size(self, at: QPointF | None = None) -> None:
        """Ask for pixel for pixel about ``at``, or for the fitted image where that shows already."""
        placement = self.placement
        if placement is None:
            return
        if placement.camera.exact:
            self.camera_asked.emit(Camera())
        else:
            x, y = self._at(at if at is not None else QPointF(self.width() / 2, self.height() / 2))
            self.camera_asked.emit(placement.at_full_size(x, y))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches:
            self.zoom(STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self.pressed.emit()
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the image."""
        placement = self.placement
        if self._drag is None or placement is None:
            return
        dx, dy = self._at(event.position() - self._drag)
        self._drag = event.position()
        self.camera_asked.emit(placement.panned(dx, dy))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End to drag."""
        self._drag = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Change between the fitted image and pixel for pixel at the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle_full_size(event.position())

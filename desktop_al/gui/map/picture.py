"""The last frame as a pyqtgraph item."""

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from desktop_al.gui.map.frame import Frame


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

"""The plate behind what floats over the map: the map shines through a little, and a line goes round."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_al.gui.theme import RADIUS, Theme

OPACITY = 0.94


def paint_plate(widget: QWidget) -> None:
    """Paint the plate behind all of ``widget``, from its `paintEvent`."""
    theme = Theme.current()
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    back = QColor(theme.surface)
    back.setAlphaF(OPACITY)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(back)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

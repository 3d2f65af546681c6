"""The histogram of the focused image: how often each brightness occurs, in all and for red, green and blue."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.theme import RADIUS, TIGHT, Theme, theme_watch

HEIGHT = 52
# Of all pixels, the share at one end from which on an image is said to be clipped there.
CLIPPED = 0.02


class HistogramView(QWidget):
    """Draws counts as of `desktop_al.media.histogram.histogram`."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Histogram"))
        theme_watch().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as a glance needs."""
        return QSize(200, HEIGHT)

    def show_counts(self, counts: NDArray[np.int64] | None) -> None:
        """Show ``counts`` (4, 256): red, green, blue and luma; nothing with None."""
        self._counts = counts
        words = histogram_words(counts) if counts is not None else ""
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint luma as an area and the colours as lines above it; nothing at all where there is no image."""
        if self._counts is None:
            return
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.canvas))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        frame = QRectF(self.rect()).adjusted(TIGHT, TIGHT, -TIGHT, -TIGHT)
        # The ends would dwarf the rest where an image is black or white in large parts: they are cut off.
        inner = self._counts[:, 1:-1]
        top = max(1.0, float(inner.max()))
        heights = np.minimum(1.0, np.sqrt(self._counts / top))
        area = _line(heights[3], frame)
        area.append(frame.bottomRight())
        area.append(frame.bottomLeft())
        grey = QColor(theme.muted)
        grey.setAlpha(110)
        painter.setBrush(grey)
        painter.drawPolygon(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for channel, colour in enumerate(theme.channels):
            painter.setPen(QPen(QColor(colour), 1.2))
            painter.drawPolyline(_line(heights[channel], frame))


def histogram_words(counts: NDArray[np.int64]) -> str:
    """What a histogram says: how bright the image is in the middle, and whether it is clipped."""
    luma = counts[3]
    total = max(1, int(luma.sum()))
    median = int(np.searchsorted(np.cumsum(luma), total / 2))
    words = [tr("Brightness: half of the pixels lie below {percent:.0f} %", percent=100 * median / 255)]
    if luma[0] > CLIPPED * total:
        words.append(tr("{percent:.0f} % are black", percent=100 * luma[0] / total))
    if luma[-1] > CLIPPED * total:
        words.append(tr("{percent:.0f} % are white", percent=100 * luma[-1] / total))
    return "\n".join(words)


def _line(heights: NDArray[np.float64], frame: QRectF) -> QPolygonF:
    step = frame.width() / (len(heights) - 1)
    return QPolygonF(
        [QPointF(frame.x() + i * step, frame.bottom() - h * frame.height()) for i, h in enumerate(heights.tolist())]
    )

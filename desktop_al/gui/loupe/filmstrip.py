"""The strip of thumbnails below the loupe: the images around the one that shows, in the order of the gallery."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_state
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.preview import fitted
from desktop_al.gui.theme import RADIUS, SMALL, TIGHT, TYPE_SMALL, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

SIDE = 64


def small_font() -> QFont:
    """The font of what is written into a thumbnail."""
    font = QFont()
    font.setPixelSize(TYPE_SMALL)
    return font


class Filmstrip(QWidget):
    """Shows ``rows`` around a position. Signal: ``chosen(row)``; ``stepped(step)`` the wheel turned."""

    chosen = Signal(int)
    stepped = Signal(int)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs = pool, thumbs
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._position = -1
        self._shown: dict[int, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Filmstrip"))
        thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One line of thumbnails."""
        return QSize(4 * SIDE, SIDE + 2 * SMALL)

    def show_around(self, rows: NDArray[np.int64], position: int) -> None:
        """Show ``rows`` around ``position``."""
        self._rows, self._position = rows, position
        self.update()

    def _cells(self) -> list[tuple[int, QRect]]:
        """The positions that show, and where."""
        if self._position < 0:
            return []
        pitch, middle = SIDE + TIGHT, self.width() // 2 - SIDE // 2
        around = self.width() // (2 * pitch) + 1
        first, last = max(0, self._position - around), min(len(self._rows), self._position + around + 1)
        return [(i, QRect(middle + (i - self._position) * pitch, SMALL, SIDE, SIDE)) for i in range(first, last)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the thumbnails and ask for those that lack."""
        theme, pool = Theme.current(), self._pool
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), QColor(theme.surface))
        self._shown = {}
        for position, rect in self._cells():
            row = int(self._rows[position])
            sample, here = int(pool.ids[row]), position == self._position
            self._shown[sample] = position
            painter.setPen(QPen(QColor(theme.focus), 2) if here else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.canvas))
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is not None:
                painter.drawPixmap(fitted(pixmap.size(), rect.adjusted(3, 3, -3, -3)), pixmap)
            elif self._thumbs.failed(sample):
                painter.setPen(QColor(theme.muted))
                painter.setFont(small_font())
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, tr("Cannot be read"))
            else:
                self._thumbs.request(sample, pool.thumb_key(row), pool.path(row))
            state = SampleState(int(pool.state[row]))
            if state is not SampleState.UNLABELLED:
                paint_state(painter, (rect.topRight() + QPoint(-9, 10)).toPointF(), 4.5, state, theme)

    def _on_thumbnail(self, sample: int) -> None:
        if sample in self._shown:
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the image under the mouse."""
        point = event.position().toPoint()
        for position, rect in self._cells():
            if rect.contains(point):
                self.chosen.emit(int(self._rows[position]))
                return

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go on or back."""
        self.stepped.emit(-1 if (event.angleDelta().y() or event.angleDelta().x()) > 0 else 1)
        event.accept()

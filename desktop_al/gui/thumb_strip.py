"""A few thumbnails in a row that wraps; a click focuses the sample."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al.gui.gallery.cells import spoken
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.preview import fitted
from desktop_al.gui.text import readable
from desktop_al.gui.theme import TIGHT, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

SIDE = 56


class ThumbStrip(QWidget):
    """Shows the samples of given ids; a click, or the arrows and Enter, focus one in the pool."""

    accessible_role = QAccessible.Role.List

    def __init__(self, pool: Pool, thumbs: ThumbLoader, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs = pool, thumbs
        self._rows: list[int] = []
        self._current, self._hovered = 0, -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self.update)

    def set_samples(self, samples: Sequence[int]) -> None:
        """Show the samples with ids ``samples``; those that the pool does not know are left out."""
        rows = self._pool.rows_of(np.asarray(samples, np.int64))
        self._rows = [int(row) for row in rows if row >= 0]
        self._current, self._hovered = 0, -1
        self.setVisible(bool(self._rows))
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        """Tell which image the keys act on, and where it stands."""
        words = ""
        if self._rows and self._rows[self._current] < len(self._pool):
            count = len(self._rows)
            place = tr("{position:,} of {count:,}", position=self._current + 1, count=count)
            words = f"{spoken(self._pool, self._rows[self._current])}, {place}"
        self.setAccessibleDescription(words)

    @property
    def rows(self) -> list[int]:
        """The rows that are shown."""
        return list(self._rows)

    def _columns(self, width: int) -> int:
        return max(1, (width + TIGHT) // (SIDE + TIGHT))

    def _side(self, width: int) -> int:
        """How large the thumbnails are, so that a full line takes all of ``width``."""
        columns = self._columns(width)
        return max(1, (width - (columns - 1) * TIGHT) // columns)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the thumbnails need."""
        lines = -(-max(1, len(self._rows)) // self._columns(width))
        return lines * (self._side(width) + TIGHT) - TIGHT

    def sizeHint(self) -> QSize:
        """Four thumbnails beside each other."""
        return QSize(4 * (SIDE + TIGHT) - TIGHT, self.heightForWidth(max(self.width(), 4 * (SIDE + TIGHT))))

    def _rect(self, index: int) -> QRect:
        side, (line, column) = self._side(self.width()), divmod(index, self._columns(self.width()))
        return QRect(column * (side + TIGHT), line * (side + TIGHT), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the thumbnails and ask for those that lack."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for index, row in enumerate(self._rows):
            rect, sample = self._rect(index), int(self._pool.ids[row])
            current = self.hasFocus() and index == self._current
            edge = QColor(theme.focus if current else theme.faint)
            painter.setPen(edge if current or index == self._hovered else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.canvas))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), TIGHT, TIGHT)
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is not None:
                painter.drawPixmap(fitted(pixmap.size(), rect.adjusted(2, 2, -2, -2)), pixmap)
            else:
                self._thumbs.request(sample, self._pool.thumb_key(row), self._pool.path(row))

    def _on_thumbnail(self, sample: int) -> None:
        if any(int(self._pool.ids[row]) == sample for row in self._rows if row < len(self._pool)):
            self.update()

    def _index_at(self, event: QMouseEvent) -> int:
        point = event.position().toPoint()
        return next((index for index in range(len(self._rows)) if self._rect(index).contains(point)), -1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Outline nothing any more."""
        self._hover(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the file under the mouse, and outline it."""
        index = self._index_at(event)
        self._hover(index)
        self.setToolTip(readable(self._pool.path(self._rows[index]).name) if index >= 0 else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the click, so that its release comes here too."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Focus the sample."""
        index = self._index_at(event)
        if index >= 0:
            self._pool.set_focus(self._rows[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, focus the sample with Enter or Space."""
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(event.key(), 0)
        if step and self._rows:
            self._current = min(max(self._current + step, 0), len(self._rows) - 1)
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._rows:
            self._pool.set_focus(self._rows[self._current])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        """Show which thumbnail the keys act on."""
        self._describe()
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Hide which thumbnail the keys act on."""
        self.update()

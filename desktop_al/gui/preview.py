"""The large preview of one image, decoded away from the GUI thread; the thumbnail stands in until it is there."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told
from desktop_al.gui.theme import RADIUS, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

VIEW_LANE = "view"
PREVIEW_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Read:
    """An image at about `PREVIEW_SIDE` pixels or its own size, its histogram, and how many frames there are."""

    image: QImage
    histogram: NDArray[np.int64]
    frames: int = 1


def frames_words(frames: int) -> str:
    """Say that only the first of several ``frames``, or pages, is looked at; "" where there is but one."""
    return tr("first of {count:,} frames", count=frames) if frames > 1 else ""


def read_image(path: Path) -> Read | str:
    """What the preview shows of ``path``, or the sentence that says why it cannot."""
    from desktop_al.media.decode import DecodeError, decode
    from desktop_al.media.histogram import histogram

    try:
        decoded = decode(path, max_pixels=settings.read()[0].max_pixels, min_side=PREVIEW_SIDE)
    except DecodeError as error:
        return tr("The file is no longer there; scan again when it is back.") if error.missing else told(str(error))
    rgb = decoded.rgb
    height, width = rgb.shape[:2]
    image = QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    return Read(image, histogram(rgb), decoded.frames)


class Preview(QWidget):
    """Shows the focused sample as large as it fits; small images are enlarged without smoothing.

    Signals: ``opened`` it was double-clicked; ``histogram(counts)`` of the image that shows, None for none;
    ``counted(frames)`` the file holds so many, of which the first shows.
    """

    opened = Signal()
    histogram = Signal(object)
    counted = Signal(int)

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, pool: Pool, thumbs: ThumbLoader, bridge: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._thumbs, self._bridge = pool, thumbs, bridge
        self._sample = -1
        self._pixmap: QPixmap | None = None
        self._sentence = ""
        self.setMinimumHeight(160)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Preview"))
        theme_watch().changed.connect(self.update)
        thumbs.ready.connect(self._on_thumbnail)

    def sizeHint(self) -> QSize:
        """Prefer a square of the panel's usual width."""
        return QSize(280, 260)

    @property
    def sharp(self) -> bool:
        """Whether the image itself is shown, not its thumbnail."""
        return self._pixmap is not None

    def show_row(self, row: int) -> None:
        """Show the sample in ``row``, or nothing with -1."""
        self._pixmap, self._sentence = None, ""
        self.histogram.emit(None)
        self._sample = int(self._pool.ids[row]) if row >= 0 else -1
        if row >= 0:
            path = self._pool.path(row)
            if self._thumbs.pixmap(self._sample) is None:
                self._thumbs.request(self._sample, self._pool.thumb_key(row), path)

            def work(ctx: Context) -> Read | str:
                ctx.check()
                return read_image(path)

            self._bridge.run("Preview", work, lane=VIEW_LANE, key="preview", quiet=True, on_done=self._on_image)
        self.update()

    def _on_image(self, read: Read | str) -> None:
        if isinstance(read, str):
            self._sentence = read
        else:
            self._pixmap = QPixmap.fromImage(read.image)
            self.counted.emit(read.frames)
        self.histogram.emit(None if isinstance(read, str) else read.histogram)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the loupe."""
        self.opened.emit()

    def _on_thumbnail(self, sample: int) -> None:
        if sample == self._sample and self._pixmap is None:
            self.update()

    def _nothing(self) -> str:
        """What is said while no image has the focus."""
        if len(self._pool):
            return tr("Click an image on the map or in the gallery.")
        return tr("The image that you click shows here, with all that is known of it.")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the image, its thumbnail, or the sentence that says why there is neither."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.canvas))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        pixmap = self._pixmap or (self._thumbs.pixmap(self._sample) if self._sample >= 0 else None)
        if pixmap is None or self._sentence:
            painter.setPen(QColor(theme.muted))
            text = self._sentence or ("" if self._sample >= 0 else self._nothing())
            area = self.rect().adjusted(16, 16, -16, -16)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        target = fitted(pixmap.size(), self.rect().adjusted(4, 4, -4, -4))
        enlarged = self._pixmap is not None and target.width() > 2 * pixmap.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not enlarged)
        painter.drawPixmap(target, pixmap)


def fitted(size: QSize, frame: QRect) -> QRect:
    """The largest rectangle of the proportions of ``size`` in the middle of ``frame``."""
    scaled = size.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRect(
        frame.x() + (frame.width() - scaled.width()) // 2,
        frame.y() + (frame.height() - scaled.height()) // 2,
        scaled.width(),
        scaled.height(),
    )

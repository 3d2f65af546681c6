"""What is painted above the picture in the GUI thread: thumbnails, the ring of the focus, the ring under the mouse."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_state
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.sizes import mark_radius
from desktop_al.gui.map.thumbnails import THUMB_SIDE
from desktop_al.gui.map.view import View
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import TYPE_SMALL, Theme
from desktop_al.gui.thumbs import ThumbLoader


class Overlay:
    """Paints in pixels of the canvas; asks for thumbnails as it goes."""

    def __init__(self, pool: Pool, thumbs: ThumbLoader) -> None:
        self._pool, self._thumbs = pool, thumbs
        self.frame: Frame | None = None
        self.hovered = -1

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint everything over ``view``."""
        frame = self.frame
        if frame is None or len(frame.cloud.position) != len(self._pool):
            return
        if frame.thumb_opacity > 0:
            painter.setOpacity(frame.thumb_opacity)
            self._paint_thumbnails(painter, view, frame)
            painter.setOpacity(1.0)
        theme = Theme.current()
        if self.hovered >= 0 and self.hovered != self._pool.focus:
            self._ring(painter, view, frame, self.hovered, QColor(theme.text), 1.5)
        if self._pool.focus >= 0:
            self._ring(painter, view, frame, self._pool.focus, QColor(theme.focus), 2.5)

    def place(self, view: View, frame: Frame, row: int) -> QPointF | None:
        """Where ``row`` is drawn, or None while it has no place on the map."""
        at = int(frame.cloud.position[row])
        if at < 0:
            return None
        px, py = view.to_pixel(float(frame.cloud.x[at]), float(frame.cloud.y[at]))
        return QPointF(px, py)

    def shows_thumbnail(self, row: int) -> bool:
        """Whether ``row`` is drawn as a thumbnail."""
        frame = self.frame
        return frame is not None and frame.thumb_opacity > 0.5 and bool(np.any(frame.thumb_rows == row))

    def thumbnail_at(self, view: View, px: float, py: float) -> int:
        """The row whose thumbnail lies at the pixel (px, py), or -1."""
        frame = self.frame
        if frame is None or frame.thumb_opacity <= 0.5:
            return -1
        for row in frame.thumb_rows.tolist():
            centre = self.place(view, frame, row)
            if centre is not None and max(abs(centre.x() - px), abs(centre.y() - py)) <= THUMB_SIDE / 2:
                return int(row)
        return -1

    def _ring(self, painter: QPainter, view: View, frame: Frame, row: int, colour: QColor, width: float) -> None:
        centre = self.place(view, frame, row)
        if centre is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        canvas = QPen(QColor(Theme.current().canvas), width + 2.5)
        if self.shows_thumbnail(row):
            side = THUMB_SIDE + 3
            area = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
            for pen in (canvas, QPen(colour, width)):
                painter.setPen(pen)
                painter.drawRoundedRect(area, 6, 6)
            return
        marks = len(frame.style.picks) + len(frame.style.labelled)
        radius = 4.0 + max(mark_radius(frame.cloud, view, marks), 4.0)
        for pen in (canvas, QPen(colour, width)):
            painter.setPen(pen)
            painter.drawEllipse(centre, radius, radius)

    def _paint_thumbnails(self, painter: QPainter, view: View, frame: Frame) -> None:
        reach = THUMB_SIDE / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for row in frame.thumb_rows[::-1].tolist():
            centre = self.place(view, frame, row)
            if (
                centre is None
                or not -reach < centre.x() < view.width + reach
                or not -reach < centre.y() < view.height + reach
            ):
                continue
            sample = int(self._pool.ids[row])
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is None:
                self._thumbs.request(sample, self._pool.thumb_key(row), self._pool.path(row))
            else:
                self._paint_thumbnail(painter, frame, row, centre, pixmap)

    def _paint_thumbnail(self, painter: QPainter, frame: Frame, row: int, centre: QPointF, pixmap: QPixmap) -> None:
        theme = Theme.current()
        area = QRectF(centre.x() - THUMB_SIDE / 2, centre.y() - THUMB_SIDE / 2, THUMB_SIDE, THUMB_SIDE)
        path = QPainterPath()
        path.addRoundedRect(area, 5, 5)
        side = min(pixmap.width(), pixmap.height())
        source = QRectF((pixmap.width() - side) / 2, (pixmap.height() - side) / 2, side, side)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(area, QColor(theme.raised))
        painter.drawPixmap(area, pixmap, source)
        painter.restore()
        b, g, r = frame.colouring.colours[frame.colouring.codes[row]].tolist()
        lit = bool(self._pool.highlight[row])
        pen = QPen(QColor(theme.highlight), 2.5) if lit else QPen(QColor(int(r), int(g), int(b)), 2.0)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 5, 5)
        state = SampleState(int(self._pool.state[row]))
        if state is not SampleState.UNLABELLED:
            paint_state(painter, area.topRight() + QPointF(-9, 9), 6.0, state, theme)
        if self._pool.rank[row] >= 0:
            self._paint_rank(painter, area, int(self._pool.rank[row]), theme)

    @staticmethod
    def _paint_rank(painter: QPainter, area: QRectF, rank: int, theme: Theme) -> None:
        font = painter.font()
        font.setPixelSize(TYPE_SMALL)
        font.setBold(True)
        painter.setFont(font)
        text = str(rank)
        chip = QRectF(area.left() + 3, area.top() + 3, painter.fontMetrics().horizontalAdvance(text) + 8, 16)
        back = QColor(theme.canvas)
        back.setAlphaF(0.82)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

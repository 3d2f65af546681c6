"""The thumbnails of the samples that the frame chose, with their state, rank and colour."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_state
from desktop_al.gui.map.layers.sight import Sight
from desktop_al.gui.map.thumbnails import THUMB_SIDE
from desktop_al.gui.theme import TYPE_SMALL, Theme
from desktop_al.gui.thumbs import ThumbLoader


class ThumbLayer:
    """Asks for thumbnails as it paints."""

    def __init__(self, thumbs: ThumbLoader) -> None:
        self._thumbs = thumbs

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint the best last, so that nothing lies above it."""
        frame, view, reach = sight.frame, sight.view, THUMB_SIDE / 2
        if frame.thumb_opacity <= 0:
            return
        painter.setOpacity(frame.thumb_opacity)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for row in frame.thumb_rows[::-1].tolist():
            centre = sight.place(row)
            if (
                centre is None
                or not -reach < centre.x() < view.width + reach
                or not -reach < centre.y() < view.height + reach
            ):
                continue
            sample = int(sight.pool.ids[row])
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is None:
                self._thumbs.request(sample, sight.pool.thumb_key(row), sight.pool.path(row))
            else:
                _paint_thumbnail(painter, sight, row, centre, pixmap)
        painter.setOpacity(1.0)


def thumbnail_at(sight: Sight, px: float, py: float) -> int:
    """The row whose thumbnail lies at the pixel (px, py), or -1."""
    if sight.frame.thumb_opacity <= 0.5:
        return -1
    for row in sight.frame.thumb_rows.tolist():
        centre = sight.place(row)
        if centre is not None and max(abs(centre.x() - px), abs(centre.y() - py)) <= THUMB_SIDE / 2:
            return int(row)
    return -1


def _paint_thumbnail(painter: QPainter, sight: Sight, row: int, centre: QPointF, pixmap: QPixmap) -> None:
    pool, frame, theme = sight.pool, sight.frame, sight.theme
    area = QRectF(centre.x() - THUMB_SIDE / 2, centre.y() - THUMB_SIDE / 2, THUMB_SIDE, THUMB_SIDE)
    paint_rounded(painter, area, pixmap, 5.0, theme)
    b, g, r = frame.colouring.colours[frame.colouring.codes[row]].tolist()
    lit = bool(pool.highlight[row])
    pen = QPen(QColor(theme.highlight), 2.5) if lit else QPen(QColor(int(r), int(g), int(b)), 2.0)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, 5, 5)
    state = SampleState(int(pool.state[row]))
    if state is not SampleState.UNLABELLED:
        paint_state(painter, area.topRight() + QPointF(-9, 9), 6.0, state, theme)
    if pool.rank[row] >= 0:
        paint_chip(painter, area.topLeft() + QPointF(3, 3), str(int(pool.rank[row])), theme)


def paint_rounded(painter: QPainter, area: QRectF, pixmap: QPixmap, radius: float, theme: Theme) -> None:
    """Paint the middle of ``pixmap`` into the rounded square ``area``."""
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    side = min(pixmap.width(), pixmap.height())
    source = QRectF((pixmap.width() - side) / 2, (pixmap.height() - side) / 2, side, side)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(area, QColor(theme.raised))
    painter.drawPixmap(area, pixmap, source)
    painter.restore()


def paint_chip(painter: QPainter, corner: QPointF, text: str, theme: Theme) -> None:
    """Paint ``text`` on a small plate whose top left ``corner`` is given."""
    font = painter.font()
    font.setPixelSize(TYPE_SMALL)
    font.setBold(True)
    painter.setFont(font)
    chip = QRectF(corner.x(), corner.y(), painter.fontMetrics().horizontalAdvance(text) + 8, 16)
    back = QColor(theme.canvas)
    back.setAlphaF(0.82)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(QColor(theme.text))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

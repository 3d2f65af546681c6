"""The thumbnails of the samples that the frame chose, with their state, rank and colour; new ones fade in."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_state
from desktop_al.gui.map.layers.sight import Sight, blank
from desktop_al.gui.map.thumbnails import MOST_THUMBS, SIDES
from desktop_al.gui.theme import TYPE_SMALL, Theme
from desktop_al.gui.thumbs import ThumbLoader

FADE_S = 0.16
BORDER = 2.0  # pixels around a thumbnail that belong to its stamp


class ThumbLayer:
    """Asks for thumbnails as it paints; each is cut, framed and kept as a pixmap of its own."""

    def __init__(self, thumbs: ThumbLoader, repaint: Callable[[], None]) -> None:
        self._thumbs, self._repaint = thumbs, repaint
        self._stamps: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._born: dict[int, float] = {}

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint the best last, so that nothing lies above it."""
        frame, reach = sight.frame, sight.frame.thumb_side / 2
        now, born = time.monotonic(), {}
        fading = False
        for row, centre in sight.thumbnails()[::-1]:
            stamp = self._stamp(sight, row)
            if stamp is None:
                continue
            born[row] = self._born.get(row, now)
            age = min((now - born[row]) / FADE_S, 1.0)
            fading |= age < 1
            painter.setOpacity(frame.thumb_opacity * age)
            # On whole pixels, so that an image that moves does not blur.
            corner = centre - QPointF(reach + BORDER, reach + BORDER)
            painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), stamp)
        self._born = born
        if fading:
            self._repaint()

    def _stamp(self, sight: Sight, row: int) -> QPixmap | None:
        """The finished thumbnail of ``row``, or None while its image is not at hand."""
        pool, frame, theme = sight.pool, sight.frame, sight.theme
        sample = int(pool.ids[row])
        pixmap = self._thumbs.pixmap(sample)
        if pixmap is None:
            self._thumbs.request(sample, pool.thumb_key(row), pool.path(row))
            return None
        b, g, r = frame.colouring.colours[frame.colouring.codes[row]].tolist()
        lit, state, rank = bool(pool.highlight[row]), SampleState(int(pool.state[row])), int(pool.rank[row])
        side = frame.thumb_side
        key = (pixmap.cacheKey(), side, sight.ratio, theme.dark, (b, g, r), lit, state, rank)
        stamp = self._stamps.get(key)
        if stamp is None:
            colour = QColor(theme.highlight) if lit else QColor(int(r), int(g), int(b))
            stamp = _painted(sight, pixmap, QPen(colour, 2.5 if lit else 2.0), state, rank)
            self._stamps[key] = stamp
            while len(self._stamps) > 3 * MOST_THUMBS:
                self._stamps.popitem(last=False)
        else:
            self._stamps.move_to_end(key)
        return stamp


def _painted(sight: Sight, pixmap: QPixmap, pen: QPen, state: SampleState, rank: int) -> QPixmap:
    theme, side = sight.theme, sight.frame.thumb_side
    stamp = blank(side + 2 * BORDER, side + 2 * BORDER, sight.ratio)
    painter = QPainter(stamp)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    area = QRectF(BORDER, BORDER, side, side)
    paint_rounded(painter, area, pixmap, 5.0, theme)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, 5, 5)
    if state is not SampleState.UNLABELLED:
        paint_state(painter, area.topRight() + QPointF(-9, 9), 6.0, state, theme)
    # Where the image is small, a number would hide it.
    if rank >= 0 and side >= SIDES[2]:
        paint_chip(painter, area.topLeft() + QPointF(3, 3), str(rank), theme)
    painter.end()
    return stamp


def thumbnail_at(sight: Sight, px: float, py: float) -> int:
    """The row whose thumbnail lies at the pixel (px, py), or -1."""
    if sight.frame.thumb_opacity <= 0.5:
        return -1
    for row, centre in sight.thumbnails():
        if max(abs(centre.x() - px), abs(centre.y() - py)) <= sight.frame.thumb_side / 2:
            return row
    return -1


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


def paint_chip(painter: QPainter, corner: QPointF, text: str, theme: Theme, room: float = math.inf) -> None:
    """Paint ``text`` on a small plate whose top left ``corner`` is given, at the latest where ``room`` ends."""
    font = painter.font()
    font.setPixelSize(TYPE_SMALL)
    font.setBold(True)
    painter.setFont(font)
    chip = QRectF(corner.x(), corner.y(), painter.fontMetrics().horizontalAdvance(text) + 8, 16)
    chip.moveLeft(max(0.0, min(chip.left(), room - chip.width() - 2)))
    back = QColor(theme.canvas)
    back.setAlphaF(0.82)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(QColor(theme.text))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

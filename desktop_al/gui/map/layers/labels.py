"""The labels of the regions: what sets each apart in words, or as its typical image."""

from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from desktop_al.gui.map.layers.sight import Sight, blank
from desktop_al.gui.map.layers.thumbs import paint_rounded
from desktop_al.gui.map.regions import IMAGE_PX, Regions, label_font
from desktop_al.gui.map.thumbnails import SIDES
from desktop_al.gui.theme import RADIUS, Theme
from desktop_al.gui.thumbs import ThumbLoader

MOST_KEPT = 400
HALO = 3.0


class LabelLayer:
    """Paints `regions` where they are in sight; each text is drawn once and kept as a pixmap.

    With ``words_alone`` the images of regions without a name are left out: they would hide what stands below them.
    """

    def __init__(self, thumbs: ThumbLoader) -> None:
        self._thumbs = thumbs
        self.regions: Regions | None = None
        self.on = True
        self.words_alone = False
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def visible(self, sight: Sight) -> list[tuple[int, float, float, float]]:
        """The labels in sight: number, pixel x and y, opacity.

        Labels give way to thumbnails as these grow, and images to whatever stands over the map.
        """
        regions = self.regions
        if regions is None or not self.on:
            return []
        view = sight.view
        frame = sight.frame
        # Words stay readable among small thumbnails; images would only be taken for more of them.
        grown = float(np.clip((frame.thumb_side - SIDES[1]) / (SIDES[-1] - SIDES[1]), 0, 1))
        worded = np.array([bool(text) for text in regions.texts], np.bool_)
        opacity = regions.opacity(view.scale)
        # Words fade with the scale; an image that rests half transparent would show points through it.
        opacity = np.where(worded, opacity, opacity >= 0.5) * (1 - frame.thumb_opacity * np.where(worded, grown, 1.0))
        left, top = view.to_map(0, 0)
        px, py = (regions.x - left) * view.scale, (top - regions.y) * view.scale
        if self.words_alone:
            opacity[~worded] = 0
        seen = (opacity > 0.02) & (px > -80) & (py > -30) & (px < view.width + 80) & (py < view.height + 30)
        found = np.flatnonzero(seen)
        return [
            (k, float(px[k]), float(py[k]), float(opacity[k]))
            for k in found[::-1].tolist()
            if worded[k] or sight.free(QPointF(px[k], py[k]), IMAGE_PX[int(regions.level[k])])
        ]

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint the least important first."""
        for k, px, py, opacity in self.visible(sight):
            painter.setOpacity(opacity)
            assert self.regions is not None
            if self.regions.texts[k]:
                stamp = self._text(self.regions.texts[k], int(self.regions.level[k]), sight.theme, sight.ratio)
                size = stamp.deviceIndependentSize()
                # On whole pixels, so that letters stay sharp.
                x, y = round(px - size.width() / 2), round(py - size.height() / 2)
                painter.drawPixmap(QPointF(x, y), stamp)
            else:
                self._paint_image(painter, sight, k, QPointF(px, py))

    def _paint_image(self, painter: QPainter, sight: Sight, k: int, centre: QPointF) -> None:
        assert self.regions is not None
        row = int(self.regions.rows[k])
        if not 0 <= row < len(sight.pool):
            return
        sample = int(sight.pool.ids[row])
        pixmap = self._thumbs.pixmap(sample)
        if pixmap is None:
            self._thumbs.request(sample, sight.pool.thumb_key(row), sight.pool.path(row))
            return
        side = float(IMAGE_PX[int(self.regions.level[k])])
        area = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        key = ("image", pixmap.cacheKey(), side, sight.theme.dark, sight.ratio)
        stamp = self._kept.get(key)
        if stamp is None:
            stamp = blank(side + 4, side + 4, sight.ratio)
            inner = QPainter(stamp)
            inner.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            inside = QRectF(2, 2, side, side)
            paint_rounded(inner, inside, pixmap, RADIUS, sight.theme)
            for pen in (QPen(QColor(sight.theme.canvas), 3), QPen(QColor(sight.theme.muted), 1.2)):
                inner.setPen(pen)
                inner.setBrush(Qt.BrushStyle.NoBrush)
                inner.drawRoundedRect(inside, RADIUS, RADIUS)
            inner.end()
            self._keep(key, stamp)
        painter.drawPixmap(area.topLeft() - QPointF(2, 2), stamp)

    def wants(self, sample: int, sight: Sight) -> bool:
        """Whether the thumbnail of ``sample`` belongs to a label in sight."""
        regions = self.regions
        if regions is None or not self.on or len(regions.rows) == 0:
            return False
        row = sight.pool.row_of(sample)
        return any(int(regions.rows[k]) == row and not regions.texts[k] for k, *_ in self.visible(sight))

    def _text(self, text: str, level: int, theme: Theme, ratio: float) -> QPixmap:
        key = ("text", text, level, theme.dark, ratio)
        stamp = self._kept.get(key)
        if stamp is None:
            font = label_font(level)
            metrics = QFontMetricsF(font)
            width, height = metrics.horizontalAdvance(text) + 4 * HALO, metrics.height() + 2 * HALO
            stamp = blank(width, height, ratio)
            path = QPainterPath()
            path.addText(QPointF(2 * HALO, HALO + metrics.ascent()), font, text)
            painter = QPainter(stamp)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            halo = QColor(theme.canvas)
            # Two strokes: a wide one that softens the ground, a narrow one that lets the letters stand out.
            for width, strength in ((2.2 * HALO, 0.45), (1.3 * HALO, 0.85)):
                halo.setAlphaF(strength)
                pen = QPen(halo, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
                painter.strokePath(path, pen)
            painter.fillPath(path, QColor(theme.text))
            painter.end()
            self._keep(key, stamp)
        return stamp

    def _keep(self, key: tuple[object, ...], stamp: QPixmap) -> None:
        self._kept[key] = stamp
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

"""What is painted above the picture in the GUI thread: thumbnails, badges, two compared batches, rings."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop_al.domain.records import SampleState
from desktop_al.gui.comparison import Side, side_pixmap
from desktop_al.gui.glyphs import paint_mark, paint_state
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.sizes import mark_radius
from desktop_al.gui.map.thumbnails import THUMB_SIDE
from desktop_al.gui.map.view import View
from desktop_al.gui.pool import Mark, Pool
from desktop_al.gui.theme import TYPE_SMALL, Theme
from desktop_al.gui.thumbs import ThumbLoader

BADGE = 8.0  # the radius of a badge, and the room around it, in pixels
MOST_BADGES = 2_000
MOST_SHAPES = 20_000


class Overlay:
    """Paints in pixels of the canvas; asks for thumbnails as it goes."""

    def __init__(self, pool: Pool, thumbs: ThumbLoader) -> None:
        self._pool, self._thumbs = pool, thumbs
        self.frame: Frame | None = None
        self.compared: list[tuple[Side, NDArray[np.int64]]] = []
        self.hovered = -1
        self._marked = (pool.mark[:0], pool.state[:0], np.empty(0, np.int64))

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
        self._paint_comparison(painter, view, frame, theme)
        self._paint_marks(painter, view, frame, theme)
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

    def _places(
        self, view: View, frame: Frame, rows: NDArray[np.int64], most: int
    ) -> Iterator[tuple[int, float, float]]:
        """Those of ``rows`` that are in sight, with their pixels; none where there are more than ``most``."""
        at = frame.cloud.position[rows]
        rows, at = rows[at >= 0], at[at >= 0]
        left, top = view.to_map(0, 0)
        px, py = (frame.cloud.x[at] - left) * view.scale, (top - frame.cloud.y[at]) * view.scale
        seen = (px > -BADGE) & (py > -BADGE) & (px < view.width + BADGE) & (py < view.height + BADGE)
        if np.count_nonzero(seen) <= most:
            yield from zip(rows[seen].tolist(), px[seen].tolist(), py[seen].tolist(), strict=True)

    def _paint_marks(self, painter: QPainter, view: View, frame: Frame, theme: Theme) -> None:
        """A pin or a struck-through disc beside each sample that is kept or vetoed."""
        rows = self._marked_rows()
        if len(rows) == 0:
            return
        thumbs = set(frame.thumb_rows.tolist()) if frame.thumb_opacity > 0.5 else set()
        away = THUMB_SIDE / 2 - 9
        marks = len(frame.style.picks) + len(frame.style.labelled)
        beside = max(mark_radius(frame.cloud, view, marks), 4.0) + BADGE - 2
        for row, px, py in self._places(view, frame, rows, MOST_BADGES):
            offset = QPointF(away, away) if row in thumbs else QPointF(beside, -beside)
            mark = Mark(int(self._pool.mark[row]))
            paint_mark(painter, QPointF(px, py) + offset, BADGE - 1.5, mark, theme)

    def _marked_rows(self) -> NDArray[np.int64]:
        mark, state = self._pool.mark, self._pool.state
        # Columns are never written after they were handed over, so that the same ones hold the same.
        if self._marked[0] is not mark or self._marked[1] is not state:
            # A pick with a decision is kept all the same; its shape says enough.
            waits = (state == SampleState.PENDING) | (state == SampleState.UNLABELLED)
            shown = (mark == Mark.VETOED) | ((mark == Mark.PINNED) & waits)
            self._marked = (mark, state, np.flatnonzero(shown).astype(np.int64))
        return self._marked[2]

    def _paint_comparison(self, painter: QPainter, view: View, frame: Frame, theme: Theme) -> None:
        marks = len(frame.style.picks) + len(frame.style.labelled)
        radius = max(mark_radius(frame.cloud, view, marks), 4.0) + 2.5
        for side, ids in self.compared:
            rows = self._pool.rows_of(ids)
            stamp = side_pixmap(side, theme, radius, painter.device().devicePixelRatioF())
            half = stamp.deviceIndependentSize().width() / 2
            for _, px, py in self._places(view, frame, rows[rows >= 0], MOST_SHAPES):
                painter.drawPixmap(QPointF(px - half, py - half), stamp)

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

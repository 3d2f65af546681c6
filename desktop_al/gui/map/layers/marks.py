"""Badges beside the samples that are kept or vetoed, and the picks of two compared batches."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop_al.domain.records import SampleState
from desktop_al.gui.comparison import Side, side_pixmap
from desktop_al.gui.glyphs import paint_mark
from desktop_al.gui.map.layers.sight import EDGE, Sight
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool import Pool

MOST_BADGES = 2_000
MOST_SHAPES = 20_000


class MarkLayer:
    """A pin or a struck-through disc beside each sample that is kept or vetoed."""

    def __init__(self) -> None:
        empty = np.empty(0, np.uint8)
        self._marked = (empty, empty, np.empty(0, np.int64))

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint the badges in sight, unless they are too many to be told apart."""
        rows = self._marked_rows(sight.pool)
        if len(rows) == 0:
            return
        frame = sight.frame
        thumbs = {row for row, _ in sight.thumbnails()} if frame.thumb_opacity > 0.5 else set()
        away = frame.thumb_side / 2 - 9
        beside = sight.mark_radius + EDGE - 2
        for row, px, py in sight.places(rows, MOST_BADGES):
            offset = QPointF(away, away) if row in thumbs else QPointF(beside, -beside)
            mark = Mark(int(sight.pool.mark[row]))
            paint_mark(painter, QPointF(px, py) + offset, EDGE - 1.5, mark, sight.theme)

    def _marked_rows(self, pool: Pool) -> NDArray[np.int64]:
        mark, state = pool.mark, pool.state
        # Columns are never written after they were handed over, so that the same ones hold the same.
        if self._marked[0] is not mark or self._marked[1] is not state:
            # A pick with a decision is kept all the same; its shape says enough.
            waits = (state == SampleState.PENDING) | (state == SampleState.UNLABELLED)
            shown = (mark == Mark.VETOED) | ((mark == Mark.PINNED) & waits)
            self._marked = (mark, state, np.flatnonzero(shown).astype(np.int64))
        return self._marked[2]


class CompareLayer:
    """The picks of two batches, told apart by shape and colour; ``compared`` holds sample ids by side."""

    def __init__(self) -> None:
        self.compared: list[tuple[Side, NDArray[np.int64]]] = []

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Stamp one shape on each pick."""
        radius = sight.mark_radius + 2.5
        for side, ids in self.compared:
            rows = sight.pool.rows_of(ids)
            stamp = side_pixmap(side, sight.theme, radius, sight.ratio)
            half = stamp.deviceIndependentSize().width() / 2
            for _, px, py in sight.places(rows[rows >= 0], MOST_SHAPES):
                painter.drawPixmap(QPointF(px - half, py - half), stamp)

"""Lines from one sample to others: the true neighbours of the focus, and what a pick stands for."""

import math
import statistics

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.map.layers.rings import RingLayer
from desktop_al.gui.map.layers.sight import Sight
from desktop_al.gui.map.layers.thumbs import paint_chip

AROUND = 15.0  # pixels that an outline keeps from the samples inside
STRAY = 2.5  # times the median distance beyond which a sample lies outside of the outline


class NeighbourLayer:
    """Links the focused sample to ``rows``, its nearest neighbours in the embedding space."""

    def __init__(self) -> None:
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint a line to each neighbour and a small ring around it."""
        if not 0 <= sight.pool.focus < len(sight.pool):
            return
        centre = sight.place(sight.pool.focus)
        ends = _places(sight, self.rows)
        if centre is None or not ends:
            return
        for colour, width in ((QColor(sight.theme.canvas), 3.4), (QColor(sight.theme.focus), 1.4)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for end in ends:
                painter.drawLine(centre, end)
        painter.setBrush(QColor(sight.theme.canvas))
        painter.setPen(QPen(QColor(sight.theme.focus), 1.6))
        for end in ends:
            painter.drawEllipse(end, 3.5, 3.5)


class StandingLayer:
    """Around the pick under the mouse, or with the focus: the samples that it stands for, its rank and their number."""

    def __init__(self, rings: RingLayer) -> None:
        self._rings = rings

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Outline the region softly, and link the pick to the nearest of what it stands for."""
        row = self._rings.hovered if self._rings.hovered >= 0 else sight.pool.focus
        if not 0 <= row < len(sight.pool):
            return
        pick, centre = sight.pool.pick(row), sight.place(row)
        if pick is None or centre is None:
            return
        colour = QColor(sight.theme.states[SampleState(int(sight.pool.state[row]))])
        rows = sight.pool.rows_of(np.array(pick.stands_for_nearest, np.int64))
        ends = _places(sight, rows[rows >= 0])
        if ends:
            self._outline(painter, [centre, *_close(centre, ends)], colour)
            for line, width in ((QColor(sight.theme.canvas), 3.0), (colour, 1.3)):
                painter.setPen(QPen(line, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                for end in ends:
                    painter.drawLine(centre, end)
            painter.setPen(QPen(QColor(sight.theme.canvas), 1))
            painter.setBrush(colour)
            for end in ends:
                painter.drawEllipse(end, 3.2, 3.2)
        text = tr("Pick {rank}", rank=pick.rank)
        if pick.stands_for > 0:
            stands = trn("stands for {count:,} image", "stands for {count:,} images", pick.stands_for)
            text = tr("{pick} · {stands}", pick=text, stands=stands)
        if not sight.shows_thumbnail(row):
            paint_chip(painter, centre + QPointF(sight.mark_radius + 8, -24), text, sight.theme, sight.view.width)

    @staticmethod
    def _outline(painter: QPainter, points: list[QPointF], colour: QColor) -> None:
        # A wide stroke around the hull rounds it off and keeps it clear of the samples inside.
        hull, stroker = QPainterPath(), QPainterPathStroker()
        hull.addPolygon(QPolygonF(hull_of(points)))
        hull.closeSubpath()
        stroker.setWidth(2 * AROUND)
        stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
        region = hull.united(stroker.createStroke(hull))
        fill, edge = QColor(colour), QColor(colour)
        fill.setAlphaF(0.14)
        edge.setAlphaF(0.6)
        painter.setPen(QPen(edge, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        painter.drawPath(region)


def _close(centre: QPointF, ends: list[QPointF]) -> list[QPointF]:
    """Those of ``ends`` that lie with most of them: one that the map put elsewhere must not stretch the region."""
    away = [math.hypot(end.x() - centre.x(), end.y() - centre.y()) for end in ends]
    reach = max(STRAY * statistics.median(away), 2 * AROUND)
    return [end for end, far in zip(ends, away, strict=True) if far <= reach]


def _places(sight: Sight, rows: NDArray[np.int64]) -> list[QPointF]:
    known = [row for row in np.asarray(rows, np.int64).tolist() if 0 <= row < len(sight.pool)]
    return [place for row in known if (place := sight.place(row)) is not None]


def hull_of(points: list[QPointF]) -> list[QPointF]:
    """The corners of the convex hull of ``points``, in order (Andrew's monotone chain)."""
    ordered = sorted({(point.x(), point.y()) for point in points})
    if len(ordered) < 3:
        return [QPointF(x, y) for x, y in ordered]

    def chain(way: list[tuple[float, float]]) -> list[tuple[float, float]]:
        out: list[tuple[float, float]] = []
        for x, y in way:
            while len(out) > 1:
                (ax, ay), (bx, by) = out[-2], out[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                out.pop()
            out.append((x, y))
        return out[:-1]

    return [QPointF(x, y) for x, y in chain(ordered) + chain(ordered[::-1])]

"""What every layer is given: the last frame, what is in sight now, and where samples lie in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.sizes import mark_radius
from desktop_al.gui.map.view import View
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme

EDGE = 8.0  # pixels around the canvas in which a small thing is still painted


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """``frame`` was drawn of ``pool``; ``view`` is in sight now, ``ratio`` device pixels to a pixel.

    ``covered`` are the places of the canvas where something stands over it.
    """

    pool: Pool
    frame: Frame
    view: View
    theme: Theme
    ratio: float
    covered: tuple[QRectF, ...] = ()

    def place(self, row: int) -> QPointF | None:
        """Where ``row`` is drawn, or None while it has no place on the map."""
        at = int(self.frame.cloud.position[row])
        if at < 0:
            return None
        px, py = self.view.to_pixel(float(self.frame.cloud.x[at]), float(self.frame.cloud.y[at]))
        return QPointF(px, py)

    def places(self, rows: NDArray[np.int64], most: int) -> Iterator[tuple[int, float, float]]:
        """Those of ``rows`` that are in sight, with their pixels; none where there are more than ``most``."""
        cloud, view = self.frame.cloud, self.view
        at = cloud.position[rows]
        rows, at = rows[at >= 0], at[at >= 0]
        left, top = view.to_map(0, 0)
        px, py = (cloud.x[at] - left) * view.scale, (top - cloud.y[at]) * view.scale
        seen = (px > -EDGE) & (py > -EDGE) & (px < view.width + EDGE) & (py < view.height + EDGE)
        if np.count_nonzero(seen) <= most:
            yield from zip(rows[seen].tolist(), px[seen].tolist(), py[seen].tolist(), strict=True)

    @property
    def mark_radius(self) -> float:
        """The radius of a pick or a labelled sample."""
        marks = len(self.frame.style.picks) + len(self.frame.style.labelled)
        return max(mark_radius(self.frame.cloud, self.view, marks), 4.0)

    def free(self, centre: QPointF, side: float) -> bool:
        """Whether nothing stands over the square of ``side`` around ``centre``: half an image looks like a fault."""
        area = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        return not any(area.intersects(place) for place in self.covered)

    def thumbnails(self) -> list[tuple[int, QPointF]]:
        """The rows that are drawn as thumbnails, best first, and where."""
        frame, view, reach = self.frame, self.view, self.frame.thumb_side / 2
        if frame.thumb_opacity == 0:
            return []
        placed = [(row, self.place(row)) for row in frame.thumb_rows.tolist()]
        return [
            (row, centre)
            for row, centre in placed
            if centre is not None
            and -reach < centre.x() < view.width + reach
            and -reach < centre.y() < view.height + reach
            and self.free(centre, frame.thumb_side)
        ]

    def shows_thumbnail(self, row: int) -> bool:
        """Whether ``row`` is drawn as a thumbnail."""
        if self.frame.thumb_opacity <= 0.5 or not np.any(self.frame.thumb_rows == row):
            return False
        centre = self.place(row)
        return centre is not None and self.free(centre, self.frame.thumb_side)


class Layer(Protocol):
    """Something that is painted above the picture."""

    def paint(self, painter: QPainter, sight: Sight) -> None:
        """Paint what there is of it in ``sight``; called for each paint of the canvas, so it must be cheap."""


def blank(width: float, height: float, ratio: float) -> QPixmap:
    """An empty pixmap of ``width`` by ``height`` pixels to paint something into that is kept."""
    pixmap = QPixmap(max(round(width * ratio), 1), max(round(height * ratio), 1))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap

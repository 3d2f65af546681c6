"""Two batches side by side, as the map draws them: told apart by shape as well as by colour."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from desktop_al.domain.results import BatchComparison
from desktop_al.gui.theme import Theme

Ids = NDArray[np.int64]


class Side(StrEnum):
    """Which batch a pick is of."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The figures of two batches, and the sample ids of their picks."""

    figures: BatchComparison
    first: Ids
    second: Ids

    def ids(self, side: Side) -> Ids:
        """The samples that are on ``side`` alone, or in both."""
        if side is Side.BOTH:
            return np.intersect1d(self.first, self.second)
        mine, other = (self.first, self.second) if side is Side.FIRST else (self.second, self.first)
        return np.setdiff1d(mine, other)

    def parts(self) -> list[tuple[Side, Ids]]:
        """Every side with its samples, what is in both last."""
        return [(side, self.ids(side)) for side in Side]


def paint_side(painter: QPainter, centre: QPointF, radius: float, side: Side, theme: Theme) -> None:
    """Draw the shape of ``side``: a ring for the first batch, a square for the second, one in the other for both."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    first, second = theme.sides
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    inner = 0.6 * radius if side is Side.BOTH else 0.86 * radius
    # An outline in the colour of the canvas first, which keeps the shapes readable on any point.
    for of_first, of_second, width in ((theme.canvas, theme.canvas, 4.5), (first, second, 2.2)):
        if side in (Side.SECOND, Side.BOTH):
            painter.setPen(QPen(QColor(of_second), width))
            painter.drawRect(box)
        if side in (Side.FIRST, Side.BOTH):
            painter.setPen(QPen(QColor(of_first), width))
            painter.drawEllipse(centre, inner, inner)


def side_pixmap(side: Side, theme: Theme, radius: float, ratio: float = 1.0) -> QPixmap:
    """The shape of ``side`` as a picture that leaves room for its outline."""
    width = 2 * (radius + 3)
    pixmap = QPixmap(round(width * ratio), round(width * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_side(painter, QPointF(width / 2, width / 2), radius, side, theme)
    painter.end()
    return pixmap

"""The layers above the picture, lowest first."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from desktop_al.gui.comparison import Side
from desktop_al.gui.map.layers.labels import LabelLayer
from desktop_al.gui.map.layers.links import NeighbourLayer, StandingLayer
from desktop_al.gui.map.layers.marks import CompareLayer, MarkLayer
from desktop_al.gui.map.layers.rings import RingLayer
from desktop_al.gui.map.layers.sight import Layer, Sight
from desktop_al.gui.map.layers.thumbs import ThumbLayer, thumbnail_at
from desktop_al.gui.map.view import View
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme
from desktop_al.gui.thumbs import ThumbLoader

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from desktop_al.gui.map.frame import Frame


class Overlay:
    """Paints in pixels of the canvas what is light enough for the GUI thread.

    ``repaint`` has it all painted again a little later, for what fades in; ``covered`` tells where something
    stands over the canvas.
    """

    def __init__(self, pool: Pool, thumbs: ThumbLoader, repaint: Callable[[], None]) -> None:
        self._pool = pool
        self.frame: Frame | None = None
        self.covered: Callable[[], tuple[QRectF, ...]] = tuple
        self.labels, self.comparison, self.rings = LabelLayer(thumbs), CompareLayer(), RingLayer()
        self.neighbours, self.thumbs = NeighbourLayer(), ThumbLayer(thumbs, repaint)
        self.layers: list[Layer] = [
            self.thumbs,
            # Names are read over shapes, shapes are not recognised below images.
            self.comparison,
            self.labels,
            MarkLayer(),
            StandingLayer(self.rings),
            self.neighbours,
            self.rings,
        ]

    def sight(self, view: View, ratio: float = 1.0) -> Sight | None:
        """What is in sight of the last frame, or None where it is of other rows."""
        frame = self.frame
        if frame is None or len(frame.cloud.position) != len(self._pool):
            return None
        return Sight(self._pool, frame, view, Theme.current(), ratio, self.covered())

    def compare(self, compared: list[tuple[Side, NDArray[np.int64]]]) -> None:
        """Stamp the picks of ``compared`` batches, sample ids by side; none where nothing is compared."""
        self.comparison.compared = compared
        self.labels.words_alone = bool(compared)

    def paint(self, painter: QPainter, view: View) -> None:
        """Paint every layer over ``view``."""
        sight = self.sight(view, painter.device().devicePixelRatioF())
        if sight is None:
            return
        for layer in self.layers:
            painter.save()
            layer.paint(painter, sight)
            painter.restore()

    def shows_thumbnail(self, view: View, row: int) -> bool:
        """Whether the image of ``row`` is drawn, as a thumbnail or as the label of a region."""
        sight = self.sight(view)
        if sight is None or not 0 <= row < len(self._pool):
            return False
        return sight.shows_thumbnail(row) or self.labels.wants(int(self._pool.ids[row]), sight)

    def thumbnail_at(self, view: View, px: float, py: float) -> int:
        """The row whose thumbnail lies at the pixel (px, py), or -1."""
        sight = self.sight(view)
        return thumbnail_at(sight, px, py) if sight is not None else -1

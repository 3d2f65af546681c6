"""The true neighbours of the focused image, as thumbnails that lead to them: those in the embedding space."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import NearestTaker
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import TIGHT
from desktop_al.gui.thumb_strip import ThumbStrip
from desktop_al.gui.thumbs import ThumbLoader

COUNT = 8
# Who holds an arrow key down passes by.
PAUSE_MS = 120
BY = "inspector"


class Neighbours(Protocol):
    """What finds the nearest images; `desktop_al.gui.insights.Insights` does."""

    def neighbours(self, row: int, k: int, on_done: NearestTaker, by: str = "") -> None:
        """Let ``on_done`` have the ``k`` nearest of ``row``."""


class NeighboursView(QWidget):
    """Follows the focus of the pool; a click on a neighbour goes there."""

    def __init__(self, pool: Pool, thumbs: ThumbLoader, insights: Neighbours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._insights = pool, insights
        self.title = QLabel(self)
        self.title.setProperty("kind", "small")
        self.title.setWordWrap(True)
        self.strip = ThumbStrip(pool, thumbs, tr("Nearest images"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.title)
        column.addWidget(self.strip)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        pool.focus_changed.connect(self._later)
        pool.reset.connect(self._later)
        pool.columns_changed.connect(self._on_columns)
        self._later()

    def _on_columns(self, names: frozenset[str]) -> None:
        if "counts" in names:
            self._later()

    def _later(self, _row: int = -1) -> None:
        self.hide()
        if self._pool.focus >= 0 and self._pool.counts.embedded:
            self._pause.start()
        else:
            self._pause.stop()

    def _look(self) -> None:
        row = self._pool.focus
        if not 0 <= row < len(self._pool):
            return
        sample = int(self._pool.ids[row])

        def show(rows: NDArray[np.int64], distances: NDArray[np.float64]) -> None:
            if self._pool.row_of(sample) == self._pool.focus:
                self._show(rows, distances)

        self._insights.neighbours(row, COUNT, show, BY)

    def _show(self, rows: NDArray[np.int64], distances: NDArray[np.float64]) -> None:
        self.strip.set_samples(self._pool.ids[rows].tolist())
        if len(distances):
            near, far = float(distances[0]), float(distances[-1])
            self.title.setText(tr("Nearest images, {near:.2f} to {far:.2f} away", near=near, far=far))
        self.setVisible(len(rows) > 0)

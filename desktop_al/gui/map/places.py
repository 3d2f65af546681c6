"""Where the samples lie on one map: where the pool says, or another projection of the same samples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from desktop_al.gui.map.view import Bounds
from desktop_al.gui.pool import Pool

STEP = 65_536


class Places(QObject):
    """The projection that a map shows. Signal: ``changed`` the positions are others."""

    changed = Signal()

    def __init__(self, pool: Pool, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = pool
        self._ids: NDArray[np.int64] | None = None
        self._given = self._xy = np.empty((0, 2))
        pool.positions_changed.connect(self._on_positions)

    @property
    def own(self) -> bool:
        """Whether the map shows another projection than the pool's."""
        return self._ids is not None

    @property
    def xy(self) -> NDArray[np.float64]:
        """The positions (n, 2) of the pool's rows, NaN where a sample has no place; never written afterwards."""
        if self._ids is None:
            return self._pool.xy
        if len(self._xy) != len(self._pool):
            self._align()
        return self._xy

    @property
    def any(self) -> bool:
        """Whether a sample has a place; cheap where most have one, for the first ends the search."""
        x = self.xy[:, 0]
        return any(bool(np.isfinite(x[at : at + STEP]).any()) for at in range(0, len(x), STEP))

    def bounds_of(self, chosen: NDArray[np.bool_]) -> Bounds | None:
        """What the ``chosen`` (n,) samples take up of the map, None where none of them has a place."""
        xy = self.xy[chosen]
        xy = xy[np.isfinite(xy).all(axis=1)]
        if len(xy) == 0:
            return None
        (left, bottom), (right, top) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
        return left, bottom, right, top

    def show(self, ids: NDArray[np.int64] | None, xy: NDArray[np.floating] | None) -> None:
        """Show the projection ``xy`` (m, 2) of the samples ``ids`` (m,); with None, that of the pool."""
        self._ids = ids
        if ids is not None and xy is not None:
            self._given = np.asarray(xy, np.float64)
            self._align()
        self.changed.emit()

    def realign(self) -> None:
        """The rows of the pool are others: let the positions follow their samples."""
        if self._ids is not None:
            self._align()

    def _align(self) -> None:
        assert self._ids is not None
        rows = self._pool.rows_of(self._ids)
        self._xy = np.full((len(self._pool), 2), np.nan)
        self._xy[rows[rows >= 0]] = self._given[rows >= 0]

    def _on_positions(self) -> None:
        if self._ids is None:
            self.changed.emit()


def far_apart(a: NDArray[np.float64], b: NDArray[np.float64], share: float = 0.2) -> bool:
    """Whether the points of two projections ``a`` and ``b`` (n, 2) moved by more than ``share`` of their spread.

    What is without a place in either counts for nothing; a sample of 50,000 points is looked at.
    """
    if a is b:
        return False
    step = max(len(a) // 50_000, 1)
    a, b = a[::step], b[::step]
    both = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    if np.count_nonzero(both) < 3:
        return False
    moved = float(np.median(np.hypot(*(a[both] - b[both]).T)))
    return moved > share * float(np.hypot(*a[both].std(axis=0)))

"""What clicks and arrow keys do to the highlight and the focus of the pool."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from desktop_al.gui.pool import Pool

Rows = NDArray[np.int64]
NO_ROWS = np.empty(0, np.int64)


class Marker:
    """Marks samples by their positions; a range reaches from the anchor, the position that was clicked last."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._anchor = -1

    def forget(self) -> None:
        """Begin anew: the positions mean other samples now."""
        self._anchor = -1

    def mark(self, rows: Rows, position: int, modifiers: Qt.KeyboardModifier) -> None:
        """Focus ``rows[position]``; Ctrl marks it or takes the mark away, Shift marks the range from the anchor."""
        pool, row = self._pool, rows[position : position + 1]
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            low, high = sorted((self._anchor, position))
            pool.set_highlight(rows[low : high + 1])
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            if self._anchor >= 0 and not pool.highlight.any():
                # The first of a set was clicked without a key, as everywhere else.
                row = rows[[self._anchor, position]]
            pool.set_highlight(row, "subtract" if pool.highlight[row[-1]] else "add")
            self._anchor = position
        else:
            self._anchor = position
        pool.set_focus(int(rows[position]))

    def step(self, rows: Rows, position: int, modifiers: Qt.KeyboardModifier) -> None:
        """Focus ``rows[position]`` as an arrow key does: with Shift the range follows."""
        shift = modifiers & Qt.KeyboardModifier.ShiftModifier
        self.mark(rows, position, shift if self._anchor >= 0 else Qt.KeyboardModifier.NoModifier)

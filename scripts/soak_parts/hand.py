"""What every way to act on the window needs."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from scripts.bench_parts.gui_desk import Desk
from scripts.soak_parts.expected import Expected

Way = tuple[str, float, Callable[[], None]]
"""What is done, how often beside the others, and what does it."""


class Hand:
    """Acts on ``desk`` as ``rng`` has it; ``wrong`` collects what must not be, ``ways`` are what it can do."""

    def __init__(self, desk: Desk, expected: Expected, rng: np.random.Generator) -> None:
        self.desk, self.expected, self.rng = desk, expected, rng
        self.wrong: list[str] = []
        self.ways: tuple[Way, ...] = ()

    def one(self, count: int) -> int:
        """One of the numbers below ``count``; 0 where there is none."""
        return int(self.rng.integers(0, max(count, 1)))

    def point(self, widget: QWidget) -> QPointF:
        """A point of ``widget``."""
        x, y = self.rng.random(2) * (max(widget.width() - 1, 1), max(widget.height() - 1, 1))
        return QPointF(round(x), round(y))

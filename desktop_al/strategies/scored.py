"""The frame of strategies that score each sample once and take the best in turn."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.one_by_one import OneByOne


class Scored(OneByOne):
    """Takes the largest of ``scores`` (n,) float64 that is free, the first of equals; ``gains`` are scores."""

    def __init__(self, given: StrategyInput, scores: NDArray[np.float64]) -> None:
        super().__init__(given)
        self._scores, self._at = scores, 0
        self._order = np.argsort(-scores, kind="stable")

    def best(self) -> tuple[int, float]:
        """The next of the order that is free; what is closed stays closed."""
        while not self.gate.free[self._order[self._at]]:
            self._at += 1
        position = int(self._order[self._at])
        return position, float(self._scores[position])

    def took(self, position: int) -> None:
        """Scores do not change."""

    def gain_of(self, position: int) -> float:
        """The score of a sample that is forced."""
        return float(self._scores[position])

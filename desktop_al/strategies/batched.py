"""The frame of strategies that plan a whole batch at once.

A ranking must not depend on how much of it is taken, so it goes by stages: the first plans a batch of the size that was
asked for, or of 16 where the budget is automatic, which is the published method; the next plans as much again from what
is left.
"""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.one_by_one import OneByOne

_FIRST = 16


class Batched(OneByOne):
    """Takes what `plan` puts first; ``gains`` are ``scores`` (n,) float64."""

    def __init__(self, given: StrategyInput, scores: NDArray[np.float64]) -> None:
        super().__init__(given)
        self._scores = scores
        self._plan: list[int] = []
        self._at, self._until = 0, 0
        self.ctx = SILENT

    @abstractmethod
    def plan(self, free: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
        """Positions in the order of picking, at least one of ``free`` (p,) and the batch of ``wanted`` first."""

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError` between picks."""
        self.ctx = ctx
        super().extend(count, ctx)

    def best(self) -> tuple[int, float]:
        """The next of the plan that is free."""
        self._ready()
        position = self._plan[self._at]
        return position, float(self._scores[position])

    def took(self, position: int) -> None:
        """Plans change by stages only."""

    def gain_of(self, position: int) -> float:
        """The score of a sample that is forced; a plan is made before, as if it had come by itself."""
        if self.gate.free.any():
            self._ready()
        return float(self._scores[position])

    def _ready(self) -> None:
        """Move to the next of the plan that is free, and plan anew where the stage or the plan is at its end."""
        if len(self._picks) < self._until:
            while self._at < len(self._plan):
                if self.gate.free[self._plan[self._at]]:
                    return
                self._at += 1
        target = self.given.asked or _FIRST
        while target <= len(self._picks):
            target *= 2
        free = np.flatnonzero(self.gate.free)
        self._plan = self.plan(free, min(len(free), target - len(self._picks))).tolist()
        self._at, self._until = 0, target

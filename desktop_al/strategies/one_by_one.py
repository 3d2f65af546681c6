"""The frame of rankers that choose one sample after the other; a strategy fills in how."""

from abc import ABC, abstractmethod

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.gate import Gate


class OneByOne(ABC):
    """A `Ranker` that keeps the gate, the order, progress and cancelling; see `Ranker` for its attributes."""

    def __init__(self, given: StrategyInput) -> None:
        self.given, self.gate = given, Gate(given)
        self.account = ""
        self._picks: list[int] = []
        self._gains: list[float] = []
        self.indices = np.zeros(0, dtype=np.int64)
        self.gains = np.zeros(0)

    @abstractmethod
    def best(self) -> tuple[int, float]:
        """The position to take next, one that ``gate.free`` marks (there is one), and its gain."""

    @abstractmethod
    def took(self, position: int) -> None:
        """Note that ``position`` was taken; the gate knows already."""

    def gain_of(self, position: int) -> float:
        """The gain of a sample that is forced; strategies without one answer 0."""
        del position
        return 0.0

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError` between picks."""
        while len(self._picks) < count and self.gate.free.any():
            ctx.check()
            ctx.report("Selecting", len(self._picks), count)
            position, gain = self.best()
            if self.gate.allows(position):
                self._take(position, gain)
        self._publish()

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""
        if position in self._picks:
            return
        self._take(position, self.gain_of(position))
        self._publish()

    def _take(self, position: int, gain: float) -> None:
        self._picks.append(position)
        self._gains.append(gain)
        self.gate.take(position)
        self.took(position)

    def _publish(self) -> None:
        self.indices = np.asarray(self._picks, dtype=np.int64)
        self.gains = np.asarray(self._gains, dtype=np.float64)

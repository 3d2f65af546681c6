"""Uniformly random picks: the baseline, and an unbiased sample of the pool."""

from dataclasses import dataclass

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.one_by_one import OneByOne


class _Shuffled(OneByOne):
    """A permutation drawn once; ``gains`` are zero, for chance expects nothing."""

    def __init__(self, given: StrategyInput) -> None:
        super().__init__(given)
        self._order = np.random.default_rng(given.seed).permutation(len(given.pool))
        self._next = 0

    def best(self) -> tuple[int, float]:
        """The next of the permutation that may be picked."""
        while not self.gate.free[self._order[self._next]]:
            self._next += 1
        return int(self._order[self._next]), 0.0

    def took(self, position: int) -> None:
        """The permutation goes on whatever is picked."""


@dataclass(frozen=True, slots=True)
class Random:
    """Picks that depend on the seed and the size of the pool only."""

    name: str = "random"
    summary: str = "Pick at random: the yardstick for every other strategy, and a fair sample for estimates."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by a permutation of seed ``given.seed``."""
        return _Shuffled(given)

"""Uniformly random picks: the baseline, and an unbiased sample of the pool."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.strategies.base import Option, Ranker, StrategyInput


class _Shuffled:
    """A permutation drawn once; ``gains`` are zero, for chance expects nothing."""

    def __init__(self, order: NDArray[np.int64]) -> None:
        self._order = order
        self.indices = order[:0]
        self.gains = np.zeros(0)

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Show ``count`` of the permutation."""
        ctx.check()
        self.indices = self._order[:count]
        self.gains = np.zeros(len(self.indices))


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
        order = np.random.default_rng(given.seed).permutation(len(given.pool))
        return _Shuffled(order if given.held_out is None else order[~given.held_out[order]])

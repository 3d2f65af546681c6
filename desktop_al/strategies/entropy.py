"""Entropy sampling: the largest entropy of the class probabilities (Shannon 1948; Settles 2009)."""

from dataclasses import dataclass

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.beliefs import entropy
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import require_beliefs
from desktop_al.strategies.scored import Scored


@dataclass(frozen=True, slots=True)
class Entropy:
    """Prefers samples that many classes claim."""

    name: str = "entropy"
    summary: str = "Ask where the probabilities are spread over the most classes."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by -sum p log p, largest first; equals by position."""
        ctx.check()
        return Scored(given, entropy(require_beliefs(self, given).probabilities))

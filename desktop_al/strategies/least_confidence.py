"""Least confidence: the smallest probability of the likeliest class (Lewis and Gale, SIGIR 1994)."""

from dataclasses import dataclass

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.beliefs import doubt
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import require_beliefs
from desktop_al.strategies.scored import Scored


@dataclass(frozen=True, slots=True)
class LeastConfidence:
    """Prefers samples that no class claims."""

    name: str = "least-confidence"
    summary: str = "Ask where even the likeliest class is unlikely."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by 1 - max p, largest first; equals by position."""
        ctx.check()
        return Scored(given, doubt(require_beliefs(self, given).probabilities))

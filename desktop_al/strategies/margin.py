"""Margin sampling: the smallest gap between the two likeliest classes (Scheffer, Decomain and Wrobel, 2001)."""

from dataclasses import dataclass

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.beliefs import ambiguity
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import require_beliefs
from desktop_al.strategies.scored import Scored


@dataclass(frozen=True, slots=True)
class Margin:
    """Looks at the boundary between two classes."""

    name: str = "margin"
    summary: str = "Ask where the two likeliest classes are closest."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by 1 - (p1 - p2), largest first; equals by position."""
        ctx.check()
        return Scored(given, ambiguity(require_beliefs(self, given).probabilities))

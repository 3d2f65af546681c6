"""Uncertainty herding: coverage weighted by what the probe doubts (Bae, Oliveira and Sutherland 2024).

Unlike the published code: the temperature comes from labels that the fit has not seen, each weight stays at 0.05 or
above, so that no first batch of one class can silence a region for ever, and the bandwidth is that of coverage.
"""

from dataclasses import dataclass, replace

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.beliefs import margin_uncertainty
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.coverage import greedy, integer_weights


@dataclass(frozen=True, slots=True)
class UncertaintyHerding:
    """Coverage while nothing is labelled; the surer the probe may be, the more it looks at boundaries."""

    name: str = "uncertainty-herding"
    summary: str = "Fix what the model doubts: each pick stands for many images whose class is not settled yet."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset({"probabilities"})
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by greedy gain in coverage, samples weighed by 1 - (p1 - p2), at least 0.05, times their weights."""
        if given.beliefs is None or len(given.references) == 0:
            ranker = greedy(given, integer_weights(given), ctx)
            ranker.account = say("There are no labels of two classes yet, so the picks cover the pool.")
            return ranker
        uncertainty = margin_uncertainty(given.beliefs.probabilities)
        weights = uncertainty if given.weights is None else uncertainty * np.asarray(given.weights, dtype=np.float64)
        ranker = greedy(given, integer_weights(replace(given, weights=weights)), ctx)
        ranker.account = say(
            "Weighed each image by how close its two likeliest classes are; on average {share:.0%} of the way to "
            "undecided.",
            share=uncertainty.mean(),
        )
        return ranker

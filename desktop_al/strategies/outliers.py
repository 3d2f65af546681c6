"""Outliers: the samples that are farthest from their neighbours, one of each kind.

The score of a sample is its mean distance to its 20 nearest neighbours (the weighted kNN outlier score of Angiulli and
Pizzuti, PKDD 2002), and never more than its distance to the nearest reference or pick, so that a handful of like
outliers is picked once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.density import edge_spacing, spacing
from desktop_al.strategies.base import Option, Ranker, StrategyInput, require_neighbours
from desktop_al.strategies.thinned import Thinned

NEAREST = 20


def loneliness(given: StrategyInput, ctx: Context = SILENT) -> NDArray[np.float64]:
    """The mean distance to the 20 nearest others, (n,) float64; what is held out is no neighbour."""
    out = np.zeros(len(given.pool), dtype=np.bool_) if given.held_out is None else given.held_out
    if given.similarity.fits:
        found = np.zeros(len(given.pool))
        found[~out] = spacing(given.pool.subset(np.flatnonzero(~out)), NEAREST)
        return found
    graph = require_neighbours(given)
    return edge_spacing(given.pool, np.where(out[graph], -1, graph), NEAREST, ctx)


class _Lonely(Thinned):
    """``gains`` are distances."""

    def lowered(self, scores: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """At most the distance to the nearest reference or pick."""
        return np.minimum(scores, distances)


@dataclass(frozen=True, slots=True)
class Outliers:
    """For a look at what is odd: broken images, strays, new kinds."""

    name: str = "outliers"
    summary: str = "Find what is odd: each pick is the image farthest from its neighbours and from earlier picks."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by the distance to the 20 nearest neighbours, in the graph where the pool is large."""
        ranker = _Lonely(given, loneliness(given, ctx), ctx)
        ranker.account = say("Took the images that are farthest from their neighbours, one of each kind.")
        return ranker

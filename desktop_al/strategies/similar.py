"""Similar to these: the samples nearest to the vectors of a query, varied where asked to.

Variety v is maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): (1 - v) cos(x, query) - v cos(x, pick),
each with the nearest, where a negative similarity to a pick counts as none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say_n
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.knowledge import refuse_without
from desktop_al.strategies.scored import Scored
from desktop_al.strategies.thinned import Thinned

_VARIETY = Option(
    name="variety",
    type="float",
    default=0.0,
    help="0 takes the most similar images; up to 1 the picks differ more and more from each other",
    low=0.0,
    high=1.0,
)


def likeness(pool: GridVectors, queries: GridVectors, ctx: Context = SILENT) -> NDArray[np.float64]:
    """The cosine of each vector of ``pool`` with the nearest of ``queries``, (n,) float64."""
    squared = np.full(len(pool), np.inf, dtype=np.float32)
    for start, rows in pool.blocks():
        for _, others in queries.blocks():
            ctx.check()
            part = squared[start : start + len(rows)]
            np.minimum(part, squared_distances(rows, others).min(axis=1), out=part)
    return _cosine(np.sqrt(np.maximum(squared, 0).astype(np.float64)) / pool.norm)


def _cosine(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 - distances**2 / 2


class _Like(Thinned):
    """``gains`` are cosines less what variety takes."""

    def rivals(self) -> GridVectors:
        """None beside picks: the images that are asked for may be labelled themselves."""
        return self.given.references.subset(np.zeros(0, dtype=np.int64))

    def lowered(self, scores: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Less by the likeness to the nearest pick."""
        return scores - float(self.given.options["variety"]) * np.maximum(_cosine(distances), 0)


@dataclass(frozen=True, slots=True)
class Similar:
    """For more of what a person has found."""

    name: str = "similar"
    summary: str = "Find more like these: each pick is the image most similar to those that you name."
    needs: frozenset[str] = frozenset({"queries"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_VARIETY,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by cosine to the nearest query; raises `SelectionError` without queries."""
        refuse_without(self, given)
        assert given.queries is not None
        scores, variety = likeness(given.pool, given.queries, ctx), float(given.options["variety"])
        ranker = Scored(given, scores) if variety == 0 else _Like(given, (1 - variety) * scores, ctx)
        ranker.account = say_n(
            "Took what is most similar to the image that you named.",
            "Took what is most similar to the {count:,} images that you named.",
            len(given.queries),
        )
        return ranker

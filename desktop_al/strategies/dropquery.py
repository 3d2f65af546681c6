"""DropQuery: samples whose class changes when parts of the embedding drop out (Gupte et al., TMLR 2024).

Where most of M = 3 predictions under dropout differ from the plain one, a sample is a candidate; the batch are the
candidates nearest to the centres of as many k-means clusters. Where candidates run out, the paper fills up at random.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.batched import Batched
from desktop_al.strategies.knowledge import require_beliefs

MASKS = 3
_BLOCK = 2048
_DROPOUT = Option(
    name="dropout",
    type="choice",
    default="0.75",
    help="the share of each embedding that drops out",
    choices=("0.5", "0.75"),
)
_MEMBERS = 4096


class _Central(Batched):
    """``gains`` are the share of predictions under dropout that differ from the plain one."""

    def plan(self, free: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
        """The candidate nearest to the centre of each cluster, the largest cluster first; or random samples."""
        candidates = free[self._scores[free] > 0.5]
        if len(candidates) == 0:
            drawn = np.random.default_rng([self.given.seed, 17]).permutation(len(self.given.pool))
            return drawn[self.gate.free[drawn]]
        vectors = self.given.pool.subset(candidates)
        found = clusters(vectors, min(wanted, len(candidates)), self.given.seed, self.ctx)
        away = np.empty(len(candidates))
        for start, rows in vectors.blocks(_MEMBERS):
            own = found.labels[start : start + len(rows)]
            gaps = squared_distances(rows, found.centres)
            away[start : start + len(rows)] = gaps[np.arange(len(rows)), own]
        sizes = np.bincount(found.labels)
        nearest = np.lexsort((away, found.labels))[np.cumsum(sizes) - sizes]
        batch: NDArray[np.int64] = candidates[nearest[np.argsort(-sizes, kind="stable")]]
        return batch


def disagreement(
    pool: GridVectors,
    predict: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    rate: float,
    seed: int,
    ctx: Context = SILENT,
) -> NDArray[np.float64]:
    """The share of `MASKS` predictions, each with a part ``rate`` of the embedding dropped, that differ, (n,) float64.

    What is left is divided by 1 - ``rate``, as usual; the draws depend on the seed and the position only.
    """
    out = np.zeros(len(pool))
    for start, block in pool.blocks(_BLOCK):
        ctx.check()
        ctx.report("Asking under dropout", start, len(pool), "images")
        plain = predict(block).argmax(axis=1)
        for mask in range(MASKS):
            drawn = np.random.default_rng([seed, 19, start, mask]).integers(0, 256, block.shape, dtype=np.uint8)
            kept = np.where(drawn >= round(256 * rate), block / np.float32(1 - rate), np.float32(0))
            out[start : start + len(block)] += predict(kept).argmax(axis=1) != plain
    return out / MASKS


@dataclass(frozen=True, slots=True)
class DropQuery:
    """Its doubt is about the embedding, not about the probabilities."""

    name: str = "dropquery"
    summary: str = "Ask where the model changes its mind once parts of an image are hidden, in varied places."
    needs: frozenset[str] = frozenset({"labels", "probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_DROPOUT,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by stages; see `desktop_al.strategies.batched`.

        Raises
        ------
        SelectionError
            The probabilities are the user's own, so that nothing can be asked under dropout.
        """
        predict = require_beliefs(self, given).predict
        if predict is None:
            raise SelectionError(
                say(
                    "The strategy dropquery must ask the model about changed embeddings, which fixed "
                    "probabilities cannot answer; leave the probabilities out, so that the probe is asked."
                )
            )
        shares = disagreement(given.pool, predict, float(given.options["dropout"]), given.seed, ctx)
        ranker = _Central(given, shares)
        ranker.account = say("The model changed its mind on {share:.0%} of the pool.", share=(shares > 0.5).mean())
        return ranker

"""Cluster-margin: the samples of least margin, taken round robin from clusters (Citovsky et al., NeurIPS 2021).

Two choices are ours. From each cluster the sample of least margin is taken, not a random one, so that nothing depends
on chance; and the average-linkage tree is cut into as many clusters as the first batch has picks, for the paper leaves
its distance threshold to the reader. Above 2,000 samples the tree joins the cells of a k-means clustering.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.beliefs import ambiguity
from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.numerics.linkage import average_linkage
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.batched import Batched
from desktop_al.strategies.knowledge import require_beliefs

_CELLS = 2000
_CANDIDATES = Option(
    name="candidates",
    type="int",
    default=10,
    help="candidates for each pick: more favour variety, fewer the smallest margins",
    low=1,
    high=1000,
)


class _RoundRobin(Batched):
    """``gains`` are 1 - (p1 - p2)."""

    def __init__(self, given: StrategyInput, probabilities: NDArray[np.float32], ctx: Context) -> None:
        super().__init__(given, ambiguity(probabilities))
        self.ctx = ctx
        self._per_pick = int(given.options["candidates"])
        self._groups: NDArray[np.int64] | None = None

    def plan(self, free: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
        """The candidates of least margin, one from each cluster in turn, the cluster with the fewest first."""
        if self._groups is None:
            self._groups = tree_groups(self.given.pool, wanted, self.given.seed, self.ctx)
        candidates = free[np.argsort(-self._scores[free], kind="stable")[: self._per_pick * wanted]]
        groups, sizes = self._groups[candidates], np.bincount(self._groups[candidates])
        # How many of its own group come before each candidate.
        grouped = np.argsort(groups, kind="stable")
        turns = np.empty(len(candidates), dtype=np.int64)
        turns[grouped] = np.arange(len(candidates)) - (np.cumsum(sizes) - sizes)[groups[grouped]]
        return candidates[np.lexsort((groups, sizes[groups], turns))]


def tree_groups(pool: GridVectors, count: int, seed: int, ctx: Context) -> NDArray[np.int64]:
    """Cut the average-linkage tree of ``pool`` (n) into ``count`` groups, (n,) int64; fewer where cells are fewer."""
    ctx.report("Clustering images", 0)
    if len(pool) <= _CELLS:
        points, cells, sizes = pool.block(), np.arange(len(pool)), np.ones(len(pool), dtype=np.int64)
    else:
        found = clusters(pool, _CELLS, seed, ctx)
        points, cells, sizes = found.centres, found.labels, np.bincount(found.labels)
    ctx.check()
    distances = np.sqrt(np.maximum(squared_distances(points, points), 0).astype(np.float64))
    return average_linkage(distances, sizes, min(count, len(points)))[cells]


@dataclass(frozen=True, slots=True)
class ClusterMargin:
    """Margin sampling that does not ask the same question twice."""

    name: str = "cluster-margin"
    summary: str = "Ask where the two likeliest classes are closest, in another part of the pool each time."
    needs: frozenset[str] = frozenset({"probabilities"})
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_CANDIDATES,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by stages; see `desktop_al.strategies.batched`."""
        ctx.check()
        return _RoundRobin(given, require_beliefs(self, given).probabilities, ctx)

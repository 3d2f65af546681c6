"""TypiClust: the most typical sample of each cluster without a label (Hacohen, Dekel and Weinshall, ICML 2022).

Typicality is the inverse mean distance to the 20 nearest neighbours in the cluster. As in the paper there are at most
500 clusters, and those of fewer than five samples come last.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.density import edge_spacing, spacing
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.staged import Staged

NEAREST = 20
_LEAST = 5
# Copies have no distance; the published code bounds their typicality so.
_NEVER_NEARER = 1e-5

_CLUSTERS = Option(
    name="clusters",
    type="int",
    default=500,
    help="the most clusters; beyond as many labels a cluster gives more than one pick",
    low=1,
)


class _Typical(Staged):
    """``gains`` are typicalities, in units of one over a distance."""

    def began(self) -> None:
        """Measure the pool along its graph, where it is too large to compare all samples of a cluster."""
        self._apart: NDArray[np.float64] | None = None
        graph = self.given.neighbours
        if graph is not None and not self.given.similarity.fits:
            inside = (graph >= 0) & (self.label[graph] == self.label[:, None])
            self._apart = edge_spacing(self.given.pool, np.where(inside, graph, -1), NEAREST, self.ctx)

    def order(self, cluster: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The most typical first, the first of equals."""
        positions = self.members(cluster)
        if self._apart is None:
            vectors, labelled = self.vectors_of(cluster)
            apart = spacing(vectors, NEAREST)[labelled:]
        else:
            apart = self._apart[positions]
        typical = 1 / (_NEVER_NEARER + apart)
        order = np.argsort(-typical, kind="stable")
        return positions[order], typical[order]


@dataclass(frozen=True, slots=True)
class Typicality:
    """For the first few hundred labels.

    On pools too large for a dense kernel the neighbours of the graph stand for those in the cluster.
    """

    name: str = "typicality"
    summary: str = (
        "Begin with what is typical: each pick is the most typical image of the largest group without a label."
    )
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_CLUSTERS,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by stages of clusters; see `desktop_al.strategies.staged`."""
        ranker = _Typical(given, int(given.options["clusters"]), _LEAST, ctx)
        ranker.account = say(
            "Cut the pool into groups and took the most typical image of each, the largest groups first."
        )
        return ranker

"""k-means: the samples nearest to the centres of clusters without a label, those of the largest clusters first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.grid import squared_distances
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.staged import Staged


class _Central(Staged):
    """``gains`` are the share of the samples that the cluster of a pick holds."""

    def order(self, cluster: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nearest to the centre first, the first of equals."""
        positions = self.members(cluster)
        centre = self.cut.centres[cluster : cluster + 1]
        squared = [squared_distances(rows, centre)[:, 0] for _, rows in self.given.pool.subset(positions).blocks()] or [
            np.zeros(0, dtype=np.float32)
        ]
        order = np.argsort(np.concatenate(squared), kind="stable")
        return positions[order], np.full(len(positions), len(positions) / len(self.given.pool))


@dataclass(frozen=True, slots=True)
class KMeans:
    """As many clusters as labels and picks."""

    name: str = "k-means"
    summary: str = "Split the pool into groups of like images: each pick is the centre of a group without a label."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by stages of clusters; see `desktop_al.strategies.staged`."""
        ranker = _Central(given, len(given.references) + len(given.pool), 0, ctx)
        ranker.account = say("Cut the pool into groups and took the image nearest to the centre of each.")
        return ranker

"""The frame of strategies that cut the pool into clusters and pick from those without a label.

Both published methods that pick so make one cluster for each label that there will be. A ranking must not depend on how
much of it is taken, so it goes by stages: the first has as many clusters as there are labels and picks asked for, which
is the published method, or a few where the budget is automatic; once they are picked, the next has twice as many, and
earlier picks count as labels.
"""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.numerics.clusters import Clusters, clusters
from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.one_by_one import OneByOne

_FIRST = 16


class Staged(OneByOne):
    """Picks from the cluster with the fewest labels, of those the largest, what `order` puts first there.

    ``most`` bounds the number of clusters. Clusters below ``least`` samples come last.
    """

    def __init__(self, given: StrategyInput, most: int, least: int, ctx: Context) -> None:
        super().__init__(given)
        self._most, self._least, self.ctx = most, least, ctx
        n = len(given.pool)
        self._mine = np.arange(n) if given.held_out is None else np.flatnonzero(~given.held_out)
        self._vectors = joined(given.references, given.pool.subset(self._mine))
        self._until: float = 0
        self._stage = 0
        self.label = np.full(n, -1, dtype=np.int64)
        self.cut = Clusters(np.zeros(0, dtype=np.int64), np.zeros((0, given.pool.dim), dtype=np.float32))

    def began(self) -> None:
        """A stage began: the clusters are new; for strategies that prepare something."""

    @abstractmethod
    def order(self, cluster: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The pool positions of ``cluster``, the best first, with their gains."""

    def members(self, cluster: int) -> NDArray[np.int64]:
        """The pool positions of ``cluster``, in order."""
        return self._sorted[self._starts[cluster] : self._starts[cluster + 1]]

    def vectors_of(self, cluster: int) -> tuple[GridVectors, int]:
        """The references, then the samples of ``cluster``, and the number of references."""
        inside = np.flatnonzero(self.cut.labels == cluster)
        return self._vectors.subset(inside), int((inside < len(self.given.references)).sum())

    def best(self) -> tuple[int, float]:
        """The first that is free of the cluster whose turn it is."""
        if len(self._picks) >= self._until:
            self._next_stage()
        while True:
            # Fewest labels first, then the largest; clusters of a few samples last.
            turn = np.lexsort((-self._sizes, self._labels, self._small, self._closed))[0]
            positions, gains = self._order(int(turn))
            free = np.flatnonzero(self.gate.free[positions])
            if len(free):
                return int(positions[free[0]]), float(gains[free[0]])
            self._closed[turn] = True

    def took(self, position: int) -> None:
        """Count the label of its cluster."""
        if self.label[position] >= 0:
            self._labels[self.label[position]] += 1

    def gain_of(self, position: int) -> float:
        """The gain in its cluster; 0 for a sample that is in none because it is held out."""
        if self._stage == 0:
            self._next_stage()
        if self.label[position] < 0:
            return 0.0
        positions, gains = self._order(int(self.label[position]))
        return float(gains[np.flatnonzero(positions == position)[0]])

    def _order(self, cluster: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if cluster not in self._orders:
            self.ctx.check()
            self._orders[cluster] = self.order(cluster)
        return self._orders[cluster]

    def _next_stage(self) -> None:
        """Cut the pool anew, into as many clusters as there are labels and picks at the end of the stage."""
        target = self.given.asked or _FIRST
        while target <= len(self._picks):
            target *= 2
        labelled = len(self.given.references)
        count = max(1, min(self._most, labelled + target, len(self._vectors)))
        self._until = np.inf if count < labelled + target else target
        self._stage += 1
        self.cut = clusters(self._vectors, count, self.given.seed + self._stage, self.ctx)
        inside = self.cut.labels[labelled:]
        self.label[self._mine] = inside
        self._sorted = self._mine[np.argsort(inside, kind="stable")]
        self._starts = np.searchsorted(np.sort(inside), np.arange(len(self.cut) + 1))
        self._sizes = np.bincount(self.cut.labels, minlength=len(self.cut))
        self._small = self._sizes < self._least
        self._closed = np.zeros(len(self.cut), dtype=np.bool_)
        taken = self.label[np.asarray(self._picks, dtype=np.int64)]
        self._labels = np.bincount(self.cut.labels[:labelled], minlength=len(self.cut))
        self._labels += np.bincount(taken[taken >= 0], minlength=len(self.cut))
        self._orders: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        self.began()


def joined(first: GridVectors, second: GridVectors) -> GridVectors:
    """The vectors of both, one after the other; without a copy where they are rows of one matrix."""
    if first.matrix is second.matrix:
        return GridVectors(first.matrix, np.concatenate([first.rows, second.rows]))
    if not len(first):
        return second
    return GridVectors(np.concatenate([first.matrix[first.rows], second.matrix[second.rows]]))

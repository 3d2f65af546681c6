"""ProbCover: cover as many samples as possible by balls around the picks (Yehuda et al., NeurIPS 2022).

The radius is the largest at which 95 in 100 balls are pure, that is, hold samples of one k-means cluster only, with as
many clusters as there are classes. Distances are compared as kernel values, whose order is theirs reversed.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.balls import Balls, DenseBalls, SparseBalls
from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.grid import squared_distances
from desktop_al.numerics.kernel import ONE
from desktop_al.strategies.base import Option, Ranker, StrategyInput, require_neighbours
from desktop_al.strategies.knowledge import class_count
from desktop_al.strategies.one_by_one import OneByOne

_ANCHORS = 1000
_BLOCK = 4096
_DIAMETER = 2.0

_PURITY = Option(
    name="purity",
    type="float",
    default=0.95,
    help="the share of balls that hold images of one group only; less makes balls wider",
    low=0.5,
    high=1.0,
)
_CLASSES = Option(
    name="classes",
    type="int",
    default=0,
    help="the number of classes to expect; 0 takes those that are labelled, or guesses",
    low=0,
)


def classes_expected(given: StrategyInput) -> int:
    """The option, else the number of classes known, else of picks asked for up to the root of half the pool."""
    wanted = int(given.options["classes"])
    if wanted:
        return wanted
    if given.known is not None and len(given.known.codes):
        classes = class_count(given.known)
        if classes > 1:
            return classes
    most = max(2, round(math.sqrt(len(given.pool) / 2)))
    return most if given.asked is None else min(most, given.asked)


def pure_kernel(given: StrategyInput, ctx: Context = SILENT) -> int:
    """The least kernel value, in units of 1/`ONE`, inside a ball of the largest radius that is pure enough.

    Over the samples that are not held out, or 1,000 of them where the pool is large, each against all.
    """
    n = len(given.pool)
    mine = np.arange(n) if given.held_out is None else np.flatnonzero(~given.held_out)
    if not len(mine):
        return ONE
    labels = clusters(given.pool.subset(mine), min(classes_expected(given), len(mine)), given.seed, ctx).labels
    if given.similarity.fits:
        strangers = _strangers_dense(given.similarity.dense(ctx), mine, labels)
    else:
        anchors = np.sort(np.random.default_rng([given.seed, 12]).choice(len(mine), _ANCHORS, replace=False))
        strangers = _strangers(given, mine, labels, anchors, ctx)
    # A ball is pure where every stranger is outside of it.
    needed = math.ceil(round(float(given.options["purity"]) * len(strangers), 9))
    return min(int(np.sort(strangers)[needed - 1]) + 1, ONE)


def _strangers_dense(
    kernel: NDArray[np.uint16], mine: NDArray[np.int64], labels: NDArray[np.int64]
) -> NDArray[np.uint16]:
    """The kernel between each of ``mine`` (m,) and the nearest of them with another label; 0 for none."""
    strangers = np.zeros(len(mine), dtype=np.uint16)
    for row, position in enumerate(mine.tolist()):
        others = kernel[position, mine]
        strangers[row] = others[labels != labels[row]].max(initial=0)
    return strangers


def _strangers(
    given: StrategyInput,
    mine: NDArray[np.int64],
    labels: NDArray[np.int64],
    anchors: NDArray[np.int64],
    ctx: Context,
) -> NDArray[np.uint16]:
    """As `_strangers_dense` for the ``anchors`` (a,) among ``mine``, by distances."""
    pool = given.pool.subset(mine)
    rows = pool.subset(anchors).block()
    nearest, least = np.zeros(len(anchors), dtype=np.int64), np.full(len(anchors), np.inf, dtype=np.float32)
    for start, members in pool.blocks(_BLOCK):
        ctx.check()
        squared = squared_distances(rows, members)
        squared[labels[anchors][:, None] == labels[start : start + len(members)][None, :]] = np.inf
        at = squared.argmin(axis=1)
        nearer = squared[np.arange(len(at)), at] < least
        nearest[nearer], least[nearer] = start + at[nearer], squared[nearer, at[nearer]]
    strangers = np.zeros(len(anchors), dtype=np.uint16)
    for row in np.flatnonzero(np.isfinite(least)):
        strangers[row] = given.similarity.columns(mine[anchors[row : row + 1]], mine[nearest[row : row + 1]])[0, 0]
    return strangers


class _MostNew(OneByOne):
    """``gains`` are the shares of the samples that each pick is the first to cover.

    Once all are covered, balls of half the radius begin anew, over and over, down to copies.
    """

    def __init__(self, given: StrategyInput, least: int, ctx: Context) -> None:
        super().__init__(given)
        self._ctx, self._least = ctx, least
        self._weighing = np.ones(len(given.pool), dtype=np.bool_) if given.held_out is None else ~given.held_out
        self._balls = self._begin()

    def _begin(self) -> Balls:
        """Balls with what references and picks cover already."""
        similarity = self.given.similarity
        uncovered = self._weighing & (similarity.before(self._ctx).similarity < self._least)
        balls: Balls
        if similarity.fits:
            balls = DenseBalls(similarity.dense(self._ctx), self._least, uncovered)
        else:
            edges = similarity.edges(require_neighbours(self.given), self._ctx)
            balls = SparseBalls(edges, self._least, uncovered)
        for pick in self._picks:
            balls.cover(pick)
        return balls

    def best(self) -> tuple[int, float]:
        """The free sample whose ball holds the most uncovered ones, the first of equals."""
        while not self._balls.uncovered.any() and self._least < ONE:
            # exp(-(d/2)^2) is the fourth root of exp(-d^2).
            self._least = min(ONE, max(self._least + 1, round(ONE * (self._least / ONE) ** 0.25)))
            self._balls = self._begin()
        position = int(np.where(self.gate.free, self._balls.counts, -1).argmax())
        return position, self.gain_of(position)

    def gain_of(self, position: int) -> float:
        """The share that the ball of a sample would newly cover."""
        return float(self._balls.counts[position]) / max(1, int(self._weighing.sum()))

    def took(self, position: int) -> None:
        """Cover the ball."""
        self._balls.cover(position)


@dataclass(frozen=True, slots=True)
class ProbabilityCoverage:
    """For few labels on pools with crowded places.

    On pools too large for a dense kernel a ball holds at most the neighbours in the graph.
    """

    name: str = "probability-coverage"
    summary: str = "Cover crowded places first: each pick stands for the most images within a radius fit to the pool."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset({"labels"})
    options: tuple[Option, ...] = (_PURITY, _CLASSES)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by greedy maximum coverage."""
        least = pure_kernel(given, ctx)
        ranker = _MostNew(given, least, ctx)
        # Where all is alike it would be larger than images can be apart.
        radius = min(_DIAMETER, given.similarity.bandwidth * math.sqrt(-math.log(least / ONE)))
        ranker.account = say(
            "Each pick stands for the images within {radius:.2f}, the radius at which groups keep apart.", radius=radius
        )
        return ranker

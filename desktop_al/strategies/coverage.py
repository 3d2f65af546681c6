"""Weighted generalized coverage: each pick raises the similarity of the pool to what is labelled the most.

With equal weights this is MaxHerding (Bae et al., ECCV 2024), the facility location of a Gaussian kernel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.greedy import Mark, unit_of
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.greedy_sparse import SparseGreedy
from desktop_al.numerics.terms import Terms, balance_steps, fixed_weights, modular
from desktop_al.strategies.base import Option, Ranker, StrategyInput, require_neighbours
from desktop_al.strategies.gate import Gate

_DENSITY = Option(
    name="density",
    type="float",
    default=0.0,
    help="0 picks what is typical; 2 to 4 reach out to rare images; 8 takes only the outliers",
    low=0.0,
    high=8.0,
)


def integer_weights(given: StrategyInput, ctx: Context = SILENT) -> NDArray[np.uint32]:
    """The weights of a pool, (n,) uint32 of mean 2^16: as given, times local density to the power of -``density``."""
    weights = np.ones(len(given.pool)) if given.weights is None else np.asarray(given.weights, dtype=np.float64)
    exponent = float(given.options.get("density", 0.0))
    if exponent > 0 and len(given.pool) > 1:
        gaps = given.similarity.spacing(given.neighbours, ctx)
        # Copies have no distance at all; a floor keeps their weight above zero.
        gaps = np.maximum(gaps, 1e-3 * max(float(gaps.max()), 1e-12))
        weights = weights * (gaps / np.median(gaps)) ** exponent
    whole = fixed_weights(weights)
    if given.held_out is not None:
        whole[given.held_out] = 0
    return whole


def terms_of(given: StrategyInput, weights: NDArray[np.uint32]) -> Terms:
    """What joins coverage in the objective, in its units under ``weights`` (n,)."""
    unit, balance = unit_of(weights), given.balance
    scores = np.zeros(0, np.int64) if given.scores is None else modular(np.asarray(given.scores, np.float64), unit)
    if balance is None or balance.weight == 0:
        return Terms(scores, np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    steps, starts = balance_steps(balance.strata, balance.counts, balance.targets, balance.shares, balance.weight, unit)
    return Terms(scores, balance.strata, steps, starts)


def greedy(given: StrategyInput, weights: NDArray[np.uint32], ctx: Context = SILENT) -> "CoverageRanker":
    """Greedy ranking by coverage under ``weights`` (n,) uint32, with the other terms and the limits of ``given``."""
    similarity, gate, terms = given.similarity, Gate(given), terms_of(given, weights)
    served, barred = similarity.before(ctx).similarity, ~gate.free
    solver: DenseGreedy | SparseGreedy
    if similarity.fits:
        solver = DenseGreedy(similarity.dense(ctx), weights, served, barred, terms)
    else:
        edges = similarity.far_edges(require_neighbours(given), given.asked, ctx)
        solver = SparseGreedy(edges, weights, served, barred, terms)
    return CoverageRanker(solver, gate)


class CoverageRanker:
    """A `Ranker` that asks a greedy ``solver`` for the best and a ``gate`` for what may be picked.

    ``gains`` are shares of the weighted pool.
    """

    def __init__(self, solver: DenseGreedy | SparseGreedy, gate: Gate) -> None:
        self._solver, self._gate = solver, gate
        self.account = ""

    @property
    def indices(self) -> NDArray[np.int64]:
        """The positions ranked so far, (k,) int64."""
        return self._solver.indices

    @property
    def gains(self) -> NDArray[np.float64]:
        """What each added, (k,) float64."""
        return self._solver.gains

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError` between picks."""
        if self._gate.trivial:
            self._solver.extend(count, ctx)
            return
        ctx.check()
        while len(self._solver.indices) < count:
            ctx.check()
            ctx.report("Selecting", len(self._solver.indices), count)
            position = self._solver.best()
            if position < 0:
                return
            if self._gate.allows(position):
                self.force(position)
            else:
                self._solver.close(np.array([position]))

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""
        if position not in self._solver.indices:
            self._solver.force(position)
            self._solver.close(self._gate.take(position))

    def mark(self) -> Mark:
        """The state of the solver now, to come back to."""
        return self._solver.mark()

    def rewind(self, mark: Mark, gate: Gate) -> None:
        """Go back to ``mark``, with what ``gate``, which knows the picks up to there, leaves open."""
        self._solver.rewind(mark, gate.free)
        self._gate = gate


@dataclass(frozen=True, slots=True)
class Coverage:
    """The default strategy."""

    name: str = "coverage"
    summary: str = "Cover everything: each pick stands for as many images as possible that nothing stands for yet."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    options: tuple[Option, ...] = (_DENSITY,)

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by greedy gain in coverage; ``gains`` are shares of the weighted pool, in [0, 1]."""
        return greedy(given, integer_weights(given, ctx), ctx)

"""From a pool to a batch: rank, judge the ranking, choose the budget. Every strategy goes through here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Balance, Known, Limits, Ranker, Strategy, StrategyInput, complete
from desktop_al.strategies.count import parse_count
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.judge import HeldOut, Verdict, judge

_FIRST_HORIZON = 256


@dataclass(frozen=True, slots=True)
class Request:
    """What to select.

    ``count`` is "auto", a number or a share like "5%"; ``classes`` the number of classes known, which "auto" never goes
    below; ``previous_bandwidth`` that of earlier rounds; ``neighbours`` (n, k) int32 pool positions, needed above the
    dense limit. ``known`` says what is labelled and ``probabilities`` (n, c) what the user's own model holds of the
    pool; without them the probe is fitted on ``known``. ``limits``, ``balance``, ``scores`` and ``queries`` are those
    of `StrategyInput`; ``pins`` are pool positions that come first. A ``random_share`` of the picks is drawn at random.
    ``least_images`` is the m of "each label stands for at least m images", 0 for the default rule. With ``judged``
    False an explicit count is ranked only: the picks are the same, the verdict is empty.
    """

    count: str | int = "auto"
    seed: int = 0
    options: Mapping[str, Any] | None = None
    weights: NDArray[np.float64] | None = None
    classes: int = 0
    previous_bandwidth: float | None = None
    neighbours: NDArray[np.int32] | None = None
    known: Known | None = None
    probabilities: NDArray[np.floating] | None = None
    limits: Limits = field(default_factory=Limits)
    balance: Balance | None = None
    scores: NDArray[np.float64] | None = None
    queries: GridVectors | None = None
    pins: tuple[int, ...] = ()
    random_share: float = 0.0
    least_images: float = 0.0
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Ranking:
    """A judged ranking.

    ``order`` (h,) int64 are pool positions to the horizon, ``gains`` (h,) float64 what each adds; the first ``count``
    are the batch.
    """

    order: NDArray[np.int64]
    gains: NDArray[np.float64]
    count: int
    similarity: Similarity
    verdict: Verdict


def rank(
    strategy: Strategy, pool: GridVectors, references: GridVectors, request: Request, ctx: Context = SILENT
) -> Ranking:
    """Rank ``pool`` beside ``references`` and choose how many to take.

    Raises
    ------
    SelectionError
        Where the pool is empty, or the count or an option is not understood.
    EmbeddingError
        Where a vector is not finite or zero.
    CancelledError
        Between picks.
    """
    given, wanted = _prepare(strategy, pool, references, request)
    if wanted is not None and not request.judged:
        ranker = strategy.start(given, ctx)
        ranker.extend(min(wanted, len(pool)), ctx)
        found = len(ranker.indices)
        return Ranking(ranker.indices, ranker.gains, found, given.similarity, Verdict({}, {}, math.nan))
    held = HeldOut(strategy, given, ctx)
    if wanted is None:
        stop, horizon = held.stop(_FIRST_HORIZON, ctx)
        count, rule = min(len(pool), max(stop, request.classes)), "elasticity"
    else:
        count, rule = min(wanted, len(pool)), "explicit"
        horizon = max(2 * count, _FIRST_HORIZON)
    ranker = strategy.start(given, ctx)
    ranker.extend(min(len(pool), max(horizon, count)), ctx)
    best = _plain_coverage(strategy, given, ranker, ctx)
    verdict = judge(held, given, ranker, best, count, rule, wanted, ctx)
    return Ranking(ranker.indices, ranker.gains, count, given.similarity, verdict)


def _plain_coverage(strategy: Strategy, given: StrategyInput, ranker: Ranker, ctx: Context) -> NDArray[np.int64]:
    """The ranking by unweighted coverage, which the certificate rests on; one from another ranking would be loose."""
    plain = Coverage()
    options = complete(plain, {})
    if strategy == plain and given.weights is None and given.options == options:
        return ranker.indices
    other = plain.start(replace(given, weights=None, options=options), ctx)
    other.extend(len(ranker.indices), ctx)
    return other.indices


@dataclass(frozen=True, slots=True)
class Replay:
    """The ``order`` (h,) and ``gains`` (h,) that a request leads to, and the ``bandwidth``."""

    order: NDArray[np.int64]
    gains: NDArray[np.float64]
    bandwidth: float


def rank_again(
    strategy: Strategy,
    pool: GridVectors,
    references: GridVectors,
    request: Request,
    horizon: int,
    ctx: Context = SILENT,
) -> Replay:
    """Rank again up to ``horizon``, without judging; same inputs, same bits."""
    given, _ = _prepare(strategy, pool, references, request)
    ranker = strategy.start(given, ctx)
    ranker.extend(horizon, ctx)
    return Replay(ranker.indices, ranker.gains, given.similarity.bandwidth)


def _prepare(
    strategy: Strategy, pool: GridVectors, references: GridVectors, request: Request
) -> tuple[StrategyInput, int | None]:
    """The input of the strategy, and the count asked for, None for "auto"."""
    if len(pool) == 0:
        raise SelectionError("There is nothing to select from: every image is labelled, picked or left out already.")
    wanted = parse_count(request.count, len(pool))
    target = FIRST_BUDGET if wanted is None else min(wanted, len(pool))
    given = StrategyInput(
        similarity=Similarity(pool, references, bandwidth(pool, references, target, request.previous_bandwidth)),
        seed=request.seed,
        weights=request.weights,
        neighbours=request.neighbours,
        options=complete(strategy, request.options or {}),
        asked=None if wanted is None else target,
    )
    return given, wanted

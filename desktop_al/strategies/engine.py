"""From a pool to a batch: rank, judge the ranking, choose the budget. Every strategy goes through here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Balance, Known, Limits, Strategy, StrategyInput, complete
from desktop_al.strategies.checks import check_limits, check_pins, check_room, check_seed, check_share, check_terms
from desktop_al.strategies.count import check_least_images, parse_count
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.held_out import HeldOut
from desktop_al.strategies.judge import Verdict, judge
from desktop_al.strategies.knowledge import beliefs_of, refuse_without
from desktop_al.strategies.live import Live
from desktop_al.strategies.mixed import Mixed

_FIRST_HORIZON = 256


@dataclass(frozen=True, slots=True)
class Request:
    """What to select.

    ``count`` is "auto", a number or a share like "5%"; ``classes`` the number of classes known, which "auto" never goes
    below; ``previous_bandwidth`` that of earlier rounds; ``neighbours`` (n, k) int32 pool positions, needed above the
    dense limit. ``known`` says what is labelled and ``probabilities`` (n, c) what the user's own model holds of the
    pool, ``known_probabilities`` (m, c) of the labelled samples; without them the probe is fitted on ``known``.
    ``limits``, ``balance``, ``scores`` and ``queries`` are those of `StrategyInput`; ``pins`` are pool positions that
    come first. A ``random_share`` of the picks is drawn at random. ``least_images`` is the m of "each label stands for
    at least m images", 0 for the default rule. With ``judged`` False an explicit count is ranked only: the picks are
    the same, the verdict is empty.
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
    known_probabilities: NDArray[np.floating] | None = None
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
    are the batch. ``origins`` (h,) uint8 are codes of `mixed.ORIGINS`: where each came from. ``live`` answers to other
    pins and more vetoes.
    """

    order: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
    count: int
    similarity: Similarity
    verdict: Verdict
    live: Live


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
    given, wanted = prepare(strategy, pool, references, request, ctx)
    check_room(request.pins, wanted)
    pinned = len(set(request.pins))
    if wanted is not None and not request.judged:
        live = _lively(strategy, given, request, min(wanted, len(pool)), ctx)
        return _ranking(live, len(live.mixed.indices), Verdict({}, {}, math.nan))
    # How many labels a pool needs is a matter of the pool, not of the strategy that chooses them.
    yardstick = HeldOut(Coverage(), _alone(given), ctx)
    if wanted is None:
        stop, horizon = yardstick.stop(_FIRST_HORIZON, request.least_images, ctx)
        count = min(len(pool), max(stop.count, request.classes, pinned))
        rule = "least images" if request.least_images > 0 else "elasticity"
    else:
        count, rule = min(wanted, len(pool)), "explicit"
        horizon = max(2 * count, _FIRST_HORIZON)
    horizon = min(len(pool), max(horizon, count))
    live = _lively(strategy, given, request, horizon, ctx)
    ranker = live.mixed
    count = min(count, len(ranker.indices))
    best = _plain_coverage(strategy, given, ranker, ctx)
    held = yardstick if _is_plain(strategy, given) else HeldOut(strategy, given, ctx, like=yardstick)
    verdict = judge(held, yardstick, given, ranker, best, count, horizon, rule, wanted, request.least_images, ctx)
    return _ranking(live, count, verdict)


def _lively(strategy: Strategy, given: StrategyInput, request: Request, horizon: int, ctx: Context) -> Live:
    """A ranking up to ``horizon`` that stays live, with one pick at least."""
    live = Live(strategy, given, horizon, request.random_share)
    live.adjust(request.pins, (), ctx)
    _require_picks(live.mixed)
    return live


def begin(strategy: Strategy, given: StrategyInput, request: Request, ctx: Context = SILENT) -> Mixed:
    """A ranking with the pins and the random picks of ``request``, with nothing ranked yet."""
    return Mixed(strategy.start(given, ctx), given, request.pins, request.random_share)


def _require_picks(ranker: Mixed) -> None:
    if len(ranker.indices) == 0:
        raise SelectionError(
            say(
                "No image may be picked: each is vetoed, protected, in a full group or too near to a "
                "labelled one; loosen the limits."
            )
        )


def _ranking(live: Live, count: int, verdict: Verdict) -> Ranking:
    ranker = live.mixed
    return Ranking(ranker.indices, ranker.gains, ranker.origins, count, live.similarity, verdict, live)


def _plain_coverage(strategy: Strategy, given: StrategyInput, ranker: Mixed, ctx: Context) -> NDArray[np.int64]:
    """The ranking by coverage alone, which the certificate rests on; one from another ranking would be loose."""
    if _is_plain(strategy, given) and not ranker.origins.any():
        return ranker.indices
    other = Coverage().start(_alone(given), ctx)
    other.extend(len(ranker.indices), ctx)
    return other.indices


def _alone(given: StrategyInput) -> StrategyInput:
    """``given`` for coverage alone: without weights, limits or other aims."""
    options = complete(Coverage(), {})
    return replace(given, weights=None, options=options, limits=Limits(), balance=None, scores=None, beliefs=None)


def _is_plain(strategy: Strategy, given: StrategyInput) -> bool:
    """Whether a ranking by ``strategy`` is one by coverage alone."""
    plain = Coverage()
    return strategy == plain and given.options == complete(plain, {}) and _unaimed(given)


def _unaimed(given: StrategyInput) -> bool:
    """Whether nothing but coverage is aimed at, and nothing limits the picks."""
    limits = given.limits
    free = limits.barred is None and limits.groups is None and limits.minimum_distance == 0
    return free and given.weights is None and given.balance is None and given.scores is None


@dataclass(frozen=True, slots=True)
class Replay:
    """The ``order`` (h,), ``gains`` (h,) and ``origins`` (h,) that a request leads to, and the ``bandwidth``."""

    order: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
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
    given, _ = prepare(strategy, pool, references, request, ctx)
    ranker = begin(strategy, given, request, ctx)
    ranker.extend(horizon, ctx)
    return Replay(ranker.indices, ranker.gains, ranker.origins, given.similarity.bandwidth)


def rank_live(
    strategy: Strategy,
    pool: GridVectors,
    references: GridVectors,
    request: Request,
    horizon: int,
    ctx: Context = SILENT,
) -> Live:
    """As `rank_again`, and the ranking stays live; raises `SelectionError` where no image may be picked."""
    given, _ = prepare(strategy, pool, references, request, ctx)
    return _lively(strategy, given, request, horizon, ctx)


def prepare(
    strategy: Strategy, pool: GridVectors, references: GridVectors, request: Request, ctx: Context = SILENT
) -> tuple[StrategyInput, int | None]:
    """The input of the strategy, and the count asked for, None for "auto"; raises `SelectionError`."""
    if len(pool) == 0:
        raise SelectionError(
            say("There is nothing to select from: every image is labelled, picked or left out already.")
        )
    wanted = parse_count(request.count, len(pool))
    check_least_images(request.least_images)
    check_limits(request.limits, len(pool))
    check_pins(request.pins, request.limits, pool)
    check_seed(request.seed)
    check_share(request.random_share)
    check_terms(request.weights, request.balance, request.scores, len(pool))
    target = FIRST_BUDGET if wanted is None else min(wanted, len(pool))
    pool.keep(ctx)
    given = StrategyInput(
        similarity=Similarity(pool, references, bandwidth(pool, references, target, request.previous_bandwidth)),
        seed=request.seed,
        weights=request.weights,
        neighbours=request.neighbours,
        options=complete(strategy, request.options or {}),
        asked=None if wanted is None else target,
        known=request.known,
        limits=request.limits,
        balance=request.balance,
        scores=request.scores,
        queries=request.queries,
    )
    beliefs = beliefs_of(strategy, given, request.probabilities, request.known_probabilities, ctx)
    given = replace(given, beliefs=beliefs)
    refuse_without(strategy, given)
    return given, wanted

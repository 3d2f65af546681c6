"""A ranking that answers to pins and vetoes at once.

Greedy rankings are nested: what was ranked before a vetoed sample stands, and the rest is solved from there on gains
that were kept.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.exchange import Exchange
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing
from desktop_al.strategies.base import Ranker, Strategy, StrategyInput
from desktop_al.strategies.checks import check_pins
from desktop_al.strategies.gate import Gate
from desktop_al.strategies.mixed import Mixed

_MARKS = 16


@runtime_checkable
class Rewindable(Protocol):
    """A `Ranker` that can go back to an earlier rank."""

    def mark(self) -> Any:
        """The state now, to come back to."""

    def rewind(self, mark: Any, gate: Gate) -> None:
        """Go back to ``mark``; ``gate``, which knows the picks up to there, says what may be picked from then on."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A ranking under some pins and vetoes.

    ``order`` (h,) int64, ``gains`` (h,) float64 and ``origins`` (h,) uint8 are those of `engine.Ranking`; the first
    ``kept`` of them are as they were before.
    """

    order: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
    kept: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first of a ranking: ``places`` (k,) int64 in the pool, ``gains`` (k,) float64, ``origins`` (k,) uint8.

    ``served`` says how they serve the pool.
    """

    places: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
    served: Standing


OnHead = Callable[[Head], Callable[[], object]]
"""Hears of the head of a ranking at once, and returns what can be done while the others are ranked."""


class Live:
    """A ranking of ``given`` by ``strategy`` up to ``horizon``, kept so that it can change.

    What it answers is what a ranking from the start gives on the same input, bit for bit; the bandwidth stays. The
    limits of ``given`` bar what is protected; vetoes come with `adjust`. ``random_share`` is that of the request.
    Rankers that are not `Rewindable` are started again for each change.
    """

    def __init__(self, strategy: Strategy, given: StrategyInput, horizon: int, random_share: float = 0.0) -> None:
        self._strategy, self._given, self._horizon, self._share = strategy, given, horizon, random_share
        self._exchange = Exchange(given.similarity)
        self._marks: list[tuple[int, Any]] = []
        self._ranker: Ranker | None = None
        self._pins: tuple[int, ...] = ()
        self._vetoes: frozenset[int] = frozenset()
        self._order, self._origins = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8)
        self._mixed: Mixed | None = None
        self._served: tuple[int, Standing] | None = None

    @property
    def mixed(self) -> Mixed:
        """The ranking as it was last adjusted; raises ValueError before that."""
        if self._mixed is None:
            raise ValueError("nothing is ranked yet")
        return self._mixed

    @property
    def similarity(self) -> Similarity:
        """The pool, the references and the bandwidth."""
        return self._given.similarity

    def adjust(
        self,
        pins: tuple[int, ...] = (),
        vetoes: tuple[int, ...] = (),
        ctx: Context = SILENT,
        count: int | None = None,
        on_head: OnHead | None = None,
    ) -> Adjusted:
        """The ranking with exactly these ``pins`` and ``vetoes``, positions in the pool.

        ``on_head`` hears of the first ``count`` before what comes behind them is ranked, where there are so many and
        anything has changed.

        Raises
        ------
        SelectionError
            Where a pin is vetoed or not in the pool.
        CancelledError
            Between picks; the next call starts again.
        """
        if self._ranker is not None and pins == self._pins and frozenset(vetoes) == self._vetoes:
            self._served = None
            return Adjusted(self._order, self._ranker.gains, self._origins, len(self._order))
        barred = np.zeros(len(self._given.pool), dtype=np.bool_)
        barred[list(vetoes)] = True
        if self._given.limits.barred is not None:
            barred |= self._given.limits.barred
        given = replace(self._given, limits=replace(self._given.limits, barred=barred))
        check_pins(pins, given.limits, given.pool)
        kept = self._standing_ranks(pins, frozenset(vetoes))
        order, ranker = self._order, self._taken_up(given, kept, ctx)
        # Whoever cancels leaves nothing behind that could be mistaken for a whole ranking.
        self._ranker = None
        self._served = None
        mixed = Mixed(ranker, given, pins, self._share, self._origins[: len(ranker.indices)])
        if count is None:
            self._solve(mixed, self._horizon, ctx)
        else:
            self._solve_around(mixed, count, on_head, ctx)
        self._order, self._origins, self._mixed = mixed.indices, mixed.origins, mixed
        self._ranker, self._pins, self._vetoes = ranker, pins, frozenset(vetoes)
        if kept < len(order):
            same = order[: len(self._order)] == self._order[: len(order)]
            kept = len(same) if same.all() else int(same.argmin())
        return Adjusted(self._order, ranker.gains, self._origins, kept)

    def standing(self, count: int, ctx: Context = SILENT) -> Standing:
        """How the first ``count`` of the ranking serve the pool, as `exchange.standing_of` says."""
        if self._served is not None and self._served[0] == count:
            return self._served[1]
        return self._exchange.standing(self._order[:count], ctx)

    def _solve_around(self, mixed: Mixed, count: int, on_head: OnHead | None, ctx: Context) -> None:
        """Rank ``count``, weigh and tell them, then rank the others beside what whoever was told has to do."""
        self._solve(mixed, min(count, self._horizon), ctx)
        if len(mixed.indices) < count:
            return
        places, gains, origins = mixed.indices[:count], mixed.gains[:count], mixed.origins[:count]
        served = self._exchange.standing(places, ctx)
        self._served = count, served
        then = None if on_head is None else on_head(Head(places, gains, origins, served))
        if then is None:
            self._solve(mixed, self._horizon, ctx)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="ranking") as beside:
            rest = beside.submit(self._solve, mixed, self._horizon, ctx.quiet())
            then()
            rest.result()

    def _standing_ranks(self, pins: tuple[int, ...], vetoes: frozenset[int]) -> int:
        """How many ranks stand whatever comes after."""
        if self._ranker is None or pins != self._pins or not vetoes >= self._vetoes:
            return 0
        hit = np.flatnonzero(np.isin(self._order, list(vetoes - self._vetoes)))
        return int(hit[0]) if len(hit) else len(self._order)

    def _taken_up(self, given: StrategyInput, kept: int, ctx: Context) -> Ranker:
        """A ranker at the last mark that stands, or a new one."""
        ranker = self._ranker
        if ranker is None or not isinstance(ranker, Rewindable):
            self._marks = []
            return self._strategy.start(given, ctx)
        self._marks = [(picks, mark) for picks, mark in self._marks if picks <= kept]
        picks, mark = self._marks[-1]
        gate = Gate(given)
        for position in self._order[:picks].tolist():
            gate.take(position)
        ranker.rewind(mark, gate)
        return ranker

    def _solve(self, mixed: Mixed, until: int, ctx: Context) -> None:
        """Rank up to ``until``, and mark the way."""
        step = max(1, self._horizon // _MARKS)
        ranker = mixed.ranker
        ctx.aim("Selecting", until)
        while True:
            done = len(mixed.indices)
            marked = done % step or any(picks == done for picks, _ in self._marks)
            if isinstance(ranker, Rewindable) and not marked:
                self._marks.append((done, ranker.mark()))
            mixed.extend(min(until, (done // step + 1) * step), ctx)
            if len(mixed.indices) >= until or len(mixed.indices) == done:
                break

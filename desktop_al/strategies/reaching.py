"""Coverage with a share of picks that reach out: each of those is the farthest from all that is labelled or picked."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.farthest import CLOSED, Farthest
from desktop_al.numerics.greedy import Mark
from desktop_al.numerics.in_turn import pick_in_turn
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.coverage import CoverageRanker
from desktop_al.strategies.gate import Gate
from desktop_al.strategies.places import due

_MOST = 8192
_AT_ONCE = 64

_Mark = tuple[Mark, tuple[NDArray[np.int32], NDArray[np.int32], int]]


class Reaching:
    """A `Ranker` that gives ``share`` of its places to the farthest sample and asks ``coverage`` for the others.

    The farthest are sought among the 8,192 samples that lie out the most by ``spacing`` (n,), all of a smaller pool.
    Gains are those of coverage throughout.
    """

    def __init__(
        self,
        coverage: CoverageRanker,
        given: StrategyInput,
        spacing: NDArray[np.float64],
        share: float,
        account: str,
        ctx: Context = SILENT,
    ) -> None:
        self._coverage, self._given, self._share, self.account = coverage, given, share, account
        # Loosest first, equals by position; then in order of position, so that ties go to the lowest.
        self._candidates = np.sort(np.argsort(-spacing, kind="stable")[:_MOST])
        axes = given.similarity.components(_MOST, ctx)
        # The references, then what is ranked.
        self._farthest = Farthest(given.pool.subset(self._candidates), given.references, axes)
        self._stale = True
        ctx.check()

    @property
    def indices(self) -> NDArray[np.int64]:
        """The positions ranked so far, (k,) int64."""
        return self._coverage.indices

    @property
    def gains(self) -> NDArray[np.float64]:
        """What each added to coverage, (k,) float64."""
        return self._coverage.gains

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until ``count`` samples are ranked, or all that may be; raises `CancelledError` between picks."""
        while (at := len(self.indices)) < count:
            ctx.check()
            ctx.report("Selecting", at, count)
            if (vectors := self._given.pool.kept) is not None and self._coverage.gate.trivial:
                self._run(min(count, at + _AT_ONCE), vectors)
            else:
                self._step(ctx)
            if len(self.indices) == at:
                return

    def _run(self, count: int, vectors: NDArray[np.int16]) -> None:
        """Go on to ``count``, where a pick closes nothing but itself."""
        self._catch_up()
        places = np.array([due(at, self._share) for at in range(len(self.indices), count)])
        pick_in_turn(self._coverage.solver, self._farthest, self._candidates, vectors, places)

    def _step(self, ctx: Context) -> None:
        """Rank one sample, where there is one."""
        at = len(self.indices)
        farthest = self._farthest_free() if due(at, self._share) else None
        if farthest is None:
            self._coverage.extend(at + 1, ctx)
        else:
            self._coverage.force(farthest)

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""
        self._coverage.force(position)

    def mark(self) -> _Mark:
        """The state now, to come back to."""
        return self._coverage.mark(), self._farthest.mark()

    def rewind(self, mark: _Mark, gate: Gate) -> None:
        """Go back to ``mark``, with what ``gate``, which knows the picks up to there, leaves open."""
        coverage, farthest = mark
        self._coverage.rewind(coverage, gate)
        self._farthest.rewind(farthest)
        self._stale = True

    def _farthest_free(self) -> int | None:
        """The farthest candidate that may be picked; None where none is left or nothing is known to be far from."""
        self._catch_up()
        while self._farthest.known and (at := self._farthest.best()) >= 0:
            if self._coverage.gate.allows(int(self._candidates[at])):
                return int(self._candidates[at])
            self._farthest.squared[at] = CLOSED
        return None

    def _catch_up(self) -> None:
        """Let what was ranked since be far from, and close what may not be picked."""
        fresh = self.indices[self._farthest.known - len(self._given.references) :]
        self._farthest.meet(self._given.pool.subset(fresh))
        squared, gate = self._farthest.squared, self._coverage.gate
        at = np.minimum(np.searchsorted(self._candidates, fresh), len(self._candidates) - 1)
        squared[at[self._candidates[at] == fresh]] = CLOSED
        if self._stale or not gate.trivial:
            squared[~gate.free[self._candidates]] = CLOSED
            self._stale = False

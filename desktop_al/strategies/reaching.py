"""Coverage with a share of picks that reach out: each of those is the farthest from all that is labelled or picked."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.greedy import Mark
from desktop_al.numerics.grid import squared_norms
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.coverage import CoverageRanker
from desktop_al.strategies.gate import Gate

_BLOCK = 1024
_MOST = 8192


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
        self._vectors = given.pool.subset(self._candidates).block()
        self._norms = squared_norms(self._vectors)
        self._squared = np.full(len(self._candidates), np.inf, dtype=np.float32)
        self._open = np.ones(len(self._candidates), dtype=np.bool_)
        self._known = 0
        for _, members in given.references.blocks(_BLOCK):
            ctx.check()
            self._near(members)

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
            ctx.report("Selecting", at, count, "picks")
            farthest = self._farthest() if self._reaches(at) else None
            if farthest is not None:
                self._coverage.force(farthest)
                continue
            self._coverage.extend(at + 1, ctx)
            if len(self.indices) == at:
                return

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""
        self._coverage.force(position)

    def mark(self) -> tuple[Mark, NDArray[np.float32], int]:
        """The state now, to come back to."""
        return self._coverage.mark(), self._squared.copy(), self._known

    def rewind(self, mark: tuple[Mark, NDArray[np.float32], int], gate: Gate) -> None:
        """Go back to ``mark``, with what ``gate``, which knows the picks up to there, leaves open."""
        coverage, squared, self._known = mark
        self._coverage.rewind(coverage, gate)
        self._squared[:] = squared
        self._open = ~np.isin(self._candidates, self.indices)

    def _reaches(self, at: int) -> bool:
        """Whether place ``at`` is one that reaches out; they are spread evenly, so that rankings stay nested."""
        return int((at + 1) * self._share + 0.5) > int(at * self._share + 0.5)

    def _farthest(self) -> int | None:
        """The farthest candidate that may be picked; None where none is left or nothing is known to be far from."""
        ranked = self.indices
        if self._known < len(ranked):
            fresh = ranked[self._known :]
            self._near(self._given.pool.subset(fresh).block())
            self._open[np.isin(self._candidates, fresh)] = False
            self._known = len(ranked)
        if len(self._given.references) == 0 and self._known == 0:
            return None
        self._open &= self._coverage.gate.free[self._candidates]
        while self._open.any():
            at = int(np.where(self._open, self._squared, -1).argmax())
            position = int(self._candidates[at])
            if self._coverage.gate.allows(position):
                return position
            self._open[at] = False
        return None

    def _near(self, members: NDArray[np.float32]) -> None:
        # Squared distances as `grid.squared_distances` has them, with norms that are known already; all of it is exact.
        nearest = (squared_norms(members) - 2 * (self._vectors @ members.T)).min(axis=1) + self._norms
        np.minimum(self._squared, np.maximum(nearest, 0), out=self._squared)

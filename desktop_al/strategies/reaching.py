"""Coverage with a share of picks that reach out: each of those is the farthest from all that is labelled or picked."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.greedy import Mark
from desktop_al.numerics.kernel import whole_inner, whole_norms
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.coverage import CoverageRanker
from desktop_al.strategies.gate import Gate
from desktop_al.strategies.places import due

_MOST = 8192
_UNKNOWN = np.iinfo(np.int32).max


@njit(nogil=True, cache=True)
def _most(values, free, start, stop):  # type: ignore[no-untyped-def]  # numba infers the types
    """The largest of ``values`` from ``start`` to ``stop`` that is ``free``; -1 for none."""
    most = np.int32(-1)
    for i in range(start, stop):
        most = max(most, values[i] if free[i] else np.int32(-1))
    return most


@njit(nogil=True, cache=True)
def _farthest_of(vectors, norms, members, member_norms, known, free, squared, seen):  # type: ignore[no-untyped-def]  # numba infers the types
    """The free vector farthest from the first ``known`` members, the first of equals; -1 without any.

    Distances only fall, so that ``squared``, measured against the first ``seen`` members, is an upper bound: a vector
    is measured against the others only while its bound is the largest.
    """
    n = len(squared)
    while True:
        bound, best = _most(squared, free, 0, n), 0
        if bound < 0:
            return -1
        while not free[best] or squared[best] != bound:
            best += 1
        if seen[best] == known:
            return best
        rival = max(_most(squared, free, 0, best), _most(squared, free, best + 1, n))
        m = seen[best]
        while m < known and bound >= rival:
            product = whole_inner(vectors[best], members[m])
            bound = min(bound, np.int32(norms[best] + member_norms[m] - 2 * product))
            m += 1
        squared[best], seen[best] = bound, m


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
        self._vectors = given.pool.subset(self._candidates).integers()
        self._norms = whole_norms(self._vectors)
        ctx.check()
        # The references, then what is ranked.
        self._members = given.references.integers()
        self._member_norms = whole_norms(self._members)
        self._squared = np.full(len(self._candidates), _UNKNOWN, dtype=np.int32)
        self._seen = np.zeros(len(self._candidates), dtype=np.int32)
        self._free = np.ones(len(self._candidates), dtype=np.bool_)
        self._known = 0

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
            farthest = self._farthest() if due(at, self._share) else None
            if farthest is not None:
                self._coverage.force(farthest)
                continue
            self._coverage.extend(at + 1, ctx)
            if len(self.indices) == at:
                return

    def force(self, position: int) -> None:
        """Rank ``position`` next, whatever its gain and the limits; nothing happens where it is ranked already."""
        self._coverage.force(position)

    def mark(self) -> tuple[Mark, NDArray[np.int32], NDArray[np.int32], int]:
        """The state now, to come back to."""
        return self._coverage.mark(), self._squared.copy(), self._seen.copy(), self._known

    def rewind(self, mark: tuple[Mark, NDArray[np.int32], NDArray[np.int32], int], gate: Gate) -> None:
        """Go back to ``mark``, with what ``gate``, which knows the picks up to there, leaves open."""
        coverage, squared, seen, self._known = mark
        self._coverage.rewind(coverage, gate)
        self._squared[:], self._seen[:] = squared, seen
        self._free = ~np.isin(self._candidates, self.indices)

    def _farthest(self) -> int | None:
        """The farthest candidate that may be picked; None where none is left or nothing is known to be far from."""
        ranked = self.indices
        if self._known < len(ranked):
            self._meet(ranked[self._known :])
        known = len(self._given.references) + self._known
        if known == 0:
            return None
        self._free &= self._coverage.gate.free[self._candidates]
        while True:
            at = int(
                _farthest_of(
                    self._vectors, self._norms, self._members, self._member_norms, known, self._free, self._squared,
                    self._seen,
                )
            )  # fmt: skip
            if at < 0 or self._coverage.gate.allows(int(self._candidates[at])):
                return None if at < 0 else int(self._candidates[at])
            self._free[at] = False

    def _meet(self, fresh: NDArray[np.int64]) -> None:
        """Count the positions ``fresh``, just ranked, among the members."""
        start = len(self._given.references) + self._known
        if start + len(fresh) > len(self._members):
            room = 2 * (start + len(fresh))
            self._members = np.resize(self._members, (room, self._vectors.shape[1]))
            self._member_norms = np.resize(self._member_norms, room)
        vectors = self._given.pool.subset(fresh).integers()
        self._members[start : start + len(fresh)] = vectors
        self._member_norms[start : start + len(fresh)] = whole_norms(vectors)
        self._free[np.isin(self._candidates, fresh)] = False
        self._known += len(fresh)

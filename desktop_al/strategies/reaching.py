"""Coverage with a share of picks that reach out: each of those is the farthest from all that is labelled or picked."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.coverage import SHORT, shorten, tile_of
from desktop_al.numerics.greedy import Mark
from desktop_al.numerics.grid import UNITS, squared_norms
from desktop_al.numerics.kernel import whole_inner, whole_norms
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.coverage import CoverageRanker
from desktop_al.strategies.gate import Gate
from desktop_al.strategies.places import due

_MOST = 8192
_SEGMENT = 128
_UNKNOWN, _CLOSED = np.iinfo(np.int32).max, -1
_HALF_UNIT, _SLACK = np.float32(0.5 / UNITS**2), np.float32(1e-4)
"""Half a unit of squared distances, and far more than rounding adds to a score."""


@njit(nogil=True, cache=True)
def _most(values, start, stop):  # type: ignore[no-untyped-def]  # numba infers the types
    """The largest of ``values`` (n,) int32 from ``start`` to ``stop``, at least -1."""
    most = np.int32(-1)
    for i in range(start, stop):
        most = np.int32(max(most, values[i]))
    return most


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _score(a, b):  # type: ignore[no-untyped-def]  # numba infers the types
    """The inner product of two short vectors."""
    total = np.float32(0)
    for j in range(len(a)):
        total += a[j] * b[j]
    return total


@njit(nogil=True, cache=True)
def _farthest_of(whole, short, halves, members, member_short, known, squared, seen):  # type: ignore[no-untyped-def]  # numba infers the types
    """The vector farthest from the first ``known`` members, the first of equals; -1 without any.

    Distances only fall, so that ``squared``, measured against the first ``seen`` members and -1 where a vector is
    closed, is an upper bound: a vector is measured against the others only while its bound is the largest, and in full
    only where short vectors, between which distances are never larger, do not show that it stays.

    ``whole`` and ``members`` are pairs of grid vectors and their norms. The products of ``short`` (c, q) and
    ``member_short`` are scores, as in `coverage`; with none of them (q = 0) all is measured in full.
    """
    (vectors, norms), (others, other_norms), n = whole, members, len(squared)
    tops = np.empty(-(-n // _SEGMENT), dtype=np.int32)
    for s in range(len(tops)):
        tops[s] = _most(squared, s * _SEGMENT, min((s + 1) * _SEGMENT, n))
    while True:
        bound, top = _most(tops, 0, len(tops)), 0
        if bound < 0:
            return -1
        while tops[top] != bound:
            top += 1
        start, stop = top * _SEGMENT, min((top + 1) * _SEGMENT, n)
        best = start
        while squared[best] != bound:
            best += 1
        if seen[best] == known:
            return best
        rest = max(_most(squared, start, best), _most(squared, best + 1, stop))
        rival = max(rest, _most(tops, 0, top), _most(tops, top + 1, len(tops)))
        m, mine = seen[best], short[best]
        least = np.float32(-1) if len(mine) == 0 else halves[best] - _HALF_UNIT * bound - _SLACK
        while m < known and bound >= rival:
            if len(mine) == 0 or _score(mine, member_short[m]) > least:
                product = whole_inner(vectors[best], others[m])
                away = np.int32(norms[best] + other_norms[m] - 2 * product)
                if away < bound:
                    bound = away
                    least = np.float32(-1) if len(mine) == 0 else halves[best] - _HALF_UNIT * bound - _SLACK
            m += 1
        squared[best], seen[best] = bound, m
        tops[top] = max(rest, bound)


@dataclass(slots=True)
class _Vectors:
    """Grid vectors (n, d) with their norms and short vectors, of which the first are in use."""

    vectors: NDArray[np.int16]
    norms: NDArray[np.int32]
    short: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.int16], axes: NDArray[np.float32] | None) -> "_Vectors":
        """``vectors`` with short ones along ``axes``, a tile; without them short vectors have no axis."""
        short = np.empty((len(vectors), 0 if axes is None else SHORT), dtype=np.float32)
        if axes is not None:
            shorten(vectors, axes, short[:, :-1])
            short[:, -1] = squared_norms(short[:, :-1]) / -2
        return cls(vectors, whole_norms(vectors), short)

    def put(self, at: int, others: "_Vectors") -> None:
        """Put ``others`` from place ``at`` on, with more room where it is needed."""
        stop = at + len(others.vectors)
        if stop > len(self.vectors):
            self.vectors = np.resize(self.vectors, (2 * stop, self.vectors.shape[1]))
            self.norms = np.resize(self.norms, 2 * stop)
            self.short = np.resize(self.short, (2 * stop, self.short.shape[1]))
        self.vectors[at:stop], self.norms[at:stop], self.short[at:stop] = others.vectors, others.norms, others.short


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
        self._axes = None if axes is None else tile_of(axes)
        self._vectors = _Vectors.of(given.pool.subset(self._candidates).integers(), self._axes)
        self._halves = squared_norms(self._vectors.short[:, :-1]) / 2
        # Of two short vectors one brings its norm into the score.
        self._vectors.short[:, -1:] = 1
        ctx.check()
        # The references, then what is ranked.
        self._members = _Vectors.of(given.references.integers(), self._axes)
        self._squared = np.full(len(self._candidates), _UNKNOWN, dtype=np.int32)
        self._seen = np.zeros(len(self._candidates), dtype=np.int32)
        self._known, self._stale = 0, True

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
        self._stale = True

    def _farthest(self) -> int | None:
        """The farthest candidate that may be picked; None where none is left or nothing is known to be far from."""
        ranked = self.indices
        if self._known < len(ranked):
            self._meet(ranked[self._known :])
        known = len(self._given.references) + self._known
        if known == 0:
            return None
        if self._stale or not self._coverage.gate.trivial:
            self._squared[~self._coverage.gate.free[self._candidates]] = _CLOSED
            self._stale = False
        vectors, members = self._vectors, self._members
        while True:
            at = int(
                _farthest_of(
                    (vectors.vectors, vectors.norms), vectors.short, self._halves, (members.vectors, members.norms),
                    members.short, known, self._squared, self._seen,
                )
            )  # fmt: skip
            if at < 0 or self._coverage.gate.allows(int(self._candidates[at])):
                return None if at < 0 else int(self._candidates[at])
            self._squared[at] = _CLOSED

    def _meet(self, fresh: NDArray[np.int64]) -> None:
        """Count the positions ``fresh``, just ranked, among the members."""
        vectors = _Vectors.of(self._given.pool.subset(fresh).integers(), self._axes)
        self._members.put(len(self._given.references) + self._known, vectors)
        at = np.minimum(np.searchsorted(self._candidates, fresh), len(self._candidates) - 1)
        self._squared[at[self._candidates[at] == fresh]] = _CLOSED
        self._known += len(fresh)

"""The frame of the greedy solvers: picks one after the other, each of the largest gain, and what may be asked between.

Greedy for a monotone submodular function reaches 1 - 1/e of the optimum (Nemhauser, Wolsey & Fisher 1978). Gains are
integers, so that ties are ties: they go to the lowest index.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.terms import NO_TERMS, Terms

SEGMENT = 512
_PICKS_PER_CALL = 64


@njit(nogil=True, cache=True)
def _best_of(gains, strata, steps, at, free, start, stop):  # type: ignore[no-untyped-def]  # numba infers the types
    """The free candidate from ``start`` to ``stop`` of the largest gain with balance, and that gain; -1 for none."""
    best, most = np.int64(-1), np.int64(0)
    for c in range(start, stop):
        if free[c]:
            gain = gains[c]
            if len(strata) > 0 and strata[c] >= 0:
                gain += steps[at[strata[c]]]
            if best < 0 or gain > most:
                best, most = np.int64(c), gain
    return best, most


@njit(nogil=True, cache=True)
def lead(gains, strata, steps, at, free, tops, bound, dirty):  # type: ignore[no-untyped-def]  # numba infers the types
    """The segment of the best free candidate, the first of equals, -1 for none.

    ``tops`` holds the best candidate of each segment as last looked up and ``bound`` its gain then, which is a bound,
    for gains only fall; only segments that lead falsely are looked up again.
    """
    while True:
        first = np.int64(-1)
        for s in range(len(tops)):
            if tops[s] >= 0 and (first < 0 or bound[s] > bound[first]):
                first = np.int64(s)
        if first < 0 or not dirty[first]:
            return first
        stop = min((first + 1) * SEGMENT, len(gains))
        tops[first], bound[first] = _best_of(gains, strata, steps, at, free, first * SEGMENT, stop)
        dirty[first] = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of a solver after some picks; `Greedy.rewind` takes it back."""

    picks: int
    served: NDArray[np.uint16]
    gains: NDArray[np.int64]
    at: NDArray[np.int64]
    free: NDArray[np.bool_]


class Greedy(ABC):
    """A greedy run that can be extended: picks are nested, so that a longer run begins with a shorter one.

    ``indices`` (k,) int64 are the picks in order, ``gains`` (k,) float64 what each added, as a share of the total
    weight; they are what the solver can see: over a graph, lower bounds.
    """

    def __init__(
        self,
        weights: NDArray[np.uint32],
        served: NDArray[np.uint16],
        barred: NDArray[np.bool_] | None = None,
        terms: Terms | None = None,
    ) -> None:
        n = len(weights)
        self.terms = NO_TERMS if terms is None else terms
        self._weights, self._served = weights, served.copy()
        self._gains = np.zeros(n, dtype=np.int64)
        self._started = False
        self._at = self.terms.starts.copy()
        self._free = np.ones(n, dtype=np.bool_) if barred is None else ~barred
        self._tops = np.zeros(-(-n // SEGMENT), dtype=np.int64)
        self._bound = np.zeros(len(self._tops), dtype=np.int64)
        self._dirty = np.zeros(len(self._tops), dtype=np.bool_)
        self._unit = unit_of(weights)
        self.indices = np.zeros(0, dtype=np.int64)
        self.gains = np.zeros(0, dtype=np.float64)

    @property
    def served(self) -> NDArray[np.uint16]:
        """The similarity of each sample to the nearest reference or pick, (n,) uint16, as far as the solver sees."""
        return self._served

    @abstractmethod
    def _first_gains(self, ctx: Context) -> None:
        """Add the gain in coverage of every sample to ``_gains``."""

    @abstractmethod
    def _pick(self, picks: NDArray[np.int64], found: NDArray[np.int64]) -> int:
        """Make as many picks as ``picks`` holds, and their gains; return how many there were."""

    @abstractmethod
    def _join(self, position: int) -> None:
        """Let ``position`` serve the pool, and bring gains up to date."""

    def _start(self, ctx: Context = SILENT) -> None:
        if self._started:
            return
        self._first_gains(ctx)
        if len(self.terms.scores):
            self._gains += self.terms.scores
        self._started = True
        self._look_again()

    def _look_again(self) -> None:
        """Look all segments up again: anything may lead."""
        self._tops[:], self._bound[:], self._dirty[:] = 0, np.iinfo(np.int64).max, True

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until there are ``count`` picks, or none is left; raises `CancelledError` between picks."""
        ctx.check()
        self._start(ctx)
        while len(self.indices) < count:
            ctx.check()
            ctx.report("Selecting", len(self.indices), count)
            picks = np.empty(min(_PICKS_PER_CALL, count - len(self.indices)), dtype=np.int64)
            found = np.empty(len(picks), dtype=np.int64)
            made = self._pick(picks, found)
            self._note(picks[:made], found[:made])
            if made < len(picks):
                return

    def best(self) -> int:
        """The position that would be picked next, -1 for none."""
        self._start()
        segment = self._lead()
        return int(self._tops[segment]) if segment >= 0 else -1

    def _lead(self) -> int:
        """The segment of the best candidate, as `lead` says."""
        segment = lead(
            self._gains, self.terms.strata, self.terms.steps, self._at, self._free,
            self._tops, self._bound, self._dirty,
        )  # fmt: skip
        return int(segment)

    def _gain(self, position: int) -> int:
        """What ``position`` would add now, without balance."""
        return int(self._gains[position])

    def force(self, position: int) -> None:
        """Pick ``position`` next, whatever its gain; nothing happens where it is a pick already."""
        self._start()
        if position in self.indices:
            return
        gain = self._gain(position)
        if len(self.terms.strata) and self.terms.strata[position] >= 0:
            stratum = self.terms.strata[position]
            gain += int(self.terms.steps[self._at[stratum]])
            self._at[stratum] += 1
            self._dirty[:] = True
        self.close(np.array([position]))
        self._join(position)
        self._note(np.array([position], dtype=np.int64), np.array([gain], dtype=np.int64))

    def close(self, positions: NDArray[np.int64]) -> None:
        """Bar ``positions`` from now on."""
        self._free[positions] = False
        self._dirty[positions // SEGMENT] = True

    def mark(self) -> Mark:
        """The state now, to come back to."""
        self._start()
        state = (self._served.copy(), self._gains.copy(), self._at.copy(), self._free.copy())
        return Mark(len(self.indices), *state)

    def rewind(self, mark: Mark, free: NDArray[np.bool_] | None = None) -> None:
        """Go back to ``mark``, which this run made at an earlier pick; ``free`` (n,) are the candidates then."""
        self._served[:], self._gains[:], self._at[:] = mark.served, mark.gains, mark.at
        self._free[:] = mark.free if free is None else free
        self.indices, self.gains = self.indices[: mark.picks].copy(), self.gains[: mark.picks].copy()
        self._look_again()

    def _note(self, picks: NDArray[np.int64], found: NDArray[np.int64]) -> None:
        """Add ``picks`` (m,), which serve the pool already, and their gains ``found`` (m,) to what was ranked."""
        self.indices = np.concatenate([self.indices, picks])
        self.gains = np.concatenate([self.gains, found.astype(np.float64) / self._unit])


def unit_of(weights: NDArray[np.uint32]) -> float:
    """The value of whole coverage in integer units, for ``weights`` (n,)."""
    return float(ONE * max(1, int(weights.sum(dtype=np.uint64))))

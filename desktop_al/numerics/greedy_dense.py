"""Greedy maximisation of weighted coverage over a dense kernel, exact.

The first picks serve nearly all samples better, but gains of earlier are bounds, and few candidates lead falsely: their
gains are renewed one by one (Minoux 1978). On wide kernels, or far into a run, that is the dearer way: once it has cost
as much as computing all gains twice, they are computed anew and kept current from then on. When a pick serves some
samples better, only their rows of the kernel are read then.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.numerics.greedy import Greedy, Mark, lead
from desktop_al.numerics.terms import NO_TERMS, Terms
from desktop_al.numerics.threads import over_blocks

_ROWS, _TILE, _MOST_ROWS = 512, 4096, 2**16
_PATIENCE = 2
"""How often all gains could be computed for what is renewed one by one at most."""

_Objective = tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.int64], NDArray[np.bool_]]
_Balance = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]
_Leads = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]
_Parts = tuple[
    NDArray[np.uint16], NDArray[np.int64], bool, NDArray[np.int64], NDArray[np.int64], _Objective, _Balance, _Leads
]


@njit(nogil=True, cache=True)
def gain_of(row, weights, served):  # type: ignore[no-untyped-def]  # numba infers the types
    """The weighted rise in similarity if the sample with kernel ``row`` (n,) joins; exact uint64."""
    total = np.uint64(0)
    for i in range(row.shape[0]):
        above = max(np.int32(row[i]) - np.int32(served[i]), np.int32(0))
        total += np.uint64(np.uint32(above)) * np.uint64(weights[i])
    return total


@njit(nogil=True, cache=True)
def _even_gain(row, served):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `gain_of` for weights of 1, in 16 bits; sums of 32 bits hold 2^16 samples."""
    whole = np.uint64(0)
    for start in range(0, len(row), _MOST_ROWS):
        total = np.uint32(0)
        part, now = row[start : start + _MOST_ROWS], served[start : start + _MOST_ROWS]
        for i in range(len(part)):
            above = np.uint16(np.uint16(max(part[i], now[i])) - now[i])
            total = np.uint32(total + np.uint32(above))
        whole += np.uint64(total)
    return whole


@njit(nogil=True, cache=True)
def all_gains(kernel, weights, served, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the gain of every row of ``kernel`` (m, n), (m,) uint64, to ``out``."""
    alike = True
    for i in range(len(weights)):
        alike &= weights[i] == weights[0]
    for c in range(kernel.shape[0]):
        if alike:
            out[c] = _even_gain(kernel[c], served) * np.uint64(weights[0])
        else:
            out[c] = gain_of(kernel[c], weights, served)


@njit(nogil=True, cache=True)
def _take_alike(kernel, raised, similar, served, weight, start, tile):  # type: ignore[no-untyped-def]  # numba infers the types
    """Take from the gains ``tile``, of candidates from ``start`` on, what ``raised`` rows of one weight offer no more.

    In 16 bits, so that a processor does many at a time; 2^16 rows at most, for sums of 32 bits.
    """
    sums = np.zeros(len(tile), dtype=np.uint32)
    # Four at a time, so that sums are read and written a quarter as often.
    whole = len(raised) // 4 * 4
    for at in range(0, whole, 4):
        a, b, c, d = raised[at], raised[at + 1], raised[at + 2], raised[at + 3]
        row_a, row_b = kernel[a, start : start + len(tile)], kernel[b, start : start + len(tile)]
        row_c, row_d = kernel[c, start : start + len(tile)], kernel[d, start : start + len(tile)]
        old_a, old_b, old_c, old_d = served[a], served[b], served[c], served[d]
        new_a, new_b, new_c, new_d = similar[a], similar[b], similar[c], similar[d]
        for j in range(len(tile)):
            lost_a = np.uint16(np.uint16(max(np.uint16(min(row_a[j], new_a)), old_a)) - old_a)
            lost_b = np.uint16(np.uint16(max(np.uint16(min(row_b[j], new_b)), old_b)) - old_b)
            lost_c = np.uint16(np.uint16(max(np.uint16(min(row_c[j], new_c)), old_c)) - old_c)
            lost_d = np.uint16(np.uint16(max(np.uint16(min(row_d[j], new_d)), old_d)) - old_d)
            both = np.uint32(np.uint32(lost_a) + np.uint32(lost_b))
            sums[j] = np.uint32(sums[j] + np.uint32(both + np.uint32(np.uint32(lost_c) + np.uint32(lost_d))))
    for i in raised[whole:]:
        old, new = served[i], similar[i]
        row = kernel[i, start : start + len(tile)]
        for c in range(len(tile)):
            within = np.uint16(max(np.uint16(min(row[c], new)), old))
            sums[c] = np.uint32(sums[c] + np.uint32(np.uint16(within - old)))
    for c in range(len(tile)):
        tile[c] -= np.uint64(sums[c]) * weight


@njit(nogil=True, cache=True)
def _take(kernel, raised, similar, served, weights, start, tile):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `_take_alike`, whatever the weights."""
    for i in raised:
        old, new, weight = np.int32(served[i]), np.int32(similar[i]), np.uint64(weights[i])
        row = kernel[i, start : start + len(tile)]
        for c in range(len(tile)):
            lost = max(min(np.int32(row[c]), new) - old, np.int32(0))
            tile[c] -= np.uint64(np.uint32(lost)) * weight


@njit(nogil=True, cache=True)
def _gain_over(kernel, c, scores, weights, served, alike):  # type: ignore[no-untyped-def]  # numba infers the types
    """What candidate ``c`` adds now, its score included where there are ``scores``; exact int64.

    ``alike`` says that all weights are the same.
    """
    if alike:
        gain = np.int64(_even_gain(kernel[c], served) * np.uint64(weights[0]))
    else:
        gain = np.int64(gain_of(kernel[c], weights, served))
    return gain + scores[c] if len(scores) > 0 else gain


@njit(nogil=True, cache=True)
def _lead_over(kernel, scores, alike, seen, clock, objective, balance, leads):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `lead`, where the gain of a candidate is a bound unless it was ``seen`` (n,) at the time of ``clock`` (2,).

    The clock tells how many picks there were, and how many gains may still be renewed one by one; -1 for current ones.
    """
    weights, served, gains, free = objective
    strata, steps, at = balance
    tops, bound, dirty = leads
    while True:
        segment = lead(gains, strata, steps, at, free, tops, bound, dirty)
        if segment < 0 or clock[1] < 0 or seen[tops[segment]] == clock[0]:
            return segment
        clock[1] -= 1
        if clock[1] < 0:
            all_gains(kernel, weights, served, gains.view(np.uint64))
            if len(scores) > 0:
                gains += scores
            dirty[:] = True
            continue
        best = tops[segment]
        seen[best] = clock[0]
        gain = _gain_over(kernel, best, scores, weights, served, alike)
        if gain == gains[best]:
            return segment
        gains[best], dirty[segment] = gain, True


@njit(nogil=True, cache=True)
def join(kernel, pick, weights, served, gains, dirty, raised, clock):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let ``pick`` serve the pool and take from ``gains`` (uint64) that are current what they no longer offer."""
    similar = kernel[pick]
    clock[0] += 1
    if clock[1] >= 0:
        for i in range(len(served)):
            served[i] = max(served[i], similar[i])
        return
    count, alike = 0, True
    for i in range(len(served)):
        if similar[i] > served[i]:
            if weights[i] > 0:
                raised[count] = i
                alike &= weights[i] == weights[raised[0]]
                count += 1
            else:
                served[i] = similar[i]
    alike &= count <= _MOST_ROWS
    # In tiles, so that the gains stay in a near cache.
    for start in range(0, len(gains) if count > 0 else 0, _TILE):
        tile = gains[start : start + _TILE]
        if alike:
            _take_alike(kernel, raised[:count], similar, served, np.uint64(weights[raised[0]]), start, tile)
        else:
            _take(kernel, raised[:count], similar, served, weights, start, tile)
    for a in range(count):
        served[raised[a]] = similar[raised[a]]
    if count > 0:
        dirty[:] = True


@njit(nogil=True, cache=True)
def _pick(kernel, scores, alike, seen, clock, objective, balance, leads, raised, picks, found):  # type: ignore[no-untyped-def]  # numba infers the types
    """Make ``len(picks)`` picks; returns how many there were."""
    weights, served, gains, free = objective
    strata, _, at = balance
    tops, bound, dirty = leads
    for step in range(len(picks)):
        segment = _lead_over(kernel, scores, alike, seen, clock, objective, balance, leads)
        if segment < 0:
            return step
        best = tops[segment]
        picks[step], found[step] = best, bound[segment]
        free[best] = False
        dirty[segment] = True
        if len(strata) > 0 and strata[best] >= 0:
            at[strata[best]] += 1
            dirty[:] = True
        join(kernel, best, weights, served, gains.view(np.uint64), dirty, raised, clock)
    return len(picks)


class DenseGreedy(Greedy):
    """A greedy run over a dense kernel; see `Greedy`.

    Parameters
    ----------
    kernel : (n, n) uint16, symmetric, in units of 1/`ONE`.
    weights : (n,) uint32; zero leaves a sample out of the objective, not out of the candidates.
    served : (n,) uint16, the similarity to the labelled set and earlier picks.
    barred : (n,) bool, samples that may not be picked; None for none.
    terms : what joins coverage in the objective; None for nothing.
    """

    def __init__(
        self,
        kernel: NDArray[np.uint16],
        weights: NDArray[np.uint32],
        served: NDArray[np.uint16],
        barred: NDArray[np.bool_] | None = None,
        terms: Terms | None = None,
    ) -> None:
        super().__init__(weights, served, barred, terms)
        self._kernel = kernel
        self._raised = np.empty(len(kernel), dtype=np.int64)
        self._alike = bool((weights == weights[:1]).all())
        self._seen = np.zeros(len(kernel), dtype=np.int64)
        self._clock = np.array([0, _PATIENCE * len(kernel)], dtype=np.int64)

    def _first_gains(self, ctx: Context) -> None:
        out = self._gains.view(np.uint64)

        def work(start: int, stop: int) -> None:
            all_gains(self._kernel[start:stop], self._weights, self._served, out[start:stop])

        over_blocks(len(out), _ROWS, work, ctx)

    def _pick(self, picks: NDArray[np.int64], found: NDArray[np.int64]) -> int:
        return int(_pick(*self._parts(), self._raised, picks, found))

    def _parts(self) -> _Parts:
        """What `_lead_over` takes."""
        objective = self._weights, self._served, self._gains, self._free
        balance = self.terms.strata, self.terms.steps, self._at
        leads = self._tops, self._bound, self._dirty
        return self._kernel, self.terms.scores, self._alike, self._seen, self._clock, objective, balance, leads

    def _lead(self) -> int:
        return int(_lead_over(*self._parts()))

    def _gain(self, position: int) -> int:
        return int(_gain_over(self._kernel, position, self.terms.scores, self._weights, self._served, self._alike))

    def _join(self, position: int) -> None:
        gains = self._gains.view(np.uint64)
        join(self._kernel, position, self._weights, self._served, gains, self._dirty, self._raised, self._clock)

    def rewind(self, mark: Mark, free: NDArray[np.bool_] | None = None) -> None:
        """Go back to ``mark``; see `Greedy.rewind`."""
        super().rewind(mark, free)
        # Gains of the mark are bounds, and nothing is as it was seen since.
        self._clock[0] += 1
        self._clock[1] = _PATIENCE * len(self._kernel)


def naive_greedy(
    kernel: NDArray[np.uint16],
    weights: NDArray[np.uint32],
    served: NDArray[np.uint16],
    count: int,
    terms: Terms = NO_TERMS,
) -> NDArray[np.int64]:
    """The same picks by computing every gain at every pick: the reference that tests and benchmarks compare with."""
    now, at = served.copy(), terms.starts.copy()
    free = np.ones(len(kernel), dtype=bool)
    found = np.empty(len(kernel), dtype=np.uint64)
    picks = []
    for _ in range(min(count, len(kernel))):
        all_gains(kernel, weights, now, found)
        gains = found.astype(np.int64)
        if len(terms.scores):
            gains += terms.scores
        if len(terms.strata):
            gains += np.where(terms.strata >= 0, terms.steps[at[terms.strata]], 0)
        left = np.flatnonzero(free)
        pick = int(left[np.argmax(gains[left])])
        picks.append(pick)
        free[pick] = False
        if len(terms.strata) and terms.strata[pick] >= 0:
            at[terms.strata[pick]] += 1
        np.maximum(now, kernel[pick], out=now)
    return np.asarray(picks, dtype=np.int64)

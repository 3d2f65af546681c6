"""Greedy maximisation of weighted coverage over a kNN graph, for pools too large for a dense kernel.

The gain of each candidate is kept current: when a pick raises the similarity of a sample, every neighbour of that
sample loses the part of its gain that is now served. Sums are integers, so nothing drifts, and with every sample a
neighbour of every other the picks are those of `DenseGreedy`. The best candidate of each run of samples is looked up
lazily: gains only fall, so that one found earlier is a bound, and a run is searched again only where its bound leads.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.kernel import ONE

_SEGMENT = 512
_PICKS_PER_CALL = 64


@njit(nogil=True, cache=True)
def _invert(indices, starts, members, edges):  # type: ignore[no-untyped-def]  # numba infers the types
    """Fill, per candidate, who has it as a neighbour (``members``) and along which edge."""
    n, k = indices.shape
    for i in range(n):
        for e in range(k):
            if indices[i, e] >= 0:
                starts[indices[i, e] + 1] += 1
    for c in range(n):
        starts[c + 1] += starts[c]
    filled = starts[:-1].copy()
    for i in range(n):
        for e in range(k):
            c = indices[i, e]
            if c >= 0:
                members[filled[c]], edges[filled[c]] = i, e
                filled[c] += 1


@njit(nogil=True, cache=True)
def first_gains(indices, values, weights, served, gains):  # type: ignore[no-untyped-def]  # numba infers the types
    """The gain of each candidate over the graph, itself included; exact int64 in ``gains`` (n,)."""
    n, k = indices.shape
    for i in range(n):
        weight, now = np.int64(weights[i]), np.int64(served[i])
        gains[i] += weight * (65535 - now)
        for e in range(k):
            if indices[i, e] >= 0 and values[i, e] > now:
                gains[indices[i, e]] += weight * (np.int64(values[i, e]) - now)


@njit(nogil=True, cache=True)
def _raise(i, to, indices, values, weights, served, gains, dirty):  # type: ignore[no-untyped-def]  # numba infers the types
    """Raise the similarity of sample ``i`` and take what it no longer offers from all that could serve it."""
    weight, now = np.int64(weights[i]), np.int64(served[i])
    gains[i] -= weight * (to - now)
    dirty[i // _SEGMENT] = True
    for e in range(indices.shape[1]):
        c = indices[i, e]
        if c >= 0 and values[i, e] > now:
            gains[c] -= weight * (min(np.int64(values[i, e]), to) - now)
            dirty[c // _SEGMENT] = True
    served[i] = to


@njit(nogil=True, cache=True)
def _best_of(gains, free, segment):  # type: ignore[no-untyped-def]  # numba infers the types
    best = np.int64(-1)
    for c in range(segment * _SEGMENT, min((segment + 1) * _SEGMENT, len(gains))):
        if free[c] and (best < 0 or gains[c] > gains[best]):
            best = np.int64(c)
    return best


@njit(nogil=True, cache=True)
def _lead(gains, free, tops, bound, dirty):  # type: ignore[no-untyped-def]  # numba infers the types
    """The free candidate of the largest gain, the first of equals, -1 for none; segments that lead falsely are renewed.

    ``tops`` holds the best candidate of each segment as last looked up, ``bound`` its gain then.
    """
    while True:
        lead = np.int64(-1)
        for s in range(len(tops)):
            if tops[s] >= 0 and (lead < 0 or bound[s] > bound[lead]):
                lead = np.int64(s)
        if lead < 0 or not dirty[lead]:
            return lead if lead < 0 else np.int64(tops[lead])
        tops[lead], dirty[lead] = _best_of(gains, free, lead), False
        if tops[lead] >= 0:
            bound[lead] = gains[tops[lead]]


@njit(nogil=True, cache=True)
def _pick(indices, values, starts, members, edges, weights, served, gains, free, tops, bound, dirty, picks, found):  # type: ignore[no-untyped-def]  # numba infers the types
    """Make ``len(picks)`` picks; see `_lead` for how they are found."""
    for step in range(len(picks)):
        best = _lead(gains, free, tops, bound, dirty)
        picks[step], found[step] = best, gains[best]
        free[best] = False
        dirty[best // _SEGMENT] = True
        if served[best] < 65535:
            _raise(best, np.int64(65535), indices, values, weights, served, gains, dirty)
        for at in range(starts[best], starts[best + 1]):
            i = members[at]
            value = np.int64(values[i, edges[at]])
            if value > served[i]:
                _raise(i, value, indices, values, weights, served, gains, dirty)


class SparseGreedy:
    """A greedy run over a graph that can be extended; picks are nested.

    Parameters
    ----------
    indices : (n, k) int32, the neighbours of each sample, itself left out, -1 for none.
    values : (n, k) uint16, the kernel along these edges in units of 1/`ONE`.
    weights : (n,) uint32; zero leaves a sample out of the objective, not out of the candidates.
    served : (n,) uint16, the similarity to the labelled set and earlier picks.
    barred : (n,) bool, samples that may not be picked; None for none.

    Notes
    -----
    Similarities that are not edges count as zero: ``gains`` and ``served`` are lower bounds of the exact ones.
    """

    def __init__(
        self,
        indices: NDArray[np.int32],
        values: NDArray[np.uint16],
        weights: NDArray[np.uint32],
        served: NDArray[np.uint16],
        barred: NDArray[np.bool_] | None = None,
    ) -> None:
        n = len(indices)
        self._graph, self._values, self._weights, self._served = indices, values, weights, served.copy()
        edges = int((indices >= 0).sum())
        self._starts = np.zeros(n + 1, dtype=np.int64)
        self._members, self._edges = np.empty(edges, dtype=np.int32), np.empty(edges, dtype=np.uint16)
        _invert(indices, self._starts, self._members, self._edges)
        self._gains = np.zeros(n, dtype=np.int64)
        first_gains(indices, values, weights, self._served, self._gains)
        self._free = np.ones(n, dtype=np.bool_) if barred is None else ~barred
        self._candidates = int(self._free.sum())
        # Before the first look-up anything may lead.
        self._tops = np.zeros(-(-n // _SEGMENT), dtype=np.int64)
        self._bound = np.full(len(self._tops), np.iinfo(np.int64).max, dtype=np.int64)
        self._dirty = np.ones(len(self._tops), dtype=np.bool_)
        self._unit = float(ONE * max(1, int(weights.sum(dtype=np.uint64))))
        self.indices = np.zeros(0, dtype=np.int64)
        self.gains = np.zeros(0, dtype=np.float64)

    def extend(self, count: int, ctx: Context = SILENT) -> None:
        """Go on until there are ``count`` picks, or none is left; raises `CancelledError` between picks."""
        count = min(count, self._candidates)
        while len(self.indices) < count:
            ctx.check()
            ctx.report("Selecting", len(self.indices), count, "picks")
            picks = np.empty(min(_PICKS_PER_CALL, count - len(self.indices)), dtype=np.int64)
            found = np.empty(len(picks), dtype=np.int64)
            _pick(
                self._graph, self._values, self._starts, self._members, self._edges, self._weights, self._served,
                self._gains, self._free, self._tops, self._bound, self._dirty, picks, found,
            )  # fmt: skip
            self.indices = np.concatenate([self.indices, picks])
            self.gains = np.concatenate([self.gains, found.astype(np.float64) / self._unit])

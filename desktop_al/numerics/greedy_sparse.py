"""Greedy maximisation of weighted coverage over a kNN graph, for pools too large for a dense kernel.

The gain of each candidate is kept current: when a pick raises the similarity of a sample, every neighbour of that
sample loses the part of its gain that is now served. Sums are integers, so nothing drifts, and with every sample a
neighbour of every other the picks are those of `DenseGreedy`.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.numerics.greedy import SEGMENT, Greedy, lead
from desktop_al.numerics.prefetch import prefetch
from desktop_al.numerics.terms import Terms

_SEEN, _NEXT, _LINE = 12, 4, 16
"""How many samples ahead their similarity is asked for, and their rows; and the indices in a line of memory."""


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
    dirty[i // SEGMENT] = True
    for e in range(indices.shape[1]):
        c = indices[i, e]
        if c >= 0 and values[i, e] > now:
            gains[c] -= weight * (min(np.int64(values[i, e]), to) - now)
            dirty[c // SEGMENT] = True
    served[i] = to


@njit(nogil=True, cache=True)
def join(pick, indices, values, starts, members, edges, weights, served, gains, dirty):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let ``pick`` serve itself and those that have it as a neighbour."""
    if served[pick] < 65535:
        _raise(pick, np.int64(65535), indices, values, weights, served, gains, dirty)
    stop = starts[pick + 1]
    for at in range(starts[pick], stop):
        if at + _SEEN < stop:
            prefetch(values, members[at + _SEEN], edges[at + _SEEN])
        if at + _NEXT < stop:
            coming = members[at + _NEXT]
            if values[coming, edges[at + _NEXT]] > served[coming]:
                for e in range(0, indices.shape[1], _LINE):
                    prefetch(indices, coming, e)
                    prefetch(values, coming, e)
        i = members[at]
        value = np.int64(values[i, edges[at]])
        if value > served[i]:
            _raise(i, value, indices, values, weights, served, gains, dirty)


@njit(nogil=True, cache=True)
def _pick(  # type: ignore[no-untyped-def]  # numba infers the types
    indices,
    values,
    starts,
    members,
    edges,
    weights,
    served,
    gains,
    strata,
    steps,
    at,
    free,
    tops,
    bound,
    dirty,
    picks,
    found,
):
    """Make ``len(picks)`` picks; returns how many there were."""
    for step in range(len(picks)):
        segment = lead(gains, strata, steps, at, free, tops, bound, dirty)
        if segment < 0:
            return step
        best = tops[segment]
        picks[step], found[step] = best, bound[segment]
        free[best] = False
        dirty[segment] = True
        if len(strata) > 0 and strata[best] >= 0:
            at[strata[best]] += 1
            dirty[:] = True
        join(best, indices, values, starts, members, edges, weights, served, gains, dirty)
    return len(picks)


@dataclass(frozen=True, slots=True)
class Edges:
    """A kNN graph with the kernel along its edges, and who has whom as a neighbour.

    Attributes
    ----------
    indices : (n, k) int32, the neighbours of each sample, itself left out, -1 for none.
    values : (n, k) uint16, the kernel along these edges in units of 1/`ONE`.
    starts : (n + 1,) int64; candidate c is a neighbour of ``members[starts[c]:starts[c + 1]]``.
    members, columns : the sample, int32, and the column of its row in which the candidate stands, uint16.
    """

    indices: NDArray[np.int32]
    values: NDArray[np.uint16]
    starts: NDArray[np.int64]
    members: NDArray[np.int32]
    columns: NDArray[np.uint16]

    def around(self, position: int) -> NDArray[np.int64]:
        """The neighbours of ``position`` and those that have it as one, int64."""
        ahead = self.indices[position]
        behind = self.members[self.starts[position] : self.starts[position + 1]]
        return np.concatenate([ahead[ahead >= 0], behind]).astype(np.int64)


def edges_of(indices: NDArray[np.int32], values: NDArray[np.uint16]) -> Edges:
    """The graph ``indices`` (n, k) with its kernel ``values`` (n, k), turned round as well."""
    n, total = len(indices), int((indices >= 0).sum())
    starts = np.zeros(n + 1, dtype=np.int64)
    members, columns = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.uint16)
    _invert(indices, starts, members, columns)
    return Edges(indices, values, starts, members, columns)


@njit(nogil=True, cache=True)
def _serve(picks, values, starts, members, columns, served):  # type: ignore[no-untyped-def]  # numba infers the types
    for pick in picks:
        served[pick] = 65535
        for at in range(starts[pick], starts[pick + 1]):
            i = members[at]
            served[i] = max(served[i], values[i, columns[at]])


def serve_along(edges: Edges, picks: NDArray[np.int64], served: NDArray[np.uint16]) -> None:
    """Raise ``served`` (n,) uint16, in place, to what ``picks`` serve along the edges of a graph."""
    _serve(picks, edges.values, edges.starts, edges.members, edges.columns, served)


class SparseGreedy(Greedy):
    """A greedy run over a graph; see `Greedy`.

    Parameters
    ----------
    edges : the graph, which several runs can share.
    weights : (n,) uint32; zero leaves a sample out of the objective, not out of the candidates.
    served : (n,) uint16, the similarity to the labelled set and earlier picks.
    barred : (n,) bool, samples that may not be picked; None for none.
    terms : what joins coverage in the objective; None for nothing.

    Notes
    -----
    Similarities that are not edges count as zero: ``gains`` and ``served`` are lower bounds of the exact ones.
    """

    def __init__(
        self,
        edges: Edges,
        weights: NDArray[np.uint32],
        served: NDArray[np.uint16],
        barred: NDArray[np.bool_] | None = None,
        terms: Terms | None = None,
    ) -> None:
        super().__init__(weights, served, barred, terms)
        self._edges = edges

    def _first_gains(self, ctx: Context) -> None:
        ctx.check()
        first_gains(self._edges.indices, self._edges.values, self._weights, self._served, self._gains)

    def _pick(self, picks: NDArray[np.int64], found: NDArray[np.int64]) -> int:
        edges = self._edges
        made = _pick(
            edges.indices, edges.values, edges.starts, edges.members, edges.columns, self._weights, self._served,
            self._gains, self.terms.strata, self.terms.steps, self._at, self._free, self._tops, self._bound,
            self._dirty, picks, found,
        )  # fmt: skip
        return int(made)

    def _join(self, position: int) -> None:
        edges = self._edges
        join(
            position, edges.indices, edges.values, edges.starts, edges.members, edges.columns, self._weights,
            self._served, self._gains, self._dirty,
        )  # fmt: skip

"""Greedy picks and farthest samples in turn, many between two looks at a cancel."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.farthest import CLOSED, Farthest, farthest_of, meet
from desktop_al.numerics.greedy import SEGMENT, lead
from desktop_al.numerics.greedy_dense import DenseGreedy, gain_over, lead_over
from desktop_al.numerics.greedy_dense import join as join_dense
from desktop_al.numerics.greedy_sparse import SparseGreedy
from desktop_al.numerics.greedy_sparse import join as join_sparse


@njit(nogil=True, cache=True)
def _reached(due, candidates, own, halves, members, known, squared, seen):  # type: ignore[no-untyped-def]  # numba infers the types
    """The farthest candidate if one is ``due`` and there is one, else -1."""
    place = farthest_of(own, halves, members, known, squared, seen) if due and known > 0 else -1
    return candidates[place] if place >= 0 else np.int64(-1)


@njit(nogil=True, cache=True)
def _take(best, objective, balance, leads):  # type: ignore[no-untyped-def]  # numba infers the types
    """Count ``best`` as picked, and return what it adds to balance."""
    strata, steps, at = balance
    objective[3][best] = False
    leads[2][best // SEGMENT] = True
    if len(strata) == 0 or strata[best] < 0:
        return np.int64(0)
    at[strata[best]] += 1
    leads[2][:] = True
    return steps[at[strata[best]] - 1]


@njit(nogil=True, cache=True)
def _meet(best, vectors, axes, candidates, own, halves, members, known, squared):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let the sample ``best`` be the member after the ``known`` ones, and no candidate any more."""
    place = np.searchsorted(candidates, best)
    if place == len(candidates) or candidates[place] != best:
        meet(vectors[best], axes, members, known)
        return
    squared[place] = CLOSED
    members[0][known], members[1][known], members[2][known] = own[0][place], own[1][place], own[2][place]
    members[2][known, -1:] = -halves[place]


@njit(nogil=True, cache=True)
def _over_kernel(  # type: ignore[no-untyped-def]  # numba infers the types
    parts, raised, objective, balance, leads, vectors, axes, candidates, own, halves, members, known, squared, seen,
    due, picks, found,
):  # fmt: skip
    """Make ``len(picks)`` picks over a dense kernel; returns how many there were."""
    (kernel, scores, alike, looked, clock), (weights, served, gains, _) = parts, objective
    for step in range(len(picks)):
        best = _reached(due[step], candidates, own, halves, members, known, squared, seen)
        if best < 0:
            segment = lead_over(kernel, scores, alike, looked, clock, objective, balance, leads)
            if segment < 0:
                return step
            best, found[step] = leads[0][segment], leads[1][segment]
            _take(best, objective, balance, leads)
        else:
            gain = gain_over(kernel, best, scores, weights, served, alike)
            found[step] = gain + _take(best, objective, balance, leads)
        picks[step] = best
        join_dense(kernel, best, weights, served, gains.view(np.uint64), leads[2], raised, clock)
        _meet(best, vectors, axes, candidates, own, halves, members, known, squared)
        known += 1
    return len(picks)


@njit(nogil=True, cache=True)
def _over_graph(  # type: ignore[no-untyped-def]  # numba infers the types
    parts, objective, balance, leads, vectors, axes, candidates, own, halves, members, known, squared, seen, due, picks,
    found,
):  # fmt: skip
    """As `_over_kernel`, over a graph."""
    (indices, values, starts, whose, columns), (weights, served, gains, free) = parts, objective
    (strata, steps, at), (tops, bound, dirty) = balance, leads
    for step in range(len(picks)):
        best = _reached(due[step], candidates, own, halves, members, known, squared, seen)
        if best < 0:
            segment = lead(gains, strata, steps, at, free, tops, bound, dirty)
            if segment < 0:
                return step
            best, found[step] = tops[segment], bound[segment]
            _take(best, objective, balance, leads)
        else:
            found[step] = gains[best] + _take(best, objective, balance, leads)
        picks[step] = best
        join_sparse(best, indices, values, starts, whose, columns, weights, served, gains, dirty)
        _meet(best, vectors, axes, candidates, own, halves, members, known, squared)
        known += 1
    return len(picks)


def pick_in_turn(
    solver: DenseGreedy | SparseGreedy,
    farthest: Farthest,
    candidates: NDArray[np.int64],
    vectors: NDArray[np.int16],
    due: NDArray[np.bool_],
) -> int:
    """Let ``solver`` make a pick for each of ``due`` (p,), the farthest candidate where it is true and there is one.

    Parameters
    ----------
    solver : a greedy run of which a pick bars nothing but itself.
    farthest : the candidates, which knows all picks so far; the new ones become members.
    candidates : (c,) int64, their positions, ascending.
    vectors : (n, d) int16, those of the whole pool.

    Returns
    -------
    int
        The number of picks, fewer than asked for where none is left.
    """
    picks, found = np.empty(len(due), dtype=np.int64), np.empty(len(due), dtype=np.int64)
    farthest.make_room(len(due))
    rest = (
        *solver.parts(), vectors, farthest.axes, candidates, farthest.own, farthest.halves, farthest.members,
        farthest.known, farthest.squared, farthest.seen, due, picks, found,
    )  # fmt: skip
    if isinstance(solver, DenseGreedy):
        made = int(_over_kernel(solver.dense_parts(), solver.room, *rest))
    else:
        made = int(_over_graph(solver.graph_parts(), *rest))
    farthest.known += made
    solver.note(picks[:made], found[:made])
    return made

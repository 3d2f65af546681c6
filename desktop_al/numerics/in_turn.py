"""Greedy picks and farthest samples in turn, many between two looks at a cancel."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.farthest import CLOSED, Farthest, farthest_of, meet
from desktop_al.numerics.greedy import SEGMENT, lead
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.greedy_dense import join as join_dense
from desktop_al.numerics.greedy_sparse import SparseGreedy
from desktop_al.numerics.greedy_sparse import join as join_sparse


@njit(nogil=True, cache=True)
def _next(reaching, objective, balance, leads, candidates, own, halves, members, known, squared, seen):  # type: ignore[no-untyped-def]  # numba infers the types
    """The farthest candidate if ``reaching`` and there is one, else the best, and its gain; -1 for none.

    It is counted as picked but for whom it serves.
    """
    gains, free = objective[2], objective[3]
    strata, steps, at = balance
    tops, bound, dirty = leads
    place = farthest_of(own, halves, members, known, squared, seen) if reaching and known > 0 else -1
    if place >= 0:
        best = candidates[place]
        gain, segment = gains[best], best // SEGMENT
        if len(strata) > 0 and strata[best] >= 0:
            gain += steps[at[strata[best]]]
    else:
        segment = lead(gains, strata, steps, at, free, tops, bound, dirty)
        if segment < 0:
            return np.int64(-1), np.int64(0)
        best, gain = tops[segment], bound[segment]
    free[best] = False
    dirty[segment] = True
    if len(strata) > 0 and strata[best] >= 0:
        at[strata[best]] += 1
        dirty[:] = True
    return best, gain


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
    parts, objective, balance, leads, vectors, axes, candidates, own, halves, members, known, squared, seen, due, picks,
    found,
):  # fmt: skip
    """Make ``len(picks)`` picks over a dense kernel; returns how many there were."""
    (kernel, raised), (weights, served, gains, _) = parts, objective
    for step in range(len(picks)):
        best, found[step] = _next(
            due[step], objective, balance, leads, candidates, own, halves, members, known, squared, seen
        )
        if best < 0:
            return step
        picks[step] = best
        join_dense(kernel, best, weights, served, gains.view(np.uint64), leads[2], raised)
        _meet(best, vectors, axes, candidates, own, halves, members, known, squared)
        known += 1
    return len(picks)


@njit(nogil=True, cache=True)
def _over_graph(  # type: ignore[no-untyped-def]  # numba infers the types
    parts, objective, balance, leads, vectors, axes, candidates, own, halves, members, known, squared, seen, due, picks,
    found,
):  # fmt: skip
    """As `_over_kernel`, over a graph."""
    (indices, values, starts, whose, columns), (weights, served, gains, _) = parts, objective
    for step in range(len(picks)):
        best, found[step] = _next(
            due[step], objective, balance, leads, candidates, own, halves, members, known, squared, seen
        )
        if best < 0:
            return step
        picks[step] = best
        join_sparse(best, indices, values, starts, whose, columns, weights, served, gains, leads[2])
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
        made = int(_over_kernel(solver.dense_parts(), *rest))
    else:
        made = int(_over_graph(solver.graph_parts(), *rest))
    farthest.known += made
    solver.note(picks[:made], found[:made])
    return made

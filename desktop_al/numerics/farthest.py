"""The sample farthest from a set that grows, found without measuring most pairs.

Distances to a set only fall as it grows, so that a distance to fewer members is a bound: a sample is measured against
the others only while its bound is the largest of all, and in full only where short vectors, between which distances are
never larger, do not show that it stays.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.grid import UNITS, GridVectors, squared_norms
from desktop_al.numerics.kernel import whole_inner, whole_norms
from desktop_al.numerics.short import SHORT, shorten, tile_of

CLOSED = -1
"""The squared distance of a candidate that is not to be found any more."""

_SEGMENT = 128
_UNKNOWN = np.iinfo(np.int32).max
_HALF_UNIT, _SLACK = np.float32(0.5 / UNITS**2), np.float32(1e-4)
"""Half a unit of squared distances, and far more than rounding adds to a score."""


Vectors = tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.float32]]
"""Grid vectors (n, d) with their squared norms (n,) and short vectors (n, q).

The short vectors of candidates end with 1, those of members with minus half their squared norm.
"""


@njit(nogil=True, cache=True)
def _most(values, start, stop):  # type: ignore[no-untyped-def]  # numba infers the types
    """The largest of ``values`` (n,) int32 from ``start`` to ``stop``, at least -1."""
    most, part = np.int32(-1), values[start:stop]
    for i in range(len(part)):
        most = np.int32(max(most, part[i]))
    return most


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _score(mine, short, at):  # type: ignore[no-untyped-def]  # numba infers the types
    """The inner product of a short vector (q,) with row ``at`` of ``short`` (m, q)."""
    total = np.float32(0)
    for axis in range(len(mine)):
        total += mine[axis] * short[at, axis]
    return total


@njit(nogil=True, cache=True)
def farthest_of(own, halves, members, known, squared, seen):  # type: ignore[no-untyped-def]  # numba infers the types
    """The vector of ``own`` farthest from the first ``known`` of ``members``, the first of equals; -1 without any.

    ``squared`` (c,), measured against the first ``seen`` (c,) members and -1 where a vector is closed, is kept up.
    ``own`` and ``members`` are `Vectors`; the products of their short vectors are scores, as in `coverage`; where these
    have no axes all is measured in full.
    """
    vectors, norms, short = own
    others, other_norms, other_short = members
    n = len(squared)
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
            if len(mine) == 0 or _score(mine, other_short, m) > least:
                product = whole_inner(vectors[best], others[m])
                away = np.int32(norms[best] + other_norms[m] - 2 * product)
                if away < bound:
                    bound = away
                    least = np.float32(-1) if len(mine) == 0 else halves[best] - _HALF_UNIT * bound - _SLACK
            m += 1
        squared[best], seen[best] = bound, m
        tops[top] = max(rest, bound)


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def meet(vector, axes, members, at):  # type: ignore[no-untyped-def]  # numba infers the types
    """Put a grid ``vector`` (d,) int16 among ``members``, `Vectors`, at place ``at``."""
    others, norms, short = members
    others[at] = vector
    norms[at] = whole_inner(vector, vector)
    if short.shape[1] == 0:
        return
    mine, half = short[at, :-1], np.float32(0)
    mine[:] = 0
    for j in range(axes.shape[0]):
        value = vector[j] * np.float32(1 / UNITS)
        for axis in range(len(mine)):
            mine[axis] += value * axes[j, axis]
    for axis in range(len(mine)):
        half += mine[axis] * mine[axis]
    short[at, -1] = half / np.float32(-2)


@njit(nogil=True, cache=True)
def _meet_all(vectors, axes, members, at):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `meet`, for ``vectors`` (m, d) from place ``at`` on."""
    for i in range(len(vectors)):
        meet(vectors[i], axes, members, at + i)


def _room(count: int, dim: int, axes: int) -> Vectors:
    """Room for ``count`` vectors."""
    short = np.empty((count, axes), dtype=np.float32)
    return np.empty((count, dim), dtype=np.int16), np.empty(count, dtype=np.int32), short


class Farthest:
    """Candidates, and the members that they are to be far from.

    Parameters
    ----------
    candidates : their vectors; ties go to the first.
    members : what they are far from to begin with.
    components : the axes (q, d) of short vectors, None for none.
    """

    def __init__(
        self, candidates: GridVectors, members: GridVectors, components: NDArray[np.float32] | None = None
    ) -> None:
        vectors, axes = candidates.integers(), 0 if components is None else SHORT
        short = np.ones((len(vectors), axes), dtype=np.float32)
        self.axes = np.zeros((0, 0), dtype=np.float32)
        if components is not None:
            self.axes = tile_of(components)
            shorten(vectors, self.axes, short[:, :-1])
            self.axes = self.axes[: candidates.dim]
        self.own: Vectors = (vectors, whole_norms(vectors), short)
        self.halves = squared_norms(short[:, :-1]) / 2
        self.members, self.known = _room(0, candidates.dim, axes), 0
        self.squared = np.full(len(candidates), _UNKNOWN, dtype=np.int32)
        self.seen = np.zeros(len(candidates), dtype=np.int32)
        self.meet(members)

    def best(self) -> int:
        """The candidate farthest from all members, -1 where there is none."""
        return int(farthest_of(self.own, self.halves, self.members, self.known, self.squared, self.seen))

    def meet(self, fresh: GridVectors) -> None:
        """Let ``fresh`` be members too."""
        self.make_room(len(fresh))
        _meet_all(fresh.integers(), self.axes, self.members, self.known)
        self.known += len(fresh)

    def make_room(self, count: int) -> None:
        """Make room for ``count`` more members."""
        wanted, old = self.known + count, self.members
        if wanted > len(old[0]):
            self.members = _room(2 * wanted, old[0].shape[1], old[2].shape[1])
            for at in range(len(old)):
                self.members[at][: self.known] = old[at][: self.known]

    def mark(self) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
        """The state now, to come back to."""
        return self.squared.copy(), self.seen.copy(), self.known

    def rewind(self, mark: tuple[NDArray[np.int32], NDArray[np.int32], int]) -> None:
        """Go back to ``mark``, when fewer of the same members were known."""
        self.squared[:], self.seen[:], self.known = mark

"""Balls of similar samples: how many uncovered samples lie in the ball around each candidate, kept current."""

from abc import ABC, abstractmethod

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.greedy_sparse import Edges


@njit(nogil=True, cache=True)
def _dense_add(kernel, least, y, step, counts):  # type: ignore[no-untyped-def]  # numba infers the types
    """Add ``step`` to the count of each candidate whose ball holds ``y``."""
    for c in range(kernel.shape[0]):
        if kernel[y, c] >= least:
            counts[c] += step


@njit(nogil=True, cache=True)
def _dense_count(kernel, least, uncovered, counts):  # type: ignore[no-untyped-def]  # numba infers the types
    for y in range(kernel.shape[0]):
        if uncovered[y]:
            _dense_add(kernel, least, y, 1, counts)


@njit(nogil=True, cache=True)
def _dense_cover(kernel, least, pick, uncovered, counts):  # type: ignore[no-untyped-def]  # numba infers the types
    for y in range(kernel.shape[0]):
        if uncovered[y] and kernel[pick, y] >= least:
            uncovered[y] = False
            _dense_add(kernel, least, y, -1, counts)


@njit(nogil=True, cache=True)
def _ahead(indices, values, least, y, other):  # type: ignore[no-untyped-def]  # numba infers the types
    for e in range(indices.shape[1]):
        if indices[y, e] == other:
            return values[y, e] >= least
    return False


@njit(nogil=True, cache=True)
def _sparse_ball(indices, values, starts, members, columns, least, y, ball):  # type: ignore[no-untyped-def]  # as above
    """Write the ball of ``y``, itself first, to ``ball`` and return its size; a pair of neighbours counts once."""
    ball[0] = y
    size = 1
    for e in range(indices.shape[1]):
        if indices[y, e] >= 0 and values[y, e] >= least:
            ball[size] = indices[y, e]
            size += 1
    for at in range(starts[y], starts[y + 1]):
        other = members[at]
        if values[other, columns[at]] >= least and not _ahead(indices, values, least, y, other):
            ball[size] = other
            size += 1
    return size


@njit(nogil=True, cache=True)
def _sparse_count(indices, values, starts, members, columns, least, uncovered, counts, ball):  # type: ignore[no-untyped-def]  # as above
    for y in range(indices.shape[0]):
        if uncovered[y]:
            for at in range(_sparse_ball(indices, values, starts, members, columns, least, y, ball)):
                counts[ball[at]] += 1


@njit(nogil=True, cache=True)
def _sparse_cover(indices, values, starts, members, columns, least, pick, uncovered, counts, mine, ball):  # type: ignore[no-untyped-def]  # as above
    for i in range(_sparse_ball(indices, values, starts, members, columns, least, pick, mine)):
        y = mine[i]
        if uncovered[y]:
            uncovered[y] = False
            for at in range(_sparse_ball(indices, values, starts, members, columns, least, y, ball)):
                counts[ball[at]] -= 1


class Balls(ABC):
    """Balls of kernel value ``least`` (in units of 1/`ONE`) and above around each of n samples.

    ``uncovered`` (n,) bool marks the samples in no ball of a pick; ``counts`` (n,) int64 says how many of them the ball
    of each candidate holds.
    """

    def __init__(self, least: int, uncovered: NDArray[np.bool_]) -> None:
        self.least, self.uncovered = least, uncovered
        self.counts = np.zeros(len(uncovered), dtype=np.int64)
        self._count()

    @abstractmethod
    def _count(self) -> None:
        """Fill ``counts``."""

    @abstractmethod
    def cover(self, pick: int) -> None:
        """Let ``pick`` cover its ball."""


class DenseBalls(Balls):
    """Balls read off a dense ``kernel`` (n, n) uint16; O(n) time for each sample that is covered."""

    def __init__(self, kernel: NDArray[np.uint16], least: int, uncovered: NDArray[np.bool_]) -> None:
        self._kernel = kernel
        super().__init__(least, uncovered)

    def _count(self) -> None:
        _dense_count(self._kernel, self.least, self.uncovered, self.counts)

    def cover(self, pick: int) -> None:
        """Let ``pick`` cover its ball."""
        _dense_cover(self._kernel, self.least, pick, self.uncovered, self.counts)


class SparseBalls(Balls):
    """Balls read off a kNN graph: of a ball only the neighbours are known, and those that have it as a neighbour."""

    def __init__(self, edges: Edges, least: int, uncovered: NDArray[np.bool_]) -> None:
        self._graph = (edges.indices, edges.values, edges.starts, edges.members, edges.columns)
        largest = 1 + edges.indices.shape[1] + int(np.diff(edges.starts).max(initial=0))
        self._mine, self._ball = np.empty(largest, dtype=np.int64), np.empty(largest, dtype=np.int64)
        super().__init__(least, uncovered)

    def _count(self) -> None:
        _sparse_count(*self._graph, self.least, self.uncovered, self.counts, self._ball)

    def cover(self, pick: int) -> None:
        """Let ``pick`` cover its ball."""
        _sparse_cover(*self._graph, self.least, pick, self.uncovered, self.counts, self._mine, self._ball)

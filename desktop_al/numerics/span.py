"""Coordinates in the span of a few vectors: a linear fit then costs by their number and not by the dimension."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

UNITS = 65536.0
"""Coordinates are multiples of 2^-16, eight times finer than the grid of the embeddings."""

# What is nearer than this, squared, to the span of the others adds no direction.
_NOTHING_NEW = 1e-6


@dataclass(frozen=True, slots=True)
class Span:
    """Orthonormal ``coordinates`` (m, r) float64 of m grid vectors; inner products are those of the vectors.

    ``pivots`` (r, d) are the vectors that span it and ``triangle`` (r, r) their coordinates, both None where the
    coordinates are those of the vectors themselves.
    """

    coordinates: NDArray[np.float64]
    pivots: NDArray[np.float64] | None = None
    triangle: NDArray[np.float64] | None = None

    def lift(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The weights (d, s) that give each vector the products that ``weights`` (r, s) give its coordinates."""
        if self.pivots is None or self.triangle is None:
            return weights
        out = np.zeros((self.pivots.shape[1], weights.shape[1]))
        _lift(self.triangle, self.pivots, weights.copy(), out)
        return out


def span_of(vectors: NDArray[np.float32]) -> Span:
    """The span of grid vectors (m, d): by pivoted Cholesky of their exact Gram matrix where m < d, else as they are.

    O(m^2 (d + r)) time, in one order of summation.
    """
    m, d = vectors.shape
    if m >= d:
        return Span(vectors.astype(np.float64))
    rows, pivots = np.zeros((m, m)), np.zeros(m, dtype=np.int64)
    rank = int(_cholesky((vectors @ vectors.T).astype(np.float64), rows, pivots, _NOTHING_NEW))
    coordinates = np.rint(np.ascontiguousarray(rows[:rank].T) * UNITS) / UNITS
    chosen = pivots[:rank]
    return Span(coordinates, vectors[chosen].astype(np.float64), np.ascontiguousarray(rows[:rank, chosen].T))


@njit(nogil=True, cache=True)
def _cholesky(gram, rows, pivots, least):  # type: ignore[no-untyped-def]  # numba infers the types
    """Fill ``rows`` (r, m), the transposed factor, and ``pivots`` (r,), the largest remainder first; return r."""
    m = len(gram)
    left = np.empty(m)
    for i in range(m):
        left[i] = gram[i, i]
    for r in range(m):
        pivot = 0
        for i in range(1, m):
            if left[i] > left[pivot]:
                pivot = i
        if left[pivot] <= least:
            return r
        pivots[r] = pivot
        row = rows[r]
        for i in range(m):
            row[i] = gram[pivot, i]
        for q in range(r):
            share, other = rows[q, pivot], rows[q]
            for i in range(m):
                row[i] -= share * other[i]
        root = math.sqrt(left[pivot])
        for i in range(m):
            row[i] /= root
            left[i] -= row[i] * row[i]
        left[pivot] = 0.0
    return m


@njit(nogil=True, cache=True)
def _lift(triangle, pivots, weights, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Solve triangle^T a = weights in place, then out = pivots^T a."""
    r, s = weights.shape
    for i in range(r - 1, -1, -1):
        for k in range(s):
            weights[i, k] /= triangle[i, i]
        for j in range(i):
            share = triangle[i, j]
            for k in range(s):
                weights[j, k] -= share * weights[i, k]
    for i in range(r):
        for j in range(pivots.shape[1]):
            share = pivots[i, j]
            for k in range(s):
                out[j, k] += share * weights[i, k]

"""Eigenvalues of small symmetric matrices, on the thread that asks and alike on every processor.

A library's routine for them starts its threads for each of some hundred steps, which takes many times as long where
others compute beside it.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

_SWEEPS = 60


@njit(nogil=True, cache=True)
def _tridiagonal(a, diagonal, beside):  # type: ignore[no-untyped-def]  # numba infers the types
    """Bring ``a`` (n, n), overwritten, to tridiagonal form by reflections (Householder 1958)."""
    n = len(a)
    v, p = np.zeros(n), np.zeros(n)
    for k in range(n - 2):
        norm = 0.0
        for i in range(k + 1, n):
            v[i] = a[k, i]
            norm += v[i] * v[i]
        norm = math.sqrt(norm)
        if v[k + 1] > 0:
            norm = -norm
        beside[k] = norm
        v[k + 1] -= norm
        square = 0.0
        for i in range(k + 1, n):
            square += v[i] * v[i]
        if square == 0.0:
            continue
        for i in range(k + 1, n):
            p[i] = 0.0
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                p[j] += v[i] * a[i, j]
        share = 0.0
        for i in range(k + 1, n):
            p[i] *= 2.0 / square
            share += p[i] * v[i]
        share /= square
        for i in range(k + 1, n):
            p[i] -= share * v[i]
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                a[i, j] -= v[i] * p[j] + p[i] * v[j]
    for i in range(n):
        diagonal[i] = a[i, i]
    if n > 1:
        beside[n - 2] = a[n - 2, n - 1]


@njit(nogil=True, cache=True)
def _diagonal(diagonal, beside):  # type: ignore[no-untyped-def]  # numba infers the types
    """Turn a tridiagonal matrix into its eigenvalues in place by QL steps with implicit shifts (Dubrulle 1970)."""
    n = len(diagonal)
    for left in range(n):
        for _ in range(_SWEEPS):
            m = left
            while m < n - 1:
                size = abs(diagonal[m]) + abs(diagonal[m + 1])
                if abs(beside[m]) + size == size:
                    break
                m += 1
            if m == left:
                break
            g = (diagonal[left + 1] - diagonal[left]) / (2.0 * beside[left])
            r = math.sqrt(g * g + 1.0)
            g = diagonal[m] - diagonal[left] + beside[left] / (g + (r if g >= 0 else -r))
            s, c, p = 1.0, 1.0, 0.0
            whole = True
            for i in range(m - 1, left - 1, -1):
                f, b = s * beside[i], c * beside[i]
                r = math.sqrt(f * f + g * g)
                beside[i + 1] = r
                if r == 0.0:
                    diagonal[i + 1] -= p
                    beside[m] = 0.0
                    whole = False
                    break
                s, c = f / r, g / r
                g = diagonal[i + 1] - p
                r = (diagonal[i] - g) * s + 2.0 * c * b
                p = s * r
                diagonal[i + 1] = g + p
                g = c * r - b
            if whole:
                diagonal[left] -= p
                beside[left] = g
                beside[m] = 0.0


def eigenvalues(matrix: NDArray[np.floating]) -> NDArray[np.float64]:
    """The eigenvalues of a symmetric ``matrix`` (n, n), ascending, (n,) float64; O(n^3) time."""
    n = len(matrix)
    diagonal, beside = np.zeros(n), np.zeros(n)
    _tridiagonal(np.array(matrix, dtype=np.float64), diagonal, beside)
    _diagonal(diagonal, beside)
    return np.sort(diagonal)

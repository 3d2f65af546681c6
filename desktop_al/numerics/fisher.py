"""Fisher information of a linear classifier, class by class, under samples that are added one by one.

The information of a sample about the weights of class k is w x x^T with w = p_k (1 - p_k). Classes are taken to be
independent, which is exact for two of them up to the scale of the prior, and makes each addition a change of rank one.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.exact import exact_product
from desktop_al.numerics.subspace import NORM, UNIT

_CHECKED = 256


class Fisher:
    """The trace  sum_k tr(M_k^-1 F_k),  M_k = prior I + sum of w x x^T over what was added, F_k its mean over a pool.

    Parameters
    ----------
    x : (n, r) float64, multiples of `subspace.UNIT` of norm at most `subspace.NORM`.
    information : (n, c) float64, the w of each sample and class.
    shares : (n,) float64, what each sample weighs in F; they sum to one.
    prior : positive.
    known, known_information : (m, r) and (m, c), samples that were added before.
    """

    def __init__(
        self,
        x: NDArray[np.float64],
        information: NDArray[np.float64],
        shares: NDArray[np.float64],
        prior: float,
        known: NDArray[np.float64],
        known_information: NDArray[np.float64],
        ctx: Context = SILENT,
    ) -> None:
        (n, rank), count = x.shape, information.shape[1]
        self._x, self._information = x, information
        self._inverse = np.tile(np.eye(rank) / prior, (count, 1, 1))
        for start in range(0, len(known), _CHECKED):
            ctx.check()
            _add_all(self._inverse, known[start : start + _CHECKED], known_information[start : start + _CHECKED])
        self._between = np.empty_like(self._inverse)
        self._a, self._b = np.empty((count, n)), np.empty((count, n))
        self.trace = 0.0
        norm = max(math.sqrt(float((x * x).sum(axis=0).max(initial=0.0))), UNIT)
        for k in range(count):
            ctx.check()
            weighted = (shares * information[:, k])[:, None] * x
            pooled = exact_product(np.ascontiguousarray(x.T), weighted, UNIT, norm)
            _sandwich(self._inverse[k], (pooled + pooled.T) / 2, self._between[k])
            self.trace += float((self._inverse[k] * pooled).sum())
            self._a[k] = (exact_product(x, self._inverse[k], UNIT, NORM) * x).sum(axis=1)
            self._b[k] = (exact_product(x, self._between[k], UNIT, NORM) * x).sum(axis=1)

    def falls(self) -> NDArray[np.float64]:
        """By how much adding each sample would lower the trace, (n,) float64."""
        weights = self._information.T
        fallen: NDArray[np.float64] = (weights * np.maximum(self._b, 0) / (1 + weights * np.maximum(self._a, 0))).sum(
            axis=0
        )
        return fallen

    def add(self, position: int) -> None:
        """Add sample ``position``; O(n r c)."""
        vector, weights = self._x[position], self._information[position]
        u, t = (self._inverse * vector).sum(axis=2), (self._between * vector).sum(axis=2)
        a, b = (u * vector).sum(axis=1), (t * vector).sum(axis=1)
        step = weights / (1 + weights * a)
        along = exact_product(self._x, np.concatenate([u, t]).T, UNIT, NORM).T
        along_u, along_t = along[: len(u)], along[len(u) :]
        squared = along_u * along_u
        self._b += -2 * step[:, None] * along_u * along_t + (step * step * b)[:, None] * squared
        self._a -= step[:, None] * squared
        _add(self._inverse, self._between, u, t, step, b)


@njit(nogil=True, cache=True)
def _add_all(inverse, vectors, weights):  # type: ignore[no-untyped-def]  # numba infers the types
    """Add w x x^T for each of ``vectors`` to what ``inverse`` (c, r, r) inverts (Sherman and Morrison 1950)."""
    rank = inverse.shape[1]
    u = np.empty(rank)
    for s in range(len(vectors)):
        for k in range(len(inverse)):
            a = 0.0
            for i in range(rank):
                total = 0.0
                for j in range(rank):
                    total += inverse[k, i, j] * vectors[s, j]
                u[i] = total
                a += total * vectors[s, i]
            step = weights[s, k] / (1 + weights[s, k] * a)
            for i in range(rank):
                share = step * u[i]
                for j in range(rank):
                    inverse[k, i, j] -= share * u[j]


@njit(nogil=True, cache=True)
def _add(inverse, between, u, t, step, b):  # type: ignore[no-untyped-def]  # numba infers the types
    """Change M^-1 and M^-1 F M^-1 as one sample joins M."""
    rank = inverse.shape[1]
    for k in range(len(inverse)):
        for i in range(rank):
            share, cross = step[k] * u[k, i], step[k] * t[k, i]
            twice = step[k] * b[k] * share
            for j in range(rank):
                inverse[k, i, j] -= share * u[k, j]
                between[k, i, j] += twice * u[k, j] - share * t[k, j] - cross * u[k, j]


@njit(nogil=True, cache=True)
def _sandwich(inverse, pooled, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write inverse pooled inverse to ``out``, in one order of summation."""
    rank = len(inverse)
    half = np.zeros((rank, rank))
    for i in range(rank):
        for q in range(rank):
            share = inverse[i, q]
            for j in range(rank):
                half[i, j] += share * pooled[q, j]
    for i in range(rank):
        for j in range(rank):
            out[i, j] = 0.0
        for q in range(rank):
            share = half[i, q]
            for j in range(rank):
                out[i, j] += share * inverse[q, j]

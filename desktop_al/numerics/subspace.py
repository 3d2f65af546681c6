"""The leading subspace of a pool, found alike on every processor."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.exact import exact_product
from desktop_al.numerics.grid import UNITS, GridVectors

UNIT = 2.0**-16
"""Coordinates are multiples of it; their norm is at most `NORM`."""

NORM = 1.01
_SAMPLE = 20_000
_ROUNDS = 8
_BLOCK = 4096


def coordinates_in(
    pool: GridVectors, rank: int, others: GridVectors, ctx: Context = SILENT
) -> list[NDArray[np.float64]]:
    """Coordinates (n, r) and (m, r) float64 of ``pool`` and ``others`` in the leading ``rank`` directions of the pool.

    The directions of the largest second moment about the origin, by subspace iteration (Halko, Martinsson and Tropp
    2011); above 20,000 samples evenly spaced ones of them decide. With no more dimensions than ``rank`` the vectors
    themselves come back.
    """
    if pool.dim <= rank:
        return [vectors.block().astype(np.float64) for vectors in (pool, others)]
    basis = _leading(_moments(pool, ctx), rank, ctx)
    found = []
    for vectors in (pool, others):
        out = np.empty((len(vectors), rank))
        for start, rows in vectors.blocks(_BLOCK):
            ctx.check()
            out[start : start + len(rows)] = exact_product(rows, basis.T, 1 / UNITS, 1.0)
        found.append(np.rint(out / UNIT) * UNIT)
    return found


def _moments(pool: GridVectors, ctx: Context) -> NDArray[np.float64]:
    """The sum of x x^T over at most `_SAMPLE` samples, exact."""
    if len(pool) > _SAMPLE:
        pool = pool.subset(np.linspace(0, len(pool) - 1, _SAMPLE).astype(np.int64))
    total = np.zeros((pool.dim, pool.dim))
    for _, rows in pool.blocks(_BLOCK):
        ctx.check()
        wide = rows.astype(np.float64)
        total += wide.T @ wide
    return total


def _leading(moments: NDArray[np.float64], rank: int, ctx: Context) -> NDArray[np.float64]:
    """Orthonormal rows (rank, d) that span the leading subspace of symmetric ``moments`` (d, d)."""
    norm = max(math.sqrt(float((moments * moments).sum(axis=1).max())), 1.0)
    basis = np.random.default_rng(0).standard_normal((rank, len(moments)))
    for _ in range(_ROUNDS):
        ctx.check()
        _orthonormalise(basis)
        basis = np.ascontiguousarray(exact_product(moments, basis.T, UNITS**-2, norm).T)
    _orthonormalise(basis)
    return basis


@njit(nogil=True, cache=True)
def _orthonormalise(rows):  # type: ignore[no-untyped-def]  # numba infers the types
    """Make the rows orthonormal in place by Gram-Schmidt, twice; a row in the span of those before becomes zero."""
    for j in range(len(rows)):
        before = 0.0
        for i in range(rows.shape[1]):
            before += rows[j, i] * rows[j, i]
        for _ in range(2):
            for q in range(j):
                along = 0.0
                for i in range(rows.shape[1]):
                    along += rows[j, i] * rows[q, i]
                for i in range(rows.shape[1]):
                    rows[j, i] -= along * rows[q, i]
        left = 0.0
        for i in range(rows.shape[1]):
            left += rows[j, i] * rows[j, i]
        scale = 1 / math.sqrt(left) if left > 1e-20 * before else 0.0
        for i in range(rows.shape[1]):
            rows[j, i] *= scale

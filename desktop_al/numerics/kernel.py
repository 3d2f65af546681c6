"""The radial kernel exp(-|x - y|^2 / s^2) as 16-bit integers: `ONE` stands for 1, sums of them are exact."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import UNITS, GridVectors, squared_norms

ONE = 65535
"""The integer that stands for a similarity of 1."""

# exp(-12) is below half a unit.
_FAR = np.float32(12.0)
_64TH, _HALF, _SIXTH, _24TH, _120TH = (np.float32(1 / x) for x in (64, 2, 6, 24, 120))
_UNIT, _UP = np.float32(1), np.float32(0.5)
_TOP = np.float32(ONE)


@njit(nogil=True, cache=True)
def _fill(products, norms_a, norms_b, factor, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Turn inner products into kernel values by exp(-t) = exp(-t/64)^64; plain IEEE steps, alike on every processor."""
    for i in range(products.shape[0]):
        norm = norms_a[i]
        for j in range(products.shape[1]):
            squared = norm + norms_b[j] - products[i, j] - products[i, j]
            u = min(max(squared * factor, np.float32(0)), _FAR) * _64TH
            p = _UNIT - u * (_UNIT - u * (_HALF - u * (_SIXTH - u * (_24TH - u * _120TH))))
            p *= p
            p *= p
            p *= p
            p *= p
            p *= p
            p *= p
            out[i, j] = np.uint16(p * _TOP + _UP)


def factor(bandwidth: float, norm: float) -> np.float32:
    """1/s^2 in units of the grid, for vectors of grid norm ``norm``."""
    return np.float32(1.0 / (bandwidth * norm) ** 2)


def kernel(a: NDArray[np.float32], b: NDArray[np.float32], scale: np.float32) -> NDArray[np.uint16]:
    """The kernel between grid vectors (p, d) and (q, d), (p, q) uint16; ``scale`` comes from `factor`."""
    out = np.empty((len(a), len(b)), dtype=np.uint16)
    _fill(a @ b.T, squared_norms(a), squared_norms(b), scale, out)
    return out


@njit(nogil=True, cache=True)
def _fill_edges(vectors, indices, scale, units, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Kernel values along the edges of a graph; integer inner products, then the steps of `_fill`."""
    n, k = indices.shape
    dim = vectors.shape[1]
    step = np.float32(1.0 / (units * units))
    norms = np.empty(n, dtype=np.float32)
    for i in range(n):
        total = np.int32(0)
        for j in range(dim):
            total += np.int32(vectors[i, j]) * np.int32(vectors[i, j])
        norms[i] = np.float32(total) * step
    product = np.empty((1, 1), dtype=np.float32)
    value = np.empty((1, 1), dtype=np.uint16)
    for i in range(n):
        for e in range(k):
            other = indices[i, e]
            if other < 0:
                out[i, e] = 0
                continue
            total = np.int32(0)
            for j in range(dim):
                total += np.int32(vectors[i, j]) * np.int32(vectors[other, j])
            product[0, 0] = np.float32(total) * step
            _fill(product, norms[i : i + 1], norms[other : other + 1], scale, value)
            out[i, e] = value[0, 0]


def edge_kernel(vectors: NDArray[np.int16], indices: NDArray[np.int32], scale: np.float32) -> NDArray[np.uint16]:
    """The kernel between each grid vector (n, d) and its neighbours (n, k), (n, k) uint16; 0 where the index is -1.

    Equal to `kernel` on the same pairs, bit for bit.
    """
    out = np.empty(indices.shape, dtype=np.uint16)
    _fill_edges(vectors, indices, scale, np.float32(UNITS), out)
    return out


def full_kernel(
    vectors: GridVectors, scale: np.float32, block: int = 1024, ctx: Context = SILENT
) -> NDArray[np.uint16]:
    """The symmetric (n, n) kernel of a pool, one triangle computed and mirrored; 2 n^2 bytes."""
    n = len(vectors)
    out = np.empty((n, n), dtype=np.uint16)
    whole = vectors.block()
    for i in range(0, n, block):
        ctx.report("Comparing images", i, n, "images")
        for j in range(i, n, block):
            ctx.check()
            part = kernel(whole[i : i + block], whole[j : j + block], scale)
            out[i : i + block, j : j + block] = part
            if j > i:
                out[j : j + block, i : i + block] = part.T
    return out

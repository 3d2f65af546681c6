"""The radial kernel exp(-|x - y|^2 / s^2) as 16-bit integers: `ONE` stands for 1, sums of them are exact."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import UNITS, GridVectors, squared_norms
from desktop_al.numerics.threads import over_blocks

ONE = 65535
"""The integer that stands for a similarity of 1."""

_EDGE_ROWS = 4096

# exp(-12) is below half a unit.
_FAR = np.float32(12.0)
_64TH, _HALF, _SIXTH, _24TH, _120TH = (np.float32(1 / x) for x in (64, 2, 6, 24, 120))
_UNIT, _UP = np.float32(1), np.float32(0.5)
_TOP = np.float32(ONE)
_STEP = np.float32(1 / UNITS**2)


@njit(nogil=True, cache=True, inline="always")
def similar(squared, factor):  # type: ignore[no-untyped-def]  # numba infers the types
    """The kernel at a squared distance by exp(-t) = exp(-t/64)^64; plain IEEE steps, alike on every processor."""
    u = min(max(squared * factor, np.float32(0)), _FAR) * _64TH
    p = _UNIT - u * (_UNIT - u * (_HALF - u * (_SIXTH - u * (_24TH - u * _120TH))))
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return np.uint16(p * _TOP + _UP)


@njit(nogil=True, cache=True)
def _fill(products, norms_a, norms_b, factor, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Turn inner products into kernel values."""
    for i in range(products.shape[0]):
        norm = norms_a[i]
        for j in range(products.shape[1]):
            out[i, j] = similar(norm + norms_b[j] - products[i, j] - products[i, j], factor)


@njit(nogil=True, cache=True)
def whole_inner(a, b):  # type: ignore[no-untyped-def]  # numba infers the types
    """The inner product of two grid vectors (d,) int16 in units of 2^-24, int32.

    Cast at each step, so that the compiler sees 16-bit products summed in 32 bits, for which processors have one
    instruction; by Cauchy-Schwarz the sum is at most 2^24.
    """
    total = np.int32(0)
    for j in range(a.shape[0]):
        total = np.int32(total + np.int32(np.int32(a[j]) * np.int32(b[j])))
    return total


@njit(nogil=True, cache=True)
def inner(a, b):  # type: ignore[no-untyped-def]  # numba infers the types
    """The inner product of two grid vectors (d,) int16 as a float32, exact."""
    return np.float32(whole_inner(a, b)) * _STEP


@njit(nogil=True, cache=True)
def whole_norms(vectors):  # type: ignore[no-untyped-def]  # numba infers the types
    """The squared norms of grid vectors (n, d) int16 in units of 2^-24, (n,) int32."""
    norms = np.empty(len(vectors), dtype=np.int32)
    for i in range(len(vectors)):
        norms[i] = whole_inner(vectors[i], vectors[i])
    return norms


@njit(nogil=True, cache=True)
def grid_norms(vectors):  # type: ignore[no-untyped-def]  # numba infers the types
    """The squared norms of grid vectors (n, d) int16, (n,) float32, exact."""
    norms = np.empty(vectors.shape[0], dtype=np.float32)
    for i in range(vectors.shape[0]):
        norms[i] = inner(vectors[i], vectors[i])
    return norms


def factor(bandwidth: float, norm: float) -> np.float32:
    """1/s^2 in units of the grid, for vectors of grid norm ``norm``."""
    return np.float32(1.0 / (bandwidth * norm) ** 2)


def kernel(a: NDArray[np.float32], b: NDArray[np.float32], scale: np.float32) -> NDArray[np.uint16]:
    """The kernel between grid vectors (p, d) and (q, d), (p, q) uint16; ``scale`` comes from `factor`."""
    out = np.empty((len(a), len(b)), dtype=np.uint16)
    _fill(a @ b.T, squared_norms(a), squared_norms(b), scale, out)
    return out


@njit(nogil=True, cache=True)
def _together(indices, order):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write to ``order`` (n,) all samples, each that is not there yet followed by its neighbours."""
    placed = np.zeros(len(order), dtype=np.bool_)
    filled = 0
    for i in range(len(order)):
        if placed[i]:
            continue
        placed[i] = True
        order[filled] = i
        filled += 1
        for e in range(indices.shape[1]):
            other = indices[i, e]
            if other >= 0 and not placed[other]:
                placed[other] = True
                order[filled] = other
                filled += 1


def neighbours_together(indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """All samples of a graph (n, k), (n,) int32, so that vectors of neighbours are still near the processor."""
    order = np.empty(len(indices), dtype=np.int32)
    _together(indices, order)
    return order


@njit(nogil=True, cache=True)
def _fill_edges(rows, vectors, norms, indices, scale, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Kernel values along the edges of the samples ``rows`` of a graph."""
    for i in rows:
        for e in range(indices.shape[1]):
            other = indices[i, e]
            if other < 0:
                out[i, e] = 0
                continue
            product = inner(vectors[i], vectors[other])
            out[i, e] = similar(norms[i] + norms[other] - product - product, scale)


def edge_kernel(
    vectors: NDArray[np.int16], indices: NDArray[np.int32], scale: np.float32, ctx: Context = SILENT
) -> NDArray[np.uint16]:
    """The kernel between each grid vector (n, d) and its neighbours (n, k), (n, k) uint16; 0 where the index is -1.

    Equal to `kernel` on the same pairs, bit for bit.
    """
    out = np.empty(indices.shape, dtype=np.uint16)
    norms, order = grid_norms(vectors), neighbours_together(indices)

    def work(start: int, stop: int) -> None:
        _fill_edges(order[start:stop], vectors, norms, indices, scale, out)

    over_blocks(len(indices), _EDGE_ROWS, work, ctx, "Comparing neighbours", "images")
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

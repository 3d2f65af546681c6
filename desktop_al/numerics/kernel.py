"""The radial kernel exp(-|x - y|^2 / s^2) as 16-bit integers: `ONE` stands for 1, sums of them are exact."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import UNITS, GridVectors, squared_norms
from desktop_al.numerics.threads import over_blocks
from desktop_al.numerics.whole_products import LANES, empty_panels, panels_of, rows_of, whole_products
from desktop_al.numerics.whole_products import ROWS as WHOLE_ROWS

ONE = 65535
"""The integer that stands for a similarity of 1."""

_EDGE_ROWS = 4096
_PREPARED, _SIDE = 1024, 256
"""Rows at a time: whole panels, and as many as stay near the processor."""

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


@njit(nogil=True, cache=True)
def _fill_triangle(rows, start, count, panels, norms, factor, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the kernel of ``count`` samples from ``start`` on, ``rows``, with these and all later ones, and mirror it.

    ``rows`` and ``norms`` are padded, to whole groups of rows and to whole panels.
    """
    found = np.empty((WHOLE_ROWS, LANES), np.int32)
    values = np.empty((len(rows), LANES), np.uint16)
    mine = norms[start : start + len(rows)]
    for p in range(start // LANES, len(panels)):
        first = p * LANES
        others = norms[first : first + LANES]
        for i in range(0, len(rows), WHOLE_ROWS):
            whole_products(rows[i : i + WHOLE_ROWS], panels[p], found)
            for r in range(WHOLE_ROWS):
                norm, line = mine[i + r], values[i + r]
                for c in range(LANES):
                    product = np.float32(found[r, c]) * _STEP
                    line[c] = similar(norm + others[c] - product - product, factor)
        width = min(LANES, len(out) - first)
        for i in range(count):
            line, to = values[i], out[start + i, first : first + width]
            for c in range(width):
                to[c] = line[c]
        for c in range(width):
            to = out[first + c, start : start + count]
            for i in range(count):
                to[i] = values[i, c]


def full_kernel(vectors: GridVectors, scale: np.float32, ctx: Context = SILENT) -> NDArray[np.uint16]:
    """The symmetric (n, n) kernel of a pool, one triangle computed and mirrored; 2 n^2 bytes.

    Equal to `kernel` on the same pairs, bit for bit.
    """
    n, whole = len(vectors), np.empty((len(vectors), vectors.dim), dtype=np.int16)
    norms, panels = np.zeros(n + -n % LANES, dtype=np.float32), empty_panels(n, vectors.dim)
    out = np.empty((n, n), dtype=np.uint16)

    def prepare(start: int, stop: int) -> None:
        whole[start:stop] = vectors.integers(start, stop)
        norms[start:stop] = grid_norms(whole[start:stop])
        panels[start // LANES : -(-stop // LANES)] = panels_of(whole[start:stop])

    def work(start: int, stop: int) -> None:
        _fill_triangle(rows_of(whole[start:stop]), start, stop - start, panels, norms, scale, out)

    over_blocks(n, _PREPARED, prepare, ctx)
    over_blocks(n, _SIDE, work, ctx, "Comparing images", "images")
    return out

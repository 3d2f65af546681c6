"""Unit vectors on a grid where arithmetic is exact, so that no pick depends on threads, blocks or the processor.

A vector of norm at most one whose coordinates are multiples of 2^-12 has inner products that are multiples of
2^-24 and, by Cauchy-Schwarz, partial sums of at most one: every one of them is a float32 without rounding. A matrix
product over such vectors is therefore the same in any order of summation. Rounding moves a coordinate by at most
2^-13, an inner product of two 1,280-d vectors by some 1e-4.
"""

import math
from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.sentence import say
from desktop_al.numerics.threads import over_blocks

UNITS = 4096
BLOCK = 2048
# Up to 256 MB of vectors are kept.
_KEPT = 2**27

_NOT_FINITE, _ZERO = 1, 2
_UNIT_WITHIN = 2e-3


@njit(nogil=True, cache=True)
def _round_rows(block, scale, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the rows of ``block``, scaled to norm ``scale`` and rounded, to ``out``; return (row, fault) or (-1, 0)."""
    for i in range(block.shape[0]):
        total = 0.0
        for j in range(block.shape[1]):
            value = np.float64(block[i, j])
            total += value * value
        if not np.isfinite(total):
            return i, 1
        if total <= 1e-30:
            return i, 2
        factor = scale / math.sqrt(total)
        for j in range(block.shape[1]):
            out[i, j] = np.rint(np.float64(block[i, j]) * factor)
    return -1, 0


class GridVectors:
    """The rows ``rows`` of ``matrix`` as grid vectors, made block by block and kept only where that is asked for.

    Parameters
    ----------
    matrix : (m, d) array of any float dtype, possibly memory-mapped; rows need not have unit norm.
    rows : (n,) int64 rows of ``matrix`` in the wanted order; None takes all.

    Raises
    ------
    EmbeddingError
        From `integers` and `block`, where a vector is not finite or zero.
    """

    def __init__(self, matrix: NDArray[np.floating], rows: NDArray[np.int64] | None = None) -> None:
        if matrix.ndim != 2 or matrix.shape[1] == 0:
            raise EmbeddingError(
                say(
                    "Embeddings must be a table of samples by dimensions, and this array has the shape {shape}.",
                    shape=matrix.shape,
                )
            )
        self.matrix = matrix
        self.rows = np.arange(len(matrix), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
        # Rounding adds at most sqrt(d)/2 units to the norm, which must stay within one.
        self._norm = float(UNITS - math.sqrt(matrix.shape[1]) / 2 - 1)
        # Grid vectors that are made already, and which of them are these; None for all.
        self._made: NDArray[np.int16] | None = None
        self._at: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def dim(self) -> int:
        """The number of dimensions d."""
        return int(self.matrix.shape[1])

    @property
    def norm(self) -> float:
        """The norm that a unit vector has on the grid; true distances are grid distances divided by it."""
        return self._norm / UNITS

    def subset(self, positions: NDArray[np.int64]) -> "GridVectors":
        """The vectors at ``positions``, in that order."""
        found = GridVectors(self.matrix, self.rows[positions])
        if self._made is not None:
            found._made, found._at = self._made, positions if self._at is None else self._at[positions]
        return found

    def keep(self, ctx: Context = SILENT) -> None:
        """Make all vectors at once and keep them, for subsets too; where there are too many of them nothing is kept.

        Raises
        ------
        EmbeddingError
            A vector is not finite or zero.
        CancelledError
            ``ctx`` was cancelled.
        """
        if self._made is not None or len(self) * self.dim > _KEPT:
            return
        made = np.empty((len(self), self.dim), dtype=np.int16)

        def work(start: int, stop: int) -> None:
            made[start:stop] = self.integers(start, stop)

        over_blocks(len(self), BLOCK, work, ctx)
        self._made, self._at = made, None

    def integers(self, start: int = 0, stop: int | None = None) -> NDArray[np.int16]:
        """The vectors ``start`` to ``stop`` in units of 2^-12, (b, d) int16; not to be written to."""
        if self._made is not None:
            return self._made[start:stop] if self._at is None else self._made[self._at[start:stop]]
        rows = self.rows[start:stop]
        out = np.empty((len(rows), self.dim), dtype=np.int16)
        for at in range(0, len(rows), BLOCK):
            part = rows[at : at + BLOCK]
            dtype = np.float64 if self.matrix.dtype.itemsize > 4 else np.float32
            block = np.ascontiguousarray(self.matrix[part], dtype=dtype)
            row, fault = _round_rows(block, self._norm, out[at : at + BLOCK])
            if fault:
                raise EmbeddingError(
                    say(
                        "The embedding in row {row} holds values that are not finite; embed the images again or leave "
                        "that row out.",
                        row=part[row],
                    )
                    if fault == _NOT_FINITE
                    else say(
                        "The embedding in row {row} is zero; embed the images again or leave that row out.",
                        row=part[row],
                    )
                )
        return out

    def block(self, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """The vectors ``start`` to ``stop``, (b, d) float32, all multiples of 2^-12."""
        return self.integers(start, stop).astype(np.float32) / np.float32(UNITS)

    def is_unit(self) -> bool:
        """Whether the rows of the matrix have unit norm as they are, to one part in a thousand."""
        for start in range(0, len(self), BLOCK):
            rows = np.asarray(self.matrix[self.rows[start : start + BLOCK]], dtype=np.float32)
            if np.abs(np.einsum("ij,ij->i", rows, rows) - 1).max() > _UNIT_WITHIN:
                return False
        return True

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Each run of ``size`` vectors with the position that it starts at."""
        for start in range(0, len(self), size):
            yield start, self.block(start, start + size)


def squared_norms(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """The squared norms of grid vectors (b, d), (b,) float32, exact."""
    norms: NDArray[np.float32] = np.einsum("ij,ij->i", block, block)
    return norms


def squared_distances(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared Euclidean distances between grid vectors (p, d) and (q, d), (p, q) float32."""
    # Doubling is exact, so that it may come first, where there is less to double.
    products: NDArray[np.float32] = (-2 * a) @ b.T
    products += squared_norms(a)[:, None]
    products += squared_norms(b)[None, :]
    return products

"""Coverage: how similar each sample of the pool is to the nearest of a set, exact, block by block."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE, kernel

_ROWS, _COLUMNS = 2048, 2048


@dataclass(frozen=True, slots=True)
class Served:
    """How a set serves a pool: ``similarity`` (n,) uint16 in units of 1/`ONE`, ``by`` (n,) int64 positions in the set.

    ``by`` is the first of the nearest, -1 where the similarity is zero.
    """

    similarity: NDArray[np.uint16]
    by: NDArray[np.int64]

    @property
    def coverage(self) -> float:
        """The mean similarity over the pool, in [0, 1]; 0 for an empty pool."""
        return mean(self.similarity)


def mean(similarity: NDArray[np.uint16]) -> float:
    """The mean of similarities in units of 1/`ONE`, exact before the division; 0 for none."""
    if len(similarity) == 0:
        return 0.0
    return int(similarity.sum(dtype=np.int64)) / (ONE * len(similarity))


@njit(nogil=True, cache=True)
def _raise_to(values, offset, similarity, by):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let the columns of ``values``, numbered from ``offset``, serve the rows that they serve better."""
    for i in range(values.shape[0]):
        best, who = similarity[i], by[i]
        for j in range(values.shape[1]):
            if values[i, j] > best:
                best, who = values[i, j], offset + j
        similarity[i], by[i] = best, who


def serve(pool: GridVectors, members: GridVectors, scale: np.float32, ctx: Context = SILENT) -> Served:
    """How the vectors ``members`` serve each vector of ``pool``.

    Memory is O(n + block^2); the cost is one matrix product of (n, d) by (d, m). ``scale`` comes from `kernel.factor`.
    """
    served = Served(np.zeros(len(pool), dtype=np.uint16), np.full(len(pool), -1, dtype=np.int64))
    for start, rows in pool.blocks(_ROWS):
        stop = start + len(rows)
        for offset, columns in members.blocks(_COLUMNS):
            ctx.check()
            _raise_to(kernel(rows, columns, scale), offset, served.similarity[start:stop], served.by[start:stop])
    return served


def fixed_weights(weights: NDArray[np.floating]) -> NDArray[np.uint32]:
    """Positive weights (n,) as integers of mean 2^16, at least 1, so that sums of them are exact."""
    values = np.asarray(weights, dtype=np.float64)
    if len(values) == 0:
        return np.zeros(0, dtype=np.uint32)
    whole: NDArray[np.uint32] = np.clip(np.rint(values / values.mean() * 65536), 1, 2**32 - 1).astype(np.uint32)
    return whole

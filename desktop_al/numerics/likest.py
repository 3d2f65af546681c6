"""The likest of a few vectors for each of many: one pass over a matrix that need not fit into memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.pca import require_finite, taken

BLOCK, TILE = 8192, 1024


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """``vectors`` (b, d) scaled to norm 1, float32; zero vectors stay zero."""
    rows = np.ascontiguousarray(vectors, np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    scaled: NDArray[np.float32] = (rows / np.where(norms > 0, norms, 1)[:, None]).astype(np.float32, copy=False)
    return scaled


def cosines(
    matrix: NDArray[Any],
    queries: NDArray[Any],
    rows: NDArray[np.int64] | None = None,
    ctx: Context = SILENT,
    stage: str = "Comparing images",
) -> NDArray[np.float32]:
    """The cosine of each row of ``matrix`` (m, d), or of its rows ``rows`` (n,), with the nearest of ``queries``.

    Exact but for rounding; (n,) float32 in [-1, 1], 0 for a zero vector. Memory is O(n + block d).

    Raises
    ------
    EmbeddingError
        A value is not finite.
    CancelledError
        ``ctx`` was cancelled.
    """
    n = len(matrix) if rows is None else len(rows)
    require_finite(np.asarray(queries))
    wanted, out = unit(queries), np.empty(n, np.float32)
    for start in range(0, n, BLOCK):
        ctx.check()
        stop = min(start + BLOCK, n)
        part = np.ascontiguousarray(_taken(matrix, rows, start, stop), np.float32)
        norms = np.sqrt(np.einsum("ij,ij->i", part, part))
        require_finite(norms)
        best = (part @ wanted[:TILE].T).max(axis=1)
        for left in range(TILE, len(wanted), TILE):
            np.maximum(best, (part @ wanted[left : left + TILE].T).max(axis=1), out=best)
        best /= np.where(norms > 0, norms, np.float32(1))
        np.clip(best, -1, 1, out=out[start:stop])
        ctx.report(stage, stop, n, "images")
    return out


def _taken(matrix: NDArray[Any], rows: NDArray[np.int64] | None, start: int, stop: int) -> NDArray[Any]:
    """As `taken`, without gathering rows that follow one another."""
    if rows is not None and stop > start and rows[stop - 1] - rows[start] == stop - 1 - start:
        part = rows[start:stop]
        if bool((np.diff(part) == 1).all()):
            return matrix[part[0] : part[-1] + 1]
    return taken(matrix, rows, start, stop)

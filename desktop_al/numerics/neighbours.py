"""The k nearest neighbours of every sample: exact by blocked matrix products, approximate for large pools."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import nearest_kernels as kernels
from desktop_al.numerics.ivf import ivf_neighbours
from desktop_al.numerics.pca import require_finite, taken

EXACT_UP_TO = 20_000
SPARE = 8
"""Candidates beyond k that are measured exactly, so that rounding in the matrix product loses no neighbour."""
BLOCK = 1024
TILE = 4096
STAGE = "Finding neighbours"


@dataclass(frozen=True, slots=True)
class Graph:
    """A kNN graph: ``indices`` (n, k) int32 and Euclidean ``distances`` (n, k) float32.

    Nearest first, equals by index, a sample not among its own; ``exact`` says whether none was approximated.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    exact: bool


def neighbours(
    matrix: NDArray[Any],
    k: int = 64,
    rows: NDArray[np.int64] | None = None,
    seed: int = 0,
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> Graph:
    """Find the ``k`` nearest neighbours (n - 1 where there are fewer) of each row of ``matrix`` (m, d).

    ``rows`` (n,) restricts the search to those rows; the indices are then positions in ``rows``. Up to 20,000 samples
    the answer is exact, above it comes from `desktop_al.numerics.ivf`.

    Raises
    ------
    EmbeddingError
        A value is not finite.
    CancelledError
        ``ctx`` was cancelled.
    """
    n = len(matrix) if rows is None else len(rows)
    if n <= EXACT_UP_TO:
        return exact_neighbours(matrix, k, rows, ctx, stage)
    indices, distances = ivf_neighbours(matrix, k, rows, seed, ctx=ctx, stage=stage)
    return Graph(indices, distances, exact=False)


def exact_neighbours(
    matrix: NDArray[Any],
    k: int = 64,
    rows: NDArray[np.int64] | None = None,
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> Graph:
    """Find the exact neighbours, in O(n² d) time and O(n (k + d)) memory; see `neighbours` for the rest."""
    whole = np.ascontiguousarray(taken(matrix, rows, 0, len(matrix) if rows is None else len(rows)), np.float32)
    n = len(whole)
    k = max(0, min(k, n - 1))
    require_finite(whole)
    indices, distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    if k == 0:
        return Graph(indices, distances, exact=True)
    norms = np.einsum("ij,ij->i", whole, whole)
    numbers, straight = np.arange(n, dtype=np.int32), np.arange(n)
    width = min(k + SPARE, n - 1)

    # The products use all threads themselves.
    for start in range(0, n, BLOCK):
        ctx.check()
        stop = min(start + BLOCK, n)
        best = np.full((stop - start, width), np.inf, np.float32)
        found = np.full((stop - start, width), -1, np.int32)
        for left in range(0, n, TILE):
            right = min(left + TILE, n)
            products = whole[start:stop] @ whole[left:right].T
            kernels.keep_nearest(products, norms[left:right], numbers[start:stop], numbers[left:right], best, found)
        kernels.measure(whole, straight, numbers[start:stop], found, indices, distances)
        ctx.report(stage, stop, n, "samples")

    return Graph(indices, distances, exact=True)

"""Approximate nearest neighbours for large pools: an inverted file (Sivic and Zisserman 2003) read list by list.

The principal components of the pool are cut into some hundred or thousand cells by k-means. All samples of a cell share
their candidates, those of the nearest cells, so that they are gathered once for many; the best are then measured in the
full space. The answer depends on the data and the seed only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import nearest_kernels as kernels
from desktop_al.numerics import pca
from desktop_al.numerics.kmeans import assign, k_means
from desktop_al.numerics.products import AXES
from desktop_al.numerics.threads import over_blocks

COMPONENTS = 96
CANDIDATES = 6144
"""Samples compared with each sample, at least."""
SPARE = 1.0
"""Candidates that are measured in the full space, beyond k, as a share of k."""
QUERIES = 512
READING, SORTING = "Reading vectors", "Sorting vectors into cells"
FIT_ROWS = 12_000
_TURNED = 4096


def ivf_neighbours(
    matrix: NDArray[Any],
    k: int,
    rows: NDArray[np.int64] | None = None,
    seed: int = 0,
    candidates: int = CANDIDATES,
    ctx: Context = SILENT,
    stage: str = "",
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find nearly all of the ``k`` nearest neighbours of each row of ``matrix`` (m, d), or of its rows ``rows`` (n,).

    Distances are exact for what is found.

    Returns
    -------
    indices, distances
        (n, min(k, n - 1)) int32 and float32, nearest first, a sample not among its own.

    Raises
    ------
    EmbeddingError
        A value is not finite.
    """
    if matrix.dtype != np.float32:
        matrix, rows = np.asarray(matrix if rows is None else matrix[rows], np.float32), None
    n = len(matrix) if rows is None else len(rows)
    k = max(0, min(k, n - 1))
    indices, distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    if k == 0:
        return indices, distances
    told = READING if stage else ""
    points = pca.fit(matrix, COMPONENTS, _some(n, rows), ctx).transform(matrix, rows, ctx, told)
    points = np.pad(points, ((0, 0), (0, -points.shape[1] % AXES)))
    order, starts, centres = _cells(points, seed, max(candidates // 4, 2 * k), ctx, SORTING if stage else "")
    # By cells and axis by axis, so that candidates are read where they lie.
    norms, columns = np.einsum("ij,ij->i", points, points)[order], _columns(points, order)
    del points
    probes = _probes(centres)
    where = np.arange(n) if rows is None else rows
    width = min(k + max(8, round(SPARE * k)), n - 1)
    wanted = max(candidates, 2 * width)
    blocks = [
        (cell, first, min(first + QUERIES, int(starts[cell + 1])))
        for cell in range(len(centres))
        for first in range(int(starts[cell]), int(starts[cell + 1]), QUERIES)
    ]

    def search(start: int, stop: int) -> None:
        for cell, first, last in blocks[start:stop]:
            found = np.empty((last - first, width), np.int32)
            runs = _candidates(probes[cell], starts, wanted)
            kernels.search(columns, norms, order, (first, last), runs, found)
            kernels.measure(matrix, where, order[first:last], found, indices, distances)

    over_blocks(len(blocks), 4, search, ctx, stage, "cells")
    return indices, distances


def _cells(
    points: NDArray[np.float32], seed: int, largest: int, ctx: Context, stage: str = ""
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float32]]:
    """Cut ``points`` (n, q) into cells of at most ``largest``: their members in order, where each begins, the means."""
    n = len(points)
    count = min(n, round(2 * np.sqrt(n)))
    cell = assign(points, k_means(points, count, seed, ctx), ctx, stage)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    edges = np.searchsorted(cell[order], np.arange(count + 1))
    starts = [0]
    for left, right in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if right == left:
            continue
        pieces = -(-(right - left) // largest)
        if pieces > 1:
            members = order[left:right]
            axis = int(points[members].var(axis=0).argmax())
            order[left:right] = members[np.argsort(points[members, axis], kind="stable")]
        starts.extend(left + (right - left) * piece // pieces for piece in range(1, pieces + 1))
    begins = np.array(starts, np.int64)
    sums = np.add.reduceat(points[order].astype(np.float64), begins[:-1], axis=0)
    return order, begins, (sums / np.diff(begins)[:, None]).astype(np.float32)


def _probes(centres: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each cell all cells by the distance of their means, itself first: (c, c) int64."""
    norms = np.einsum("ij,ij->i", centres, centres)
    d2 = norms[:, None] + norms[None, :] - 2 * centres @ centres.T
    np.fill_diagonal(d2, -np.inf)
    return np.argsort(d2, axis=1, kind="stable")


def _candidates(probe: NDArray[np.int64], starts: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """Where the cells ``probe`` begin and end, nearest first, until they have ``wanted`` members: (c, 2) int64."""
    held = np.cumsum(starts[probe + 1] - starts[probe])
    cells = probe[: int(np.searchsorted(held, wanted)) + 1]
    return np.stack([starts[cells], starts[cells + 1]], axis=1)


def _some(n: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """Rows enough to find components by, evenly spaced over all."""
    if n <= FIT_ROWS:
        return rows
    spread = np.linspace(0, n - 1, FIT_ROWS).astype(np.int64)
    return spread if rows is None else rows[spread]


def _columns(points: NDArray[np.float32], order: NDArray[np.int32]) -> NDArray[np.float32]:
    """``points`` (n, q) in ``order`` (n,), axis by axis: (q, n)."""
    out = np.empty((points.shape[1], len(order)), np.float32)
    for start in range(0, len(order), _TURNED):
        out[:, start : start + _TURNED] = points[order[start : start + _TURNED]].T
    return out

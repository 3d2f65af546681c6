"""Approximate nearest neighbours for large pools: an inverted file (Sivic and Zisserman 2003) read list by list.

The principal components of the pool are cut into some thousand cells by k-means. All samples of a cell share their
candidates, those of the nearest cells, so that the whole search is a row of matrix products; the best candidates are
then measured in the full space. The answer depends on the data and the seed only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import nearest_kernels as kernels
from desktop_al.numerics import pca
from desktop_al.numerics.kmeans import assign, k_means
from desktop_al.numerics.threads import over_blocks

COMPONENTS = 64
CANDIDATES = 6144
"""Samples compared with each sample, at least."""
SPARE = 0.5
"""Candidates that are measured in the full space, beyond k, as a share of k."""
QUERIES, TILE = 512, 4096


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

    Recall at k = 15 is above 0.98 on pools of images at 100,000 samples; distances are exact for what is found.

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
    points = pca.fit(matrix, COMPONENTS, rows, ctx).transform(matrix, rows, ctx)
    order, starts, centres = _cells(points, seed, max(candidates // 4, 2 * k), ctx)
    probes = _probes(centres)
    sorted_points = points[order]
    norms = np.einsum("ij,ij->i", sorted_points, sorted_points)
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
            best = np.full((last - first, width), np.inf, np.float32)
            found = np.full((last - first, width), -1, np.int32)
            for left, right in _spans(probes[cell], starts, wanted):
                products = sorted_points[first:last] @ sorted_points[left:right].T
                kernels.keep_nearest(products, norms[left:right], order[first:last], order[left:right], best, found)
            kernels.measure(matrix, where, order[first:last], found, indices, distances)

    over_blocks(len(blocks), 4, search, ctx, stage, "cells")
    return indices, distances


def _cells(
    points: NDArray[np.float32], seed: int, largest: int, ctx: Context
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float32]]:
    """Cut ``points`` (n, q) into cells of at most ``largest``: their members in order, where each begins, the means."""
    n = len(points)
    count = max(1, round(2 * np.sqrt(n)))
    cell = assign(points, k_means(points, count, seed, ctx), ctx)
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


def _spans(probe: NDArray[np.int64], starts: NDArray[np.int64], wanted: int) -> list[tuple[int, int]]:
    """The runs of samples in the cells ``probe``, nearest cells first, until they hold ``wanted``."""
    held = np.cumsum(starts[probe + 1] - starts[probe])
    taken = np.sort(probe[: int(np.searchsorted(held, wanted)) + 1])
    spans: list[tuple[int, int]] = []
    for cell in taken.tolist():
        left, right = int(starts[cell]), int(starts[cell + 1])
        if spans and spans[-1][1] == left and right - spans[-1][0] <= TILE:
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return spans

"""k-means that gives the same clusters on every processor: Lloyd (1982) on the grid, begun by k-means++.

Centres are rounded to the grid, where inner products are exact in any order (see `desktop_al.numerics.grid`), and the
draws of k-means++ (Arthur and Vassilvitskii 2007) are made over integers.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import UNITS, GridVectors, squared_norms

ROUNDS = 12
_RESTARTS, _FEW = 3, 50
_SAMPLE, _PER_CLUSTER, _SEEDS_PER_CLUSTER = 20_000, 40, 10
_DIRECT = 500
_AT_A_TIME = 8
_BLOCK = 4096
# Squared distances between grid vectors are multiples of 2^-24.
_WHOLE = 2**24


@dataclass(frozen=True, slots=True)
class Clusters:
    """``labels`` (n,) int64, from 0 on and none empty, and ``centres`` (c, d) float32 on the grid."""

    labels: NDArray[np.int64]
    centres: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.centres)


def clusters(vectors: GridVectors, count: int, seed: int = 0, ctx: Context = SILENT) -> Clusters:
    """Cut ``vectors`` (n, d) into at most ``count`` clusters; fewer where fewer samples are different.

    Up to 500 clusters at once, of which up to 50 are begun three times to keep the best; more in two steps, each cell
    of a first cut by its share of the samples. Above 20,000 samples or 40 a cluster a random part of them decides.

    Raises
    ------
    EmbeddingError
        A vector is not finite or zero.
    CancelledError
        ``ctx`` was cancelled.
    """
    rng = np.random.default_rng([seed, 11])
    if len(vectors) == 0:
        return Clusters(np.zeros(0, dtype=np.int64), np.zeros((0, vectors.dim), dtype=np.float32))
    if count > _DIRECT:
        return _two_steps(vectors, count, rng, ctx)
    return _cut(vectors, count, _RESTARTS if count <= _FEW else 1, rng, ctx)


def _cut(vectors: GridVectors, count: int, restarts: int, rng: np.random.Generator, ctx: Context) -> Clusters:
    """Cut at once, the best of ``restarts``."""
    n = len(vectors)
    size = min(n, max(_SAMPLE, _PER_CLUSTER * count))
    part = np.arange(n) if size == n else np.sort(rng.choice(n, size, replace=False))
    sample = vectors.subset(part).block()
    best, lowest = np.zeros((0, vectors.dim), dtype=np.float32), np.inf
    for _ in range(restarts):
        centres, spread = _lloyd(sample, _begin(sample, min(count, size), rng, ctx), ctx)
        if spread < lowest:
            best, lowest = centres, spread
    labels = assign(vectors, best, ctx)
    used, labels = np.unique(labels, return_inverse=True)
    return Clusters(labels.astype(np.int64), best[used])


def assign(vectors: GridVectors, centres: NDArray[np.float32], ctx: Context = SILENT) -> NDArray[np.int64]:
    """The nearest of ``centres`` (c, d), on the grid, of each vector, the first of equals: (n,) int64."""
    labels = np.empty(len(vectors), dtype=np.int64)
    for start, rows in vectors.blocks(_BLOCK):
        ctx.check()
        labels[start : start + len(rows)] = _nearest(rows, centres)[0]
    return labels


def _nearest(rows: NDArray[np.float32], centres: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centre of each row, and the squared distance to it less the squared norm of the row."""
    values = rows @ centres.T
    values *= -2
    values += squared_norms(centres)[None, :]
    labels = values.argmin(axis=1)
    return labels, values[np.arange(len(rows)), labels]


def _begin(sample: NDArray[np.float32], count: int, rng: np.random.Generator, ctx: Context) -> NDArray[np.float32]:
    """Draw at most ``count`` different centres (c, d) from ``sample``, by squared distance to those before.

    One after the other up to sixteen, then an eighth more at a time, as k-means|| does (Bahmani et al., VLDB 2012).
    """
    size = min(len(sample), max(_SAMPLE // 10, _SEEDS_PER_CLUSTER * count))
    drawn = sample[np.sort(rng.choice(len(sample), size, replace=False))] if size < len(sample) else sample
    norms = squared_norms(drawn)
    away = np.full(size, np.iinfo(np.int64).max, dtype=np.int64)
    chosen = new = rng.integers(size, size=1)
    while True:
        ctx.check()
        squared = (norms[:, None] + norms[new][None, :] - 2 * (drawn @ drawn[new].T)).min(axis=1)
        np.minimum(away, np.rint(np.maximum(squared, 0).astype(np.float64) * _WHOLE).astype(np.int64), out=away)
        sums = np.cumsum(away)
        wanted = min(max(1, len(chosen) // _AT_A_TIME), count - len(chosen))
        if wanted == 0 or sums[-1] == 0:
            return drawn[chosen]
        new = np.unique(np.searchsorted(sums, rng.integers(sums[-1], size=wanted), side="right"))
        chosen = np.concatenate([chosen, new])


def _lloyd(
    sample: NDArray[np.float32], centres: NDArray[np.float32], ctx: Context
) -> tuple[NDArray[np.float32], float]:
    """Move ``centres`` to the means until no sample changes its cluster, with the squared distances less a constant."""
    labels = np.full(len(sample), -1, dtype=np.int64)
    spread = np.inf
    for _ in range(ROUNDS):
        before, labels, spread = labels, np.empty_like(labels), 0.0
        for start in range(0, len(sample), _BLOCK):
            ctx.check()
            near, values = _nearest(sample[start : start + _BLOCK], centres)
            labels[start : start + len(near)] = near
            spread += float(values.sum(dtype=np.float64))
        if np.array_equal(labels, before):
            break
        centres = _means(sample, labels, centres)
    return centres, spread


def _means(sample: NDArray[np.float32], labels: NDArray[np.int64], centres: NDArray[np.float32]) -> NDArray[np.float32]:
    """The means of the clusters, on the grid; a cluster that lost its samples stays where it was."""
    # Multiples of 2^-12 in float64: exact in any order.
    sums, sizes = np.zeros(centres.shape), np.bincount(labels, minlength=len(centres))
    _add_rows(sample, labels, sums)
    filled = sizes > 0
    moved = centres.copy()
    # Towards zero, so that the norm stays within one.
    moved[filled] = np.trunc(sums[filled] / sizes[filled, None] * UNITS) / UNITS
    return moved


@njit(nogil=True, cache=True)
def _add_rows(sample, labels, sums):  # type: ignore[no-untyped-def]  # numba infers the types
    for i in range(sample.shape[0]):
        for j in range(sample.shape[1]):
            sums[labels[i], j] += sample[i, j]


def _two_steps(vectors: GridVectors, count: int, rng: np.random.Generator, ctx: Context) -> Clusters:
    """Cut into about the root of ``count`` cells, and each cell by its share of the samples."""
    cells = _cut(vectors, round(count**0.5), 1, rng, ctx)
    sizes = np.bincount(cells.labels, minlength=len(cells))
    shares = np.diff(np.rint(np.concatenate([[0], np.cumsum(sizes)]) * count / len(vectors)).astype(np.int64))
    labels = np.empty(len(vectors), dtype=np.int64)
    centres: list[NDArray[np.float32]] = []
    begun = 0
    for cell, share in enumerate(np.maximum(1, shares).tolist()):
        ctx.report("Clustering images", cell, len(cells), "cells")
        members = np.flatnonzero(cells.labels == cell)
        inner = _cut(vectors.subset(members), share, 1, rng, ctx)
        labels[members] = begun + inner.labels
        centres.append(inner.centres)
        begun += len(inner)
    return Clusters(labels, np.concatenate(centres))

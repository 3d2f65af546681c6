"""The stages of the map, as functions that the worker process runs.

They get the vectors as a place in a file, so that nothing of the size of the pool crosses between the processes, and
publish positions a few times a second.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.records import EmbeddingTable
from desktop_al.numerics import pca
from desktop_al.numerics.neighbours import Graph, neighbours
from desktop_al.numerics.placement import place
from desktop_al.numerics.umap import umap

PUBLISH_EVERY_S = 0.15
LANDMARKS_ABOVE, LANDMARKS = 300_000, 200_000


@dataclass(frozen=True, slots=True)
class Vectors:
    """Where embeddings lie: a part of a file (or the array itself where there is no file) and the rows that count."""

    array: NDArray[np.float32] | None
    file: str
    offset: int
    shape: tuple[int, ...]
    dtype: str
    rows: NDArray[np.int64]

    def matrix(self) -> NDArray[Any]:
        """The whole array, mapped."""
        if self.array is not None:
            return self.array
        return np.memmap(self.file, self.dtype, "r", self.offset, self.shape)


def vectors_of(table: EmbeddingTable) -> Vectors:
    """Where the embeddings of ``table`` lie."""
    matrix = table.matrix
    if isinstance(matrix, np.memmap) and matrix.flags.c_contiguous and _starts_its_file(matrix):
        return Vectors(None, str(matrix.filename), int(matrix.offset), matrix.shape, matrix.dtype.str, table.rows)
    return Vectors(np.ascontiguousarray(table.vectors), "", 0, (), "", np.arange(len(table), dtype=np.int64))


def _starts_its_file(matrix: np.memmap[Any, Any]) -> bool:
    """Whether ``matrix`` is a mapping as it was opened; slices keep the offset of the mapping that they came from."""
    return not isinstance(matrix.base, np.memmap)


def principal_map(vectors: Vectors, ctx: Context) -> NDArray[np.float32]:
    """The first two principal components, (n, 2)."""
    matrix = vectors.matrix()
    axes = pca.fit(matrix, 2, vectors.rows, ctx, "Finding the main directions")
    found = axes.transform(matrix, vectors.rows, ctx)
    flat = np.zeros((len(found), 2), np.float32)
    flat[:, : found.shape[1]] = found[:, :2]
    return flat


def find_neighbours(vectors: Vectors, k: int, seed: int, ctx: Context) -> Graph:
    """The kNN graph."""
    return neighbours(vectors.matrix(), k, vectors.rows, seed, ctx)


class _Throttle:
    """Publishes positions a few times a second."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._last = ctx, 0.0

    def __call__(self, xy: NDArray[np.float32]) -> None:
        now = time.monotonic()
        if now - self._last >= PUBLISH_EVERY_S:
            self._last = now
            self._ctx.publish(xy.copy())


def draw(
    graph: tuple[NDArray[np.int32], NDArray[np.float32]],
    start: NDArray[np.float32],
    min_dist: float,
    seed: int,
    ctx: Context,
) -> NDArray[np.float32]:
    """Lay out the whole map by UMAP from ``start`` (n, 2)."""
    return umap(*graph, start, min_dist, None, seed, _Throttle(ctx), ctx)


def draw_landmarks(
    vectors: Vectors,
    graph: tuple[NDArray[np.int32], NDArray[np.float32]],
    start: NDArray[np.float32],
    min_dist: float,
    seed: int,
    ctx: Context,
) -> NDArray[np.float32]:
    """Lay out a random 200,000 of a large pool by UMAP, then place the others between them.

    What has no place yet is NaN in the positions under way.
    """
    n = len(vectors.rows)
    chosen = np.sort(np.random.default_rng([seed, 1]).choice(n, LANDMARKS, replace=False))
    k = graph[0].shape[1]
    inner = neighbours(vectors.matrix(), k, vectors.rows[chosen], seed, ctx)
    xy = np.full((n, 2), np.nan, np.float32)
    publish = _Throttle(ctx)

    def publish_landmarks(positions: NDArray[np.float32]) -> None:
        xy[chosen] = positions
        publish(xy)

    xy[chosen] = umap(inner.indices, inner.distances, start[chosen], min_dist, None, seed, publish_landmarks, ctx)
    return place(*graph, xy, min_dist, seed, publish, ctx, "Placing the rest")


def add(
    graph: tuple[NDArray[np.int32], NDArray[np.float32]],
    xy: NDArray[np.float32],
    min_dist: float,
    seed: int,
    ctx: Context,
) -> NDArray[np.float32]:
    """Place the NaN rows of ``xy`` (n, 2) in the map that the others make."""
    return place(*graph, xy, min_dist, seed, _Throttle(ctx), ctx, "Placing new images")

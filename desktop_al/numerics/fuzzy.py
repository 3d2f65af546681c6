"""The fuzzy neighbourhood graph of UMAP (McInnes, Healy and Melville 2018, sections 3.1 and 4)."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

BISECTIONS = 64
TOLERANCE = 1e-5
SMALLEST_WIDTH = 1e-3


@dataclass(frozen=True, slots=True)
class FuzzyGraph:
    """A graph as rows of edges: the edges of vertex i are ``starts[i]`` to ``starts[i + 1]``.

    ``starts`` (n + 1,) int64, ``heads`` (e,) int32 the vertex at the other end, ``weights`` (e,) float32 in (0, 1].
    """

    starts: NDArray[np.int64]
    heads: NDArray[np.int32]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1


def memberships(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn neighbour distances (n, k), ascending, into membership strengths (n, k) float32.

    The nearest neighbour at a distance has strength 1, and those of a sample sum to log2(k + 1), the sample itself
    counted among its neighbours as in the paper.
    """
    out = np.empty(distances.shape, np.float32)
    if distances.size:
        _memberships(distances, float(distances.mean()), out)
    return out


def fuzzy_graph(indices: NDArray[np.int32], distances: NDArray[np.float32]) -> FuzzyGraph:
    """Build the symmetric fuzzy graph of a kNN graph: the union a + b - ab of the two directions.

    Parameters
    ----------
    indices, distances
        (n, k) int32 and float32, nearest first, a sample not among its own neighbours.
    """
    n = len(indices)
    weights = memberships(distances)
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(indices.ravel(), minlength=n) + indices.shape[1], out=starts[1:])
    heads, strengths = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    sizes = _union(indices, weights, starts, heads, strengths)
    return _compacted(starts, sizes, heads, strengths)


def without_weak(graph: FuzzyGraph, least: float) -> FuzzyGraph:
    """Leave out the edges that are weaker than ``least``."""
    keep = graph.weights >= least
    kept = np.concatenate(([0], np.cumsum(keep)))
    return FuzzyGraph(kept[graph.starts].astype(np.int64), graph.heads[keep], graph.weights[keep])


def _compacted(
    starts: NDArray[np.int64], sizes: NDArray[np.int64], heads: NDArray[np.int32], weights: NDArray[np.float32]
) -> FuzzyGraph:
    """Close the gaps behind rows that use less than their room."""
    place = np.arange(starts[-1]) - np.repeat(starts[:-1], np.diff(starts))
    keep = place < np.repeat(sizes, np.diff(starts))
    tight = np.zeros_like(starts)
    np.cumsum(sizes, out=tight[1:])
    return FuzzyGraph(tight, heads[keep], weights[keep])


@numba.njit(nogil=True, cache=True)
def _memberships(distances: NDArray[np.float32], mean: float, out: NDArray[np.float32]) -> None:
    n, k = distances.shape
    target = np.log2(k + 1.0) - 1.0  # the sample itself has strength 1
    for row in range(n):
        nearest, total = 0.0, 0.0
        for column in range(k):
            total += distances[row, column]
            if nearest == 0.0 and distances[row, column] > 0.0:
                nearest = distances[row, column]
        low, high, width = 0.0, np.inf, 1.0
        for _ in range(BISECTIONS):
            summed = 0.0
            for column in range(k):
                beyond = distances[row, column] - nearest
                summed += np.exp(-beyond / width) if beyond > 0.0 else 1.0
            if abs(summed - target) < TOLERANCE:
                break
            if summed > target:
                high = width
                width = (low + high) / 2.0
            else:
                low = width
                width = width * 2.0 if high == np.inf else (low + high) / 2.0
        width = max(width, SMALLEST_WIDTH * (total / k if nearest > 0.0 else mean), 1e-12)
        for column in range(k):
            beyond = distances[row, column] - nearest
            out[row, column] = np.exp(-beyond / width) if beyond > 0.0 else 1.0


@numba.njit(nogil=True, cache=True)
def _union(
    indices: NDArray[np.int32],
    weights: NDArray[np.float32],
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    strengths: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Write each row's own neighbours, then those that have it for a neighbour; returns the sizes of the rows."""
    n, k = indices.shape
    sizes = np.zeros(n, np.int64)
    for row in range(n):
        for column in range(k):
            heads[starts[row] + column] = indices[row, column]
            strengths[starts[row] + column] = weights[row, column]
        sizes[row] = k
    for row in range(n):
        for column in range(k):
            other, weight = indices[row, column], weights[row, column]
            back = -1
            for place in range(k):
                if indices[other, place] == row:
                    back = place
                    break
            if back < 0:
                heads[starts[other] + sizes[other]] = row
                strengths[starts[other] + sizes[other]] = weight
                sizes[other] += 1
            elif other > row:
                both = weight + weights[other, back] - weight * weights[other, back]
                strengths[starts[row] + column] = both
                strengths[starts[other] + back] = both
    return sizes

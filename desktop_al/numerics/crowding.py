"""How far a sample of a large pool is from its nearest neighbours, at large or within its cluster, by a graph."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors

_VECTORS = 8192


def graph_spacing(
    vectors: GridVectors,
    neighbours: NDArray[np.int32],
    rows: NDArray[np.int64],
    nearest: int,
    labels: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """The mean distance of ``rows`` (p,) to their ``nearest`` neighbours in a graph (n, k), (p,) float64.

    With ``labels`` (n,) only those of the same label count. Infinite where the graph knows none.
    """
    out = np.empty(len(rows))
    step = max(1, _VECTORS // max(1, neighbours.shape[1]))
    for start in range(0, len(rows), step):
        mine = rows[start : start + step]
        others = neighbours[mine].astype(np.int64)
        own, found = vectors.subset(mine).block(), vectors.subset(np.maximum(others, 0).ravel()).block()
        gaps = found.reshape(*others.shape, vectors.dim) - own[:, None, :]
        # Differences of grid vectors are on the grid; their squares are summed in float64, exactly.
        squared = np.einsum("ijk,ijk->ij", gaps, gaps, dtype=np.float64)
        missing = others < 0
        if labels is not None:
            missing |= labels[np.maximum(others, 0)] != labels[mine][:, None]
        squared[missing] = np.inf
        out[start : start + step] = _mean_of_least(squared, min(nearest, others.shape[1])) / vectors.norm
    return out


def _mean_of_least(squared: NDArray[np.floating], k: int) -> NDArray[np.float64]:
    """The mean root of the ``k`` least finite entries of each row; infinite where a row has none."""
    # Sorted, so that the sum has one order.
    near = np.sqrt(np.sort(np.partition(squared, k - 1, axis=1)[:, :k], axis=1).astype(np.float64))
    finite = np.isfinite(near)
    counts = finite.sum(axis=1)
    means: NDArray[np.float64] = np.where(finite, near, 0.0).sum(axis=1) / np.maximum(counts, 1)
    return np.where(counts > 0, means, np.inf)

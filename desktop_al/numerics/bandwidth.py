"""The bandwidth of the kernel: the distance over which one label is taken to speak for its neighbours."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors, squared_distances

FIRST_BUDGET = 1000
"""The budget that an automatic batch is scaled for, since its own is not known yet."""

_ANCHORS = 512
_CROWD = 50_000
_BLOCK = 4096
# Structure finer than a quarter of the median distance is one place, whatever the budget; a tenth apart are copies.
_FINEST, _COPY = 0.25, 0.1
_LEAST_RANK = 3
_LOW_QUANTILE = 0.1
_ENOUGH_LABELLED = 10


def _distances(anchors: GridVectors, others: GridVectors) -> NDArray[np.float32]:
    """Distances (a, n) float32 between vectors of a pool, in the units of the embeddings."""
    out = np.empty((len(anchors), len(others)), dtype=np.float32)
    block = anchors.block()
    for start, columns in others.blocks(_BLOCK):
        out[:, start : start + len(columns)] = squared_distances(block, columns)
    np.sqrt(np.maximum(out, 0, out=out), out=out)
    out /= np.float32(anchors.norm)
    return out


def _sample(vectors: GridVectors, size: int) -> GridVectors:
    """A fixed random part of a pool: the same for each seed, so that the bandwidth does not move with it."""
    if len(vectors) <= size:
        return vectors
    return vectors.subset(np.sort(np.random.default_rng(0).choice(len(vectors), size, replace=False)))


def cold_bandwidth(pool: GridVectors, budget: int) -> float:
    """The median distance to the (n/budget)-th neighbour, at least the third.

    Near-copies count as one sample, so that doubling a pool by copies leaves its bandwidth alone, and the result is at
    least a quarter of the median distance in the pool. ``budget`` counts labelled samples and picks to come. A pool
    without any distance gets 1.
    """
    if len(pool) < 2:
        return 1.0
    crowd = _sample(pool, _CROWD)
    anchors = _sample(crowd, _ANCHORS)
    distances = _distances(anchors, crowd)
    middle = float(np.median(distances))
    copies = (distances <= _COPY * middle).sum(axis=1)
    rank = max(_LEAST_RANK, round(len(crowd) * float(np.mean(1 / copies)) / max(1, budget)))
    distances.sort(axis=1)
    # The nearest of an anchor are itself and its copies.
    at = np.minimum(rank * copies, len(crowd) - 1)
    near = float(np.median(distances[np.arange(len(anchors)), at]))
    return max(near, _FINEST * middle) or float(distances.max()) or 1.0


def bandwidth(pool: GridVectors, references: GridVectors, budget: int, previous: float | None = None) -> float:
    """The bandwidth for ``budget`` picks beside ``references`` (labelled samples and earlier picks).

    At a cold start `cold_bandwidth`. Later the least of that, of ``previous`` (the bandwidth of earlier rounds) and,
    from ten references on, of a low quantile of the distances from each reference to its nearest other one: it never
    grows, and no single pair of duplicates can make it collapse.
    """
    found = cold_bandwidth(pool, len(references) + budget)
    if len(references) >= _ENOUGH_LABELLED:
        members = _sample(references, _CROWD // 10)
        distances = _distances(members, members)
        np.fill_diagonal(distances, np.inf)
        low = float(np.quantile(distances.min(axis=1), _LOW_QUANTILE))
        finest = _FINEST * float(np.median(_distances(_sample(pool, _ANCHORS), _sample(pool, _ANCHORS))))
        found = min(found, max(low, finest) or found)
    return min(found, previous) if previous else found

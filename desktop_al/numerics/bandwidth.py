"""The bandwidth of the kernel: the distance over which one label is taken to speak for its neighbours."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.content import sample
from desktop_al.numerics.grid import GridVectors, squared_distances

FIRST_BUDGET = 1000
"""The budget that an automatic batch is scaled for, since its own is not known yet."""

_ANCHORS = 512
_CROWD = 50_000
_BLOCK = 4096
# Structure finer than a quarter of the median distance is one place, whatever the budget; a tenth apart are copies.
_FINEST, COPY = 0.25, 0.1
_LEAST_RANK = 3
_LOW_QUANTILE = 0.1
_ENOUGH_LABELLED = 10
_MANY, _DRAWN, _AROUND = 1_000_000, 20_000, 0.02
_LARGEST = np.float32(8)


def _squared(anchors: GridVectors, others: GridVectors) -> NDArray[np.float32]:
    """Squared grid distances (a, n) float32 between vectors of a pool."""
    out = np.empty((len(anchors), len(others)), dtype=np.float32)
    block = anchors.block()
    for start, columns in others.blocks(_BLOCK):
        out[:, start : start + len(columns)] = squared_distances(block, columns)
    return out


def _distance(squared: NDArray[np.float32], norm: float) -> NDArray[np.float32]:
    """Distances in the units of the embeddings, whose order is that of ``squared``."""
    found: NDArray[np.float32] = np.sqrt(np.maximum(squared, 0), dtype=np.float32)
    found /= np.float32(norm)
    return found


def middle_ones(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The two middle ones of ``values``, the same one twice where their number is odd.

    Some thousands of them say between which two it must lie; only what is there is ordered.
    """
    flat = values.reshape(-1)
    ranks = np.array([(flat.size - 1) // 2, flat.size // 2])
    if flat.size > _MANY:
        low, high = np.quantile(flat[:: flat.size // _DRAWN], [0.5 - _AROUND, 0.5 + _AROUND], method="nearest")
        below, inside = int((flat < low).sum()), flat[(flat >= low) & (flat <= high)]
        if below <= ranks[0] and ranks[1] < below + len(inside):
            flat, ranks = inside, ranks - below
    found: NDArray[np.float32] = np.partition(flat, ranks)[ranks]
    return found


def _median(squared: NDArray[np.float32], norm: float) -> float:
    """The median distance."""
    return float(_distance(middle_ones(squared), norm).mean())


def middle_distance(pool: GridVectors) -> float:
    """The median distance between samples of ``pool``, of some hundreds where it is large."""
    some = sample(pool, _ANCHORS)
    return _median(_squared(some, some), pool.norm)


def within(squared: NDArray[np.float32], norm: float, radius: float) -> NDArray[np.int64]:
    """How many of each row (a, n) are not farther than ``radius``, (a,) int64."""
    edge = np.full(1, (radius * norm) ** 2, dtype=np.float32)
    # Rounding puts the largest squared distance that belongs a few steps above or below.
    while _distance(edge, norm) <= radius and edge < _LARGEST:
        edge = np.nextafter(edge, np.float32(np.inf))
    while _distance(edge, norm) > radius:
        edge = np.nextafter(edge, np.float32(-1))
    found: NDArray[np.int64] = (squared <= edge).sum(axis=1)
    return found


def cold_bandwidth(pool: GridVectors, budget: int) -> float:
    """The median distance to the (n/budget)-th neighbour, at least the third.

    Near-copies count as one sample, so that doubling a pool by copies leaves its bandwidth alone, and the result is at
    least a quarter of the median distance in the pool. ``budget`` counts labelled samples and picks to come. A pool
    without any distance gets 1.
    """
    if len(pool) < 2:
        return 1.0
    crowd = sample(pool, _CROWD)
    anchors = sample(crowd, _ANCHORS)
    squared, norm = _squared(anchors, crowd), anchors.norm
    middle = _median(squared, norm)
    copies = within(squared, norm, COPY * middle)
    rank = max(_LEAST_RANK, round(len(crowd) * float(np.mean(1 / copies)) / max(1, budget)))
    # The nearest of an anchor are itself and its copies.
    at = np.minimum(rank * copies, len(crowd) - 1)
    near = _median(np.array([np.partition(row, k)[k] for row, k in zip(squared, at, strict=True)]), norm)
    return max(near, _FINEST * middle) or float(_distance(squared.max(), norm)) or 1.0


def bandwidth(pool: GridVectors, references: GridVectors, budget: int, previous: float | None = None) -> float:
    """The bandwidth for ``budget`` picks beside ``references`` (labelled samples and earlier picks).

    At a cold start `cold_bandwidth`. Later the least of that, of ``previous`` (the bandwidth of earlier rounds) and,
    from ten references on, of a low quantile of the distances from each reference to its nearest other one: it never
    grows, and no single pair of duplicates can make it collapse.
    """
    found = cold_bandwidth(pool, len(references) + budget)
    if len(references) >= _ENOUGH_LABELLED:
        members = sample(references, _CROWD // 10)
        squared = _squared(members, members)
        np.fill_diagonal(squared, np.inf)
        low = float(np.quantile(_distance(squared.min(axis=1), members.norm), _LOW_QUANTILE))
        finest = _FINEST * middle_distance(pool)
        found = min(found, max(low, finest) or found)
    return min(found, previous) if previous else found

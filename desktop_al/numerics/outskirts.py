"""How heavy the tail of a pool is: whether it is a dense mass with far outskirts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# (quantile, light, heavy): a cloud of one density, and one of many clusters, has this quantile of its spacing below
# `light` medians, whatever the number of dimensions; a dense mass with outskirts beyond `heavy`. The first tells where
# a tenth of the pool lies out, the second where a hundredth does.
_TAILS = ((0.9, 1.35, 1.7), (0.99, 1.6, 2.2))


def quantiles(
    spacing: NDArray[np.float64], shares: Sequence[float], copies: NDArray[np.int64] | None = None
) -> list[float]:
    """What so many ``shares`` of the pool have at most as their ``spacing`` (n,), n > 0.

    ``copies`` (n,) says how many samples each is nearly the same as, itself included: those count as one together.
    """
    order = np.argsort(spacing, kind="stable")
    weights = np.ones(len(spacing)) if copies is None else 1 / copies[order]
    # Each sample stands in the middle of its weight.
    places = (np.cumsum(weights) - weights / 2) / weights.sum()
    return [float(found) for found in np.interp(shares, places, spacing[order])]


def tail(spacing: NDArray[np.float64], copies: NDArray[np.int64] | None = None) -> float:
    """How heavy the tail of ``spacing`` (n,) is, in [0, 1].

    0 is a cloud of one density, 1 a dense mass with far outskirts. ``copies`` are as in `quantiles`: bursts of them are
    no dense mass.
    """
    if len(spacing) == 0:
        return 0.0
    middle, *ends = quantiles(spacing, [0.5, *(q for q, _, _ in _TAILS)], copies)
    if middle <= 0:
        return 0.0
    shares = [(end / middle - light) / (heavy - light) for end, (_, light, heavy) in zip(ends, _TAILS, strict=True)]
    return float(np.clip(max(shares), 0.0, 1.0))

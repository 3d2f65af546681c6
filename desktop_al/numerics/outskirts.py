"""What the outskirts of a pool hold: how heavy its tail is, and whether labels say that rare classes live out there."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors, squared_distances

_BLOCK = 4096
_NEAREST = 20
# A sample of rank t among the distances to neighbours, 0 the densest and 1 the loosest, lies out to the degree t^4.
_SHARPNESS = 4
# (quantile, light, heavy): a cloud of one density, and one of many clusters, has this quantile of its spacing below
# `light` medians, whatever the number of dimensions; a dense mass with outskirts beyond `heavy`. The first tells where
# a tenth of the pool lies out, the second where a hundredth does.
_TAILS = ((0.9, 1.35, 1.7), (0.99, 1.6, 2.2))
_PRIOR = 1.0


def outness(values: NDArray[np.float64], spacing: NDArray[np.float64]) -> NDArray[np.float64]:
    """To what degree samples of these spacings ``values`` (m,) lie on the outskirts of a pool of ``spacing`` (n,).

    In [0, 1]: the fourth power of the share of the pool that is denser, so that a fifth of the pool lies out.
    """
    below = np.searchsorted(np.sort(spacing), values, side="left") + np.searchsorted(
        np.sort(spacing), values, side="right"
    )
    return np.asarray((below / (2 * max(1, len(spacing)))) ** _SHARPNESS, dtype=np.float64)


def spacing_beside(
    vectors: GridVectors, pool: GridVectors, nearest: int = _NEAREST, ctx: Context = SILENT
) -> NDArray[np.float64]:
    """The mean distance of each of ``vectors`` (m) to its ``nearest`` in ``pool``, (m,) float64; exact, O(m n d)."""
    k = min(nearest, len(pool))
    best = np.full((len(vectors), k), np.inf, dtype=np.float32)
    rows = vectors.block()
    for start in range(0, len(pool), _BLOCK):
        ctx.check()
        both = np.concatenate([best, squared_distances(rows, pool.block(start, start + _BLOCK))], axis=1)
        best = np.partition(both, k - 1, axis=1)[:, :k]
    near = np.sqrt(np.maximum(np.sort(best, axis=1), 0).astype(np.float64))
    return np.asarray(near.mean(axis=1) / pool.norm, dtype=np.float64)


def tail(spacing: NDArray[np.float64], copies: NDArray[np.int64] | None = None) -> float:
    """How heavy the tail of ``spacing`` (n,) is, in [0, 1].

    0 is a cloud of one density, 1 a dense mass with far outskirts. ``copies`` (n,) says how many samples each is nearly
    the same as, itself included: those count as one together, for bursts of them are no dense mass.
    """
    if len(spacing) == 0:
        return 0.0
    order = np.argsort(spacing, kind="stable")
    weights = np.ones(len(spacing)) if copies is None else 1 / copies[order]
    # Each sample stands in the middle of its weight.
    places = (np.cumsum(weights) - weights / 2) / weights.sum()
    middle, *ends = np.interp([0.5, *(q for q, _, _ in _TAILS)], places, spacing[order]).tolist()
    if middle <= 0:
        return 0.0
    shares = [(end / middle - light) / (heavy - light) for end, (_, light, heavy) in zip(ends, _TAILS, strict=True)]
    return float(np.clip(max(shares), 0.0, 1.0))


def rarity_outside(out: NDArray[np.float64], codes: NDArray[np.int32], share_out: float) -> float:
    """How many times as much a label from the outskirts serves rare classes as one from the inside.

    Parameters
    ----------
    out : (m,) the degrees in [0, 1] to which the labelled samples lie out.
    codes : (m,) their classes.
    share_out : the mean degree over the pool.

    Returns
    -------
    float
        The ratio of sum_c P(c | place) / P(c) between outside and inside, where P(c) is the share of class c in the
        pool that these labels suggest: labels that were picked with preference for one place do not bias it. Both
        distributions are shrunk to the pooled one by a label a class. 1 where there is one class or none.
    """
    classes, which = np.unique(codes, return_inverse=True)
    c = len(classes)
    if c < 2:
        return 1.0
    outside = np.bincount(which, weights=out, minlength=c)
    inside = np.bincount(which, weights=1 - out, minlength=c)
    pooled = (outside + inside) / (outside + inside).sum()
    there = (outside + _PRIOR * c * pooled) / (outside.sum() + _PRIOR * c)
    here = (inside + _PRIOR * c * pooled) / (inside.sum() + _PRIOR * c)
    shares = share_out * there + (1 - share_out) * here
    return float((there / shares).sum() / (here / shares).sum())

"""Places new samples in a map: by their neighbours first, then by a brief layout in which only they move."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.fuzzy import fuzzy_graph, memberships
from desktop_al.numerics.umap import STAGE, curve, lay_out

EPOCHS = 60
RATE = 0.25
PASSES = 20


def by_neighbours(
    indices: NDArray[np.int32], distances: NDArray[np.float32], xy: NDArray[np.floating], seed: int = 0
) -> NDArray[np.float32]:
    """Fill the NaN rows of ``xy`` (n, 2) with the weighted mean of the neighbours that have a place.

    The weights are UMAP's memberships. Samples that only know unplaced ones wait for a later pass; those that nothing
    placed is near go to the middle. A little noise keeps samples with the same neighbours apart.
    """
    placed = np.asarray(xy, np.float64).copy()
    weights = memberships(distances).astype(np.float64)
    missing = np.flatnonzero(np.isnan(placed[:, 0]))
    for _ in range(PASSES):
        if not len(missing):
            break
        near = placed[indices[missing]]
        known = np.isfinite(near[:, :, 0]) * weights[missing]
        total = known.sum(axis=1)
        reached = total > 0
        means = (np.nan_to_num(near[reached]) * known[reached][:, :, None]).sum(axis=1) / total[reached][:, None]
        placed[missing[reached]] = means
        missing = missing[~reached]
        if not reached.any():
            break
    placed[missing] = np.nanmean(placed, axis=0) if len(missing) < len(placed) else 0.0
    fresh = np.isnan(np.asarray(xy)[:, 0])
    placed[fresh] += np.random.default_rng(seed).normal(scale=1e-2, size=(int(fresh.sum()), 2))
    return placed.astype(np.float32)


def place(
    indices: NDArray[np.int32],
    distances: NDArray[np.float32],
    xy: NDArray[np.floating],
    min_dist: float = 0.1,
    seed: int = 0,
    on_positions: Callable[[NDArray[np.float32]], None] | None = None,
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> NDArray[np.float32]:
    """Give the NaN rows of ``xy`` (n, 2) a place on the map; the others stay exactly where they are.

    Parameters
    ----------
    indices, distances
        (n, k) int32 and float32: the neighbours of all samples, old and new, nearest first, itself left out.
    on_positions
        Called after every epoch with the positions (n, 2) in the order of ``xy``.

    Returns
    -------
    xy : (n, 2) float32

    Raises
    ------
    CancelledError
        ``ctx`` was cancelled.
    """
    old = np.isfinite(np.asarray(xy)[:, 0])
    order = np.concatenate([np.flatnonzero(old), np.flatnonzero(~old)])
    start = by_neighbours(indices, distances, xy, seed)
    first = int(old.sum())
    if first == len(xy) or indices.shape[1] == 0:
        return start
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    graph = fuzzy_graph(position[indices[order]], distances[order])

    def tell(moved: NDArray[np.float32]) -> None:
        if on_positions is not None:
            on_positions(moved[position])

    moved = lay_out(graph, start[order], curve(min_dist), EPOCHS, RATE, seed, first, tell, ctx, stage)
    result = moved[position].copy()
    result[old] = np.asarray(xy, np.float32)[old]
    return result


def align(xy: NDArray[np.floating], to: NDArray[np.floating]) -> NDArray[np.float32]:
    """Turn, mirror and move the map ``xy`` (n, 2) onto ``to`` (n, 2) as well as it goes, NaN rows left out.

    Orthogonal Procrustes (Schoenemann 1966); the scale is kept.
    """
    shared = np.isfinite(np.asarray(to)[:, 0])
    if shared.sum() < 2:
        return np.asarray(xy, np.float32)
    source, target = np.asarray(xy, np.float64), np.asarray(to, np.float64)[shared]
    centre, goal = source[shared].mean(axis=0), target.mean(axis=0)
    left, _, right = np.linalg.svd((source[shared] - centre).T @ (target - goal))
    turned: NDArray[np.float32] = ((source - centre) @ (left @ right) + goal).astype(np.float32)
    return turned

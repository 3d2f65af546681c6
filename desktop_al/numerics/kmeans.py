"""Lloyd's k-means on a sample of the points: the cells of the neighbour search."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.nearest_kernels import nearest_centre
from desktop_al.numerics.threads import over_blocks

PER_CENTRE = 48
ROUNDS = 8
BLOCK = 2048


def k_means(points: NDArray[np.float32], count: int, seed: int = 0, ctx: Context = SILENT) -> NDArray[np.float32]:
    """Return ``count`` centres (c, q) of ``points`` (n, q), n >= count, q a multiple of 4.

    At most 48 points per centre take part. Centres begin at points drawn with ``seed``; one that loses all its points
    stays where it was.
    """
    rng = np.random.default_rng(seed)
    size = min(len(points), PER_CENTRE * count)
    sample = points[np.sort(rng.choice(len(points), size, replace=False))]
    centres = sample[np.sort(rng.choice(size, count, replace=False))].astype(np.float32)
    for _ in range(ROUNDS):
        nearest = assign(sample, centres, ctx)
        order = np.argsort(nearest, kind="stable")
        filled, begins = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(sample[order].astype(np.float64), begins, axis=0)
        sizes = np.diff(np.append(begins, size))
        centres[filled] = sums / sizes[:, None]
    return centres


def assign(
    points: NDArray[np.float32], centres: NDArray[np.float32], ctx: Context = SILENT, stage: str = ""
) -> NDArray[np.int64]:
    """Return the nearest of ``centres`` (c, q) for each of ``points`` (n, q), the first of equals: (n,) int64."""
    nearest = np.zeros(len(points), np.int64)
    half_norms = np.einsum("ij,ij->i", centres, centres) / np.float32(2)

    def work(start: int, stop: int) -> None:
        nearest_centre(start, stop, points, centres, half_norms, nearest)

    over_blocks(len(points), BLOCK, work, ctx, stage)
    return nearest

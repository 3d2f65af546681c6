"""What a batch is worth beside its coverage: what each veto would cost, how varied it is, how near its members are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.numerics.kernel import ONE, grid_norms, kernel
from desktop_al.numerics.threads import one_thread
from desktop_al.numerics.whole_products import inner_products

DUPLICATE_SHARE = 0.1
"""Two images are near-duplicates where they are closer than this share of the bandwidth of coverage."""

_COLUMNS, _AMONG = 1024, 256
_VARIED, _DRAWS = 256, 10
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Standing:
    """Who serves each sample of a pool, beside what serves it already.

    ``best`` (n,) uint16 is the similarity to the nearest of all, in units of 1/`ONE`, ``second`` (n,) uint16 what is
    left without it; ``by`` (n,) int64 is the position of the member that serves best, the first of equals, -1 where
    none does better than what was there before.
    """

    best: NDArray[np.uint16]
    second: NDArray[np.uint16]
    by: NDArray[np.int64]

    def veto_costs(self, members: int) -> NDArray[np.float64]:
        """For each of ``members`` (m,), the share of coverage that is lost where it goes and nothing replaces it."""
        served = self.by >= 0
        lost = self.best[served].astype(np.int64) - self.second[served]
        # Sums of integers below 2^53 are exact in float64.
        sums = np.bincount(self.by[served], weights=lost, minlength=members)
        costs: NDArray[np.float64] = sums / (ONE * max(1, len(self.by)))
        return costs


def nearest(
    vectors: GridVectors, members: GridVectors, ctx: Context = SILENT
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest of ``members`` for each vector: positions (n,) int64, distances (n,) float64; -1 and inf for none."""
    rows = vectors.block()
    squared, who = np.full(len(rows), np.inf, dtype=np.float32), np.full(len(rows), -1, dtype=np.int64)
    for offset, columns in members.blocks(_COLUMNS):
        ctx.check()
        _keep_nearer(squared_distances(rows, columns), offset, squared, who)
    return who, _root(squared, vectors.norm)


def nearest_among(
    vectors: GridVectors, earlier: bool = False, ctx: Context = SILENT
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest other vector, or the nearest ``earlier`` one, for each vector; as `nearest`."""
    rows, n = vectors.integers(), len(vectors)
    norms = grid_norms(rows)
    squared, who = np.full(n, np.inf, dtype=np.float32), np.full(n, -1, dtype=np.int64)
    for start in range(0, n, _AMONG):
        ctx.check()
        # Each pair is measured once, from the later of the two.
        these = slice(start, start + _AMONG)
        found = inner_products(rows[start:], rows[these])
        found = norms[start:, None] + norms[None, these] - 2 * found
        found[np.triu_indices_from(found)] = np.inf
        _keep_nearer(found, start, squared[start:], who[start:])
        if not earlier:
            _keep_nearer(np.ascontiguousarray(found.T), start, squared[these], who[these])
    return who, _root(squared, vectors.norm)


def _keep_nearer(found: NDArray[np.float32], offset: int, squared: NDArray[np.float32], who: NDArray[np.int64]) -> None:
    near = found.argmin(axis=1)
    value = np.maximum(found[np.arange(len(found)), near], 0)
    better = value < squared
    squared[better], who[better] = value[better], offset + near[better]


def _root(squared: NDArray[np.float32], norm: float) -> NDArray[np.float64]:
    root: NDArray[np.float64] = np.sqrt(squared.astype(np.float64)) / norm
    return root


def redundancy(vectors: GridVectors, others: GridVectors, radius: float, ctx: Context = SILENT) -> float:
    """The share of ``vectors`` (at least one) nearer than ``radius`` to another of them or to one of ``others``."""
    near = np.minimum(nearest_among(vectors, ctx=ctx)[1], nearest(vectors, others, ctx)[1])
    return float((near < radius).mean())


def vendi(similarities: NDArray[np.floating]) -> float:
    """The Vendi score (Friedman & Dieng, TMLR 2023): how many different samples a set of n amounts to, from 1 to n.

    ``similarities`` (n, n) is positive semi-definite with ones on the diagonal.
    """
    with one_thread():
        shares = np.linalg.eigvalsh(np.asarray(similarities, dtype=np.float64) / len(similarities))
    shares = shares[shares > _NOTHING]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def vendi_of(
    pool: GridVectors, members: NDArray[np.int64], scale: np.float32, seed: int = 0, ctx: Context = SILENT
) -> float:
    """The Vendi score of the pool positions ``members`` (m,); of more than 256, 256 are drawn."""
    ctx.check()
    if len(members) > _VARIED:
        members = np.random.default_rng([seed, 7]).choice(members, _VARIED, replace=False)
    vectors = pool.subset(np.sort(members)).block()
    return vendi(kernel(vectors, vectors, scale) / ONE)


def varied_size(count: int) -> int:
    """How many of ``count`` samples a Vendi score is that of."""
    return min(count, _VARIED)


def vendi_random(pool: GridVectors, count: int, scale: np.float32, seed: int = 0, ctx: Context = SILENT) -> float:
    """The mean Vendi score of ten random sets of `varied_size`, to hold `vendi_of` by."""
    rng, size = np.random.default_rng([seed, 8]), varied_size(count)
    draws = [rng.choice(len(pool), size, replace=False) for _ in range(_DRAWS)]
    return float(np.mean([vendi_of(pool, draw, scale, seed, ctx) for draw in draws]))


def total_variation(shares: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    """Half the sum of absolute differences of two distributions: 0 equal, 1 without anything in common."""
    return float(np.abs(np.asarray(shares, dtype=np.float64) - target).sum() / 2)

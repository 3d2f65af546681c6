"""Small pools and their kernels, for the tests of selection."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import kernel
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing

NONE = np.zeros(0, dtype=np.int64)


def vectors(n: int, dim: int = 8, seed: int = 0) -> NDArray[np.float32]:
    """Random vectors (n, dim)."""
    return np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)


def similarity(n: int, dim: int = 8, seed: int = 0, bandwidth: float = 0.8, labelled: int = 0) -> Similarity:
    """The similarities of ``n`` random vectors, beside ``labelled`` others that serve them already."""
    matrix = vectors(n + labelled, dim, seed)
    return Similarity(GridVectors(matrix, np.arange(n)), GridVectors(matrix, np.arange(n, n + labelled)), bandwidth)


def unit_weights(n: int) -> NDArray[np.uint32]:
    """Equal weights."""
    return np.full(n, 65536, dtype=np.uint32)


def value(
    kernel: NDArray[np.uint16], weights: NDArray[np.uint32], served: NDArray[np.uint16], picks: NDArray[np.int64]
) -> int:
    """The weighted similarity of the pool after ``picks``, in plain numpy integers."""
    best = served.astype(np.int64)
    for pick in picks:
        best = np.maximum(best, kernel[pick].astype(np.int64))
    return int((best * weights.astype(np.int64)).sum())


def optimum(kernel: NDArray[np.uint16], weights: NDArray[np.uint32], served: NDArray[np.uint16], count: int) -> int:
    """The best value that ``count`` picks can reach, by trying all."""
    return max(value(kernel, weights, served, np.array(picks)) for picks in combinations(range(len(kernel)), count))


def slow_standing(found: Similarity, members: NDArray[np.int64]) -> Standing:
    """How ``members`` serve the pool, by ordering all of them for each sample."""
    n, before = len(found), found.before().similarity.astype(np.int64)
    table = kernel(found.pool.block(), found.pool.subset(members).block(), found.scale).astype(np.int64)
    by, best, second = np.full(n, -1), before.copy(), np.zeros(n, dtype=np.int64)
    for i in range(n):
        ranked = sorted(range(len(members)), key=lambda at: (-table[i, at], members[at]))
        values = [int(table[i, at]) for at in ranked] + [0, 0]
        second[i] = values[0]
        if values[0] > before[i]:
            by[i], best[i], second[i] = ranked[0], values[0], max(int(before[i]), values[1])
    return Standing(best.astype(np.uint16), second.astype(np.uint16), by)

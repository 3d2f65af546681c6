"""Selection: the dense solver against the naive method and against other libraries, and whole selections from disk."""

import sys
import time
from typing import Any

import numpy as np

from desktop_al.numerics.greedy_dense import DenseGreedy, naive_greedy
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from scripts.bench_parts.selection_disk import SIZES, Speed, beside_peers, selections

_NAIVE_PICKS = 30


def measure(
    n: int = 5000, k: int = 500, d: int = 512, largest: int = 1_000_000, asked: Speed | None = None
) -> dict[str, Any]:
    """Time greedy beside naive greedy, whole selections up to ``largest`` samples, and other libraries.

    Returns
    -------
    dict
        The figures of `lazy_and_naive`, of `selection_disk.selections` and of `selection_disk.beside_peers`; the
        peers are those of ``asked.peers``, by default of this interpreter.
    """
    asked = asked or Speed()
    sizes = asked.sizes or tuple(size for size in SIZES if size[0] <= largest) or ((largest, max(1, largest // 100)),)
    found = lazy_and_naive(n, k, d)
    found.update(selections(sizes, d))
    found.update(beside_peers(n, min(n, 2 * k), asked.peers or sys.executable, d))
    return found


def lazy_and_naive(n: int, k: int, d: int) -> dict[str, Any]:
    """Time ``k`` picks of ``n`` clustered samples in ``d`` dimensions.

    Returns
    -------
    dict
        Seconds for the kernel, for lazy greedy to ``k`` picks, and per pick of the naive method (which is timed over 30
        picks); the ratio of naive to lazy for ``k`` picks; and whether the picks of both are the same.
    """
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(max(1, n // 50), d))
    matrix = (centres[rng.integers(len(centres), size=n)] + 0.7 * rng.normal(size=(n, d))).astype(np.float32)
    weights, served = np.full(n, 65536, dtype=np.uint32), np.zeros(n, dtype=np.uint16)
    _compile(weights[:2], served[:2])
    began = time.perf_counter()
    pool = GridVectors(matrix)
    kernel = Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), 0.9).dense()
    built = time.perf_counter()
    lazy = DenseGreedy(kernel, weights, served)
    lazy.extend(k)
    solved = time.perf_counter()
    some = min(k, _NAIVE_PICKS)
    picks = naive_greedy(kernel, weights, served, some)
    naive = (time.perf_counter() - solved) / some
    return {
        "n": n,
        "k": k,
        "d": d,
        "kernel_s": built - began,
        "lazy_s": solved - built,
        "naive_s_per_pick": naive,
        "naive_over_lazy": naive * k / (solved - built),
        "equal_picks": bool(np.array_equal(picks, lazy.indices[:some])),
    }


def _compile(weights: np.ndarray[Any, np.dtype[np.uint32]], served: np.ndarray[Any, np.dtype[np.uint16]]) -> None:
    """Compile the kernels before they are timed."""
    pool = GridVectors(np.eye(2, dtype=np.float32))
    kernel = Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), 0.9).dense()
    DenseGreedy(kernel, weights, served).extend(2)

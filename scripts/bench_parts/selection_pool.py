"""A large clustered pool on disk, written block by block."""

from pathlib import Path

import numpy as np

_BLOCK = 8192
_CLUSTERS, _FAMILIES, _AXES = 1000, 50, 24


def write_pool(path: Path, n: int, dim: int, seed: int = 0) -> None:
    """Write unit vectors (n, dim) float32 as a .npy file, never holding more than a block.

    A thousand clusters of uneven size in fifty families; each spreads along twenty-four of its directions, of falling
    width, and has a little noise in all, as image embeddings have.
    """
    rng = np.random.default_rng(seed)
    families = rng.normal(size=(_FAMILIES, dim)).astype(np.float32)
    between = rng.normal(size=(_AXES, dim)).astype(np.float32)
    inner = 0.6 * rng.normal(size=(_CLUSTERS, _AXES)).astype(np.float32)
    centres = families[rng.integers(0, _FAMILIES, _CLUSTERS)] + inner @ between
    widths = 0.5 * 0.85 ** np.arange(_AXES, dtype=np.float32)
    axes = rng.normal(size=(10, _AXES, dim)).astype(np.float32) * widths[:, None]
    shares = rng.pareto(1.5, _CLUSTERS) + 0.2
    shares /= shares.sum()
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(n, dim))
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        owner = rng.choice(_CLUSTERS, size, p=shares)
        rows = centres[owner] + 0.1 * rng.standard_normal((size, dim), dtype=np.float32)
        along = rng.standard_normal((size, _AXES), dtype=np.float32)
        for kind in range(10):
            mine = np.flatnonzero(owner % 10 == kind)
            rows[mine] += along[mine] @ axes[kind]
        out[start : start + size] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    out.flush()

"""Selection from vectors on disk as `desktop_al.select` does it, and the dense solver beside other libraries."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.coverage import mean
from desktop_al.numerics.greedy_dense import DenseGreedy
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from scripts.bench_parts.selection_pool import write_pool

DIM = 512
SIZES = ((10_000, 1_000), (100_000, 1_000), (1_000_000, 10_000))
STRATEGIES = ("coverage", "auto")
PEERS = ("apricot", "submodlib")
_BANDWIDTH = 0.4
_WARM = 31_000


@dataclass(frozen=True, slots=True)
class Speed:
    """What is asked: ``sizes`` as pairs of samples and picks, empty for the usual; ``peers``, an interpreter."""

    sizes: tuple[tuple[int, int], ...] = ()
    peers: str = ""


def size(text: str) -> tuple[int, int]:
    """``text``, such as "100000:1000", as samples and picks; raises ValueError."""
    samples, picks = text.split(":")
    if not 1 <= int(picks) <= int(samples):
        raise ValueError(text)
    return int(samples), int(picks)


def selections(sizes: tuple[tuple[int, int], ...], dim: int = DIM) -> dict[str, Any]:
    """Select from pools of ``sizes`` on disk, each in a process of its own, after one that compiles the kernels."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        if any(n > _WARM for n, _ in sizes):
            write_pool(path, _WARM, 160)
            _child(path, 10, "auto")
        for n, k in sizes:
            path.unlink(missing_ok=True)
            write_pool(path, n, dim)
            for strategy in STRATEGIES:
                for name, value in _child(path, k, strategy).items():
                    found[f"{strategy}_{k}_of_{n}_{name}"] = value
    return found


def _child(path: Path, count: int, strategy: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "scripts.bench_parts.selection_child", str(path), str(count), strategy]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def beside_peers(n: int, k: int, python: str, dim: int = DIM) -> dict[str, Any]:
    """Facility location of ``k`` of ``n`` under one kernel, by this program and by each peer that ``python`` has.

    All are timed twice: the search alone, and with the kernel from the vectors on; all have run on a few samples
    before, so that nothing is compiled or loaded meanwhile. ``value`` is that of the peer over ours. A peer
    that is not installed is said to be, and has no figures.
    """
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        write_pool(path, n, dim)
        pool = GridVectors(np.load(path, mmap_mode="r"))
        _facility_location(pool.subset(np.arange(min(n, 20))), 2)
        began = time.perf_counter()
        kernel, greedy, search = _facility_location(pool, k)
        solved = time.perf_counter()
        found["ours_search_s"], found["ours_with_kernel_s"] = search, solved - began
        value = mean(kernel[greedy.indices].max(axis=0))
        for peer in PEERS:
            told = _peer(python, peer, path, k)
            if told is None:
                found[f"{peer}_note"] = f"not installed for {python}"
                continue
            found[f"{peer}_s"] = told["seconds"]
            found[f"{peer}_over_ours"] = told["seconds"] / found["ours_search_s"]
            found[f"{peer}_with_kernel_s"] = whole = told["seconds"] + told["kernel_seconds"]
            found[f"{peer}_over_ours_with_kernel"] = whole / found["ours_with_kernel_s"]
            found[f"{peer}_value"] = mean(kernel[told["picks"]].max(axis=0)) / value
    return found


def _facility_location(pool: GridVectors, count: int) -> tuple[NDArray[np.uint16], DenseGreedy, float]:
    """The kernel of ``pool``, ``count`` picks over it, and the seconds of the search alone."""
    kernel = Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), _BANDWIDTH).dense()
    built = time.perf_counter()
    greedy = DenseGreedy(kernel, np.full(len(pool), 65536, dtype=np.uint32), np.zeros(len(pool), dtype=np.uint16))
    greedy.extend(count)
    return kernel, greedy, time.perf_counter() - built


def _peer(python: str, peer: str, vectors: Path, count: int) -> dict[str, Any] | None:
    command = [
        python,
        str(Path(__file__).with_name("selection_peers.py")),
        peer,
        str(vectors),
        str(_BANDWIDTH),
        str(count),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return None if "missing" in told else told

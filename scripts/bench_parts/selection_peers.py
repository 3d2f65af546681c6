"""Facility location by apricot and by submodlib, from vectors given as a file; needs nothing of Desktop AL.

``PYTHON selection_peers.py apricot|submodlib VECTORS.npy BANDWIDTH COUNT`` prints one JSON object: the picks, the
seconds of the search alone and those of the kernel before it, by scikit-learn, which has one that both take; or
"missing" where the peer is not installed for this interpreter.
"""

import importlib
import importlib.util
import json
import sys
import time
from typing import Any

import numpy as np

MODULES = {"apricot": "apricot", "submodlib": "submodlib"}


def by_apricot(kernel: Any, count: int) -> tuple[list[int], float]:
    """Lazy greedy as apricot has it; returns picks and seconds."""
    solver = importlib.import_module("apricot").FacilityLocationSelection
    # Loads what is loaded at its first use; it compiles its search anew at each, some seconds that are its own.
    solver(2, metric="precomputed", optimizer="lazy").fit(kernel[:20, :20])
    began = time.perf_counter()
    chosen = solver(count, metric="precomputed", optimizer="lazy").fit(kernel)
    return [int(pick) for pick in chosen.ranking], time.perf_counter() - began


def by_submodlib(kernel: Any, count: int) -> tuple[list[int], float]:
    """Lazy greedy as submodlib has it; returns picks and seconds."""
    module = importlib.import_module("submodlib.functions.facilityLocation")
    module.FacilityLocationFunction(n=20, mode="dense", separate_rep=False, sijs=kernel[:20, :20]).maximize(
        budget=2, optimizer="LazyGreedy", stopIfZeroGain=False, stopIfNegativeGain=False, show_progress=False
    )
    began = time.perf_counter()
    function = module.FacilityLocationFunction(n=len(kernel), mode="dense", separate_rep=False, sijs=kernel)
    chosen = function.maximize(
        budget=count, optimizer="LazyGreedy", stopIfZeroGain=False, stopIfNegativeGain=False, show_progress=False
    )
    return [int(pick) for pick, _ in chosen], time.perf_counter() - began


def kernel_of(vectors: Any, bandwidth: float, kind: Any) -> tuple[Any, float]:
    """The Gaussian kernel (n, n) of ``vectors`` (n, d) in numbers of ``kind``, and the seconds that it took."""
    make = importlib.import_module("sklearn.metrics.pairwise").rbf_kernel
    make(vectors[:20])
    began = time.perf_counter()
    found = make(vectors, gamma=1 / bandwidth**2).astype(kind, copy=False)
    return found, time.perf_counter() - began


def main(peer: str, path: str, bandwidth: float, count: int) -> dict[str, Any]:
    """Measure one peer."""
    if importlib.util.find_spec(MODULES[peer]) is None:
        return {"missing": True}
    solve = {"apricot": by_apricot, "submodlib": by_submodlib}[peer]
    kernel, built = kernel_of(np.load(path), bandwidth, np.float64 if peer == "apricot" else np.float32)
    picks, seconds = solve(kernel, count)
    return {"picks": picks, "seconds": seconds, "kernel_seconds": built}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))) + "\n")

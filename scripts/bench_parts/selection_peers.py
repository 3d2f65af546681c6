"""Facility location by apricot and by submodlib, on a similarity matrix given as a file; needs nothing of Desktop AL.

``PYTHON selection_peers.py apricot|submodlib KERNEL.npy COUNT`` prints one JSON object: the picks and the seconds of
the search alone, or "missing" where the peer is not installed for this interpreter.
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
    # Compiles what is compiled at its first use.
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


def main(peer: str, path: str, count: int) -> dict[str, Any]:
    """Measure one peer."""
    if importlib.util.find_spec(MODULES[peer]) is None:
        return {"missing": True}
    solve = {"apricot": by_apricot, "submodlib": by_submodlib}[peer]
    picks, seconds = solve(np.load(path).astype(np.float64 if peer == "apricot" else np.float32), count)
    return {"picks": picks, "seconds": seconds}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))) + "\n")

"""One selection in a process of its own: seconds, processor seconds, peak memory, the time of each stage, and value.

``python -m scripts.bench_parts.selection_child VECTORS.npy COUNT STRATEGY`` prints one JSON object.
"""

import json
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context, Progress
from desktop_al.numerics import similarity
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies import api


class Stages:
    """Seconds by stage: each lasts from its first report to the first of the next."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._stage, self._since = "Reading", time.perf_counter()

    def __call__(self, progress: Progress) -> None:
        """Note a report."""
        if progress.stage != self._stage:
            now = time.perf_counter()
            self.seconds[self._stage] += now - self._since
            self._stage, self._since = progress.stage, now

    def end(self) -> dict[str, float]:
        """The seconds of all stages so far."""
        self.seconds[self._stage] += time.perf_counter() - self._since
        return dict(self.seconds)


def peak_mib() -> float | None:
    """The peak of the resident memory of this process, mapped files included; None where the system does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return int(found[1]) / 1024 if found else None


def value_beside_dense(matrix: NDArray[np.float32], picks: api.Picks, strategy: str) -> float:
    """The coverage of as many picks over a graph, as a share of that of the dense solver."""
    with mock.patch.object(similarity, "DENSE_LIMIT", 0), mock.patch.object(api, "DENSE_LIMIT", 0):
        count = len(picks.indices)
        thin = api.select(matrix, count=count, strategy=strategy, judged=False)
    pool = GridVectors(matrix)
    nothing = pool.subset(np.zeros(0, dtype=np.int64))
    exact = Similarity(pool, nothing, picks.budget["bandwidth"])
    return exact.coverage(thin.indices) / exact.coverage(picks.indices)


def main(path: str, count: int, strategy: str) -> dict[str, Any]:
    """Select ``count`` of the vectors in ``path`` by ``strategy``."""
    matrix = np.load(path, mmap_mode="r")
    stages = Stages()
    began, busy = time.perf_counter(), time.process_time()
    picks = api.select(matrix, count=count, strategy=strategy, ctx=Context(on_progress=stages))
    found: dict[str, Any] = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - busy,
        "peak_mib": peak_mib(),
        "coverage": picks.coverage["after"],
        "random": picks.coverage["random_mean"],
        "certificate": picks.certificate,
        "bandwidth": picks.budget["bandwidth"],
        "stages": stages.end(),
    }
    if len(matrix) <= similarity.DENSE_LIMIT:
        found["graph_over_dense_value"] = value_beside_dense(matrix, picks, strategy)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3])) + "\n")

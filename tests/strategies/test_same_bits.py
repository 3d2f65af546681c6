"""Threads and processors change no pick of the strategies that compute on the grid."""

import os
import subprocess
import sys
from pathlib import Path

import desktop_al

PROGRAM = """
import hashlib
import numpy as np
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import StrategyInput, complete
from desktop_al.strategies.registry import strategy
x = np.random.default_rng(0).normal(size=(900, 300)).astype(np.float32)
everything = GridVectors(x)
pool, references = everything.subset(np.arange(5, 900)), everything.subset(np.arange(5))
for name in ("typicality", "k-means", "probability-coverage", "outliers", "similar"):
    known = strategy(name)
    given = StrategyInput(
        Similarity(pool, references, 1.0), 0, options=complete(known, {}), queries=references, asked=30
    )
    ranker = known.start(given)
    ranker.extend(80)
    print(name, hashlib.sha256(ranker.indices.tobytes() + ranker.gains.tobytes()).hexdigest())
"""


def test_that_the_number_of_threads_and_the_processor_change_no_bit() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(desktop_al.__file__).parents[1],
            timeout=200,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OPENBLAS_CORETYPE": core},
        ).stdout
        for threads, core in (("1", "Haswell"), ("2", "Prescott"))
    }
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == 5

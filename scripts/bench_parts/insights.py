"""What each insight costs on a made-up project, first asked and asked again, and how soon neighbours are there."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.jobs.graph import graph_of
from desktop_al.jobs.insights import InsightSpec, run_insight
from desktop_al.jobs.similar import SimilarSpec, nearest_of, neighbours_of, run_similar
from desktop_al.store import labels, models, samples, sources, vectors
from desktop_al.store.project import Project
from scripts.bench_parts.selection_pool import write_pool

KEY, DIM, CLASSES = "bench", 512, 10
ASKED = ("density", "uncertainty", "guess", "novelty", "covered", "trust", "cluster", "copies")
_CHUNK = 65_536


def measure(n: int, n_labels: int) -> dict[str, Any]:
    """Seconds for each insight of ``n`` samples, of which ``n_labels`` have a label; milliseconds for neighbours."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, _project(Path(folder), n) as project:
        ids = project.embeddings().ids
        _label(project, ids, n_labels, seed=0)
        found["graph_s"] = _seconds(lambda: graph_of(project, project.embeddings()))
        for name in ASKED:
            found[f"{name}_s"] = _seconds(partial(run_insight, project, InsightSpec(name)))
        for name in ("uncertainty", "novelty", "trust", "cluster"):
            found[f"{name}_again_s"] = _seconds(partial(run_insight, project, InsightSpec(name)))
        _label(project, ids, max(1, n_labels // 10), seed=1)
        found["novelty_after_a_tenth_more_labels_s"] = _seconds(lambda: run_insight(project, InsightSpec("novelty")))
        found["similar_s"] = _seconds(lambda: run_similar(project, SimilarSpec(samples=(int(ids[0]),))))
        some = np.random.default_rng(0).choice(ids, min(n, 200), replace=False).tolist()
        each = [1000 * _seconds(partial(nearest_of, project, sample, 12)) for sample in some]
        found["neighbours_median_ms"], found["neighbours_p95_ms"] = np.quantile(each, (0.5, 0.95)).tolist()
        grown = np.sort(np.random.default_rng(1).choice(ids, min(n, n // 10), replace=False))
        found["grow_a_tenth_s"] = _seconds(lambda: neighbours_of(project, grown, 8))
    unit = 1 if sys.platform == "darwin" else 1024
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _label(project: Project, ids: NDArray[np.int64], count: int, seed: int) -> None:
    """Label ``count`` samples by the one of ten directions that they lie along most."""
    places = np.sort(np.random.default_rng(seed).choice(len(ids), count, replace=False))
    table = project.embeddings()
    directions = np.random.default_rng(2).normal(size=(table.matrix.shape[1], CLASSES))
    names = [f"class {code}" for code in (table.matrix[table.rows[places]] @ directions).argmax(axis=1).tolist()]
    project.write(lambda db: labels.set_labels(db, ids[places].tolist(), names, origin="bench"))


def _project(folder: Path, n: int) -> Project:
    """A project of ``n`` samples without files, with embeddings and a map by their first two coordinates."""
    write_pool(folder / "pool.npy", n, DIM)
    rows = np.load(folder / "pool.npy", mmap_mode="r")
    project = Project.create(folder / "bench.alproject")

    def fill(db: sqlite_utils.Database, start: int, stop: int) -> list[int]:
        source = sources.ensure(db, folder)
        names = [f"{row:08}.jpg" for row in range(start, stop)]
        ids: list[int] = samples.insert(db, source, names, [1] * len(names), [0] * len(names)).tolist()
        samples.set_facts(db, [samples.SampleFacts(i, f"{i:016x}", 64, 64, "JPEG", "") for i in ids])
        return ids

    def model(db: sqlite_utils.Database) -> None:
        models.ensure_model(db, KEY, name="Bench", kind="test", dim=DIM)
        models.set_active(db, KEY)

    project.write(model)
    everyone: list[int] = []
    for start in range(0, n, _CHUNK):
        stop = min(start + _CHUNK, n)
        ids = project.write(lambda db, start=start, stop=stop: fill(db, start, stop))  # type: ignore[misc]  # bound
        project.append_vectors(KEY, vectors.EMBEDDING, ids, [f"{i:016x}" for i in ids], rows[start:stop])
        everyone += ids
    (folder / "pool.npy").unlink()
    xy = np.array(project.embeddings().matrix[:, :2], np.float32)
    project.save_array(KEY, "projection", np.array(everyone), {"xy": xy}, {"method": "pca"}, 0, "bench")
    return project

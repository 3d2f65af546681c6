"""What a veto in a batch costs: seconds until the new picks are told, and until they are saved with all figures."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.specs import AdjustSpec, SelectSpec
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.select import run_select
from desktop_al.store import models, samples, sources, vectors
from desktop_al.store.project import Project
from scripts.bench_parts.gui_project import hash_of
from scripts.bench_parts.selection_pool import write_pool

MODEL = "made-up-0000000000000000"
TARGET_S = 0.3
_AT = (0.0, 0.001, 0.01, 0.1, 0.5, 0.9)
_TIMES = 5


def measure(n: int = 100_000, k: int = 1_000, d: int = 512) -> dict[str, Any]:
    """Veto picks of several ranks of a batch of ``k`` of ``n`` that `auto` picked, a few times each.

    Returns
    -------
    dict
        By rank: the median and the least of the seconds until the new picks are told, the median until they are saved,
        and how many picks a veto exchanged; ``target_s`` is what the first is held against.
    """
    found: dict[str, Any] = {"target_s": TARGET_S}
    with tempfile.TemporaryDirectory() as folder, _project(Path(folder), n, d) as project:
        picks = [pick.sample for pick in run_select(project, SelectSpec(count=str(k))).picks]
        for rank in dict.fromkeys(int(share * k) for share in _AT):
            told, saved, changed = [], [], []
            for _ in range(_TIMES):
                first, whole, now = _veto(project, picks[rank])
                told.append(first)
                saved.append(whole)
                changed.append(len(set(picks).difference(now)))
                picks = now
            found[f"rank_{rank + 1}_told_s"] = median(told)
            found[f"rank_{rank + 1}_told_least_s"] = min(told)
            found[f"rank_{rank + 1}_saved_s"] = median(saved)
            found[f"rank_{rank + 1}_exchanged"] = median(changed)
    return found


def _veto(project: Project, sample: int) -> tuple[float, float, list[int]]:
    """The seconds until the new picks are told and until they are saved, and these picks."""
    heard: list[float] = []
    began = time.perf_counter()
    ctx = Context(on_partial=lambda _: heard.append(time.perf_counter() - began))
    result = run_adjust(project, AdjustSpec(1, vetoes=(sample,)), ctx)
    return heard[0], time.perf_counter() - began, [pick.sample for pick in result.picks]


def _project(folder: Path, n: int, d: int) -> Project:
    """A project of ``n`` images in no file, whose embeddings are a clustered pool."""
    path = folder / "pool.npy"
    write_pool(path, n, d)
    rows: NDArray[np.float32] = np.load(path, mmap_mode="r")
    project = Project.create(folder / "pool.alproject")

    def fill(db: sqlite_utils.Database) -> NDArray[np.int64]:
        names = [f"photo {number:07d}.jpg" for number in range(n)]
        ids = samples.insert(db, sources.ensure(db, folder / "images"), names, np.full(n, 1000), np.zeros(n, np.int64))
        facts = [samples.SampleFacts(one, hash_of(at), 100, 80, "JPEG", "") for at, one in enumerate(ids.tolist())]
        samples.set_facts(db, facts)
        models.ensure_model(db, MODEL, name="Made up", kind="test", dim=d)
        models.set_active(db, MODEL)
        return ids

    ids = project.write(fill)
    project.append_vectors(MODEL, vectors.EMBEDDING, ids, [hash_of(at) for at in range(n)], np.asarray(rows))
    return project

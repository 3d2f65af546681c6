"""What set-up does once, so that the first project does not wait: convert the model, compile the kernels."""

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop_al.domain.context import Context
from desktop_al.domain.specs import EmbedSpec, MapSpec, SelectSpec
from desktop_al.engines.embedding import load_model
from desktop_al.engines.local import get_worker
from desktop_al.store import models, samples, sources, vectors
from desktop_al.store.project import Project

if TYPE_CHECKING:
    import sqlite_utils

SAMPLES = 256
DIM = 32
KEY = "prepare"


def run_prepare(spec: EmbedSpec, ctx: Context) -> float:
    """Convert the model of ``spec`` and compile the numeric kernels into their caches; returns seconds.

    The kernels are compiled by mapping and selecting in a small project that is thrown away, so that exactly what a
    real project runs is ready. Where all is done already this takes a moment.

    Raises
    ------
    ModelError
        The model cannot be used.
    """
    began = time.monotonic()
    get_worker().call(load_model, spec, ctx=ctx)
    ctx.report("Preparing map and selection", 0, None)
    from desktop_al.jobs.map import run_map
    from desktop_al.jobs.select import run_select
    from desktop_al.jobs.where_texts import warm

    with tempfile.TemporaryDirectory(prefix="desktop-al-") as folder:
        project = _practice_project(Path(folder))
        try:
            run_map(project, MapSpec(), ctx)
            run_select(project, SelectSpec(), ctx)
            # The first search for a word would compile them, and a person would wait.
            warm()
        finally:
            project.close()
    return time.monotonic() - began


def _practice_project(folder: Path) -> Project:
    """Make a project with random embeddings and no images."""
    rows = np.random.default_rng(0).normal(size=(SAMPLES, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    hashes = [f"{number:016x}" for number in range(1, SAMPLES + 1)]
    project = Project.create(folder / "practice.alproject")

    def fill(db: "sqlite_utils.Database") -> None:
        source = sources.ensure(db, folder / "images")
        ids = samples.insert(db, source, [f"{name}.png" for name in hashes], [1] * SAMPLES, [0] * SAMPLES)
        facts = zip(ids.tolist(), hashes, strict=True)
        samples.set_facts(db, [samples.SampleFacts(number, content, 8, 8, "PNG") for number, content in facts])
        models.ensure_model(db, KEY, name="Practice", kind="practice", dim=DIM)
        vectors.append(db, project.path, KEY, vectors.EMBEDDING, ids, hashes, rows)

    project.write(fill)
    return project

"""Projects with made-up embeddings, for the tests of selection."""

from pathlib import Path

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.store import models, samples, sources, vectors
from desktop_al.store.project import Project

KEY = "made-up"


def clusters(sizes: tuple[int, ...], dim: int = 32, spread: float = 0.05, seed: int = 0) -> NDArray[np.float32]:
    """Unit vectors around random directions, (sum(sizes), dim) float32."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), dim))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    rows = np.repeat(centres, sizes, axis=0) + spread / np.sqrt(dim) * rng.normal(size=(sum(sizes), dim))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def make_project(path: Path, embeddings: NDArray[np.float32]) -> Project:
    """A project open for writing, whose samples 1 to n have these embeddings; half are in each of two sources."""
    project = Project.create(path)
    n = len(embeddings)

    def fill(db: sqlite_utils.Database) -> list[int]:
        ids: list[int] = []
        for name, part in (("cats", range(0, n, 2)), ("dogs", range(1, n, 2))):
            source = sources.ensure(db, path.parent / name)
            ids += samples.insert(
                db, source, [f"{i:05}.jpg" for i in part], [100 + i for i in part], [0] * len(part)
            ).tolist()
        samples.set_facts(db, [samples.SampleFacts(i, f"{i:016x}", 100 + i, 80, "JPEG", "") for i in ids])
        models.ensure_model(db, KEY, name="Made up", kind="test", dim=embeddings.shape[1])
        models.set_active(db, KEY)
        return ids

    ids = project.write(fill)
    if n:
        project.append_vectors(KEY, vectors.EMBEDDING, ids, [f"{i:016x}" for i in ids], embeddings)
    return project

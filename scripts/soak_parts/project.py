"""A project of small real images in clusters, with a map, metadata and two batches, all of it there at once."""

from pathlib import Path

import numpy as np
import sqlite_utils
from PIL import Image

from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select import run_select
from desktop_al.store import metadata, models, samples, sources, vectors
from desktop_al.store.project import Project

MODEL = "made-up-0000000000000000"
CLUSTERS = 12
SIDE = 96
PICKS = (240, 120)


def make_project(folder: Path, count: int, seed: int = 0) -> Path:
    """Make the project "soak" with ``count`` images in ``folder``."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, CLUSTERS, count)
    names = _images(folder / "images", home, rng)
    centres = rng.normal(size=(CLUSTERS, 8))
    rows = centres[home] + 0.3 * rng.normal(size=(count, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    hashes = [f"{number + 1:016x}" for number in range(count)]

    def fill(db: sqlite_utils.Database) -> list[int]:
        source = sources.ensure(db, folder / "images")
        ids: list[int] = samples.insert(db, source, names, [2000] * count, [0] * count).tolist()
        facts = zip(ids, hashes, strict=True)
        samples.set_facts(db, [samples.SampleFacts(sample, name, SIDE, SIDE, "JPEG", "") for sample, name in facts])
        metadata.set_metadata(db, "site", ids, [f"site {code}" for code in home.tolist()])
        metadata.set_metadata(db, "exposure", ids, rng.gamma(2.0, 1.0, count))
        models.ensure_model(db, MODEL, name="Made up", kind="test", dim=rows.shape[1])
        models.set_active(db, MODEL)
        return ids

    with Project.create(folder / "soak.alproject") as project:
        ids = project.write(fill)
        project.append_vectors(MODEL, vectors.EMBEDDING, ids, hashes, rows.astype(np.float32))
        xy = rows[:, :2].astype(np.float32)
        project.save_array(MODEL, "projection", np.array(ids), {"xy": xy}, {"method": "pca"}, 0, "made-up")
        for picks in PICKS:
            run_select(project, SelectSpec(strategy="coverage", count=str(min(picks, count // 3)), seed=seed))
        return project.path


def _images(folder: Path, home: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Coloured noise, one hue for each cluster; returns the names."""
    folder.mkdir()
    tints = rng.integers(60, 256, (CLUSTERS, 3))
    names = []
    for number, cluster in enumerate(home.tolist()):
        coarse = rng.integers(0, 256, (6, 6, 1)) * tints[cluster] // 255
        name = f"image {number:05d}.jpg"
        Image.fromarray(coarse.astype(np.uint8)).resize((SIDE, SIDE)).save(folder / name, quality=80)
        names.append(name)
    return names

"""A project of any size, written straight through the store: made-up names, vectors of few numbers, a map, a batch."""

import shutil
from pathlib import Path

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.domain.records import Decision, PickRecord
from desktop_al.store import batches, labels, metadata, models, samples, sources, vectors
from desktop_al.store.project import Project

MODEL = "made-up-0000000000000000"
CLASSES = tuple(f"class {number}" for number in range(12))
SITES = tuple(f"site {number:02d}" for number in range(24))
LABELLED_SHARE = 50
PICKED_SHARE = 10
CLUSTERS = 40
CHUNK = 100_000
COLUMNS = 4


def positions(n: int, seed: int = 0) -> NDArray[np.float32]:
    """A map of ``n`` samples, (n, 2): clusters of unequal size and density, and some points between them."""
    rng = np.random.default_rng(seed)
    home = rng.choice(CLUSTERS, n, p=rng.dirichlet(np.full(CLUSTERS, 1.5)))
    centre, spread = rng.uniform(-10, 10, (CLUSTERS, 2)), rng.uniform(0.15, 0.9, (CLUSTERS, 1))
    xy = centre[home] + rng.normal(size=(n, 2)) * spread[home]
    stray = rng.random(n) < 0.02
    xy[stray] = rng.uniform(-12, 12, (int(stray.sum()), 2))
    return xy.astype(np.float32)


def hash_of(number: int) -> str:
    """The made-up content hash of sample ``number``, counted from 0."""
    return f"{(number * 0x9E3779B97F4A7C15 + 1) % 2**64:016x}"


def make_project(folder: Path, n: int) -> Path:
    """Make the project "pool" of ``n`` samples in the empty ``folder``; its images are in no file."""
    project = Project.create(folder / "pool.alproject")
    with project:
        ids = project.write(lambda db: _samples(db, folder / "images", n))
        _vectors(project, ids)
        project.save_array(MODEL, "projection", ids, {"xy": positions(n)}, {"method": "pca"}, 0, "made-up")
        project.write(lambda db: _facts(db, ids))
        project.write(lambda db: _batch(db, ids))
    return project.path


def copy_project(project: Path, to: Path) -> Path:
    """A copy to write to; the vectors, which nobody changes, are linked."""
    shutil.copytree(project, to, copy_function=_link_vectors)
    return to


def _link_vectors(source: str, target: str) -> None:
    if f"/{vectors.FOLDER}/" in source:
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


def _samples(db: sqlite_utils.Database, images: Path, n: int) -> NDArray[np.int64]:
    source = sources.ensure(db, images)
    names = [f"{number // 1000:04d}/photo {number:07d}.jpg" for number in range(n)]
    ids = samples.insert(db, source, names, np.full(n, 120_000), np.full(n, 1_700_000_000_000_000_000))
    facts = (
        samples.SampleFacts(int(sample), hash_of(number), 1024, 768, "JPEG", "")
        for number, sample in enumerate(ids.tolist())
    )
    samples.set_facts(db, facts)
    return ids


def _vectors(project: Project, ids: NDArray[np.int64]) -> None:
    def record(db: sqlite_utils.Database) -> None:
        models.ensure_model(db, MODEL, name="Made up", kind="test", dim=COLUMNS)
        models.set_active(db, MODEL)

    project.write(record)
    rng = np.random.default_rng(1)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = rng.normal(size=(len(part), COLUMNS)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        hashes = [hash_of(number) for number in range(start, start + len(part))]
        project.append_vectors(MODEL, vectors.EMBEDDING, part, hashes, rows)


def _facts(db: sqlite_utils.Database, ids: NDArray[np.int64]) -> None:
    n, rng = len(ids), np.random.default_rng(2)
    metadata.set_metadata(db, "site", ids, [SITES[code] for code in rng.integers(0, len(SITES), n).tolist()])
    metadata.set_metadata(db, "exposure", ids, rng.gamma(2.0, 1.0, n))
    labelled = rng.choice(n, max(n // LABELLED_SHARE, 2), replace=False)
    given = [CLASSES[code] for code in rng.integers(0, len(CLASSES), len(labelled)).tolist()]
    labels.set_labels(db, np.sort(ids[labelled]), given, origin="made up")


def _batch(db: sqlite_utils.Database, ids: NDArray[np.int64]) -> None:
    """A batch of a tenth of the pool, drawn at random, half of it decided on."""
    rng = np.random.default_rng(3)
    chosen = rng.choice(ids, max(len(ids) // PICKED_SHARE, 3), replace=False).tolist()
    near = tuple(chosen[:8])
    kinds = (Decision.PENDING, Decision.PENDING, Decision.ACCEPTED, Decision.REJECTED)
    picks = [
        PickRecord(rank, sample, 1 / rank, 10, near, None, None, None, None, kinds[rank % len(kinds)])
        for rank, sample in enumerate(chosen, 1)
    ]
    count = len(picks)
    shares = np.linspace(0.1, 0.9, 50).tolist()
    curve = {
        "k": np.linspace(1, 2 * count, 50).astype(int).tolist(),
        **dict.fromkeys(("coverage", "heldout", "low", "high", "random"), shares),
        "random_sd": [0.01] * 50,
    }
    batches.save_batch(
        db,
        picks,
        strategy="coverage",
        seed=0,
        model_key=MODEL,
        spec={"count": str(count)},
        budget={"rule": "elasticity", "bandwidth": 0.5, "curve": curve},
        coverage={"before": 0.1, "after": 0.8, "random_mean": 0.7, "random_sd": 0.01, "certificate": 0.86},
        input_hash="made-up",
    )

"""A project with pictures, made-up embeddings, a map and a batch, so that the window has all there is to show."""

from pathlib import Path

import numpy as np
import sqlite_utils
from pytestqt.qtbot import QtBot

from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.session import Session
from desktop_al.jobs.select import run_select
from desktop_al.store import models, samples, sources, vectors
from desktop_al.store.project import Project
from tests.jobs.pools import KEY, clusters
from tests.pictures import make_pictures


def make_review_project(folder: Path, count: int = 40, picks: int = 8) -> Path:
    """Make the project "review" in ``folder``: ``count`` pictures in four clusters, and a batch of ``picks``."""
    names = [path.name for path in make_pictures(folder / "pictures", count)]
    embeddings = clusters((count // 4,) * 4)
    project = Project.create(folder / "review.alproject")
    hashes = [f"{number:016x}" for number in range(1, count + 1)]

    def fill(db: sqlite_utils.Database) -> list[int]:
        source = sources.ensure(db, folder / "pictures")
        ids: list[int] = samples.insert(db, source, names, [1000] * count, [0] * count).tolist()
        facts = [samples.SampleFacts(i, h, 64, 64, "PNG", "") for i, h in zip(ids, hashes, strict=True)]
        samples.set_facts(db, facts)
        models.ensure_model(db, KEY, name="Made up", kind="test", dim=embeddings.shape[1])
        models.set_active(db, KEY)
        return ids

    with project:
        ids = project.write(fill)
        project.append_vectors(KEY, vectors.EMBEDDING, ids, hashes, embeddings)
        xy = np.array(embeddings[:, :2], np.float32)
        project.save_array(KEY, "projection", np.array(ids), {"xy": xy}, {"method": "pca"}, 0, "made-up")
        if picks:
            run_select(project, SelectSpec(count=str(picks)))
    return project.path


def settle(qtbot: QtBot, session: Session) -> None:
    """Wait until no job of ``session`` runs or waits."""
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=20_000)

"""Projects with real picture files and made-up embeddings, for the tests of export, import and report."""

from collections.abc import Sequence
from pathlib import Path

import sqlite_utils

from desktop_al.domain.context import SILENT
from desktop_al.domain.specs import AddSpec, SelectSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.select import run_select
from desktop_al.store import models, samples, vectors
from desktop_al.store.project import Project
from tests.jobs.pools import KEY, clusters
from tests.pictures import picture


def make_pictured(folder: Path, names: Sequence[str], batch: str = "") -> Project:
    """A project open for writing with a picture below ``folder``/images for each of ``names``.

    With ``batch`` (a count) a batch of so many is selected.
    """
    images = folder / "images"
    for number, name in enumerate(names):
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        picture(number).save(images / name, format="PNG")
    project = Project.create(folder / "pool.alproject")
    run_add(project, AddSpec((images,)), SILENT)
    ids = project.samples().ids.tolist()
    contents = [f"{number:016x}" for number in ids]

    def facts(db: sqlite_utils.Database) -> None:
        samples.set_facts(db, [samples.SampleFacts(i, h, 64, 64, "PNG") for i, h in zip(ids, contents, strict=True)])
        models.ensure_model(db, KEY, name="Made up", kind="test", dim=32)
        models.set_active(db, KEY)

    project.write(facts)
    project.append_vectors(KEY, vectors.EMBEDDING, ids, contents, clusters((1,) * len(ids)))
    if batch:
        run_select(project, SelectSpec(count=batch))
    return project

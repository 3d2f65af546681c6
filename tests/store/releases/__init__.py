"""Databases of earlier formats as SQL text, one per format, each written when its format was released.

``python -m tests.store.releases`` writes the one of the present format.
"""

import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop_al.domain.records import Decision, PickRecord
from desktop_al.store import (
    batches,
    exports,
    filters,
    highlights,
    labels,
    metadata,
    models,
    notes,
    runs,
    samples,
    sources,
    tags,
    view_state,
)
from desktop_al.store.migrations import MIGRATIONS
from desktop_al.store.project import DATABASE_NAME, Project
from desktop_al.store.samples import SampleFacts

FOLDER = Path(__file__).parent


def fill(project: Project) -> None:
    """One row at least in every table that needs no file beside the database."""
    shown = PickRecord(1, 1, 0.5, 2, (1, 2), None, None, 0.25, "night", Decision.ACCEPTED)
    pick = replace(
        shown, predicted="cat", nearest_earlier=2, nearest_earlier_distance=0.75, survives=True, veto_cost=0.125
    )
    project.write(lambda db: sources.ensure(db, Path("/photos")))
    project.write(lambda db: samples.insert(db, 1, ["a.jpg", "b\udcff.jpg", "c.jpg"], [10, 20, 30], [1, 2, 3]))
    project.write(lambda db: samples.set_facts(db, [SampleFacts(1, "00000000000000aa", 4, 3, "JPEG")]))
    project.write(lambda db: samples.set_unreadable(db, [(3, "It is empty.")]))
    project.write(lambda db: metadata.set_metadata(db, "camera", [1, 2], ["left", "right"]))
    project.write(lambda db: metadata.set_metadata(db, "iso", [1], [100.5]))
    project.write(lambda db: models.ensure_model(db, "m", name="M", kind="builtin", dim=4))
    project.write(
        lambda db: batches.save_batch(
            db,
            [pick],
            strategy="coverage",
            seed=1,
            model_key="m",
            spec={},
            budget={},
            coverage={},
            input_hash="h",
            order=[1, 2],
            gains=[0.5, 0.25],
            summary={"redundancy": 0.5},
        )
    )
    project.write(lambda db: labels.set_labels(db, [1], ["cat"], origin="labels.csv"))
    project.write(lambda db: exports.record_export(db, 1, format="csv", path=Path("/out.csv"), count=1, bytes=9))
    project.write(lambda db: runs.record_run(db, "select", {"count": "1"}, seed=1))
    project.write(lambda db: tags.set_tag(db, "blurred", np.array([1, 2]), True))
    project.write(lambda db: notes.set_note(db, 2, "Ask the lab."))
    project.write(lambda db: highlights.save(db, "odd ones", np.array([2, 3])))
    project.write(lambda db: filters.save(db, "large", "width >= 800"))
    project.write(lambda db: view_state.write(db, {"map": {"colour": "label"}}))


def dump(database: Path) -> str:
    """A database as SQL text that `load` takes."""
    connection = sqlite3.connect(database)
    try:
        pragmas = [
            f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};"
            for name in ("application_id", "user_version")
        ]
        return "\n".join([*pragmas, *connection.iterdump(), ""])
    finally:
        connection.close()


def load(script: Path, folder: Path) -> Path:
    """Make a project folder from SQL text."""
    folder.mkdir()
    connection = sqlite3.connect(folder / DATABASE_NAME)
    try:
        connection.executescript(script.read_text(encoding="utf-8"))
    finally:
        connection.close()
    return folder


def schema_of(database: Path) -> set[str]:
    """The statements that made the tables and indices, without their layout."""
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        return {" ".join(sql.split()) for (sql,) in rows}
    finally:
        connection.close()


def write_present() -> Path:
    """Write the SQL text of the present format."""
    script = FOLDER / f"{len(MIGRATIONS)}.sql"
    with tempfile.TemporaryDirectory() as base:
        with Project.create(Path(base) / "p") as project:
            fill(project)
        script.write_text(dump(Path(base) / "p" / DATABASE_NAME), encoding="utf-8")
    return script

"""The file that the samples are read from holds what the database holds, or is not taken."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlite_utils
from sqlite_utils import Database

from desktop_al.store import kept_samples, models, samples, sources, vectors
from desktop_al.store.project import Project
from desktop_al.store.samples import SampleFacts
from tests.store.tables import assert_same

COUNT = 40


@pytest.fixture(autouse=True)
def every_number_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_samples, "LEAST", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed project of two sources, with torn, missing, copied and odd files, embedded in part."""

    def write(db: sqlite_utils.Database) -> None:
        for number in (1, 2):
            source = sources.ensure(db, Path(f"/photos {number}"))
            names = [f"{number}.jpg" for number in range(COUNT)]
            names[3] = "b\udcff.jpg"
            ids = samples.insert(db, source, names, np.arange(COUNT) * 2**33, np.arange(COUNT))
            samples.set_facts(db, [_facts(int(i)) for i in ids[:-1]])
        samples.mark_missing(db, [8])
        models.ensure_model(db, "m", name="M", kind="test", dim=2)
        models.set_active(db, "m")

    with Project.create(tmp_path / "p.alproject") as project:
        project.write(write)
        ids = list(range(1, 20))
        project.append_vectors("m", vectors.EMBEDDING, ids, [_facts(i).hash for i in ids], np.ones((19, 2)))
    return tmp_path / "p.alproject"


def _facts(sample: int) -> SampleFacts:
    return SampleFacts(
        sample, f"{sample // 2:016x}", 2**31 - 1 - sample, sample, "JPEG", "torn" if sample % 7 == 0 else ""
    )


def assert_as_in_the_database(folder: Path, mode: Any = "r") -> None:
    with Project.open(folder, mode) as project:
        assert_same(project.samples(), project.read(samples.read))


def changed(folder: Path, change: Callable[[Database], object]) -> None:
    """Change the database behind the back of the program."""
    db = Database(folder / "project.sqlite")
    change(db)
    db.conn.commit()
    db.close()


def kept(folder: Path) -> Path:
    (file,) = (folder / vectors.FOLDER).glob("samples-*")
    return file


def at_hand(folder: Path) -> bool:
    with Project.open(folder) as project:
        return project.samples_at_hand() is not None


@pytest.mark.parametrize("mode", ["r", "w"])
def test_that_what_was_kept_is_what_the_database_holds(folder: Path, mode: str) -> None:
    assert at_hand(folder)
    assert_as_in_the_database(folder, mode)


def test_that_what_was_counted_is_kept_too(folder: Path) -> None:
    with Project.open(folder) as project:
        kept_counts = project.counts()
        assert project.read(lambda db: kept_samples.read_counts(db, (1, 0))) is not None
    changed(folder, lambda db: db.conn.execute("DELETE FROM kept_samples"))
    with Project.open(folder) as project:
        assert project.counts() == kept_counts
    assert (kept_counts.samples, kept_counts.missing, kept_counts.embedded) == (80, 1, 17)


def test_that_a_change_is_seen_and_kept_when_the_project_is_closed(folder: Path) -> None:
    before = kept(folder)
    with Project.open(folder, "w") as project:
        project.write(lambda db: samples.mark_missing(db, [20]))
        assert project.samples().status[19] == 1
        assert project.samples_at_hand() is not None
        assert project.counts().missing == 2
        with Project.open(folder) as beside:
            assert beside.samples_at_hand() is None
    assert kept(folder) != before
    assert at_hand(folder)
    assert_as_in_the_database(folder)


def test_that_other_embeddings_are_counted_anew(folder: Path) -> None:
    with Project.open(folder, "w") as project:
        project.append_vectors("m", vectors.EMBEDDING, [30], [_facts(30).hash], np.ones((1, 2)))
        counted = project.counts().embedded
    with Project.open(folder) as project:
        assert project.counts().embedded == counted == 19
        assert project.read(lambda db: kept_samples.read_counts(db, (1, 19))) is not None


def test_that_nothing_is_written_where_nothing_changed(folder: Path) -> None:
    before = kept(folder)
    Project.open(folder, "w").close()
    assert kept(folder) == before


def test_that_few_samples_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_samples, "LEAST", 3)
    with Project.create(tmp_path / "p") as project:
        project.write(lambda db: sources.ensure(db, Path("/photos")))
        project.write(lambda db: samples.insert(db, 1, ["a", "b"], [1, 2], [1, 2]))
    assert not list((tmp_path / "p" / vectors.FOLDER).iterdir())


def test_that_a_folder_that_was_moved_shows_in_what_was_kept(folder: Path) -> None:
    with Project.open(folder, "w") as project:
        project.write(lambda db: sources.relink(db, 1, Path("/elsewhere")))
    with Project.open(folder) as project:
        assert project.samples_at_hand() is not None
        assert str(project.samples().path(0)) == "/elsewhere/0.jpg"


def _flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-3] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("harm", [lambda file: file.unlink(), lambda file: file.write_bytes(b"short"), _flipped])
def test_that_a_file_that_is_not_what_it_was_is_not_taken(folder: Path, harm: Callable[[Path], object]) -> None:
    harm(kept(folder))
    assert not at_hand(folder)
    assert_as_in_the_database(folder)


def _with_layout(change: Callable[[dict[str, Any]], object]) -> Callable[[Database], object]:
    def apply(db: Database) -> None:
        (text,) = db.conn.execute("SELECT layout FROM kept_samples").fetchone()
        layout = json.loads(text)
        change(layout)
        db.conn.execute("UPDATE kept_samples SET layout = ?", (json.dumps(layout),))

    return apply


HOSTILE: dict[str, Callable[[Database], object]] = {
    "layout no JSON": lambda db: db.conn.execute("UPDATE kept_samples SET layout = '{'"),
    "layout a list": lambda db: db.conn.execute("UPDATE kept_samples SET layout = '[1]'"),
    "objects": _with_layout(lambda layout: layout["ids"].update(dtype="|O")),
    "layout nested": lambda db: db.conn.execute("UPDATE kept_samples SET layout = ?", ("[" * 100_000,)),
    "counts nested": lambda db: db.conn.execute("UPDATE kept_samples SET counts = ?", ("[" * 100_000,)),
    "no number of a machine": _with_layout(lambda layout: layout["ids"].update(shape=[10**30])),
    "a size that wraps": _with_layout(lambda layout: layout["ids"].update(shape=[2**32, 2**32])),
    "huge": _with_layout(lambda layout: layout["ids"].update(shape=[2**60])),
    "negative": _with_layout(lambda layout: layout["ids"].update(shape=[-1])),
    "before the file": _with_layout(lambda layout: layout["ids"].update(offset=-64)),
    "a shape of a word": _with_layout(lambda layout: layout["ids"].update(shape="many")),
    "a column too few": _with_layout(lambda layout: layout.pop("hashes")),
    "another type": _with_layout(lambda layout: layout["sizes"].update(dtype="<f8")),
    "another file": lambda db: db.conn.execute("UPDATE kept_samples SET file = '../project.sqlite'"),
    "a name with NUL": lambda db: db.conn.execute("UPDATE kept_samples SET file = 'a' || char(0)"),
    "another source": lambda db: db.conn.execute("UPDATE sources SET id = 9 WHERE id = 2"),
    "a sample less": lambda db: db.conn.execute("DELETE FROM samples WHERE id = 5"),
    "counts no numbers": lambda db: db.conn.execute('UPDATE kept_samples SET counts = \'{"samples": "x"}\''),
    "counts of too many": lambda db: db.conn.execute(
        "UPDATE kept_samples SET counts = replace(counts, '\"embedded\":17', '\"embedded\":99')"
    ),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_that_a_record_from_somebody_else_is_not_believed(folder: Path, change: Callable[[Database], object]) -> None:
    changed(folder, lambda db: db.conn.execute("PRAGMA foreign_keys = OFF"))
    changed(folder, change)
    with Project.open(folder) as project:
        found = project.samples()
        assert len(found) == project.counts().samples == project.read(lambda db: db["samples"].count)
        assert project.counts().embedded <= 17


def test_that_a_closing_goes_on_where_nothing_can_be_kept(folder: Path) -> None:
    project = Project.open(folder, "w")
    project.write(lambda db: samples.mark_missing(db, [20]))
    folder.rename(folder.with_name("moved"))
    project.close()
    Project.open(folder.with_name("moved"), "w").close()
    assert at_hand(folder.with_name("moved"))

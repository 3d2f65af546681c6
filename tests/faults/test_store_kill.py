"""A project whose writer was killed at any instant opens, and holds all that was committed."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import ProjectError
from desktop_al.store import arrays, migrations, vectors
from desktop_al.store.migrations import MIGRATIONS, Migration
from desktop_al.store.project import DATABASE_NAME, Project
from tests.faults.store_writer import PER_ROUND, content, notes_of, vector

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the writers are forked")
ROOT = Path(__file__).parents[2]


def run_writers(base: Path, scenario: str, points: int) -> list[Path]:
    """The projects of all writers, most of them killed."""
    command = [sys.executable, "-W", "error", "-m", "tests.faults.store_writer", str(base), scenario, str(points)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["lines"] > 100
    return [base / name for name in sorted({path.stem for path in base.iterdir()})]


def committed(notes: list[str], what: str) -> int:
    return sum(note.startswith(what) for note in notes)


def open_or_finish(folder: Path, notes: list[str]) -> Project:
    """The project; only a creation that was never finished may fail to open, and it can be done again."""
    if "created" not in notes:
        try:
            return Project.open(folder, "w")
        except ProjectError as error:
            if "not a Desktop AL project" not in str(error) and "interrupted" not in str(error):
                raise
            return Project.create(folder)
    return Project.open(folder, "w")


def check_whole(project: Project) -> None:
    """Nothing in the project contradicts anything else."""
    assert project.read(lambda db: db.conn.execute("PRAGMA integrity_check").fetchone()) == ("ok",)
    assert not project.read(lambda db: db.conn.execute("PRAGMA foreign_key_check").fetchall())
    assert not project.read(lambda db: vectors.problems(db, project.path) + arrays.problems(db, project.path))


def check_kept(project: Project, notes: list[str]) -> None:
    """All that was committed is there; of the step under way, all or nothing."""
    counts = project.counts()
    rows = counts.samples, counts.embedded
    for found, what in zip(rows, ("inserted", "embedded"), strict=True):
        assert found % PER_ROUND == 0
        assert 0 <= found // PER_ROUND - committed(notes, what) <= 1
    for found, what in ((counts.picks, "selected"), (counts.accepted, "decided"), (counts.labelled, "labelled")):
        assert 0 <= found - committed(notes, what) <= 1
    tagged, saved = [len(ids) for ids in project.tags().members], project.highlights()
    assert sum(tagged) % PER_ROUND == 0
    written = (sum(tagged) // PER_ROUND, "tagged"), (len(project.notes()), "noted"), (len(saved), "saved")
    for found, what in written:
        assert 0 <= found - committed(notes, what) <= 1
    assert all(len(ids) == PER_ROUND for ids in saved.values())
    table = project.embeddings()
    assert len(table) == counts.embedded
    for sample, row in zip(table.ids.tolist(), table.vectors, strict=True):
        np.testing.assert_array_equal(row, vector(sample))
    assert [project.samples().hashes[row] for row in range(len(table))] == [content(s) for s in table.ids.tolist()]
    projection = project.projection()
    mapped = committed(notes, "mapped")
    if projection is None:
        assert mapped == 0, notes
    else:
        assert projection.seed - (mapped - 1) in (0, 1)
        np.testing.assert_array_equal(projection.xy, np.full((len(projection.ids), 2), projection.seed))


def test_that_a_killed_writer_leaves_a_project_that_opens(tmp_path: Path) -> None:
    folders = run_writers(tmp_path, "write", 60)
    assert len(folders) == 62
    killed = 0
    for folder in folders:
        notes = notes_of(folder)
        killed += "closed" not in notes
        with open_or_finish(folder, notes) as project:
            check_whole(project)
            check_kept(project, notes)
            files = list((folder / "vectors").glob(f"*{arrays.SUFFIX}"))
            assert len(files) == int(project.projection() is not None)
    assert killed > 40


def test_that_a_killed_upgrade_leaves_a_project_that_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = run_writers(tmp_path, "upgrade", 30)
    more = [Migration(lambda db: None, f"Step {number}.") for number in range(3)]
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, *more))
    versions = set()
    for folder in folders:
        with Project.open(folder, "w") as project:
            check_whole(project)
            assert project.counts().embedded == 4 * PER_ROUND
            records = project.read(lambda db: db.conn.execute("SELECT sentence FROM migrations ORDER BY 1").fetchall())
            versions.add(sum(sentence.startswith("Add") for (sentence,) in records))
            assert len(records) == len(MIGRATIONS) + 3
        if versions == {0}:
            continue
        copies = list(folder.glob(f"{Path(DATABASE_NAME).stem}.format-*.sqlite"))
        assert copies
    # The writers were killed before, between and after the steps.
    assert {0, 3} <= versions
    assert versions & {1, 2}

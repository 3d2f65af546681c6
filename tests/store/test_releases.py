"""Projects of every released format still open, and no released format changes."""

from pathlib import Path

import pytest

from desktop_al.store.migrations import MIGRATIONS
from desktop_al.store.project import DATABASE_NAME, Project
from tests.store.releases import FOLDER, load, schema_of

SCRIPTS = sorted(FOLDER.glob("*.sql"))


def test_that_every_format_has_a_stored_project() -> None:
    assert [script.stem for script in SCRIPTS] == [str(number) for number in range(1, len(MIGRATIONS) + 1)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"format {script.stem}")
def test_that_a_stored_project_opens_with_all_that_it_holds(script: Path, tmp_path: Path) -> None:
    with Project.open(load(script, tmp_path / "p"), "w") as project:
        table = project.samples()
        assert list(table.relpaths) == ["a.jpg", "b\udcff.jpg", "c.jpg"]
        assert table.status.tolist() == [0, 0, 2]
        counts = project.counts()
        assert (counts.labelled, counts.classes, counts.accepted, counts.rounds) == (1, 1, 1, 1)
        assert project.metadata()["iso"].values.tolist() == [100.5]
        assert [pick.stratum for pick in project.picks(1)] == ["night"]
        assert project.batch_order(1)[0].tolist() == [1, 2]
        assert [pick.origin for pick in project.picks(1)] == ["strategy"]
        assert len(project.models()) == len(project.exports()) == len(project.runs()) == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"format {script.stem}")
def test_that_the_format_is_told_without_a_change(script: Path, tmp_path: Path) -> None:
    folder = load(script, tmp_path / "p")
    before = (folder / DATABASE_NAME).read_bytes()
    assert Project.format_of(folder) == int(script.stem)
    assert (folder / DATABASE_NAME).read_bytes() == before


def test_that_a_project_of_the_first_format_is_copied_and_knows_nothing_of_what_it_never_kept(tmp_path: Path) -> None:
    folder = load(FOLDER / "1.sql", tmp_path / "p")
    with Project.open(folder, "w") as project:
        (pick,) = project.picks(1)
        assert (pick.predicted, pick.nearest_earlier, pick.survives, pick.veto_cost) == (None, None, None, None)
        assert project.batch(1).summary == {}
    assert (folder / "project.format-1.sqlite").is_file()


def test_that_the_present_format_keeps_the_whole_rationale(tmp_path: Path) -> None:
    with Project.open(load(SCRIPTS[-1], tmp_path / "p"), "w") as project:
        (pick,) = project.picks(1)
        assert (pick.predicted, pick.nearest_earlier, pick.nearest_earlier_distance) == ("cat", 2, 0.75)
        assert (pick.survives, pick.veto_cost) == (True, 0.125)
        assert project.batch(1).summary == {"redundancy": 0.5}


def test_that_the_present_format_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    with Project.open(load(SCRIPTS[-1], tmp_path / "p"), "w") as project:
        tags = project.tags()
        assert (tags.names, [members.tolist() for members in tags.members]) == (("blurred",), [[1, 2]])
        assert project.notes() == {2: "Ask the lab."}
        assert {name: ids.tolist() for name, ids in project.highlights().items()} == {"odd ones": [2, 3]}
        assert project.view_state() == {"map": {"colour": "label"}}
        assert project.filters() == {"large": "width >= 800"}


def test_that_a_new_project_and_a_migrated_one_have_the_same_tables(tmp_path: Path) -> None:
    Project.create(tmp_path / "new").close()
    expected = schema_of(tmp_path / "new" / DATABASE_NAME)
    for script in SCRIPTS:
        folder = load(script, tmp_path / script.stem)
        Project.open(folder, "w").close()
        assert schema_of(folder / DATABASE_NAME) == expected, f"format {script.stem} was changed after its release"


def test_that_every_table_is_strict(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        tables = project.read(
            lambda db: db.conn.execute(
                "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
        )
    assert len(tables) > 10
    assert [name for name, strict in tables if not strict] == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT status, count(*) FROM samples WHERE status > 0 GROUP BY status",
        "SELECT group_concat(hash, '') FROM samples WHERE hash > '' AND status = 0",
        "SELECT decision, count(*) FROM picks GROUP BY decision",
        "SELECT sample_id FROM picks WHERE decision = 'accepted'",
    ],
)
def test_that_counts_are_served_by_indices(tmp_path: Path, query: str) -> None:
    with Project.create(tmp_path / "p") as project:
        plan = project.read(lambda db: db.conn.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
    assert ["COVERING INDEX" in row[3] for row in plan] == [True]

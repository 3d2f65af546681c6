"""Tags, notes, labels by hand, and highlights to find again."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import SILENT
from desktop_al.domain.errors import LabelError
from desktop_al.domain.records import MOST_TAGS
from desktop_al.domain.specs import HighlightSpec, LabelSpec, NoteSpec, TagSpec
from desktop_al.jobs.annotate import LONGEST_NOTE, run_highlight, run_label, run_note, run_tag
from desktop_al.jobs.import_undo import run_redo_labels, run_undo_labels
from desktop_al.store import rounds, samples, sources
from desktop_al.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.alproject") as made:
        source = made.write(lambda db: sources.ensure(db, tmp_path / "photos"))
        made.write(lambda db: samples.insert(db, source, [f"{i}.jpg" for i in range(6)], [1] * 6, [0] * 6))
        yield made


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def members(project: Project, name: str) -> list[int]:
    table = project.tags()
    return table.members[table.names.index(name)].tolist() if name in table.names else []


def test_that_a_tag_tells_whom_it_changed_so_that_it_can_be_taken_back(project: Project) -> None:
    run_tag(project, TagSpec("blurred", ids(1, 3)))
    result = run_tag(project, TagSpec(" blurred ", ids(3, 5, 5)))
    assert (result.changed.tolist(), result.tagged) == ([5], 3)
    run_tag(project, TagSpec("blurred", result.changed, on=False))
    assert members(project, "blurred") == [1, 3]


def test_that_a_project_with_more_tags_than_there_is_room_for_can_be_read(project: Project) -> None:
    names = [(f"tag {number:02}",) for number in range(MOST_TAGS + 5)]
    project.write(lambda db: db.conn.executemany("INSERT INTO tags (name) VALUES (?)", names))
    assert project.tags().names == tuple(name for (name,) in names[:MOST_TAGS])


def test_that_a_tag_that_nobody_carries_is_forgotten_and_leaves_room(project: Project) -> None:
    for number in range(MOST_TAGS):
        run_tag(project, TagSpec(f"tag {number}", ids(1)))
    with pytest.raises(LabelError, match="at most 64 tags"):
        run_tag(project, TagSpec("one more", ids(2)))
    run_tag(project, TagSpec("tag 3", ids(1, 2), on=False))
    run_tag(project, TagSpec("one more", ids(2)))
    assert len(project.tags().names) == MOST_TAGS


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "\udcff"])
def test_that_a_name_that_is_none_is_refused_and_nothing_changes(project: Project, name: str) -> None:
    for run in (
        lambda: run_tag(project, TagSpec(name, ids(1))),
        lambda: run_label(project, LabelSpec(ids(1), name)),
        lambda: run_highlight(project, HighlightSpec(name, ids(1))),
    ):
        with pytest.raises(LabelError):
            run()
    assert project.tags().names == ()
    assert project.highlights() == {}
    assert len(project.labels().ids) == 0


def test_that_a_sample_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(LabelError, match="Sample 9 and 1 others are not in the project"):
        run_tag(project, TagSpec("a", ids(1, 9, 10)))
    with pytest.raises(LabelError, match="Sample 9 is not"):
        run_note(project, NoteSpec(9, "x"))
    assert project.tags().names == ()


def test_that_a_note_is_written_replaced_and_taken_away(project: Project) -> None:
    assert run_note(project, NoteSpec(2, " Ask the lab. ")).before == ""
    assert run_note(project, NoteSpec(2, "Asked.")).before == "Ask the lab."
    assert project.notes() == {2: "Asked."}
    run_note(project, NoteSpec(2, ""))
    assert project.notes() == {}
    with pytest.raises(LabelError, match="at most 10,000"):
        run_note(project, NoteSpec(2, "x" * (LONGEST_NOTE + 1)))


def test_that_a_label_by_hand_closes_the_round_as_an_import_does_and_undo_opens_it_again(project: Project) -> None:
    project.write(rounds.open_round)
    result = run_label(project, LabelSpec(ids(1, 2), "cat"))
    assert (result.changed, result.round, result.classes) == (2, 1, 1)
    assert project.read(rounds.last) == (1, False)
    step = run_undo_labels(project, result.undo, SILENT)
    assert len(project.labels().ids) == 0
    assert project.read(rounds.last) == (1, True)
    run_redo_labels(project, step.undo, result.undo.closed_round, SILENT)
    assert project.labels().classes == ("cat",)
    assert project.read(rounds.last) == (1, False)


def test_that_only_labels_that_differ_are_written(project: Project) -> None:
    run_label(project, LabelSpec(ids(1, 2), "cat"))
    assert run_label(project, LabelSpec(ids(1, 2, 3), "cat")).changed == 1
    assert run_label(project, LabelSpec(ids(1), "cat")).undo is None
    assert run_label(project, LabelSpec(ids(2, 5), None)).changed == 1
    table = project.labels()
    assert table.ids.tolist() == [1, 3]


def test_that_a_highlight_is_kept_replaced_and_forgotten(project: Project) -> None:
    assert run_highlight(project, HighlightSpec("odd", ids(3, 1, 3))).count == 2
    result = run_highlight(project, HighlightSpec("odd", ids(4)))
    assert result.before is not None
    assert result.before.tolist() == [1, 3]
    run_highlight(project, HighlightSpec("odd", None))
    assert project.highlights() == {}
    with pytest.raises(LabelError, match="No highlight is called “odd”"):
        run_highlight(project, HighlightSpec("odd", None))

"""Tags, notes, labels by hand and saved highlights: shown at once, kept in the project, undone by name."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import LabelError
from desktop_al.domain.records import MOST_TAGS, SampleState
from desktop_al.gui.session import Session
from tests.gui.projects import settle


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_that_a_tag_shows_at_once_reaches_the_project_and_is_undone_by_name(qtbot: QtBot, session: Session) -> None:
    pool, stack = session.pool, session.undo_stack
    assert session.annotations.tag(rows(1, 2), "blurred", True) == 2
    assert session.annotations.tag(rows(2, 3), "blurred", True) == 1
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [1, 2, 3]
    assert stack.undoText() == "Tag 1 image “blurred”"
    settle(qtbot, session)
    assert session.project is not None
    assert session.project.tags().members[0].tolist() == pool.ids[[1, 2, 3]].tolist()
    stack.undo()
    assert pool.tags_of(3) == ()
    settle(qtbot, session)
    assert session.project.tags().members[0].tolist() == pool.ids[[1, 2]].tolist()
    stack.undo()
    stack.redo()
    settle(qtbot, session)
    assert session.project.tags().members[0].tolist() == pool.ids[[1, 2]].tolist()
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [1, 2]


def test_that_the_mask_keeps_every_tag_apart(qtbot: QtBot, session: Session) -> None:
    for number in range(MOST_TAGS):
        session.annotations.tag(rows(number % 3), f"tag {number:02}", True)
    settle(qtbot, session)
    assert session.pool.tags_of(1) == tuple(f"tag {number:02}" for number in range(1, MOST_TAGS, 3))
    with pytest.raises(LabelError, match="at most 64 tags"):
        session.annotations.tag(rows(1), "one more", True)


def test_that_labels_by_hand_show_and_come_and_go_with_undo(qtbot: QtBot, session: Session) -> None:
    pool, stack = session.pool, session.undo_stack
    first, second = pool.pick_order[:2].tolist()
    session.annotations.label(rows(first), "wren")
    session.annotations.label(rows(first, second), "finch")
    assert stack.undoText() == "Label 2 images “finch”"
    assert [pool.classes[pool.label_code[row]] for row in (first, second)] == ["finch", "finch"]
    assert pool.state[first] == SampleState.LABELLED
    # Undone before the lane has come to either: the order of the steps holds.
    stack.undo()
    assert pool.state[second] == SampleState.PENDING
    settle(qtbot, session)
    assert session.project is not None
    assert session.project.labels().classes == ("wren",)
    stack.undo()
    settle(qtbot, session)
    assert len(session.project.labels().ids) == 0
    assert pool.state[first] == SampleState.PENDING
    stack.redo()
    stack.redo()
    settle(qtbot, session)
    table = session.project.labels()
    assert (table.classes, len(table.ids)) == (("finch",), 2)
    assert session.annotations.label(rows(first), "finch") == 0
    session.annotations.label(rows(first), None)
    settle(qtbot, session)
    assert session.project.labels().ids.tolist() == [int(pool.ids[second])]


def test_that_a_note_is_written_and_taken_back(qtbot: QtBot, session: Session) -> None:
    sample = int(session.pool.ids[4])
    assert session.annotations.note(4, " Ask the lab. ")
    assert not session.annotations.note(4, "Ask the lab.")
    settle(qtbot, session)
    assert session.project is not None
    assert session.project.notes() == session.pool.notes == {sample: "Ask the lab."}
    session.undo_stack.undo()
    settle(qtbot, session)
    assert session.project.notes() == session.pool.notes == {}


def test_that_a_highlight_is_saved_and_forgotten(qtbot: QtBot, session: Session) -> None:
    with pytest.raises(LabelError, match="Nothing is highlighted"):
        session.annotations.save_highlight("odd")
    session.pool.set_highlight(rows(5, 6))
    assert session.annotations.save_highlight("odd") == 2
    settle(qtbot, session)
    assert session.project is not None
    assert session.project.highlights()["odd"].tolist() == session.pool.ids[[5, 6]].tolist()
    session.annotations.forget_highlight("odd")
    assert session.pool.saved_highlights == {}
    session.undo_stack.undo()
    settle(qtbot, session)
    assert list(session.project.highlights()) == list(session.pool.saved_highlights) == ["odd"]


def test_that_what_the_project_refuses_leaves_the_screen_again(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.bridge.failed):
        session.annotations.note(4, "x" * 20_000)
    settle(qtbot, session)
    assert session.pool.notes == {}
    session.undo_stack.undo()
    settle(qtbot, session)
    assert session.pool.notes == {}


def test_that_the_spot_is_kept_when_the_project_closes(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    path = session.project.path
    session.leaving.connect(lambda: session.spot.update({"map": {"x": 1.5}}))
    with qtbot.waitSignal(session.closed):
        session.close()
    with qtbot.waitSignal(session.opened):
        session.open(path)
    assert session.spot == {"map": {"x": 1.5}}


def test_that_a_refused_step_is_no_step_even_where_the_stack_forgot_it(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.bridge.failed):
        session.annotations.note(4, "x" * 20_000)
    assert session.undo_stack.count() == 0
    settle(qtbot, session)
    with qtbot.waitSignal(session.bridge.failed):
        session.annotations.note(4, "x" * 20_000)
        session.undo_stack.clear()
    settle(qtbot, session)
    assert session.pool.notes == {}


def test_that_a_step_that_is_refused_below_another_is_passed_by(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.bridge.failed):
        session.annotations.note(4, "x" * 20_000)
        session.annotations.note(5, "kept")
    settle(qtbot, session)
    session.pool.set_focus(0)
    session.undo_stack.undo()
    session.undo_stack.undo()
    settle(qtbot, session)
    assert session.undo_stack.count() == 1
    assert session.pool.notes == {}
    assert session.pool.focus == 5

"""Selecting, resizing and marking are steps: undo brings the batch back bit for bit, redo makes it again."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.batch_view import BatchView
from desktop_al.gui.commands import Commands
from desktop_al.gui.early_picks import figures_follow
from desktop_al.gui.marks import Mark
from desktop_al.gui.undo_focus import UndoFocus, touched_by
from desktop_al.jobs import answer
from desktop_al.store import exports
from desktop_al.store.project import Project
from tests.gui.held_back import held_back_saving
from tests.gui.pools import full_pool
from tests.gui.projects import settle


def project_of(commands: Commands) -> Project:
    assert commands.session.project is not None
    return commands.session.project


def stored(commands: Commands) -> list[object]:
    project = project_of(commands)
    return [
        (batch, project.picks(batch.number), project.batch_order(batch.number)[0].tolist())
        for batch in project.batches()
    ]


def test_that_a_selection_is_undone_and_made_again(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    before = stored(commands)
    commands.select(SelectSpec(count="5"))
    settle(qtbot, session)
    selected = stored(commands)
    assert session.undo_stack.undoText() == "Select 5 picks as batch 2"
    assert pool.batch is not None
    assert pool.batch.number == 2
    for _ in range(2):
        session.undo_stack.undo()
        settle(qtbot, session)
        assert stored(commands) == before
        assert pool.batch.number == 1
        assert int(np.count_nonzero(pool.state == SampleState.PENDING)) == 8
        session.undo_stack.redo()
        settle(qtbot, session)
        assert stored(commands) == selected
        assert pool.batch.number == 2


def test_that_the_first_batch_can_be_undone_too(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    project_of(commands).write(lambda db: db.conn.execute("DELETE FROM batches"))
    session.refresh()
    settle(qtbot, session)
    commands.select(SelectSpec(count="3"))
    settle(qtbot, session)
    session.undo_stack.undo()
    settle(qtbot, session)
    assert pool.batch is None
    assert len(pool.picks) == 0
    assert not (pool.state == SampleState.PENDING).any()


def test_that_what_was_highlighted_comes_back_with_the_step_before_the_selection(
    qtbot: QtBot, commands: Commands
) -> None:
    session, pool = commands.session, commands.pool
    pool.set_highlight(np.array([1, 2, 3]))
    commands.select(SelectSpec(count="5"))
    settle(qtbot, session)
    assert not pool.highlight.any()
    session.undo_stack.undo()
    assert np.flatnonzero(pool.highlight).tolist() == [1, 2, 3]
    settle(qtbot, session)
    assert len(project_of(commands).batches()) == 1


def test_that_a_resize_is_a_step_and_swaps_what_it_dropped(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    last = pool.pick_order[-2:]
    session.decide(last, Decision.ACCEPTED)
    settle(qtbot, session)
    before = stored(commands)
    commands.resize(4)
    settle(qtbot, session)
    assert len(pool.picks) == 4
    assert session.undo_stack.undoText() == "Resize batch 1 to 4"
    session.undo_stack.undo()
    settle(qtbot, session)
    assert stored(commands) == before
    assert pool.decision[last].tolist() == [SampleState.ACCEPTED] * 2
    session.undo_stack.redo()
    settle(qtbot, session)
    assert len(pool.picks) == 4


def test_that_a_veto_is_undone_bit_for_bit_even_while_it_is_made(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    row = int(pool.pick_order[2])
    session.decide(np.array([row]), Decision.REJECTED)
    settle(qtbot, session)
    before = stored(commands)
    session.mark(np.array([row]), Mark.VETOED)
    session.undo_stack.undo()
    settle(qtbot, session)
    assert stored(commands) == before
    assert not pool.mark.any()
    session.undo_stack.redo()
    settle(qtbot, session)
    assert int(pool.ids[row]) not in [pick.sample for pick in project_of(commands).picks(1)]
    session.undo_stack.undo()
    settle(qtbot, session)
    assert stored(commands) == before


def test_that_a_batch_that_was_exported_is_not_undone_and_says_why(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    commands.select(SelectSpec(count="5"))
    settle(qtbot, session)
    project_of(commands).write(
        lambda db: exports.record_export(db, 2, format="csv", path=Path("/out.csv"), count=5, bytes=9)
    )
    with qtbot.waitSignal(session.bridge.failed) as told:
        session.undo_stack.undo()
    assert told.args is not None
    assert isinstance(told.args[1], SelectionError)
    settle(qtbot, session)
    assert pool.batch is not None
    assert pool.batch.number == 2
    session.undo_stack.redo()
    assert not session.undo_stack.canRedo()


def test_that_undo_and_redo_go_back_to_what_they_changed(qtbot: QtBot, commands: Commands) -> None:
    session, pool, stack = commands.session, commands.pool, commands.session.undo_stack
    first, second, third = (int(row) for row in pool.pick_order[:3])
    pool.set_focus(first)
    commands.decide(Decision.ACCEPTED)
    assert pool.focus == second
    pool.set_focus(third)
    session.annotations.tag(np.array([5]), "blurred", True)
    assert pool.focus == third
    stack.undo()
    assert pool.focus == 5
    stack.undo()
    assert pool.focus == first
    with qtbot.waitSignal(pool.focus_changed):
        stack.redo()
    assert pool.focus == first
    settle(qtbot, session)


def test_that_of_many_the_first_pick_in_sight_is_focused_and_a_focus_among_them_stays(tmp_path: Path) -> None:
    pool, stack = full_pool(tmp_path, [f"{place}.png" for place in range(20)], picks=5), QUndoStack()
    watch = UndoFocus(stack, pool)
    step = QUndoCommand("step")
    step.touched = pool.ids[[9, 0, 1, 2]]  # type: ignore[attr-defined]  # what the commands of the window have
    stack.push(step)
    assert pool.focus == -1
    stack.undo()
    assert pool.focus == 2
    pool.set_focus(9)
    stack.redo()
    assert pool.focus == 9
    pool.set_focus(-1)
    pool.set_visible(np.arange(20) < 2)
    stack.undo()
    assert pool.focus == 1
    stack.clear()
    assert len(touched_by(None)) == 0
    assert watch is not None


def test_that_a_jump_over_several_steps_goes_to_the_one_beside_the_goal(tmp_path: Path) -> None:
    pool, stack = full_pool(tmp_path, [f"{place}.png" for place in range(20)]), QUndoStack()
    watch = UndoFocus(stack, pool)
    for row in (3, 7, 11):
        step = QUndoCommand("step")
        step.touched = pool.ids[[row]]  # type: ignore[attr-defined]  # what the commands of the window have
        stack.push(step)
    stack.setIndex(0)
    assert pool.focus == 3
    stack.setIndex(3)
    assert pool.focus == 11
    assert watch is not None


def test_that_new_picks_are_shown_and_decided_on_before_they_are_saved(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, pool = commands.session, commands.pool
    go = held_back_saving(monkeypatch)
    before = pool.pick_order.copy()
    old = [pick.sample for pick in project_of(commands).picks(1)]
    view = BatchView(pool)
    qtbot.addWidget(view)
    session.mark(before[:1], Mark.VETOED)
    qtbot.waitUntil(lambda: figures_follow(pool.batch))
    view.refresh()
    assert "being worked out" in view._budget.text()
    fresh = np.setdiff1d(pool.pick_order, before)
    assert len(fresh) > 0
    fresh = fresh[:1]
    assert [pick.sample for pick in project_of(commands).picks(1)] == old
    assert pool.state[fresh[0]] == SampleState.PENDING
    assert pool.state[before[0]] == SampleState.UNLABELLED
    # Not saved as a pick yet; the last decision on it counts.
    for decision in (Decision.REJECTED, Decision.ACCEPTED):
        assert session.decide(fresh, decision) == 1
    go.set()
    settle(qtbot, session)
    view.refresh()
    assert not figures_follow(pool.batch)
    assert "being worked out" not in view._budget.text()
    saved = {pick.sample: pick.decision for pick in project_of(commands).picks(1)}
    assert saved[int(pool.ids[fresh[0]])] is Decision.ACCEPTED
    assert list(saved) == pool.ids[pool.pick_order].tolist()
    assert pool.state[fresh[0]] == SampleState.ACCEPTED


def resizing(qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch) -> tuple[int, threading.Event]:
    """The last pick of batch 2, which is accepted and about to leave it: a resize waits for a change of batch 1.

    Both go on once the event is set.
    """
    session = commands.session
    kept = project_of(commands).picks(1)[0].sample
    commands.select(SelectSpec(count="5"))
    settle(qtbot, session)
    last = int(commands.pool.pick_order[-1])
    session.decide(np.array([last]), Decision.ACCEPTED)
    go = held_back_saving(monkeypatch)
    session.batch_steps.mark(1, {kept: Mark.NONE}, {kept: Mark.PINNED}, "Keep", None)
    commands.resize(2)
    return last, go


def test_that_undo_of_a_change_forgets_what_was_decided_while_it_waited(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, pool = commands.session, commands.pool
    last, go = resizing(qtbot, commands, monkeypatch)
    # The project has it before the batch is resized, which waits for the change before.
    session.decide(np.array([last]), Decision.REJECTED)
    qtbot.waitUntil(lambda: project_of(commands).picks(2)[-1].decision is Decision.REJECTED)
    go.set()
    settle(qtbot, session)
    assert pool.rank[last] < 0
    for _ in range(2):
        session.undo_stack.undo()
        settle(qtbot, session)
    assert project_of(commands).picks(2)[-1].decision is Decision.ACCEPTED
    assert pool.state[last] == SampleState.ACCEPTED


def test_that_a_decision_taken_back_while_a_change_waits_does_not_come_back_with_its_undo(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, pool, stack = commands.session, commands.pool, commands.session.undo_stack
    last, go = resizing(qtbot, commands, monkeypatch)
    stack.undo()
    stack.undo()
    stack.undo()
    qtbot.waitUntil(lambda: project_of(commands).picks(2)[-1].decision is Decision.PENDING)
    go.set()
    settle(qtbot, session)
    assert project_of(commands).picks(2)[-1].decision is Decision.PENDING
    assert pool.state[last] == SampleState.PENDING
    for _ in range(3):
        stack.redo()
        settle(qtbot, session)
    assert pool.rank[last] < 0
    stack.undo()
    settle(qtbot, session)
    assert project_of(commands).picks(2)[-1].decision is Decision.ACCEPTED


@pytest.mark.parametrize("alone", [True, False])
def test_that_a_decision_that_came_too_late_for_a_pick_does_not_come_back_with_it(
    qtbot: QtBot, commands: Commands, alone: bool
) -> None:
    session, pool, stack = commands.session, commands.pool, commands.session.undo_stack
    first, last = pool.pick_order[[0, -1]].tolist()
    session.decide(np.array([last]), Decision.ACCEPTED)
    settle(qtbot, session)
    # The pick is shown still, and has left the batch by the time that the decision reaches the project.
    commands.resize(4)
    session.decide(np.array([last] if alone else [first, last]), Decision.REJECTED)
    settle(qtbot, session)
    assert pool.rank[last] < 0
    while pool.rank[last] < 0:
        stack.undo()
        settle(qtbot, session)
    assert project_of(commands).picks(1)[-1].decision is Decision.ACCEPTED
    assert pool.state[[first, last]].tolist() == [SampleState.PENDING, SampleState.ACCEPTED]


def test_that_a_change_that_fails_after_its_picks_were_shown_leaves_what_was(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, pool = commands.session, commands.pool
    before = pool.pick_order.copy()

    def fail(*given: Any) -> dict[str, Any]:
        raise SelectionError(say("No."))

    monkeypatch.setattr(answer, "summary_of", fail)
    with qtbot.waitSignal(session.bridge.failed):
        session.mark(before[:1], Mark.VETOED)
    settle(qtbot, session)
    assert not figures_follow(pool.batch)
    assert np.array_equal(pool.pick_order, before)
    assert not pool.mark.any()


def test_that_a_stack_that_is_deleted_with_steps_on_it_asks_nothing_of_what_is_gone(
    tmp_path: Path, qtbot: QtBot
) -> None:
    pool, owner = full_pool(tmp_path, ["a.png"]), QObject()
    stack = QUndoStack(owner)
    watch = UndoFocus(stack, pool)
    stack.push(QUndoCommand("step"))
    with qtbot.captureExceptions() as faults:
        delete(owner)
    assert faults == []
    assert watch is not None

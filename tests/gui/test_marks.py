"""Keeping and vetoing: at once on the screen, then in the project, with the picks that take the place of others."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AdjustSpec
from desktop_al.gui import operations
from desktop_al.gui.batch_steps import adjust_spec
from desktop_al.gui.commands import Commands
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import SampleActions, build_menu, have, mark_text, markable, next_mark
from desktop_al.gui.session import Session
from desktop_al.gui.targets import aim, meant
from desktop_al.store.project import Project
from tests.gui.pools import full_pool
from tests.gui.watchdog import Watchdog


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return full_pool(tmp_path, [f"{i}.png" for i in range(30)], picks=8, labelled=4)


def settle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=60_000)


def stored(session: Session) -> list[int]:
    assert session.project is not None
    return [pick.sample for pick in session.project.picks(1)]


def test_that_a_veto_shows_at_once_and_another_pick_comes(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    before = stored(session)
    row = int(pool.pick_order[1])
    pool.set_focus(row)
    with Watchdog():
        commands.mark(Mark.VETOED)
        assert pool.mark[row] == Mark.VETOED
        assert pool.focus == pool.pick_order[2]
        settle(qtbot, session)
    after = stored(session)
    assert len(after) == len(before)
    assert int(pool.ids[row]) not in after
    assert pool.mark[row] == Mark.VETOED
    assert pool.rank[row] < 0
    assert pool.state[row] == SampleState.UNLABELLED
    assert sorted(pool.ids[pool.newcomers].tolist()) == sorted(set(after) - set(before))
    assert commands.messages.sentence.startswith("Batch 1: 1 pick left, 1 new one came")


def test_that_undo_and_redo_of_a_veto_have_a_name_and_reach_the_project(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    before, stack = stored(session), session.undo_stack
    commands.mark_on(pool.pick_order[:2], Mark.VETOED)
    assert stack.undoText() == "Veto 2 images"
    settle(qtbot, session)
    vetoed = stored(session)
    stack.undo()
    settle(qtbot, session)
    assert stored(session) == before
    assert not pool.mark.any()
    stack.redo()
    settle(qtbot, session)
    assert stored(session) == vetoed
    assert int(np.count_nonzero(pool.mark == Mark.VETOED)) == 2


def test_that_an_image_outside_can_be_kept_and_freed_again(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    before = stored(session)
    outside = int(np.flatnonzero(pool.rank < 0)[0])
    pool.set_focus(outside)
    commands.mark(Mark.PINNED)
    settle(qtbot, session)
    assert int(pool.ids[outside]) in stored(session)
    assert pool.mark[outside] == Mark.PINNED
    pick = pool.pick(outside)
    assert pick is not None
    assert pick.origin == "pin"
    pool.set_focus(outside)
    commands.mark(Mark.PINNED)
    assert session.undo_stack.undoText() == "Free 1 image"
    settle(qtbot, session)
    assert stored(session) == before
    assert not pool.mark.any()


def test_that_no_decision_is_lost_when_others_are_chosen_around_it(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    order, before = pool.pick_order, stored(session)
    session.decide(order[2:5], Decision.ACCEPTED)
    session.decide(order[6:], Decision.REJECTED)
    assert session.mark(order[:2], Mark.VETOED) == 2
    settle(qtbot, session)
    assert pool.decision[order[2:5]].tolist() == [SampleState.ACCEPTED] * 3
    assert pool.decision[order[6:]].tolist() == [SampleState.REJECTED] * 2
    assert len(stored(session)) == len(before)
    assert session.undo_stack.undoText() == "Veto 2 images"
    session.undo_stack.undo()
    settle(qtbot, session)
    assert stored(session) == before
    assert pool.decision[order[2:5]].tolist() == [SampleState.ACCEPTED] * 3
    assert not pool.mark.any()


def test_that_a_mark_that_cannot_be_kept_is_taken_back(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(spec: AdjustSpec) -> Operation:
        def run(project: Project, ctx: Context) -> None:
            raise SelectionError(say("There are more pins than picks; free some."))

        return Operation("Adjust", run)

    monkeypatch.setattr(operations, "adjust", refuse)
    session, pool = commands.session, commands.pool
    with qtbot.waitSignal(session.bridge.failed):
        commands.mark_on(pool.pick_order[:1], Mark.PINNED)
        assert pool.mark.any()
    qtbot.waitUntil(lambda: not pool.mark.any())
    settle(qtbot, session)
    session.undo_stack.undo()
    assert not session.bridge.busy
    assert not session.undo_stack.canUndo()


def test_that_labelled_images_can_be_neither_kept_nor_vetoed(pool: Pool) -> None:
    mask = markable(pool)
    assert not mask[pool.state == SampleState.LABELLED].any()
    assert mask[pool.state != SampleState.LABELLED].all()
    assert not markable(Pool()).any()


def test_that_the_action_says_how_many_images_it_changes(pool: Pool) -> None:
    rows = np.arange(3)
    assert mark_text(pool, rows, Mark.PINNED) == "&Keep 3 images in the batch"
    assert mark_text(pool, rows, Mark.VETOED) == "&Veto 3 images"
    pool.set_marks({int(pool.ids[row]): Mark.VETOED for row in rows.tolist()})
    assert mark_text(pool, rows, Mark.VETOED) == "Take the &veto on 3 images back"
    assert mark_text(pool, rows[:1], Mark.PINNED) == "&Keep the image in the batch"


@pytest.mark.parametrize("lit", [[], [0], [0, 1], [0, 1, 2, 3]])
def test_that_all_have_a_mark_exactly_where_asking_for_it_would_free_them(pool: Pool, lit: list[int]) -> None:
    pool.set_marks({int(pool.ids[row]): Mark.VETOED for row in range(3)})
    pool.set_highlight(np.array(lit, np.int64))
    for mark in (Mark.PINNED, Mark.VETOED):
        assert have(pool, aim(pool), mark) == (next_mark(pool, meant(pool), mark) is Mark.NONE)


def test_that_the_menu_acts_on_what_is_highlighted(qtbot: QtBot, pool: Pool) -> None:
    done: list[tuple[list[int], object]] = []

    def note(rows: object, what: object) -> None:
        assert isinstance(rows, np.ndarray)
        done.append((rows.tolist(), what))

    parent = QWidget()
    qtbot.addWidget(parent)
    pool.set_highlight(np.array([0, 1, 20, 29]))
    menu = build_menu(parent, pool, 1, SampleActions(lambda row: None, note, note))
    texts = [action.text().replace("&", "").split("\t")[0] for action in menu.actions() if action.text()]
    assert texts == [
        "Enlarge",
        "Accept 2 picks",
        "Reject 2 picks",
        "Clear the decision on 2 picks",
        "Keep 3 images in the batch",
        "Veto 3 images",
    ]
    menu.actions()[-1].trigger()
    menu.actions()[2].trigger()
    assert done == [([0, 1, 20], Mark.VETOED), ([0, 1], Decision.ACCEPTED)]
    pool.set_highlight(np.array([0]))
    alone = build_menu(parent, pool, 29, SampleActions(lambda row: None, note, note))
    assert [action.isEnabled() for action in alone.actions() if action.text()] == [True] + 5 * [False]


def test_that_a_change_of_marks_becomes_pins_and_vetoes_to_set_and_to_free() -> None:
    was = {1: Mark.NONE, 2: Mark.VETOED, 3: Mark.PINNED}
    assert adjust_spec(4, was, dict.fromkeys(was, Mark.PINNED)) == AdjustSpec(4, pins=(1, 2), unveto=(2,))
    assert adjust_spec(4, was, dict.fromkeys(was, Mark.NONE)) == AdjustSpec(4, unpin=(3,), unveto=(2,))


def test_that_a_badge_marks_what_waits_and_no_pick_with_a_decision(pool: Pool) -> None:
    first, second = (int(row) for row in pool.pick_order[:2])
    outside = int(np.flatnonzero(pool.state == SampleState.UNLABELLED)[0])
    marks = {first: Mark.PINNED, second: Mark.PINNED, outside: Mark.VETOED}
    pool.set_marks({int(pool.ids[row]): mark for row, mark in marks.items()})
    pool.set_decisions(np.array([second]), SampleState.ACCEPTED)
    assert [pool.badge(row) for row in (first, second, outside)] == [Mark.PINNED, Mark.NONE, Mark.VETOED]

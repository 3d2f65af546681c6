"""What the soak expects of the project is what was decided, and it notices a decision that is lost."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import SILENT
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import AddSpec, EmbedSpec, SelectSpec
from desktop_al.gui.commands import Commands
from desktop_al.gui.marks import Mark
from desktop_al.gui.session import Session
from desktop_al.jobs.add import run_add
from desktop_al.jobs.embed import run_embed
from desktop_al.store import batches
from desktop_al.store.project import Project
from scripts.soak_parts.child import MAY_GROW_MIB, Faults, growth_of
from scripts.soak_parts.embedding import SIDES
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.project import MODEL, MODEL_FILE, make_project
from tests.gui.held_back import held_back_saving
from tests.gui.projects import settle


def test_that_decisions_undo_and_redo_are_followed_and_a_loss_is_noticed(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    expected, order = Expected(session), session.pool.pick_order
    with expected.watching():
        session.decide(order[:3], Decision.ACCEPTED)
        session.pool.set_highlight(order[:2])
        session.decide(order[2:5], Decision.REJECTED)
        for back in (True, True, True, False, False):
            expected.step(back)
        session.decide(order[5:6], Decision.REJECTED)
    settle(qtbot, session)
    assert expected.made == 7
    assert expected.shown() == ""
    assert expected.lost(session.project.path) == []
    lost = int(session.pool.ids[order[0]])
    session.project.write(lambda db: batches.set_decisions(db, 1, {lost: Decision.REJECTED}))
    (sentence,) = expected.lost(session.project.path)
    assert f"sample {lost} of batch 1 is rejected, not accepted" in sentence
    expected.stop()


def test_that_an_export_is_held_against_what_was_accepted(qtbot: QtBot, session: Session) -> None:
    expected, order = Expected(session), session.pool.pick_order
    with expected.watching():
        session.decide(order[:3], Decision.ACCEPTED)
        session.decide(order[2:4], Decision.REJECTED)
    settle(qtbot, session)
    assert expected.accepted(1) == set(session.pool.ids[order[:2]].tolist())
    expected.stop()


def test_that_the_decision_on_a_pick_that_left_the_batch_comes_back_with_it(qtbot: QtBot, commands: Commands) -> None:
    session, pool = commands.session, commands.pool
    assert session.project is not None
    expected = Expected(session)
    with expected.watching():
        commands.select(SelectSpec(count="5"))
        settle(qtbot, session)
        vetoed, refused = pool.pick_order[[1, 2]]
        session.decide(np.array([vetoed, refused]), Decision.ACCEPTED)
        settle(qtbot, session)
        session.mark(np.array([vetoed]), Mark.VETOED)
        settle(qtbot, session)
        expected.settle()
        assert pool.rank[vetoed] < 0
        # One that the project refuses leaves the stack and changes nothing.
        session.batch_steps.resize(2, 999)
        settle(qtbot, session)
        for back, accepted in ((True, [refused, vetoed]), (False, [refused]), (True, [refused, vetoed]), (True, [])):
            expected.step(back)
            settle(qtbot, session)
            assert expected.accepted(2) == set(pool.ids[accepted].tolist())
            assert expected.shown() == ""
            assert expected.lost(session.project.path) == []
    expected.stop()


def test_that_a_decision_made_while_its_pick_was_about_to_leave_is_gone_with_undo(
    qtbot: QtBot, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, pool = commands.session, commands.pool
    assert session.project is not None
    kept = session.project.picks(1)[0].sample
    expected = Expected(session)
    with expected.watching():
        commands.select(SelectSpec(count="5"))
        settle(qtbot, session)
        last = pool.pick_order[-1:]
        session.decide(last, Decision.ACCEPTED)
        go = held_back_saving(monkeypatch)
        session.batch_steps.mark(1, {kept: Mark.NONE}, {kept: Mark.PINNED}, "Keep", None)
        session.batch_steps.resize(2, 2)
        session.decide(last, Decision.REJECTED)
        go.set()
        settle(qtbot, session)
        expected.settle()
        for _ in range(2):
            expected.step(back=True)
            settle(qtbot, session)
        assert expected.accepted(2) == set(pool.ids[last].tolist())
        assert expected.shown() == ""
        assert expected.lost(session.project.path) == []
    expected.stop()


def test_that_what_had_left_the_batch_when_it_was_decided_on_is_no_loss(qtbot: QtBot, session: Session) -> None:
    pool = session.pool
    assert session.project is not None
    expected, order = Expected(session), pool.pick_order
    gone, held, alone = pool.ids[order[[0, 1, 2]]].tolist()
    with expected.watching():
        session.decide(order[1:2], Decision.REJECTED)
        settle(qtbot, session)
        session.project.write(lambda db: db.conn.execute("DELETE FROM picks WHERE sample_id IN (?, ?)", (gone, alone)))
        session.decide(order[:2], Decision.ACCEPTED)
        session.decide(order[2:3], Decision.ACCEPTED)
        settle(qtbot, session)
        assert session.undo_stack.count() == 2
        expected.settle()
        assert expected.accepted(1) == {held}
        assert expected.lost(session.project.path) == []
        for back, accepted in ((True, set()), (False, {held})):
            expected.step(back)
            settle(qtbot, session)
            assert expected.accepted(1) == accepted
            assert expected.shown() == ""
            assert expected.lost(session.project.path) == []
    expected.stop()


def test_that_the_project_of_the_soak_is_as_a_scan_finds_it_and_its_model_embeds_it(tmp_path: Path) -> None:
    with Project.open(make_project(tmp_path, 60), mode="w") as project:
        found = run_add(project, AddSpec(()), SILENT)
        assert (found.unchanged, found.changed, found.added) == (60, 0, 0)
        assert len(project.embeddings(MODEL)) == 60
        embedded = run_embed(project, EmbedSpec(str(tmp_path / MODEL_FILE), size=SIDES[0]), SILENT)
        assert (embedded.embedded, embedded.unreadable) == (60, 0)
        assert len(project.embeddings(MODEL)) == 60


def test_that_memory_that_grows_all_the_time_is_told_from_caches_that_fill() -> None:
    filled = [300.0 + min(100.0, 5.0 * step) for step in range(100)]
    leaking = [300.0 + 2.0 * step for step in range(100)]
    assert growth_of(filled) == 0
    assert growth_of(leaking) > MAY_GROW_MIB


def test_that_exceptions_and_qt_warnings_are_faults_and_harmless_words_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = qInstallMessageHandler(None)
    try:
        faults = Faults()
        qWarning("QPainter: a planted warning")
        qWarning("Unable to detect a launcher for a folder")
        sys.excepthook(ValueError, ValueError("a planted crash"), None)
        assert [fault.partition(" at ")[0] for fault in faults.found] == [
            "Qt: QPainter: a planted warning",
            "ValueError: a planted crash",
        ]
    finally:
        qInstallMessageHandler(before)

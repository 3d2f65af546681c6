"""No decision is lost: not where the project is closed at once, and not where some picks have left the batch."""

import threading
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError, StorageError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.sentence import say
from desktop_al.gui.early_picks import figures_follow
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.session import Session
from desktop_al.jobs import answer
from desktop_al.jobs.runner import QUICK
from desktop_al.store import batches
from desktop_al.store.project import Project
from tests.gui.projects import settle


@pytest.mark.parametrize("lane", ["compute", QUICK])
def test_that_what_was_done_just_before_the_project_is_closed_is_stored(
    qtbot: QtBot, session: Session, lane: str
) -> None:
    assert session.project is not None
    path, rows = session.project.path, session.pool.pick_order[:3]
    held = threading.Event()

    def hold(project: Project, ctx: Context) -> None:
        held.set()
        while not ctx.cancelled:
            pass

    session.run(Operation("Hold", hold, lane))
    assert held.wait(10)
    session.decide(rows, Decision.ACCEPTED)
    session.annotations.tag(np.arange(4), "blurred", True)
    with qtbot.waitSignal(session.closed):
        session.close()
    with Project.open(path) as project:
        assert [pick.decision for pick in project.picks(1)][:4] == [*[Decision.ACCEPTED] * 3, Decision.PENDING]
        assert [len(ids) for ids in project.tags().members] == [4]


def test_that_what_cannot_be_stored_any_more_when_the_project_is_closed_is_told(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    session.bridge.failed.connect(lambda name, error: told.append(error))

    def full(*given: Any) -> None:
        raise StorageError(say("The disk is full; make room."))

    monkeypatch.setattr(batches, "set_decisions", full)
    session.decide(session.pool.pick_order[:1], Decision.ACCEPTED)
    with qtbot.waitSignal(session.closed):
        session.close()
    assert [str(error) for error in told] == ["The disk is full; make room."]


def decisions_of(session: Session) -> dict[int, Decision]:
    assert session.project is not None
    return {pick.sample: pick.decision for pick in session.project.picks(1)}


def leave(session: Session, sample: int) -> None:
    """Let ``sample`` leave the batch without the pool knowing, as while the undo of a change is on its way."""
    assert session.project is not None
    session.project.write(lambda db: db.conn.execute("DELETE FROM picks WHERE sample_id = ?", (sample,)))


def test_that_a_decision_counts_on_the_picks_that_the_batch_still_holds(qtbot: QtBot, session: Session) -> None:
    pool = session.pool
    told: list[str] = []
    session.bridge.message.connect(told.append)
    rows = pool.pick_order[:3]
    gone, *held = pool.ids[rows].tolist()
    leave(session, gone)
    assert session.decide(rows, Decision.ACCEPTED) == 3
    settle(qtbot, session)
    found = decisions_of(session)
    assert [found[sample] for sample in held] == [Decision.ACCEPTED] * 2
    assert [sample for sample, decision in found.items() if decision is Decision.ACCEPTED] == held
    assert told == ["1 image is no pick of batch 1 any more: nothing was decided on it."]
    stack = session.undo_stack
    assert stack.undoText() == "Accept 2 picks"
    for turn, decision in ((stack.undo, Decision.PENDING), (stack.redo, Decision.ACCEPTED)):
        turn()
        settle(qtbot, session)
        assert [decisions_of(session)[sample] for sample in held] == [decision] * 2
    assert len(told) == 1


def test_that_the_undo_menu_is_told_that_fewer_were_decided_on(qtbot: QtBot, session: Session) -> None:
    rows = session.pool.pick_order[:2]
    named: list[str] = []
    leave(session, int(session.pool.ids[rows[0]]))
    session.decide(rows, Decision.REJECTED)
    session.undo_stack.undoTextChanged.connect(named.append)
    settle(qtbot, session)
    assert named == ["Reject 1 pick"]


def test_that_a_decision_on_what_the_batch_holds_nothing_of_is_refused_and_no_step(
    qtbot: QtBot, session: Session
) -> None:
    rows = session.pool.pick_order[:1]
    leave(session, int(session.pool.ids[rows[0]]))
    with qtbot.waitSignal(session.bridge.failed) as told:
        session.decide(rows, Decision.ACCEPTED)
    assert told.args is not None
    assert isinstance(told.args[1], SelectionError)
    settle(qtbot, session)
    assert session.undo_stack.count() == 0
    assert session.pool.rank[rows[0]] == -1


def test_that_decisions_made_on_early_picks_stay_on_those_that_stay_where_the_change_is_stopped(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, project = session.pool, session.project
    assert project is not None
    stopped = threading.Event()

    def wait(*given: Any) -> Any:
        assert stopped.wait(20)
        raise CancelledError

    monkeypatch.setattr(answer, "summary_of", wait)
    before = pool.pick_order.copy()
    session.mark(before[:1], Mark.VETOED)
    qtbot.waitUntil(lambda: figures_follow(pool.batch))
    fresh, kept = np.setdiff1d(pool.pick_order, before), before[1:4]
    assert len(fresh) > 0
    assert session.decide(np.concatenate([fresh, kept]), Decision.ACCEPTED) == len(fresh) + 3
    stopped.set()
    settle(qtbot, session)
    found = decisions_of(session)
    assert sorted(found) == sorted(pool.ids[before].tolist())
    accepted = [sample for sample, decision in found.items() if decision is Decision.ACCEPTED]
    assert accepted == pool.ids[kept].tolist()
    # What is shown is what the project holds.
    assert np.array_equal(pool.pick_order, before)
    assert np.flatnonzero(pool.decision == SampleState.ACCEPTED).tolist() == sorted(kept.tolist())
    assert not (pool.state[fresh] == SampleState.ACCEPTED).any()

"""What the commands do beyond handing an operation to the session."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.domain.specs import ImportLabelsSpec, SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.commands import Commands
from desktop_al.gui.counts_bar import CountsBar
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.jobs_panel import JobsPanel
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.selecting import Turn
from desktop_al.gui.session import Session
from desktop_al.jobs.select import run_select
from tests.gui.projects import make_review_project, settle


def test_that_a_selected_batch_is_shown_from_its_first_pick(qtbot: QtBot, commands: Commands) -> None:
    pool = commands.pool
    pool.set_focus(int(pool.pick_order[3]))
    pool.set_highlight(np.arange(20))
    commands.select(SelectSpec(count="5"))
    qtbot.waitUntil(lambda: pool.batch is not None and pool.batch.number == 2, timeout=20_000)
    assert pool.focus == pool.pick_order[0]
    assert not pool.highlight.any()
    # From here on the focus is the user's.
    pool.set_focus(int(pool.pick_order[2]))
    commands.session.refresh()
    qtbot.waitUntil(lambda: not commands.session.bridge.busy, timeout=20_000)
    assert pool.focus == pool.pick_order[2]


@pytest.fixture
def bare(qtbot: QtBot, bridge: JobBridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Commands]:
    """Commands over a project without a batch, whose images are embedded and on a map as they are."""
    monkeypatch.setattr(operations, "embed_again", lambda _spec: operations.Operation("Embed", lambda _p, _c: None))
    monkeypatch.setattr(operations, "draw_map", lambda _spec: operations.Operation("Map", lambda _p, _c: None))
    session, window = Session(bridge), QWidget()
    qtbot.addWidget(window)
    made = Commands(session, MessageBar(window), window)
    made.wanted = lambda: SelectSpec(count="6")
    with qtbot.waitSignal(session.opened):
        session.open(make_review_project(tmp_path, picks=0))
    yield made
    with qtbot.waitSignal(session.closed):
        session.close()


def hold(commands: Commands) -> threading.Event:
    """Let the lane that selects be busy until the event is set."""
    go = threading.Event()
    commands.session.bridge.run("Embed images", lambda _ctx: go.wait(20))
    return go


def test_that_the_first_batch_comes_by_itself_as_the_form_says(qtbot: QtBot, bare: Commands) -> None:
    bare.run_all()
    qtbot.waitUntil(lambda: bare.pool.batch is not None, timeout=20_000)
    assert bare.pool.batch is not None
    assert bare.pool.batch.count == 6
    settle(qtbot, bare.session)
    bare.run_all()
    settle(qtbot, bare.session)
    assert len(bare.pool.batches) == 1


@pytest.mark.parametrize("cancelled", [False, True], ids=["selected", "cancelled"])
def test_that_no_batch_comes_by_itself_where_a_person_asked_for_one(
    qtbot: QtBot, bare: Commands, cancelled: bool
) -> None:
    go = hold(bare)
    bare.run_all()
    bare.select(SelectSpec(count="4"))
    if cancelled:
        bare.selecting.cancel()
    go.set()
    settle(qtbot, bare.session)
    assert [batch.count for batch in bare.pool.batches] == ([] if cancelled else [4])


def test_that_no_batch_comes_by_itself_where_one_came_before_its_turn(qtbot: QtBot, bare: Commands) -> None:
    go = hold(bare)
    bare.selecting.ask_first(SelectSpec(count="6"), bare._selected)
    assert bare.selecting.turn is Turn.WAITING
    project = bare.session.project
    assert project is not None
    run_select(project, SelectSpec(count="4"))
    go.set()
    settle(qtbot, bare.session)
    assert [batch.count for batch in project.batches()] == [4]
    assert bare.messages.sentence == ""


def test_that_one_selection_waits_or_runs_at_a_time(qtbot: QtBot, bare: Commands) -> None:
    go, turns = hold(bare), []
    bare.selecting.changed.connect(lambda: turns.append(bare.selecting.turn))
    for _ in range(6):
        bare.select(SelectSpec(count="4"))
    assert bare.messages.sentence.startswith("A batch is being selected already")
    go.set()
    settle(qtbot, bare.session)
    assert len(bare.pool.batches) == 1
    assert turns == [Turn.WAITING, Turn.RUNNING, Turn.NONE]


def test_that_a_selection_that_waits_is_gone_at_once_when_it_is_cancelled(qtbot: QtBot, bare: Commands) -> None:
    go, panel = hold(bare), JobsPanel(bare.session.bridge)
    qtbot.addWidget(panel)
    bare.select(SelectSpec(count="4"))
    qtbot.waitUntil(lambda: len(panel.rows) == 2)
    bare.selecting.cancel()
    assert bare.selecting.turn is Turn.NONE
    qtbot.waitUntil(lambda: len(panel.rows) == 1)
    bare.select(SelectSpec(count="3"))
    go.set()
    settle(qtbot, bare.session)
    assert [batch.count for batch in bare.pool.batches] == [3]


def test_that_a_labelled_pick_waits_for_no_decision(qtbot: QtBot, commands: Commands, tmp_path: Path) -> None:
    pool, session = commands.pool, commands.session
    labelled, *others = pool.pick_order.tolist()
    (tmp_path / "labels.csv").write_text(f"file,label\n{pool.path(labelled).name},cat\n", encoding="utf-8")
    session.run(operations.import_labels(ImportLabelsSpec(tmp_path / "labels.csv")))
    qtbot.waitUntil(lambda: pool.state[labelled] == SampleState.LABELLED, timeout=20_000)
    counts = CountsBar(pool)
    qtbot.addWidget(counts)
    assert counts.numbers[SampleState.PENDING].text() == f"{len(others)} pending"
    commands.accept_rest()
    assert session.undo_stack.undoText() == f"Accept {len(others)} picks"
    assert counts.numbers[SampleState.PENDING].text() == "0 pending"

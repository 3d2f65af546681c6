"""The session opens, decides, undoes, imports and closes; the project always ends up as the pool shows it."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.records import Change, Decision, SampleState
from desktop_al.domain.results import ImportLabelsResult, PartialMap
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec, ImportLabelsSpec, MapSpec, SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.operations import Operation
from desktop_al.gui.session import Session
from desktop_al.gui.undo import DecisionCommand
from desktop_al.store import samples
from desktop_al.store.project import Project
from tests.gui.projects import make_review_project, settle
from tests.gui.watchdog import Watchdog


def stored(session: Session) -> list[Decision]:
    assert session.project is not None
    return [pick.decision for pick in session.project.picks(1)]


def test_that_an_opened_project_fills_the_pool(session: Session) -> None:
    pool = session.pool
    assert len(pool) == 40
    assert len(pool.pick_order) == len(pool.picks) == 8
    assert np.isfinite(pool.xy).all()
    assert pool.counts.embedded == 40
    assert pool.thumb_key(0) == f"{1:016x}"
    assert set(pool.state.tolist()) == {SampleState.UNLABELLED, SampleState.PENDING}
    assert pool.path(0).exists()


def test_that_a_decision_shows_at_once_and_is_stored(qtbot: QtBot, session: Session) -> None:
    rows = session.pool.pick_order[:2]
    assert session.decide(rows, Decision.REJECTED) == 2
    assert session.pool.state[rows].tolist() == [SampleState.REJECTED] * 2
    settle(qtbot, session)
    assert stored(session)[:3] == [Decision.REJECTED, Decision.REJECTED, Decision.PENDING]
    assert session.pool.counts.rejected == 2


def test_that_undo_and_redo_have_names_and_reach_the_project(qtbot: QtBot, session: Session) -> None:
    first, second = session.pool.pick_order[:2]
    session.decide(np.array([first]), Decision.ACCEPTED)
    session.decide(np.array([first, second]), Decision.REJECTED)
    stack = session.undo_stack
    assert stack.undoText() == "Reject 2 picks"
    stack.undo()
    assert stack.undoText() == "Accept 1 pick"
    assert stack.redoText() == "Reject 2 picks"
    settle(qtbot, session)
    assert stored(session)[:2] == [Decision.ACCEPTED, Decision.PENDING]
    stack.undo()
    settle(qtbot, session)
    assert stored(session)[:2] == [Decision.PENDING, Decision.PENDING]
    stack.redo()
    stack.redo()
    settle(qtbot, session)
    assert stored(session)[:2] == [Decision.REJECTED, Decision.REJECTED]


def test_that_quick_decisions_never_flicker_back(qtbot: QtBot, session: Session) -> None:
    order, seen = session.pool.pick_order, []
    session.pool.columns_changed.connect(lambda names: seen.append(session.pool.decision[order].copy()))
    for row in order:
        session.decide(np.array([row]), Decision.ACCEPTED)
        qtbot.wait(3)
    settle(qtbot, session)
    accepted = [int(np.count_nonzero(states == SampleState.ACCEPTED)) for states in seen]
    assert accepted == sorted(accepted)
    assert stored(session) == [Decision.ACCEPTED] * 8


def test_that_what_changes_nothing_is_no_step(session: Session) -> None:
    unpicked = np.flatnonzero(session.pool.rank < 0)
    assert session.decide(unpicked, Decision.ACCEPTED) == 0
    assert session.decide(session.pool.pick_order, Decision.PENDING) == 0
    assert session.decide(np.empty(0, np.int64), Decision.ACCEPTED) == 0
    assert not session.undo_stack.canUndo()


def test_that_a_decision_that_cannot_be_stored_is_taken_back(qtbot: QtBot, session: Session) -> None:
    row = session.pool.pick_order[0]
    assert session.project is not None
    ids, states = session.pool.ids[[row]], np.array([SampleState.ACCEPTED], np.uint8)
    with qtbot.waitSignal(session.bridge.failed) as told:
        session.pool.set_decisions(np.array([row]), SampleState.ACCEPTED)
        session.undo_stack.push(DecisionCommand(session._send_decisions, 99, ids, states, Decision.ACCEPTED))
    assert told.args is not None
    assert isinstance(told.args[1], WorldError)
    settle(qtbot, session)
    assert session.pool.decision[row] == SampleState.PENDING
    assert session.undo_stack.count() == 0


def test_that_a_highlight_can_be_undone_and_single_clicks_merge(session: Session) -> None:
    pool, stack = session.pool, session.undo_stack
    pool.set_highlight(np.arange(5))
    for row in (7, 8, 9):
        pool.set_highlight(np.array([row]))
    assert stack.count() == 2
    assert stack.undoText() == "Highlight 1 image"
    stack.undo()
    assert np.flatnonzero(pool.highlight).tolist() == [0, 1, 2, 3, 4]
    stack.undo()
    assert not pool.highlight.any()
    stack.redo()
    assert int(pool.highlight.sum()) == 5


def test_that_an_import_of_labels_shows_and_can_be_undone(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    pool = session.pool
    table = tmp_path / "labels.csv"
    lines = [f"{pool.path(row).name},{'cat' if row % 2 else 'dog'}" for row in range(10)]
    table.write_text("\n".join(["image,label", *lines]), encoding="utf-8")

    def done(result: ImportLabelsResult) -> None:
        session.record_import(result)

    session.run(operations.import_labels(ImportLabelsSpec(table)), done)
    settle(qtbot, session)
    assert pool.classes == ("cat", "dog")
    assert int((pool.state == SampleState.LABELLED).sum()) == 10
    assert session.undo_stack.undoText() == "Import 10 labels"
    for _ in range(2):
        session.undo_stack.undo()
        settle(qtbot, session)
        assert not (pool.state == SampleState.LABELLED).any()
        session.undo_stack.redo()
        settle(qtbot, session)
        assert int((pool.label_code >= 0).sum()) == 10


def test_that_an_operation_sees_what_was_decided_before_it(qtbot: QtBot, session: Session) -> None:
    seen: list[list[Decision]] = []

    def look(project: Project, ctx: Context) -> None:
        seen.append([pick.decision for pick in project.picks(1)])

    for decision in (Decision.ACCEPTED, Decision.REJECTED, Decision.ACCEPTED):
        session.decide(session.pool.pick_order, decision)
        session.run(Operation("look", look, lane="other"))
    settle(qtbot, session)
    assert seen[-1] == [Decision.ACCEPTED] * 8
    assert Decision.PENDING not in seen[0]


def test_that_a_new_batch_is_shown(qtbot: QtBot, session: Session) -> None:
    changes: list[Change] = []
    session.changed.connect(changes.append)
    session.run(operations.select(SelectSpec(count="5")), lambda result: session.show_batch(None))
    settle(qtbot, session)
    assert session.pool.batch is not None
    assert session.pool.batch.number == 2
    assert len(session.pool.pick_order) == 5
    session.show_batch(1)
    settle(qtbot, session)
    assert len(session.pool.pick_order) == 8
    assert "batches" in changes[0].kinds


def test_that_a_chain_ends_where_a_step_fails(qtbot: QtBot, session: Session) -> None:
    done: list[str] = []

    def works(project: Project, ctx: Context) -> None:
        done.append("works")

    def fails(project: Project, ctx: Context) -> None:
        raise WorldError(say("The disk is full; make room."))

    with qtbot.waitSignal(session.bridge.failed):
        session.run_chain([Operation("a", works), Operation("b", fails), Operation("c", works)])
    settle(qtbot, session)
    assert done == ["works"]


def test_that_closing_waits_for_the_jobs_and_frees_the_lock(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    path = session.project.path
    ended: list[str] = []
    started = threading.Event()

    def long(project: Project, ctx: Context) -> None:
        started.set()
        while not ctx.cancelled:
            project.counts()
        ended.append("long")

    session.run(Operation("long", long))
    assert started.wait(10)
    with qtbot.waitSignal(session.closed):
        session.close()
    assert ended == ["long"]
    assert len(session.pool) == 0
    Project.open(path, mode="w").close()


def test_that_a_second_project_takes_the_place_of_the_first(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    assert session.project is not None
    first = session.project.path
    second = make_review_project(tmp_path / "other", 20, 0)
    with qtbot.waitSignal(session.opened):
        session.open(second)
    assert len(session.pool) == 20
    assert session.pool.batch is None
    Project.open(first, mode="w").close()


def test_that_a_project_can_be_opened_again_while_it_is_being_closed(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    path, failures = session.project.path, []
    session.bridge.failed.connect(lambda name, error: failures.append(error))
    for _ in range(5):
        session.close()
        with qtbot.waitSignal(session.opened, timeout=20_000):
            session.open(path)
    assert failures == []


def test_that_what_was_opened_in_vain_is_let_go(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    other = make_review_project(tmp_path / "other", 20, 0)
    assert session.project is not None
    first = session.project.path
    session.open(other)
    # The other one is being read, and nobody wants it any more.
    qtbot.waitUntil(lambda: session.project is None, timeout=20_000)
    qtbot.wait(5)
    with qtbot.waitSignal(session.opened, timeout=20_000):
        session.open(first)
    Project.open(other, mode="w").close()


def test_that_a_project_that_cannot_be_opened_is_told(qtbot: QtBot, bridge: JobBridge, tmp_path: Path) -> None:
    session = Session(bridge)
    with qtbot.waitSignal(bridge.failed) as told:
        session.open(tmp_path / "nothing.alproject")
    assert told.args is not None
    assert isinstance(told.args[1], WorldError)
    assert session.project is None


def test_that_the_event_loop_runs_on_while_a_project_is_read(qtbot: QtBot, session: Session) -> None:
    with Watchdog():
        for _ in range(10):
            session.refresh()
            qtbot.wait(10)
        settle(qtbot, session)


def test_that_samples_that_a_job_has_committed_and_not_told_yet_come_with_the_next_change(
    qtbot: QtBot, session: Session
) -> None:
    project, pool = session.project, session.pool
    assert project is not None
    before = pool.xy
    source = project.sources()[0].id
    project.write(lambda db: samples.insert(db, source, ["new 1.png", "new 2.png"], [1, 1], [0, 0]))
    session.annotations.tag(np.array([3]), "blurred", True)
    settle(qtbot, session)
    columns = (pool.ids, pool.state, pool.tags, pool.label_code, pool.rank, pool.xy, pool.visible, pool.highlight)
    assert {len(column) for column in columns} == {42}
    assert np.array_equal(pool.xy[:40], before)
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [3]


def stopped(qtbot: QtBot, session: Session, before: Callable[[Project, Context], None], leaves: frozenset[str]) -> None:
    """Run a job that does ``before`` and waits to be stopped, and stop it."""
    reached = threading.Event()

    def work(project: Project, ctx: Context) -> None:
        before(project, ctx)
        reached.set()
        while True:
            ctx.check()

    session.run(Operation("Draw", work, leaves=leaves))
    qtbot.waitUntil(reached.is_set, timeout=20_000)
    for job in session.bridge.listed_jobs():
        job.ctx.cancel()
    settle(qtbot, session)


def stopped_map(qtbot: QtBot, session: Session) -> None:
    """Let a job that draws the map show every sample at (7, 7), and stop it."""
    ids = session.pool.ids
    early = PartialMap(ids, np.full((len(ids), 2), 7.0))
    stopped(qtbot, session, lambda project, ctx: ctx.publish(early), operations.draw_map(MapSpec()).leaves)


def test_that_the_map_of_the_project_is_back_where_the_job_that_moved_it_was_stopped(
    qtbot: QtBot, session: Session
) -> None:
    pool, moved = session.pool, []
    before = pool.xy.copy()
    pool.positions_changed.connect(lambda: moved.append(pool.xy[0].tolist()))
    stopped_map(qtbot, session)
    assert [7.0, 7.0] in moved
    assert np.array_equal(pool.xy, before)


def test_that_a_first_map_stays_in_sight_where_the_project_has_none_yet(qtbot: QtBot, session: Session) -> None:
    pool, project = session.pool, session.project
    assert project is not None
    project.write(lambda db: db.execute("DELETE FROM arrays WHERE kind = 'projection'"))
    stopped_map(qtbot, session)
    assert (pool.xy == 7).all()


def test_that_what_an_embedding_committed_before_it_was_stopped_is_shown(qtbot: QtBot, session: Session) -> None:
    told: list[Change] = []
    session.changed.connect(told.append)

    def lose(project: Project, ctx: Context) -> None:
        project.write(lambda db: samples.set_facts(db, [samples.SampleFacts(1, "", 0, 0, "", "It is torn.")]))

    assert session.pool.counts.unreadable == 0
    stopped(qtbot, session, lose, operations.embed(EmbedSpec()).leaves)
    assert session.pool.counts.unreadable == 1
    assert "embeddings" in told[-1].kinds

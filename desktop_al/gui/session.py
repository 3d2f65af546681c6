"""The open project of the window: runs operations on it and tells the pool what they changed."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from desktop_al.domain.context import Context
from desktop_al.domain.records import Change, Decision, ModelRecord, SampleState
from desktop_al.domain.results import ImportLabelsResult
from desktop_al.domain.specs import AddSpec
from desktop_al.gui import operations, undo
from desktop_al.gui.annotations import Annotations
from desktop_al.gui.batch_steps import BatchSteps
from desktop_al.gui.early_picks import Decisions
from desktop_al.gui.heap import give_back
from desktop_al.gui.i18n import tr
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.partials import Partials
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.pool_reader import EVERYTHING, read_first, read_pool
from desktop_al.gui.pool_same import Known, settled
from desktop_al.gui.sentences import told
from desktop_al.gui.steps import Steps
from desktop_al.gui.text import readable
from desktop_al.gui.turning import ImportHolder, turn_import
from desktop_al.gui.undo_focus import UndoFocus
from desktop_al.jobs.runner import QUICK, Job
from desktop_al.store.pick_table import STATES
from desktop_al.store.project import Project

REFRESH = "refresh"
_Opened = tuple[Project, PoolPatch, frozenset[str], tuple[ModelRecord, ...], dict[str, dict[str, Any]]]


class Session(QObject):
    """The open project, its pool, its jobs and its undo stack.

    ``annotations`` changes tags, notes, labels and saved highlights; ``batch_steps`` what changes a whole batch;
    ``spot`` is where the person was, by part of the window.

    Signals: ``opened`` and ``closed``; ``ending`` a project that is shown is to be closed; ``leaving`` before it is,
    once its jobs have ended, for those who fill ``spot``;
    ``changed(Change)`` after the pool took in what an operation changed; ``model_changed`` another model is the active
    one.
    """

    opened = Signal()
    ending = Signal()
    leaving = Signal()
    closed = Signal()
    changed = Signal(object)
    model_changed = Signal()

    def __init__(self, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.pool = Pool(self)
        self.undo_stack = QUndoStack(self)
        self.project: Project | None = None
        self.models: tuple[ModelRecord, ...] = ()
        self.steps = Steps(self.undo_stack, self._run_step, self.refresh, bridge.failed.emit)
        self.annotations = Annotations(self.pool, self.undo_stack.push, self.steps.send)
        self.batch_steps = BatchSteps(self)
        self._decisions = Decisions(self.steps, self.pool, self.batch_steps.decided)
        self.closed.connect(self._decisions.forget)
        self.spot: dict[str, dict[str, Any]] = {}
        self.highlights = undo.HighlightHistory(self.pool, self.undo_stack)
        self._undo_focus = UndoFocus(self.undo_stack, self.pool)
        self._stale: frozenset[str] = frozenset()
        self._batch: int | None = None
        self._then_close: Callable[[], object] | None = None
        # Projects that a lane opened and that are not shown: nobody else would let them go.
        self._unshown: list[Project] = []
        self._letting_go = False
        bridge.idle.connect(self._on_idle)

    def open(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Open the project at ``path`` after closing the one that is open; ``then`` runs once it is shown."""
        self._open(tr("Open {name}", name=readable(path.stem)), lambda ctx: Project.open(path, mode="w"), then)

    def create(self, path: Path, folders: tuple[Path, ...], then: Callable[[], None] | None = None) -> None:
        """Make a new project at ``path``, scan ``folders`` into it and open it."""

        def make(ctx: Context) -> Project:
            from desktop_al.jobs.create import run_create

            run_create(path, AddSpec(folders), ctx, parents=True)
            return Project.open(path, mode="w")

        self._open(tr("Create {name}", name=readable(path.stem)), make, then)

    def prepare(self, name: str, make: Callable[[Context], Path], then: Callable[[], None] | None = None) -> None:
        """Let ``make`` see to it that there is a project, on a lane, and open what it returns."""
        self._open(name, lambda ctx: Project.open(make(ctx), mode="w"), then)

    def _open(self, name: str, make: Callable[[Context], Project], then: Callable[[], None] | None) -> None:
        def work(ctx: Context) -> _Opened:
            project = make(ctx)
            self._unshown.append(project)
            try:
                spot = project.view_state()
                return project, *read_first(project, restored_batch(spot)), tuple(project.models()), spot
            except BaseException:
                self._unshown.remove(project)
                project.close()
                raise

        def show(result: _Opened) -> None:
            self.project, patch, left, self.models, self.spot = result
            self._unshown.remove(self.project)
            self._batch = restored_batch(self.spot)
            self.pool.load(patch)
            self.undo_stack.clear()
            self.opened.emit()
            if left:
                self.refresh(left)
            if then is not None:
                then()

        self.close(lambda: self.bridge.run(name, work, lane=QUICK, on_done=show))

    def close(self, then: Callable[[], object] | None = None) -> None:
        """Cancel the jobs, wait for all of them without blocking, close the project, then run ``then``.

        What a person did is brought to the project still, see `Operation`.
        """
        if self.project is not None and self._then_close is None:
            self.ending.emit()
        if not self._letting_go:
            # What lets a project go is never cancelled: its lock would stay.
            self.bridge.drop_all()
        self._then_close = then or (lambda: None)
        if not self.bridge.busy:
            self._on_idle()

    @property
    def closing(self) -> bool:
        """Whether the project is being closed."""
        return self._then_close is not None

    @Slot()
    def _on_idle(self) -> None:
        if self._then_close is None:
            return
        if self.project is not None or self._unshown:
            self._let_go()
            return
        self._letting_go = False
        then, self._then_close = self._then_close, None
        self.pool.load(PoolPatch(xy=None, picks=()))
        self.undo_stack.clear()
        self.closed.emit()
        then()

    def _let_go(self) -> None:
        """Close the project that is shown, and any that was opened in vain, on the lane."""
        left: list[tuple[Project, Mapping[str, Mapping[str, Any]]]] = [(project, {}) for project in self._unshown]
        self._unshown.clear()
        if self.project is not None:
            self.leaving.emit()
            left.append((self.project, self.spot))
            self.project, self.spot = None, {}
            self._batch, self._stale, self.models = None, frozenset(), ()
        self._letting_go = True

        def work(ctx: Context) -> None:
            for project, spot in left:
                _leave(project, spot)
            give_back()

        self.bridge.run(tr("Close"), work, lane=QUICK, quiet=True)

    def run(
        self,
        operation: Operation,
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> Job | None:
        """Run ``operation`` on the open project; its `Change`, where the result has one, reaches the pool.

        Returns its job, None where no project is open.
        """
        project = self.project
        if project is None or self.closing:
            return None

        early = Partials(self, operation.leaves)

        def done(result: Any) -> None:
            early.done = True
            change = getattr(result, "change", None)
            if isinstance(change, Change):
                self.take_change(change)
            if on_done is not None:
                on_done(result)

        def ended() -> None:
            if on_end is not None:
                on_end()
            early.end()

        decided = threading.Event()
        if operation.lane != QUICK:
            self.bridge.run(tr("Catch up"), lambda ctx: decided.set(), lane=QUICK, quiet=True, kept=True)

        def work(ctx: Context) -> Any:
            # What was decided before this operation was asked for is on its way on the quick lane.
            while operation.lane != QUICK and not decided.wait(0.05):
                ctx.check()
            return operation.run(project, ctx)

        return self.bridge.run(
            operation.name,
            work,
            lane=operation.lane,
            quiet=operation.quiet,
            kept=operation.kept,
            on_done=done,
            on_partial=early.take,
            on_error=on_error,
            on_end=ended,
        )

    def run_chain(self, chain: Sequence[Operation], then: Callable[[Any], None] | None = None) -> None:
        """Run one or more operations one after another; the first that fails or is cancelled ends the chain."""
        rest = chain[1:]

        def next_step(result: Any) -> None:
            if rest:
                self.run_chain(rest, then)
            elif then is not None:
                then(result)

        self.run(chain[0], next_step)

    def active_model(self) -> ModelRecord | None:
        """Return the model whose embeddings and map are shown."""
        return next((model for model in self.models if model.active), None)

    @property
    def chosen_batch(self) -> int | None:
        """The number of the batch that was chosen to be shown, None for the last one."""
        return self._batch

    def choose_batch(self, number: int | None) -> None:
        """Let the next reading show batch ``number``, None for the last."""
        self._batch = number

    def show_batch(self, number: int | None) -> None:
        """Show the picks of batch ``number``, None for the last."""
        self.choose_batch(number)
        self.refresh({"batches"})

    def refresh(self, kinds: frozenset[str] | set[str] = EVERYTHING) -> None:
        """Read ``kinds`` again; a refresh under way is superseded, and what it would have read is read by this one."""
        project = self.project
        if project is None or self.closing:
            return
        self._stale |= kinds
        stale, batch, ids = self._stale, self._batch, self.pool.ids
        known = Known.of(self.pool)

        def work(ctx: Context) -> tuple[PoolPatch, tuple[ModelRecord, ...]]:
            ctx.check()
            return settled(read_pool(project, stale, batch, ids), known), tuple(project.models())

        def show(result: tuple[PoolPatch, tuple[ModelRecord, ...]]) -> None:
            self._stale -= stale
            patch, models = result
            self.pool.apply(patch)
            if models != self.models:
                self.models = models
                self.model_changed.emit()

        self.bridge.run(tr("Read"), work, lane=QUICK, key=REFRESH, quiet=True, on_done=show)

    def take_change(self, change: Change) -> None:
        """Read what ``change`` touched, and tell the views."""
        self.refresh(change.kinds)
        self.changed.emit(change)

    def decide(self, rows: NDArray[np.integer], decision: Decision) -> int:
        """Set ``decision`` on the picks among ``rows``, as one step that can be undone; return how many it changes."""
        batch = self.pool.batch
        rows = np.asarray(rows, np.int64)
        picks = rows[self.pool.rank[rows] >= 0] if len(rows) else rows
        picks = picks[self.pool.decision[picks] != STATES[decision]]
        if batch is None or len(picks) == 0:
            return 0
        ids, before = self.pool.ids[picks], self.pool.decision[picks]
        self.undo_stack.push(undo.DecisionCommand(self._send_decisions, batch.number, ids, before, decision))
        return len(picks)

    def mark(self, rows: NDArray[np.integer], mark: Mark, on_done: Callable[[Any], None] | None = None) -> int:
        """Pin, veto or free ``rows`` in the shown batch, as one step that can be undone; return how many it changes.

        Picks that were accepted or rejected are pinned with it, so that no decision is lost. ``on_done`` takes the
        `SelectResult` of the batch that this leads to, also when the step is undone or redone.
        """
        batch = self.pool.batch
        rows = np.asarray(rows, np.int64)
        rows = rows[self.pool.mark[rows] != mark]
        if batch is None or len(rows) == 0:
            return 0
        marks = [Mark(value) for value in range(len(Mark))]
        before = dict(
            zip(self.pool.ids[rows].tolist(), map(marks.__getitem__, self.pool.mark[rows].tolist()), strict=True)
        )
        after = dict.fromkeys(before, mark)
        decided = (self.pool.rank >= 0) & (self.pool.decision != SampleState.PENDING) & (self.pool.mark == Mark.NONE)
        kept = [sample for sample in self.pool.ids[decided].tolist() if sample not in before]
        name = undo.mark_name(mark, len(before))
        count = len(before)
        before |= dict.fromkeys(kept, Mark.NONE)
        after |= dict.fromkeys(kept, Mark.PINNED)

        self.batch_steps.mark(batch.number, before, after, name, on_done)
        return count

    def record_import(self, result: ImportLabelsResult) -> None:
        """Put an import of labels on the undo stack."""
        holder = ImportHolder(result.undo)

        def bring(command: undo.StepCommand, now: bool) -> None:
            self.steps.send(command, now, turn_import(holder, now), result.change.kinds)

        self.undo_stack.push(undo.StepCommand(told(result.change.sentence), bring, made=True))

    def _send_decisions(
        self, command: undo.DecisionCommand, now: bool, batch: int, ids: NDArray[np.int64], states: NDArray[np.uint8]
    ) -> None:
        if self.pool.batch is not None and self.pool.batch.number == batch:
            self.pool.set_decisions(self.pool.rows_of(ids), states)
        self._decisions.send(command, now, operations.decide(batch, ids, states))

    def _run_step(
        self,
        operation: Operation,
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[Exception], None] | None,
        on_end: Callable[[], None] | None,
    ) -> None:
        # The pool shows the step already: no older reading takes it back.
        self.bridge.supersede(REFRESH)
        self.run(operation, on_done, on_error, on_end)


def restored_batch(spot: Mapping[str, Mapping[str, Any]]) -> int | None:
    """The number of the batch that was chosen to be shown, None for the last one."""
    number = spot.get("session", {}).get("batch")
    return number if isinstance(number, int) and number > 0 else None


def _leave(project: Project, spot: Mapping[str, Mapping[str, Any]]) -> None:
    from desktop_al.jobs.spot import keep_spot

    try:
        if spot:
            keep_spot(project, spot)
    finally:
        project.close()

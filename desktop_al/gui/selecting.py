"""The selection that waits or runs: one at a time, whoever asks; the first of a project only where nobody has asked."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop_al.domain.specs import SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.session import Session
from desktop_al.jobs.runner import ENDS, Job, JobEvent, Stage


class Turn(Enum):
    """Where a selection is: there is none, it waits for its turn, it runs, it was told to stop."""

    NONE = auto()
    WAITING = auto()
    RUNNING = auto()
    STOPPING = auto()


class Selecting(QObject):
    """Runs selections on ``session``. Signal: ``changed`` where the selection is."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._asked = False
        self.turn = Turn.NONE
        session.bridge.job_event.connect(self._on_event)
        session.opened.connect(self._forget)

    def ask(self, spec: SelectSpec, on_done: Callable[[Any], None]) -> bool:
        """Select as ``spec`` says, unless a selection waits or runs; returns whether it does now."""
        if self.turn is not Turn.NONE:
            return False
        self._asked = True
        self._run(operations.select(spec), on_done)
        return True

    def ask_first(self, spec: SelectSpec, on_done: Callable[[Any], None]) -> None:
        """Select the first batch, unless a batch was asked for since the project was opened, or there is one."""
        if self._asked or self.turn is not Turn.NONE or self._session.pool.batches:
            return
        self._run(operations.select_first(spec), on_done)

    def cancel(self) -> None:
        """Let the selection end; one that waits is gone at once."""
        if self._job is not None:
            running = self.turn is Turn.RUNNING
            self._job.ctx.cancel()
            self._go_to(Turn.STOPPING if running else Turn.NONE)

    def _run(self, operation: operations.Operation, on_done: Callable[[Any], None]) -> None:
        self._job = self._session.run(operation, on_done)
        self._go_to(Turn.NONE if self._job is None else Turn.WAITING)

    @Slot()
    def _forget(self) -> None:
        self._asked = False

    @Slot(object)
    def _on_event(self, event: JobEvent) -> None:
        if event.job is not self._job:
            return
        if event.stage in ENDS:
            self._go_to(Turn.NONE)
        elif event.stage is Stage.STARTED and self.turn is Turn.WAITING:
            self._go_to(Turn.RUNNING)

    def _go_to(self, turn: Turn) -> None:
        if turn is Turn.NONE:
            self._job = None
        if turn is not self.turn:
            self.turn = turn
            self.changed.emit()

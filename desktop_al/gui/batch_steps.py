"""Steps that change a whole batch: selected, resized, pinned and vetoed. They are made once; undo and redo swap states.

What stood before is kept row by row, so that it comes back bit for bit, decisions included, and nothing is solved
again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QUndoCommand
from shiboken6 import isValid

from desktop_al.domain.records import Ids
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import AdjustSpec
from desktop_al.gui import operations
from desktop_al.gui.i18n import trn
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.steps import ProjectStep
from desktop_al.gui.turning import BatchHolder, swap_batch, tracked
from desktop_al.gui.undo import DecisionCommand, Marks, States
from desktop_al.jobs.runner import COMPUTE

if TYPE_CHECKING:
    from desktop_al.gui.session import Session

Done = Callable[[Any], None]
_SHOWN = frozenset({"batches", "decisions"})


class BatchCommand(ProjectStep):
    """A change of one batch; ``run(command, now, operation)`` brings it to the project.

    ``make`` makes the change, None where a job has made it already; ``show(now)`` shows at once what can be shown
    before the project has it, with ``now`` False when the change is taken back. ``touched`` (m,) are the ids to go to;
    ``batch`` is its number.
    """

    def __init__(
        self,
        name: str,
        holder: BatchHolder,
        make: Operation | None,
        run: Callable[["BatchCommand", bool, Operation], None],
        show: Callable[[bool], None],
        touched: Ids,
    ) -> None:
        super().__init__(name, touched, made=make is None)
        self._holder, self._make, self._run, self._show = holder, make, run, show
        self._since: dict[int, int] = {}
        self.batch = holder.number

    def send(self, now: bool) -> None:
        """Make the change the first time; then swap what was and what is."""
        make, self._make = self._make, None
        self._show(now)
        if now:
            # What it takes out of the batch is as it is found then.
            self._since = {}
        operation = swap_batch(self._holder, now, self._since) if make is None else tracked(make, self._holder)
        self._run(self, now, operation)

    @property
    def listens(self) -> bool:
        """Whether `learn` has anything to learn."""
        return self.waiting > 0 or bool(self._since)

    def learn(self, ids: Ids, states: States, above: Callable[[], bool]) -> None:
        """Learn of decisions on ``ids`` (m,) that a step makes or takes back which lies ``above`` this one, or below.

        A pick that the change takes out of the batch on its way comes back as it was decided on last. What is decided
        on a pick once the change has ended is none of its business, unless that turns what was decided on its way.
        """
        found = zip(ids.tolist(), states.tolist(), strict=True)
        if self.waiting:
            self._since.update(found)
        elif (turned := {sample: state for sample, state in found if sample in self._since}) and above():
            self._since.update(turned)


class BatchSteps:
    """Puts changes of batches on the undo stack of ``session``."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._slow = 0
        self._made: list[BatchCommand] = []
        session.closed.connect(self._forget)

    def _forget(self) -> None:
        # What is dropped when its project closes does not say that it ended.
        self._slow = 0
        self._made.clear()

    def decided(self, step: DecisionCommand, ids: Ids, states: States) -> None:
        """Learn that ``step`` gives ``states`` (m,) to the picks ``ids`` (m,) of its batch."""
        self._made = [made for made in self._made if isValid(made)]
        for made in self._made:
            if made.batch == step.batch and made.listens:
                made.learn(ids, states, partial(self._is_above, step, made))

    def _is_above(self, step: QUndoCommand, other: QUndoCommand) -> bool:
        """Whether ``step`` lies above ``other`` on the stack; one that is not on it is about to be pushed."""
        stack = self._session.undo_stack
        found = (stack.command(place) for place in range(stack.count()))
        return next((each for each in found if each is step or each is other), other) is other

    def selected(self, result: SelectResult) -> None:
        """Put a selection on the stack that a job has made; with it goes the highlight, which comes back with undo."""
        batch, session = result.batch, self._session
        lit, nothing = np.packbits(session.pool.highlight), np.packbits(np.zeros(len(session.pool), bool))

        def show(now: bool) -> None:
            # The last batch is shown: this one, or the one before it.
            session.choose_batch(None)
            session.highlights.show(nothing if now else lit)

        show(True)

        name = trn(
            "Select {count:,} pick as batch {number}",
            "Select {count:,} picks as batch {number}",
            batch.count,
            number=batch.number,
        )
        touched = np.array([pick.sample for pick in result.picks[:1]], np.int64)
        self._push(name, BatchHolder(batch.number, made=True, stands=True), None, show, touched)

    def resize(self, number: int, count: int) -> None:
        """Give batch ``number`` another size."""
        make = operations.resize(number, count)
        self._push(make.name, BatchHolder(number), make, lambda now: None, np.empty(0, np.int64))

    def mark(self, number: int, before: Marks, after: Marks, name: str, on_done: Done | None) -> None:
        """Let the marks of batch ``number`` be ``after``, by sample id, where they were ``before``."""
        pool = self._session.pool

        def show(now: bool) -> None:
            if pool.batch is not None and pool.batch.number == number:
                pool.set_marks(after if now else before)

        make = operations.adjust(adjust_spec(number, before, after))
        touched = np.array([sample for sample in after if before[sample] is not after[sample]], np.int64)
        self._push(name, BatchHolder(number), make, show, touched, on_done)

    def _push(
        self,
        name: str,
        holder: BatchHolder,
        make: Operation | None,
        show: Callable[[bool], None],
        touched: Ids,
        on_done: Done | None = None,
    ) -> None:
        session = self._session

        def done(result: Any) -> None:
            if on_done is not None and getattr(result, "batch", None) is not None:
                on_done(result)

        def run(command: BatchCommand, now: bool, operation: Operation) -> None:
            # Behind the changes of batches that have not ended, since each begins where the one before it ends.
            if self._slow:
                operation = replace(operation, lane=COMPUTE)
            slow = operation.lane == COMPUTE
            self._slow += slow

            def ended() -> None:
                self._slow -= slow

            session.steps.send(command, now, operation, _SHOWN, done, ended)

        step = BatchCommand(name, holder, make, run, show, touched)
        self._made.append(step)
        session.undo_stack.push(step)


def adjust_spec(batch: int, was: Marks, wanted: Marks) -> AdjustSpec:
    """What turns the marks ``was``, by sample id, into the marks ``wanted``."""

    def ids(marks: Marks, mark: Mark, others: Marks) -> tuple[int, ...]:
        return tuple(sample for sample, value in marks.items() if value is mark and others.get(sample) is not mark)

    return AdjustSpec(
        batch,
        pins=ids(wanted, Mark.PINNED, was),
        vetoes=ids(wanted, Mark.VETOED, was),
        unpin=ids(was, Mark.PINNED, wanted),
        unveto=ids(was, Mark.VETOED, wanted),
    )

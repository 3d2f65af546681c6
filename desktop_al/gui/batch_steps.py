"""Steps that change a whole batch: selected, resized, pinned and vetoed. They are made once; undo and redo swap states.

What stood before is kept row by row, so that it comes back bit for bit, decisions included, and nothing is solved
again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_al.domain.records import Ids
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import AdjustSpec
from desktop_al.gui import operations
from desktop_al.gui.i18n import trn
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.steps import ProjectStep
from desktop_al.gui.turning import BatchHolder, swap_batch, tracked
from desktop_al.gui.undo import Marks
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
        self.batch = holder.number

    def send(self, now: bool) -> None:
        """Make the change the first time; then swap what was and what is."""
        make, self._make = self._make, None
        self._show(now)
        operation = swap_batch(self._holder, now) if make is None else tracked(make, self._holder)
        self._run(self, now, operation)


class BatchSteps:
    """Puts changes of batches on the undo stack of ``session``."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._slow = 0
        session.closed.connect(self._forget)

    def _forget(self) -> None:
        # What is dropped when its project closes does not say that it ended.
        self._slow = 0

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

        session.undo_stack.push(BatchCommand(name, holder, make, run, show, touched))


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

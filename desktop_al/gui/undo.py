"""Undo and redo with names: each command is the change, and the change back."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop_al.domain.records import Decision, Ids
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.steps import ProjectStep, Step
from desktop_al.gui.text import shortened
from desktop_al.store.pick_table import STATES

HIGHLIGHT_ID = 1

States = NDArray[np.uint8]
Marks = Mapping[int, Mark]


class DecisionCommand(ProjectStep):
    """A decision on picks of one batch, as sample ids (m,) and the states (m,) uint8 that they had ``before``.

    ``bring`` brings states to the pool and the project; it takes the command, whether the decision is made or taken
    back, the number of the batch, the ids and their states.
    """

    def __init__(
        self,
        bring: Callable[["DecisionCommand", bool, int, Ids, States], None],
        batch: int,
        ids: Ids,
        before: States,
        decision: Decision,
    ) -> None:
        super().__init__(decision_name(decision, len(ids)), ids)
        self._bring, self.batch, self._before, self._decision = bring, batch, before, decision

    def states(self, now: bool) -> States:
        """The states (m,) that the picks have by the decision, or had before it."""
        return np.full(len(self.touched), STATES[self._decision], np.uint8) if now else self._before

    def send(self, now: bool) -> None:
        """Set the decisions, or what was before."""
        self._bring(self, now, self.batch, self.touched, self.states(now))

    def leave_out(self, samples: Sequence[int]) -> tuple[Ids, States]:
        """Let the decision be one on its other picks alone: the batch did not hold ``samples`` any more.

        Returns those that were left out, and their states before it.
        """
        kept = ~np.isin(self.touched, samples)
        left = self.touched[~kept], self._before[~kept]
        self.touched, self._before = self.touched[kept], self._before[kept]
        self.setText(shortened(decision_name(self._decision, len(self.touched))))
        return left


class StepCommand(ProjectStep):
    """A change that ``bring`` brings to the pool and the project: the command, and whether it is made or taken back.

    ``touched`` (m,) are the ids of the samples that it is about; ``made`` is True where a job has made it already.
    """

    def __init__(
        self,
        name: str,
        bring: Callable[["StepCommand", bool], None],
        touched: Ids | None = None,
        made: bool = False,
    ) -> None:
        super().__init__(name, touched, made)
        self._bring = bring

    def send(self, now: bool) -> None:
        """Make the change, or unmake it."""
        self._bring(self, now)


class HighlightCommand(Step):
    """A change of the highlight, kept as packed bits."""

    def __init__(self, history: "HighlightHistory", before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        super().__init__(_highlight_name(after))
        self._history, self._before, self._after = history, before, after

    def id(self) -> int:
        """Let highlights that follow one another merge."""
        return HIGHLIGHT_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge single clicks that follow one another into one step."""
        if not isinstance(other, HighlightCommand) or max(_bits(self._after), _bits(other._after)) > 1:
            return False
        self._after = other._after
        self.setText(_highlight_name(self._after))
        return True

    def turn(self, now: bool) -> None:
        """Show the highlight after the change, or before it."""
        self._history.show(self._after if now else self._before)


class HighlightHistory:
    """Puts every change of the pool's highlight on the stack, whichever view made it."""

    def __init__(self, pool: Pool, stack: QUndoStack) -> None:
        self._pool, self._stack = pool, stack
        self._last = np.packbits(pool.highlight)
        self._showing = False
        pool.highlight_changed.connect(self._record)
        pool.reset.connect(self._restart)

    def _restart(self) -> None:
        # The rows are others now, so that older masks would mark other samples.
        self._stack.clear()
        self._last = np.packbits(self._pool.highlight)

    def _record(self) -> None:
        before, self._last = self._last, np.packbits(self._pool.highlight)
        if not self._showing:
            self._stack.push(HighlightCommand(self, before, self._last))

    def show(self, packed: NDArray[np.uint8]) -> None:
        """Set the highlight of the pool to ``packed`` bits without recording it."""
        self._showing = True
        self._pool.set_highlight(np.unpackbits(packed, count=len(self._pool)).view(np.bool_))
        self._showing = False


def _bits(packed: NDArray[np.uint8]) -> int:
    return int(np.bitwise_count(packed).sum())


def _highlight_name(packed: NDArray[np.uint8]) -> str:
    count = _bits(packed)
    if not count:
        return tr("Clear the highlight")
    return trn("Highlight {count:,} image", "Highlight {count:,} images", count)


def mark_name(mark: Mark, count: int) -> str:
    """Name the step, as in "Undo Keep 3 images"."""
    if mark is Mark.PINNED:
        return trn("Keep {count:,} image", "Keep {count:,} images", count)
    if mark is Mark.VETOED:
        return trn("Veto {count:,} image", "Veto {count:,} images", count)
    return trn("Free {count:,} image", "Free {count:,} images", count)


def decision_name(decision: Decision, count: int) -> str:
    """Name the step, as in "Undo Accept 12 picks"."""
    if decision is Decision.ACCEPTED:
        return trn("Accept {count:,} pick", "Accept {count:,} picks", count)
    if decision is Decision.REJECTED:
        return trn("Reject {count:,} pick", "Reject {count:,} picks", count)
    return trn("Clear {count:,} pick", "Clear {count:,} picks", count)

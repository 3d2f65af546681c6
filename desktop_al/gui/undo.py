"""Undo and redo with names: each command is the change, and the change back."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from desktop_al.domain.records import Decision, Ids
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import shortened

HIGHLIGHT_ID = 1

States = NDArray[np.uint8]
Marks = Mapping[int, Mark]


class DecisionCommand(QUndoCommand):
    """Decisions on picks of one batch, as sample ids (m,) and the states (m,) uint8 that they mean.

    ``send`` brings them to the pool and the project, and takes the command, to `drop` it if they are refused;
    ``touched`` are the ids.
    """

    def __init__(
        self,
        send: Callable[["DecisionCommand", int, Ids, States], None],
        batch: int,
        ids: Ids,
        before: States,
        after: States,
        name: str,
    ) -> None:
        super().__init__(shortened(name))
        self._send, self._batch, self.touched, self._before, self._after = send, batch, ids, before, after

    def redo(self) -> None:
        """Set the decisions."""
        self._send(self, self._batch, self.touched, self._after)

    def undo(self) -> None:
        """Set what was before; what was refused needs nothing."""
        if not self.isObsolete():
            self._send(self, self._batch, self.touched, self._before)


class StepCommand(QUndoCommand):
    """A change that ``do`` makes and ``take_back`` unmakes; both take the command, to declare it void if they fail.

    ``touched`` (m,) are the ids of the samples that it is about.
    """

    def __init__(
        self,
        name: str,
        do: Callable[["StepCommand"], None],
        take_back: Callable[["StepCommand"], None],
        touched: Ids | None = None,
    ) -> None:
        super().__init__(shortened(name))
        self._do, self._take_back = do, take_back
        self.touched = np.empty(0, np.int64) if touched is None else touched

    def redo(self) -> None:
        """Make the change."""
        self._do(self)

    def undo(self) -> None:
        """Unmake the change; one that could not be made needs nothing."""
        if not self.isObsolete():
            self._take_back(self)


class DoneCommand(QUndoCommand):
    """A change that a job has already made; undo and redo are jobs of their own."""

    def __init__(self, name: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        super().__init__(shortened(name))
        self._undo, self._redo = undo, redo
        self._pushed = False

    def redo(self) -> None:
        """Make the change again; the first time, when the command is pushed, it is made already."""
        if self._pushed:
            self._redo()
        self._pushed = True

    def undo(self) -> None:
        """Take the change back."""
        self._undo()


class HighlightCommand(QUndoCommand):
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

    def redo(self) -> None:
        """Show the highlight after the change."""
        self._history.show(self._after)

    def undo(self) -> None:
        """Show the highlight before the change."""
        self._history.show(self._before)


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
        self._pool.set_highlight(np.unpackbits(packed, count=len(self._pool)).astype(bool))
        self._showing = False


def drop(stack: QUndoStack, command: QUndoCommand) -> None:
    """Let ``command``, which the project refused, be no step of ``stack``.

    It goes at once where it is the last one, else when it is passed by. One that the stack has let go of meanwhile is
    none already.
    """
    if not isValid(command):
        return
    command.setObsolete(True)
    if stack.index() and stack.command(stack.index() - 1) is command:
        # Nothing is taken back: a void command goes when it is turned round.
        stack.undo()


def _bits(packed: NDArray[np.uint8]) -> int:
    return int(np.bitwise_count(packed).sum())


def _highlight_name(packed: NDArray[np.uint8]) -> str:
    count = _bits(packed)
    if not count:
        return tr("clearing of the highlight")
    return trn("highlight of {count:,} image", "highlight of {count:,} images", count)


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

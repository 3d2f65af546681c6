"""Steps of the undo stack that change the project, and what becomes of them where the project does not follow.

A step shows at once and reaches the project later. Where that fails, what is shown is read again, and the stack is
brought to what the project holds: a step that the project refuses is none, and one that the disk was full for stays
where it was, so that it can be tried again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from desktop_al.domain.errors import CancelledError, ProjectError, StorageError
from desktop_al.domain.records import Ids
from desktop_al.gui.operations import Operation
from desktop_al.gui.text import shortened

Kinds = frozenset[str]
Done = Callable[[Any], None]
Fail = Callable[[Exception], None]
End = Callable[[], None]
Run = Callable[[Operation, Done | None, Fail | None, End | None], None]


class Step(QUndoCommand):
    """A command that does nothing while the stack only moves past it."""

    passing = False

    def redo(self) -> None:
        """Make the change."""
        if not self.passing:
            self.turn(True)

    def undo(self) -> None:
        """Take the change back."""
        if not self.passing:
            self.turn(False)

    def turn(self, now: bool) -> None:
        """Make the change, or take it back where ``now`` is False."""
        raise NotImplementedError


class ProjectStep(Step):
    """A change of the project; ``touched`` (m,) are the ids of the samples that it is about.

    ``asked`` is whether the change was asked for last, ``made`` whether the project holds it, as far as it has
    answered, and ``ever`` whether it ever did; ``waiting`` counts the operations that have not ended. ``made`` is True
    from the first where a job has made the change already.
    """

    def __init__(self, name: str, touched: Ids | None = None, made: bool = False) -> None:
        super().__init__(shortened(name))
        self.touched = np.empty(0, np.int64) if touched is None else touched
        self.asked = self.made = self.ever = made
        self.waiting = 0
        self.fault: Exception | None = None

    def turn(self, now: bool) -> None:
        """Send the change, or its opposite, to the project; nothing where that was asked for last."""
        if now is not self.asked:
            self.asked = now
            self.send(now)

    def send(self, now: bool) -> None:
        """Show the change or what was before it, and run the operation that brings it to the project."""
        raise NotImplementedError


class Steps:
    """Runs the operations of steps and keeps ``stack`` true to the project.

    ``run`` runs an operation and tells its result, its fault and its end; ``refresh`` reads kinds of facts again, and
    ``failed`` hears the name of an operation and why it failed.
    """

    def __init__(
        self, stack: QUndoStack, run: Run, refresh: Callable[[Kinds], None], failed: Callable[[str, Exception], None]
    ) -> None:
        self._stack, self._run, self._refresh, self._failed = stack, run, refresh, failed

    def send(
        self,
        step: ProjectStep,
        now: bool,
        operation: Operation,
        kinds: Kinds,
        on_done: Done | None = None,
        on_end: End | None = None,
    ) -> None:
        """Bring ``step`` to the project, or take it back; ``kinds`` is what was shown ahead of it.

        A result of None says that the operation had nothing to do: what it would have turned was never made.
        ``on_end`` runs however the operation ended.
        """
        step.waiting += 1
        answered = False

        def done(result: Any) -> None:
            nonlocal answered
            answered = True
            if result is not None:
                step.made = now
                step.ever = step.ever or now
                if on_done is not None:
                    on_done(result)

        def fail(error: Exception) -> None:
            nonlocal answered
            answered = True
            step.fault = error
            self._failed(operation.name, error)

        def end() -> None:
            if not answered:
                step.fault = CancelledError()
            step.waiting -= 1
            if on_end is not None:
                on_end()
            self._settle(step, kinds)

        self._run(operation, done, fail, end)

    def rename(self) -> None:
        """Tell the names of what can be undone and redone anew, where a step has got another."""
        self._stack.undoTextChanged.emit(self._stack.undoText())
        self._stack.redoTextChanged.emit(self._stack.redoText())

    def _settle(self, step: ProjectStep, kinds: Kinds) -> None:
        if step.waiting or step.fault is None:
            return
        fault, step.fault = step.fault, None
        # What is shown went ahead of the project; show again what the project holds.
        self._refresh(kinds)
        step.asked = step.made
        if not isValid(step):
            return
        if step.ever and isinstance(fault, StorageError | ProjectError | CancelledError):
            agree(self._stack)
        else:
            remove(self._stack, step)


def agree(stack: QUndoStack) -> None:
    """Go to where the project is, past the steps beside the present place that were turned in vain."""
    while (step := _settled(stack, stack.index())) is not None and step.made:
        stack.redo()
    while (step := _settled(stack, stack.index() - 1)) is not None and not step.made:
        stack.undo()


def _settled(stack: QUndoStack, place: int) -> ProjectStep | None:
    step = stack.command(place) if 0 <= place < stack.count() else None
    return step if isinstance(step, ProjectStep) and not step.waiting else None


def remove(stack: QUndoStack, step: Step) -> None:
    """Let ``step`` be no step of ``stack``, wherever in it it is; no other step is turned."""
    here, steps = stack.index(), [stack.command(place) for place in range(stack.count())]
    at = next((place for place, each in enumerate(steps) if each is step), None)
    if at is None:
        return
    undone = at >= here
    between = steps[here : at + 1] if undone else steps[at:here]
    passed = [each for each in between if isinstance(each, Step)]
    blocker = QSignalBlocker(stack)
    for each in passed:
        each.passing = True
    # The stack lets go of a void step when it moves past it.
    step.setObsolete(True)
    stack.setIndex(at if undone else at + 1)
    if undone:
        stack.redo()
    else:
        stack.undo()
    stack.setIndex(here if undone else here - 1)
    for each in passed:
        each.passing = False
    blocker.unblock()
    stack.indexChanged.emit(stack.index())
    stack.canUndoChanged.emit(stack.canUndo())
    stack.undoTextChanged.emit(stack.undoText())
    stack.canRedoChanged.emit(stack.canRedo())
    stack.redoTextChanged.emit(stack.redoText())

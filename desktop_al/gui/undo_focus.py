"""Undo and redo go back to what they changed: it is focused again, and the views bring it into sight."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from desktop_al.gui.pool import Pool

NOTHING = np.empty(0, np.int64)


class UndoFocus:
    """Focuses what the commands of ``stack`` say that they ``touched``, sample ids (m,), when they are turned round.

    A step that is made for the first time moves nothing: the review goes on by itself.
    """

    def __init__(self, stack: QUndoStack, pool: Pool) -> None:
        self._stack, self._pool = stack, pool
        self._index = stack.index()
        # The commands themselves, for the number of one that is gone may be given to another.
        self._made: dict[int, QUndoCommand] = {}
        stack.indexChanged.connect(self._on_index)

    def _on_index(self, index: int) -> None:
        if not isValid(self._stack):
            # A stack that is deleted empties itself first, and tells of it when Python has lost it already.
            return
        before, self._index = self._index, index
        if self._stack.count() == 0:
            self._made.clear()
            return
        passed = range(index, before) if index < before else range(before, index)
        commands = [self._stack.command(place) for place in passed]
        # A step that was refused goes from the stack, which turns none round.
        fewer = self._stack.count() < len(self._made)
        new = [command for command in commands if id(command) not in self._made]
        self._made = {id(command): command for command in map(self._stack.command, range(self._stack.count()))}
        if commands and not new and not fewer:
            # The one that lies nearest to where the person is now.
            ids = [touched_by(command) for command in (commands if index < before else commands[::-1])]
            self._go(next((each for each in ids if len(each)), NOTHING))

    def _go(self, ids: NDArray[np.int64]) -> None:
        pool = self._pool
        rows = pool.rows_of(ids)
        rows = rows[rows >= 0]
        if len(rows) == 0:
            return
        seen = rows[pool.visible[rows]]
        rows = seen if len(seen) else rows
        ranks = np.where(pool.rank[rows] >= 0, pool.rank[rows], np.iinfo(np.int32).max)
        pool.go_to(pool.focus if pool.focus in rows else int(rows[np.argmin(ranks)]))


def touched_by(command: QUndoCommand | None) -> NDArray[np.int64]:
    """The sample ids that ``command``, or the first of its parts that says so, is about."""
    for each in _parts(command):
        ids = getattr(each, "touched", NOTHING)
        if len(ids):
            return np.asarray(ids, np.int64)
    return NOTHING


def _parts(command: QUndoCommand | None) -> Iterator[QUndoCommand]:
    if command is not None:
        yield command
        for place in range(command.childCount()):
            yield from _parts(command.child(place))

"""What was decided, kept beside the program: by project, batch and sample, with undo and redo, to hold against it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QUndoCommand

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision
from desktop_al.gui.batch_steps import BatchCommand
from desktop_al.gui.session import Session
from desktop_al.gui.undo import DecisionCommand
from desktop_al.store.pick_table import STATES
from desktop_al.store.project import Project

Key = tuple[Path, int]
"""A project and one of its batches."""
Change = tuple[Key, dict[int, Decision], dict[int, Decision]]
"""A batch, and the decisions before and after by sample."""


@dataclass
class Left:
    """The decisions on picks that a step took out of a batch; undo brings them back as they ``were`` before the step.

    What is decided while it waits for others is a step of its own, which is undone before.
    """

    batch: Key
    were: dict[int, Decision]
    decisions: dict[int, Decision] = field(default_factory=dict)

    def leave(self, sample: int) -> None:
        """Learn that ``sample`` has left."""
        self.decisions[sample] = self.were.get(sample, Decision.PENDING)

    def take(self, known: dict[int, Decision], *, forth: bool) -> None:
        """Do to the ``known`` decisions of the batch what the step does, or its undo."""
        for sample, decision in self.decisions.items():
            if forth:
                known.pop(sample, None)
            else:
                known[sample] = decision


class Expected:
    """Follows every decision that is asked of ``session``, and every step of its undo stack."""

    def __init__(self, session: Session) -> None:
        self._decisions: dict[Key, dict[int, Decision]] = {}
        self._asked: Change | None = None
        self._moving = False
        self.made = 0
        self._watched = ExitStack()
        self._watches = False
        self._begin(session)

    def _begin(self, session: Session) -> None:
        self._session, self._decide = session, session.decide
        self._log: list[tuple[QUndoCommand, Change | Left | None]] = []
        self._place = 0
        self._refused = False
        session.bridge.failed.connect(self._on_failed)
        session.undo_stack.indexChanged.connect(self._on_index)
        if self._watches:
            self._watched.enter_context(mock.patch.object(session, "decide", self._on_decide))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Learn of every decision while this holds."""
        self._watches = True
        with self._watched:
            self._watched.enter_context(mock.patch.object(self._session, "decide", self._on_decide))
            yield
        self._watches = False

    def leave(self) -> None:
        """Let go of the session: it is about to end with its window."""
        self._watched.close()

    def follow(self, session: Session) -> None:
        """Go on with the ``session`` of another window."""
        self._begin(session)

    def stop(self) -> None:
        """Follow the stack no longer: what was decided stays so."""
        self._session.undo_stack.indexChanged.disconnect(self._on_index)

    def _key(self) -> Key | None:
        session = self._session
        if session.project is None or session.pool.batch is None:
            return None
        return session.project.path, session.pool.batch.number

    def accepted(self, number: int) -> set[int]:
        """The samples of batch ``number`` of the open project that were accepted."""
        project = self._session.project
        known = self._decisions.get((project.path, number), {}) if project is not None else {}
        return {sample for sample, decision in known.items() if decision is Decision.ACCEPTED}

    def _on_decide(self, rows: NDArray[np.integer], decision: Decision) -> int:
        pool, key = self._session.pool, self._key()
        if key is not None:
            known = self._decisions.setdefault(key, {})
            picks = {pick.sample for pick in pool.picks}
            asked = [sample for sample in pool.ids[np.asarray(rows, np.int64)].tolist() if sample in picks]
            before = {sample: known.get(sample, Decision.PENDING) for sample in asked}
            before = {sample: was for sample, was in before.items() if was is not decision}
            if before:
                self._asked = (key, before, dict.fromkeys(before, decision))
                self._take(*self._asked, forth=True)
                self.made += len(before)
        try:
            return self._decide(rows, decision)
        finally:
            self._asked = None

    def _take(self, batch: Key, before: dict[int, Decision], after: dict[int, Decision], *, forth: bool) -> None:
        self._decisions.setdefault(batch, {}).update(after if forth else before)

    def step(self, back: bool) -> None:
        """Undo a step, or redo one."""
        self._moving = True
        stack = self._session.undo_stack
        (stack.undo if back else stack.redo)()
        self._moving = False

    def _on_index(self, index: int) -> None:
        stack = self._session.undo_stack
        steps = [stack.command(place) for place in range(stack.count())]
        # Where the project refused a step it leaves the stack, wherever it was.
        there, known = set(map(id, steps)), {id(step): change for step, change in self._log}
        if self._refused and not self._moving:
            self._refused = False
            for step, change in self._log:
                if isinstance(change, tuple) and id(step) not in there:
                    self._back(change, change[1])
        if self._moving:
            forth = index >= self._place
            moved = self._log[self._place : index] if forth else self._log[index : self._place][::-1]
            for step, change in moved:
                if isinstance(change, Left):
                    change.take(self._decisions.setdefault(change.batch, {}), forth=forth)
                elif change is not None and id(step) in there:
                    self._take(*change, forth=forth)
        self._log = [
            (step, known[id(step)] if id(step) in known else self._asked or self._left(step)) for step in steps
        ]
        self._place = index

    def _on_failed(self, _name: str, error: Exception) -> None:
        self._refused = isinstance(error, SelectionError)

    def _back(self, change: Change, samples: Iterable[int]) -> None:
        """Let ``change`` never have been made to ``samples``, where nothing was decided on them since."""
        batch, before, after = change
        known = self._decisions.setdefault(batch, {})
        for sample in samples:
            if known.get(sample, Decision.PENDING) is after[sample]:
                known[sample] = before[sample]

    def _leave_out(self) -> None:
        """Learn which picks were no longer in the batch when a decision on them reached the project."""
        for at, (step, change) in enumerate(self._log):
            if not isinstance(change, tuple) or not isinstance(step, DecisionCommand):
                continue
            batch, before, after = change
            gone = before.keys() - set(step.touched.tolist())
            if gone:
                self._back(change, gone)
                kept = before.keys() - gone
                self._log[at] = (
                    step,
                    (batch, {each: before[each] for each in kept}, {each: after[each] for each in kept}),
                )

    def _left(self, step: QUndoCommand) -> Left | None:
        """What ``step`` will have taken out of a batch, where it is one that can."""
        project = self._session.project
        if project is None or not isinstance(step, BatchCommand):
            return None
        batch = project.path, step.batch
        return Left(batch, dict(self._decisions.get(batch, {})))

    def settle(self) -> None:
        """Learn which picks are no longer in the batch that is shown, and where; nothing may run."""
        self._leave_out()
        key = self._key()
        steps = [left for _, left in self._log[: self._place] if isinstance(left, Left) and left.batch == key]
        if key is None or not steps:
            return
        known, picks = self._decisions.setdefault(key, {}), set(self._session.pool.picks.samples.tolist())
        for sample in known.keys() - picks:
            del known[sample]
            steps[-1].leave(sample)

    def shown(self) -> str:
        """What is wrong with the decisions that the window shows; "" where nothing is."""
        pool, key = self._session.pool, self._key()
        if key is None:
            return ""
        known = self._decisions.get(key, {})
        for pick in pool.picks:
            row = pool.row_of(pick.sample)
            wanted = int(STATES[known.get(pick.sample, Decision.PENDING)])
            if pool.decision[row] != wanted:
                return f"batch {key[1]} shows {pool.decision[row]} for sample {pick.sample}, not {wanted}"
        return ""

    def lost(self, path: Path) -> list[str]:
        """The decisions that the project at ``path`` does not hold as they were made."""
        found = []
        with Project.open(path) as project:
            for batch in project.batches():
                known = self._decisions.get((project.path, batch.number), {})
                for pick in project.picks(batch.number):
                    wanted = known.get(pick.sample, Decision.PENDING)
                    if pick.decision is not wanted:
                        found.append(f"sample {pick.sample} of batch {batch.number} is {pick.decision}, not {wanted}")
        return found

"""Reads the samples on several threads at once: SQLite lets the interpreter go, so two cores take half the time.

Where they lie in one file beside the database, there is nothing to share.
"""

import itertools
import threading

from desktop_al.domain.records import SampleTable
from desktop_al.store import columns, revisions, samples
from desktop_al.store.reads import ProjectReads


class SharedReading:
    """The samples of ``project``; every thread that calls `help` takes one block after another until none is left."""

    def __init__(self, project: ProjectReads) -> None:
        self._project = project
        self._at_hand = project.samples_at_hand()
        self._revision, self._plan = project.read(
            lambda db: (revisions.read(db, revisions.SAMPLES), samples.plan(db)),
        )
        self._turns = itertools.count()
        self._turn = threading.Lock()
        self._blocks: dict[int, columns.Block] = {}

    def help(self) -> None:
        """Read blocks as long as there are any that nobody has begun."""
        starts = self._plan.starts if self._at_hand is None else range(0)
        while (turn := self._next()) < len(starts):
            self._read(starts[turn])

    def table(self) -> SampleTable:
        """All samples as columns, once every thread that helped has come back.

        Where a writer has committed in between, they are read again: the table shows one committed state.
        """
        if self._at_hand is not None:
            return self._project.samples()
        blocks = [self._blocks[start] for start in self._plan.starts if start in self._blocks]
        if len(blocks) < len(self._plan.starts):
            return self._project.samples()
        return self._project.samples_of(self._revision, self._plan, blocks)

    def _next(self) -> int:
        with self._turn:
            return next(self._turns)

    def _read(self, start: int) -> None:
        revision, block = self._project.read(
            lambda db: (revisions.read(db, revisions.SAMPLES), samples.read_block(db, self._plan, start)),
        )
        if revision == self._revision:
            self._blocks[start] = block

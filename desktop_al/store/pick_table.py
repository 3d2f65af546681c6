"""The picks of a batch as columns: of 100,000 picks a view reads the ranks and states, and few of the rationales."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from desktop_al.domain.records import Decision, PickRecord, SampleState
from desktop_al.store.pick_rows import PickRows

STATES = {
    Decision.REJECTED: SampleState.REJECTED,
    Decision.PENDING: SampleState.PENDING,
    Decision.ACCEPTED: SampleState.ACCEPTED,
}
"""The state that a decision gives a pick that has no label."""

RANK, SAMPLE, GAIN, STRATUM, DECISION = 0, 1, 2, 8, 9


class PickTable(Sequence[PickRecord]):
    """k picks by rank; a record is made when it is asked for.

    Attributes: ``samples`` (k,) int64; ``ranks`` (k,) int32; ``gains`` (k,) float64; ``strata`` k texts or None, and
    ``stratified`` whether there is any; ``states`` (k,) uint8 of `SampleState`, what the decision on the pick means.

    Parameters
    ----------
    rows
        The picks as they lie in the database, with what has a column at `RANK`, `SAMPLE`, `GAIN`, `STRATUM` and
        `DECISION`.
    record
        Makes the record of a row.
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]], record: Callable[[tuple[Any, ...]], PickRecord]) -> None:
        self._rows, self._record = rows, record
        codes = {decision.value: int(state) for decision, state in STATES.items()}
        k, strata, start = len(rows), [], 0
        self.samples, self.ranks = np.empty(k, np.int64), np.empty(k, np.int32)
        self.gains, self.states = np.empty(k, np.float64), np.empty(k, np.uint8)
        for block in rows.blocks() if isinstance(rows, PickRows) else [rows]:
            part = slice(start, start := start + len(block))
            self.samples[part] = [row[SAMPLE] for row in block]
            self.ranks[part] = [row[RANK] for row in block]
            self.gains[part] = [row[GAIN] for row in block]
            self.states[part] = [codes[row[DECISION]] for row in block]
            strata += [row[STRATUM] for row in block]
        self.strata: tuple[str | None, ...] = tuple(strata)
        self.stratified = strata.count(None) < k

    @classmethod
    def of(cls, picks: Sequence[PickRecord]) -> "PickTable":
        """The table of ``picks``."""
        if isinstance(picks, PickTable):
            return picks
        gap = (None,) * (STRATUM - GAIN - 1)
        rows = [(pick.rank, pick.sample, pick.gain, *gap, pick.stratum, pick.decision.value, pick) for pick in picks]
        return cls(rows, lambda row: row[-1])

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> PickRecord: ...
    @overload
    def __getitem__(self, place: slice) -> list[PickRecord]: ...
    def __getitem__(self, place: int | slice) -> PickRecord | list[PickRecord]:
        """The pick at ``place``, counted from 0 in the order of the ranks, or the list of those of a slice."""
        if isinstance(place, slice):
            return [self._record(row) for row in self._rows[place]]
        return self._record(self._rows[place])

    def __iter__(self) -> Iterator[PickRecord]:
        """All picks by rank."""
        return map(self._record, self._rows)

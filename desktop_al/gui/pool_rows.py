"""The columns of the pool, and what is read off them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from desktop_al.domain.records import (
    BatchRecord,
    Counts,
    PickRecord,
    SampleState,
    SampleStatus,
    SampleTable,
)
from desktop_al.gui.columns import Column, moved
from desktop_al.gui.kept import Kept
from desktop_al.gui.marks import Mark
from desktop_al.store.pick_table import PickTable

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_COUNTS = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
NO_PICKS = PickTable.of(())


class PoolRows(QObject):
    """The samples of the open project as columns, and what the person marked: highlight, focus, filter.

    Attributes (read only for views): ``ids`` (n,) int64; ``state``, ``status`` (n,) uint8; ``source_code`` (n,) int32
    into ``source_names``; ``label_code`` (n,) int32 into ``classes``; ``xy`` (n, 2) float64; ``rank`` (n,) int32, -1
    unless the row is a pick of the shown batch, and ``decision`` (n,) uint8 the state that its decision means, 0 unless
    it is a pick; ``mark`` (n,) uint8 of `Mark` in the shown batch, and ``newcomers`` (n,) bool its picks that were not
    in it before it was last changed; ``highlight``, ``visible`` (n,) bool; ``focus`` a row or -1;
    ``tags`` (n,) uint64, bit i for ``tag_names[i]``; ``notes`` by sample id; ``saved_highlights`` sample ids by name;
    ``saved_filters`` expressions by name;
    ``stack`` (m,) rows that the focused cell of the gallery stands for, its own first, empty for none.

    Signals: ``reset`` the rows are others; ``columns_changed(frozenset)`` with names out of state, status, label,
    source, metadata, picks, marks, visible, counts, tags, notes, saved, filters, stack, insights (with insight:NAME
    for the one that came or went); ``positions_changed``; ``highlight_changed``; ``focus_changed(row)``.
    """

    reset = Signal()
    columns_changed = Signal(frozenset)
    highlight_changed = Signal()
    focus_changed = Signal(int)
    positions_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.samples: SampleTable | None = None
        self.classes: tuple[str, ...] = ()
        self.batches: tuple[BatchRecord, ...] = ()
        self.batch: BatchRecord | None = None
        self.picks = NO_PICKS
        self.counts = NO_COUNTS
        self.focus = -1
        self.kept = Kept()
        self._metadata: Mapping[str, Column] = {}
        self._insights: dict[str, Column] = {}
        self._pick_ranks = np.empty(0, np.int32)
        self.tag_names: tuple[str, ...] = ()
        self.notes: Mapping[int, str] = {}
        self.saved_highlights: Mapping[str, NDArray[np.int64]] = {}
        self.saved_filters: Mapping[str, str] = {}
        self._set_rows(None)

    def __len__(self) -> int:
        return len(self.ids)

    def _set_rows(self, samples: SampleTable | None) -> None:
        self.samples = samples
        self.ids = samples.ids if samples is not None else np.empty(0, np.int64)
        n = len(self.ids)
        self.status = samples.status if samples is not None else np.empty(0, np.uint8)
        self.state = np.zeros(n, np.uint8)
        self.label_code = np.full(n, -1, np.int32)
        self.rank = np.full(n, -1, np.int32)
        self.decision = np.zeros(n, np.uint8)
        self.mark = np.zeros(n, np.uint8)
        self.newcomers = np.zeros(n, bool)
        self.xy = np.full((n, 2), np.nan)
        self.highlight = np.zeros(n, bool)
        self.visible = np.ones(n, bool)
        self.stack = np.empty(0, np.int64)
        self.tags = np.zeros(n, np.uint64)
        self.source_code, self.source_names = sources_of(samples)

    def rows_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows (m,) of sample ``ids`` (m,), -1 where the pool has no such sample."""
        if len(self.ids) == 0:
            return np.full(len(ids), -1, np.int64)
        if self.ids[-1] - self.ids[0] == len(self.ids) - 1:
            # No id was ever left out, so that nothing has to be searched.
            rows = np.asarray(ids, np.int64) - self.ids[0]
            return np.where((rows >= 0) & (rows < len(self.ids)), rows, -1).astype(np.int64, copy=False)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, -1).astype(np.int64)

    def row_of(self, sample: int) -> int:
        """Return the row of ``sample``, -1 where the pool has no such sample."""
        # A number from elsewhere may be too large for an id.
        return int(self.rows_of(np.array([sample], np.int64))[0]) if 0 < sample < 2**63 else -1

    def _known(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = self.rows_of(ids)
        return rows[rows >= 0]

    @property
    def metadata_names(self) -> tuple[str, ...]:
        """The names of the metadata fields, in order."""
        return tuple(self._metadata)

    def metadata(self, name: str) -> Column:
        """Return the metadata field ``name``; raises KeyError where there is none."""
        return self._metadata[name]

    @property
    def insight_names(self) -> tuple[str, ...]:
        """The names of the insights that are there."""
        return tuple(self._insights)

    def insight(self, name: str) -> Column | None:
        """Return the insight ``name``, or None while it was not computed; see `desktop_al.gui.insights`."""
        return self._insights.get(name)

    def followed(self, column: Column, ids: NDArray[np.int64]) -> Column:
        """``column``, whose rows are the samples ``ids``, with the rows of the pool as they are now."""
        if ids is self.ids or np.array_equal(ids, self.ids):
            return column
        rows = self.rows_of(ids)
        kept = np.flatnonzero(rows >= 0)
        return moved(column, rows[kept], kept, len(self))

    def tagged(self, name: str) -> NDArray[np.bool_]:
        """Which rows carry the tag ``name``, (n,)."""
        if name not in self.tag_names:
            return np.zeros(len(self), np.bool_)
        mask: NDArray[np.bool_] = (self.tags & np.uint64(1 << self.tag_names.index(name))) != 0
        return mask

    def tags_of(self, row: int) -> tuple[str, ...]:
        """The tags of ``row``, by name."""
        bits = int(self.tags[row])
        return tuple(sorted(name for place, name in enumerate(self.tag_names) if bits >> place & 1))

    def badge(self, row: int) -> Mark:
        """Return the mark that is worth a badge: a pick with a decision is kept all the same."""
        mark = Mark(int(self.mark[row]))
        waits = self.state[row] in (SampleState.PENDING, SampleState.UNLABELLED)
        return mark if mark is not Mark.PINNED or waits else Mark.NONE

    def pick(self, row: int) -> PickRecord | None:
        """Return the pick of the shown batch in ``row``, or None; its decision now is in the column ``decision``."""
        rank = self.rank[row] if 0 <= row < len(self.rank) else -1
        return self.picks[int(np.searchsorted(self._pick_ranks, rank))] if rank >= 0 else None

    def path(self, row: int) -> Path:
        """Return the absolute path of the sample in ``row``."""
        assert self.samples is not None
        return self.samples.path(row)

    def thumb_key(self, row: int) -> str:
        """Return the content hash of the sample in ``row``, "" while it is unknown."""
        assert self.samples is not None
        return self.samples.hashes[row]

    def key_of(self, sample: int) -> str:
        """Return the content hash of ``sample``, "" while it is unknown or where the pool has no such sample."""
        row = self.row_of(sample)
        return self.thumb_key(row) if row >= 0 else ""

    @property
    def pick_order(self) -> NDArray[np.int64]:
        """The rows of the shown batch in rank order."""
        return self.kept.of("pick order", (self.rank,), lambda: _in_order(self.rank))

    @property
    def unreadable(self) -> NDArray[np.int64]:
        """The rows whose file cannot be read."""
        status = self.status
        return self.kept.of(
            "unreadable", (status,), lambda: np.flatnonzero(status == SampleStatus.UNREADABLE).astype(np.int64)
        )

    @property
    def highlighted(self) -> int:
        """How many rows are highlighted."""
        return self.kept.of("highlighted", (self.highlight,), lambda: int(np.count_nonzero(self.highlight)))

    @property
    def shown(self) -> int:
        """How many rows no filter hides."""
        return self.kept.of("shown", (self.visible,), lambda: int(np.count_nonzero(self.visible)))

    @property
    def vetoed(self) -> int:
        """How many rows are vetoed in the shown batch."""
        return self.kept.of("vetoed", (self.mark,), lambda: int(np.count_nonzero(self.mark == Mark.VETOED)))

    @property
    def state_counts(self) -> NDArray[np.int64]:
        """How many rows have each state, (5,)."""
        return self.kept.of("states", (self.state,), lambda: count_states(self.state))

    @property
    def pick_state_counts(self) -> NDArray[np.int64]:
        """How many picks of the shown batch have each state, (5,)."""
        inputs = (self.state, self.rank)
        return self.kept.of("states of picks", inputs, lambda: count_states(self.state[self.pick_order]))

    @property
    def decided(self) -> int:
        """How many picks of the shown batch are accepted or rejected, those with a label included."""
        inputs = (self.decision, self.rank)
        return self.kept.of("decided picks", inputs, self._count_decided)

    def _count_decided(self) -> int:
        return int(np.count_nonzero(self.decision[self.pick_order] != SampleState.PENDING))


def count_states(state: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many of ``state`` (m,) are each `SampleState`, (5,)."""
    return np.array([np.count_nonzero(state == value) for value in SampleState], np.int64)


def _in_order(rank: NDArray[np.int32]) -> NDArray[np.int64]:
    """The rows whose ``rank`` (n,) is not negative, by rank."""
    rows = np.flatnonzero(rank >= 0)
    order: NDArray[np.int64] = rows[np.argsort(rank[rows], kind="stable")].astype(np.int64)
    return order


def sources_of(samples: SampleTable | None) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The source of each of ``samples`` (n,) as a code into the names of their folders."""
    if samples is None:
        return np.empty(0, np.int32), ()
    known = sorted(samples.roots)
    if len(known) == 1:
        return np.zeros(len(samples), np.int32), (str(samples.roots[known[0]]),)
    codes = np.searchsorted(np.array(known, np.int64), samples.source_ids).astype(np.int32)
    return codes, tuple(str(samples.roots[source]) for source in known)

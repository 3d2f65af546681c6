"""The pool as the views see it: one column per fact, rows in the order of sample ids.

Views read the arrays and listen to the signals; only the shell loads data. Reading the project happens elsewhere
(`desktop_al.gui.pool_reader`), on the runner's lane; what arrives here is a finished `PoolPatch`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from desktop_al.domain.records import (
    MOST_TAGS,
    BatchRecord,
    Counts,
    PickRecord,
    SampleState,
    SampleStatus,
    SampleTable,
)
from desktop_al.gui.i18n import later
from desktop_al.gui.kept import Kept
from desktop_al.store.pick_table import STATES, PickTable

NO_COUNTS = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
DECISION_STATES = STATES
NO_PICKS = PickTable.of(())


class Mark(IntEnum):
    """What a person wants of a sample in the shown batch, whatever the strategy says."""

    NONE = 0
    PINNED = 1
    VETOED = 2


MARK_NAMES = {Mark.PINNED: later("kept"), Mark.VETOED: later("vetoed")}


@dataclass(frozen=True, slots=True)
class Column:
    """A metadata field aligned with the rows.

    Categorical: ``codes`` (n,) int32 into ``names``, -1 where a sample has no value; ``values`` is None.
    Numeric: ``values`` (n,) float64 with NaN where a sample has no value; ``codes`` is None and ``names`` empty.
    """

    name: str
    codes: NDArray[np.int32] | None
    names: tuple[str, ...]
    values: NDArray[np.float64] | None


def moved(column: Column, to: NDArray[np.int64], taken: NDArray[np.int64], n: int) -> Column:
    """A column of ``n`` rows whose rows ``to`` (m,) are the rows ``taken`` (m,) of ``column``; the others are empty."""
    codes = values = None
    if column.codes is not None:
        codes = np.full(n, -1, np.int32)
        codes[to] = column.codes[taken]
    if column.values is not None:
        values = np.full(n, np.nan)
        values[to] = column.values[taken]
    return Column(column.name, codes, column.names, values)


@dataclass(frozen=True, slots=True)
class PoolPatch:
    """Columns read from the project; None means "as before". With ``samples`` the rows themselves are new.

    ``state`` (n,) uint8 of `SampleState`; ``xy`` (n, 2) float64, NaN where unplaced; ``label_code`` (n,) int32, -1
    where unlabelled; ``picks`` are those of the shown ``batch`` (None with ``picks`` = () when there is none);
    ``decisions`` are ids (m,) int64 and states (m,) uint8 of picks of that batch whose decisions alone were read;
    ``tags`` (n,) uint64 has bit i set where the sample carries ``tag_names[i]``; ``notes`` by sample id;
    ``saved_highlights`` sample ids by name, ``saved_filters`` expressions by name.
    """

    samples: SampleTable | None = None
    state: NDArray[np.uint8] | None = None
    xy: NDArray[np.float64] | None = None
    label_code: NDArray[np.int32] | None = None
    classes: tuple[str, ...] | None = None
    metadata: Mapping[str, Column] | None = None
    batches: tuple[BatchRecord, ...] | None = None
    batch: BatchRecord | None = None
    picks: Sequence[PickRecord] | None = None
    decisions: tuple[NDArray[np.int64], NDArray[np.uint8]] | None = None
    counts: Counts | None = None
    tags: NDArray[np.uint64] | None = None
    tag_names: tuple[str, ...] = ()
    notes: Mapping[int, str] | None = None
    saved_highlights: Mapping[str, NDArray[np.int64]] | None = None
    saved_filters: Mapping[str, str] | None = None


class Pool(QObject):
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
        self.source_code, self.source_names = _sources(samples)

    def load(self, patch: PoolPatch) -> None:
        """Replace everything by the complete ``patch`` and emit `reset`; highlight and focus follow their samples."""
        old_ids, old_marked, old_focus = self.ids, self.ids[self.highlight], self.focus
        old_hidden, old_xy = self.ids[~self.visible], self.xy
        self._set_rows(patch.samples)
        self._metadata = {}
        self.classes, self.batches, self.batch, self.picks = (), (), None, NO_PICKS
        self._pick_ranks = np.empty(0, np.int32)
        self.tag_names, self.notes, self.saved_highlights, self.saved_filters = (), {}, {}, {}
        self._take(patch)
        if patch.xy is None:
            kept = self.rows_of(old_ids)
            self.xy[kept[kept >= 0]] = old_xy[kept >= 0]
        self._move_insights(old_ids)
        self.highlight[self._known(old_marked)] = True
        self.visible[self._known(old_hidden)] = False
        focus_id = old_ids[old_focus] if 0 <= old_focus < len(old_ids) else -1
        self.focus = int(self.rows_of(np.array([focus_id], np.int64))[0])
        self.reset.emit()

    def apply(self, patch: PoolPatch) -> None:
        """Take the columns that ``patch`` holds, for the same rows, and tell which changed."""
        if patch.samples is not None and not np.array_equal(patch.samples.ids, self.ids):
            self.load(patch)
            return
        if patch.samples is not None:
            self.samples, self.status = patch.samples, patch.samples.status
            self.source_code, self.source_names = _sources(patch.samples)
        changed = self._take(patch)
        if changed:
            self.columns_changed.emit(frozenset(changed))
        if patch.xy is not None:
            self.positions_changed.emit()

    def _take(self, patch: PoolPatch) -> set[str]:
        changed: set[str] = set()
        if patch.samples is not None:
            changed |= {"status", "source"}
        if patch.state is not None:
            self.state = patch.state
            changed.add("state")
        if patch.xy is not None:
            self.xy = patch.xy
        if patch.label_code is not None:
            self.label_code, self.classes = patch.label_code, patch.classes or ()
            changed.add("label")
        if patch.metadata is not None:
            self._metadata = patch.metadata
            changed.add("metadata")
        if patch.batches is not None:
            self.batches = patch.batches
            changed.add("picks")
        if patch.picks is not None:
            self._take_picks(patch.batch, patch.picks)
            changed |= {"picks", "marks"}
        if patch.decisions is not None:
            self.decision = np.zeros(len(self.ids), np.uint8)
            rows = self.rows_of(patch.decisions[0])
            self.decision[rows[rows >= 0]] = patch.decisions[1][rows >= 0]
            changed.add("state")
        return changed | self._take_annotations(patch)

    def _take_annotations(self, patch: PoolPatch) -> set[str]:
        changed: set[str] = set()
        if patch.tags is not None:
            self.tags, self.tag_names = patch.tags, patch.tag_names
            changed.add("tags")
        if patch.notes is not None:
            self.notes = patch.notes
            changed.add("notes")
        if patch.saved_highlights is not None:
            self.saved_highlights = patch.saved_highlights
            changed.add("saved")
        if patch.saved_filters is not None:
            self.saved_filters = patch.saved_filters
            changed.add("filters")
        if patch.counts is not None:
            self.counts = patch.counts
            changed.add("counts")
        return changed

    def _take_picks(self, batch: BatchRecord | None, picks: Sequence[PickRecord]) -> None:
        same = batch is not None and self.batch is not None and batch.id == self.batch.id
        before = self.rank >= 0
        table = PickTable.of(picks)
        self.batch, self.picks, self._pick_ranks = batch, table, table.ranks
        rows = self.rows_of(table.samples)
        known = rows >= 0
        self.rank, self.decision = np.full(len(self.ids), -1, np.int32), np.zeros(len(self.ids), np.uint8)
        self.rank[rows[known]], self.decision[rows[known]] = table.ranks[known], table.states[known]
        # A table is in the order of the ranks: nothing has to be sorted.
        ranked, rank = rows[known].astype(np.int64, copy=False), self.rank
        self.kept.of("pick order", (rank,), lambda: ranked)
        picked = self.rank >= 0
        if not same or not np.array_equal(picked, before):
            self.newcomers = picked & ~before if same else np.zeros(len(self.ids), bool)
        self.mark = np.zeros(len(self.ids), np.uint8)
        for mark, name in ((Mark.PINNED, "pins"), (Mark.VETOED, "vetoes")):
            ids = ((batch.spec.get("constraints") or {}).get(name) or ()) if batch is not None else ()
            self.mark[self._known(np.array(ids, np.int64))] = mark

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

    def set_positions(self, ids: NDArray[np.int64], xy: NDArray[np.floating]) -> None:
        """Move the samples ``ids`` (m,) to ``xy`` (m, 2); samples that are not among them keep their place."""
        rows = self.rows_of(ids)
        known = rows >= 0
        moved = self.xy.copy()
        moved[rows[known]] = xy[known]
        self.xy = moved
        self.positions_changed.emit()

    def set_highlight(self, rows: NDArray[np.bool_] | NDArray[np.integer], mode: str = "replace") -> None:
        """Mark ``rows``, a mask (n,) or row numbers; ``mode`` is replace, add, subtract or intersect."""
        mask = np.zeros(len(self.ids), bool)
        mask[rows] = True
        if mode == "add":
            mask |= self.highlight
        elif mode == "subtract":
            mask = self.highlight & ~mask
        elif mode == "intersect":
            mask &= self.highlight
        elif mode != "replace":
            raise ValueError(f"unknown mode {mode!r}")
        if not np.array_equal(mask, self.highlight):
            self.highlight = mask
            self.highlight_changed.emit()

    def set_focus(self, row: int) -> None:
        """Focus ``row``, or nothing with -1."""
        row = row if 0 <= row < len(self.ids) else -1
        if row != self.focus:
            self.focus = row
            self.focus_changed.emit(row)

    def go_to(self, row: int) -> None:
        """Focus ``row``; where it is focused already, let the views bring it into sight again."""
        if row == self.focus:
            self.focus_changed.emit(row)
        self.set_focus(row)

    def set_stack(self, rows: NDArray[np.int64]) -> None:
        """Let the focused cell of the gallery stand for ``rows`` (m,), the focused one first; none for itself alone."""
        if not np.array_equal(rows, self.stack):
            self.stack = rows
            self.columns_changed.emit(frozenset({"stack"}))

    def set_visible(self, mask: NDArray[np.bool_]) -> None:
        """Show the rows of ``mask`` (n,); the others stay as faint context."""
        self.visible = mask.astype(bool)
        self.columns_changed.emit(frozenset({"visible"}))

    def set_decisions(self, rows: NDArray[np.integer], states: NDArray[np.uint8] | SampleState) -> None:
        """Show the decisions that ``states`` (m,), or one for all, mean on the picks among ``rows`` (m,) at once."""
        known = (rows >= 0) & (self.rank[rows] >= 0)
        rows, meant = rows[known], np.broadcast_to(np.asarray(states, np.uint8), rows.shape)[known]
        self.decision, self.state = self.decision.copy(), self.state.copy()
        self.decision[rows] = meant
        free = self.state[rows] != SampleState.LABELLED
        self.state[rows[free]] = meant[free]
        self.columns_changed.emit(frozenset({"state"}))

    def set_labels(self, rows: NDArray[np.int64], codes: NDArray[np.int32], names: tuple[str, ...]) -> None:
        """Show labels at once, ``codes`` (m,) into ``names``, -1 for none, on ``rows`` (m,); the project follows."""
        classes = self.classes + tuple(name for name in names if name not in self.classes)
        table = np.array([classes.index(name) for name in names] + [-1], np.int32)
        self.label_code, self.state, self.classes = self.label_code.copy(), self.state.copy(), classes
        self.label_code[rows] = table[codes]
        self.state[rows] = np.where(codes >= 0, SampleState.LABELLED, self.decision[rows])
        self.columns_changed.emit(frozenset({"label", "state"}))

    def set_tag(self, rows: NDArray[np.int64], name: str, on: bool) -> None:
        """Show the tag ``name`` on ``rows``, or with ``on`` False no longer, at once; the project follows."""
        if name not in self.tag_names:
            if not on or len(self.tag_names) == MOST_TAGS:
                return
            self.tag_names = (*self.tag_names, name)
        bit = np.uint64(1 << self.tag_names.index(name))
        self.tags = self.tags.copy()
        self.tags[rows] = self.tags[rows] | bit if on else self.tags[rows] & ~bit
        self.columns_changed.emit(frozenset({"tags"}))

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

    def set_note(self, sample: int, text: str) -> None:
        """Show ``text`` as the note on ``sample``, "" for none, at once; the project follows."""
        rest = {known: note for known, note in self.notes.items() if known != sample}
        self.notes = rest | ({sample: text} if text else {})
        self.columns_changed.emit(frozenset({"notes"}))

    def set_saved_highlight(self, name: str, ids: NDArray[np.int64] | None) -> None:
        """Show that ``ids`` are kept under ``name``, or with None no longer, at once; the project follows."""
        kept = {**self.saved_highlights, name: ids}
        self.saved_highlights = {known: found for known, found in sorted(kept.items()) if found is not None}
        self.columns_changed.emit(frozenset({"saved"}))

    def set_saved_filter(self, name: str, expression: str | None) -> None:
        """Show that ``expression`` is kept under ``name``, or with None no longer, at once; the project follows."""
        kept = {**self.saved_filters, name: expression}
        self.saved_filters = {known: found for known, found in sorted(kept.items()) if found is not None}
        self.columns_changed.emit(frozenset({"filters"}))

    def badge(self, row: int) -> Mark:
        """Return the mark that is worth a badge: a pick with a decision is kept all the same."""
        mark = Mark(int(self.mark[row]))
        waits = self.state[row] in (SampleState.PENDING, SampleState.UNLABELLED)
        return mark if mark is not Mark.PINNED or waits else Mark.NONE

    def set_marks(self, marks: Mapping[int, Mark]) -> None:
        """Show ``marks``, by sample id, at once; the project follows with the batch that they lead to."""
        rows = self.rows_of(np.fromiter(marks, np.int64, len(marks)))
        values = np.fromiter(marks.values(), np.uint8, len(marks))
        self.mark = self.mark.copy()
        self.mark[rows[rows >= 0]] = values[rows >= 0]
        self.columns_changed.emit(frozenset({"marks"}))

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

    def set_insight(self, name: str, column: Column | None) -> None:
        """Take ``column``, aligned with the rows, as the insight ``name``, or forget it with None."""
        if column is None:
            self._insights.pop(name, None)
        else:
            self._insights[name] = column
        self.columns_changed.emit(frozenset({"insights", f"insight:{name}"}))

    def followed(self, column: Column, ids: NDArray[np.int64]) -> Column:
        """``column``, whose rows are the samples ``ids``, with the rows of the pool as they are now."""
        if ids is self.ids or np.array_equal(ids, self.ids):
            return column
        rows = self.rows_of(ids)
        kept = np.flatnonzero(rows >= 0)
        return moved(column, rows[kept], kept, len(self))

    def _move_insights(self, old_ids: NDArray[np.int64]) -> None:
        """Let the insights follow their samples from the rows of ``old_ids``; new samples have no value."""
        if not self._insights or np.array_equal(old_ids, self.ids):
            return
        rows = self.rows_of(old_ids)
        kept = np.flatnonzero(rows >= 0)
        if len(kept) == 0:
            self._insights = {}
            return
        self._insights = {name: moved(column, rows[kept], kept, len(self)) for name, column in self._insights.items()}

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
    def state_counts(self) -> NDArray[np.int64]:
        """How many rows have each state, (5,)."""
        return self.kept.of("states", (self.state,), lambda: count_states(self.state))

    @property
    def pick_state_counts(self) -> NDArray[np.int64]:
        """How many picks of the shown batch have each state, (5,)."""
        inputs = (self.state, self.rank)
        return self.kept.of("states of picks", inputs, lambda: count_states(self.state[self.pick_order]))


def count_states(state: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many of ``state`` (m,) are each `SampleState`, (5,)."""
    return np.array([np.count_nonzero(state == value) for value in SampleState], np.int64)


def _in_order(rank: NDArray[np.int32]) -> NDArray[np.int64]:
    """The rows whose ``rank`` (n,) is not negative, by rank."""
    rows = np.flatnonzero(rank >= 0)
    order: NDArray[np.int64] = rows[np.argsort(rank[rows], kind="stable")].astype(np.int64)
    return order


def _sources(samples: SampleTable | None) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    if samples is None:
        return np.empty(0, np.int32), ()
    known = sorted(samples.roots)
    if len(known) == 1:
        return np.zeros(len(samples), np.int32), (str(samples.roots[known[0]]),)
    codes = np.searchsorted(np.array(known, np.int64), samples.source_ids).astype(np.int32)
    return codes, tuple(str(samples.roots[source]) for source in known)

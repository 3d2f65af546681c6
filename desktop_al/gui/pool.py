"""The pool as the views see it: one column per fact, rows in the order of sample ids.

Views read the arrays and listen to the signals; only the shell loads data. Reading the project happens elsewhere
(`desktop_al.gui.pool_reader`), on the runner's lane; what arrives here is a finished `PoolPatch`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import (
    BatchRecord,
    PickRecord,
)
from desktop_al.gui.columns import moved, one_of
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool_ahead import PoolAhead
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.pool_rows import NO_PICKS, sources_of
from desktop_al.store.pick_table import PickTable


class Pool(PoolAhead):
    """The samples of the open project as columns, and what the person marked: highlight, focus, filter.

    See `desktop_al.gui.pool_rows.PoolRows` for the columns and the signals.
    """

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
            self.source_code, self.source_names = sources_of(patch.samples)
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
        rank, decision = np.full(len(self.ids), -1, np.int32), np.zeros(len(self.ids), np.uint8)
        rank[rows[known]], decision[rows[known]] = table.ranks[known], table.states[known]
        # What is as before stays the same array: views would count and draw another one anew.
        self.rank, self.decision = one_of(rank, self.rank), one_of(decision, self.decision)
        # A table is in the order of the ranks: nothing has to be sorted.
        ranked = rows[known].astype(np.int64, copy=False)
        self.kept.of("pick order", (self.rank,), lambda: ranked)
        picked = self.rank >= 0
        if not same or not np.array_equal(picked, before):
            self.newcomers = picked & ~before if same else np.zeros(len(self.ids), bool)
        marks = np.zeros(len(self.ids), np.uint8)
        for mark, name in ((Mark.PINNED, "pins"), (Mark.VETOED, "vetoes")):
            ids = ((batch.spec.get("constraints") or {}).get(name) or ()) if batch is not None else ()
            marks[self._known(np.array(ids, np.int64))] = mark
        self.mark = one_of(marks, self.mark)

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
        if rows.dtype == np.bool_:
            # As an index numpy would list its rows first.
            mask |= rows
        else:
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

"""What the pool shows at once, before the project follows."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import (
    MOST_TAGS,
    SampleState,
)
from desktop_al.gui.columns import Column
from desktop_al.gui.marks import Mark
from desktop_al.gui.pool_rows import PoolRows


class PoolAhead(PoolRows):
    """The pool with what a person just changed: decisions, labels, tags, notes, highlights, marks; and insights."""

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

    def set_marks(self, marks: Mapping[int, Mark]) -> None:
        """Show ``marks``, by sample id, at once; the project follows with the batch that they lead to."""
        rows = self.rows_of(np.fromiter(marks, np.int64, len(marks)))
        values = np.fromiter(marks.values(), np.uint8, len(marks))
        self.mark = self.mark.copy()
        self.mark[rows[rows >= 0]] = values[rows >= 0]
        self.columns_changed.emit(frozenset({"marks"}))

    def set_insight(self, name: str, column: Column | None) -> None:
        """Take ``column``, aligned with the rows, as the insight ``name``, or forget it with None."""
        if column is None:
            self._insights.pop(name, None)
        else:
            self._insights[name] = column
        self.columns_changed.emit(frozenset({"insights", f"insight:{name}"}))

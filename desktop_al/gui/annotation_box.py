"""What a person wrote down about the focused sample: its tags and its note, to be read and changed."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_al.gui.flow_layout import FlowLayout
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.key_hints import with_key
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.name_field import NameField
from desktop_al.gui.note_field import NoteField
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import Rows, rows_meant
from desktop_al.gui.tag_chip import TagChip
from desktop_al.gui.targets import lit_count, lit_rows
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

FIELD_WIDTH = 140


class AnnotationBox(QWidget):
    """Tags of the focused sample, which go to all that is highlighted where it is among them; and its note.

    Where no sample has the focus, as after a lasso, the tags are those of all that is highlighted.

    While ``alone`` says so, tags go to the focused sample only. With ``flat`` everything stands in one line.

    Signals: ``tag_requested(rows, name, on)``, ``note_requested(row, text)``; ``left`` a person is done writing.
    """

    tag_requested = Signal(object, str, bool)
    note_requested = Signal(int, str)
    left = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None, *, flat: bool = False) -> None:
        super().__init__(parent)
        self._pool = pool
        self.alone: Callable[[], bool] = lambda: False
        self.chips: list[TagChip] = []
        self._shown: tuple[tuple[str, ...], int] | None = None
        self._tags = QWidget(self)
        self._flow = FlowLayout(TIGHT, self._tags)
        self.tag_field = NameField(lambda: sorted(pool.tag_names), self._tags)
        self.note_field = NoteField(self)
        self._lay_out_flat() if flat else self._lay_out()
        self._build()
        pool.focus_changed.connect(self.refresh)
        pool.highlight_changed.connect(self._on_highlight)
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self.refresh)
        keys_in_force().changed.connect(self._on_keys)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        title = QLabel(tr("Tags and note"), self)
        title.setProperty("kind", "small")
        column.addWidget(title)
        column.addWidget(self._tags)
        column.addWidget(self.note_field)

    def _lay_out_flat(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, 0, SMALL, TIGHT)
        row.setSpacing(SMALL)
        row.addWidget(self._tags, 3)
        row.addWidget(self.note_field, 2)
        self.note_field.show_lines(1)

    def _build(self) -> None:
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._tags.setSizePolicy(policy)
        self.tag_field.setProperty("kind", "slim")
        self.tag_field.setFixedWidth(FIELD_WIDTH)
        self.note_field.setPlaceholderText(with_key(tr("Note"), "note"))
        self.note_field.setAccessibleName(tr("Note on the focused image"))
        self.note_field.setToolTip(tr("Kept when you leave it; Ctrl+Enter leaves, Escape takes back what was written"))
        self.tag_field.submitted.connect(self._add)
        self.tag_field.left.connect(self.left)
        self.note_field.left.connect(self.left)
        self.note_field.written.connect(self._on_written)

    def rows(self) -> Rows:
        """What a tag goes to."""
        row = self._pool.focus
        if row < 0:
            return self._lit()
        return np.array([row], np.int64) if self.alone() else rows_meant(self._pool, row)

    def _lit(self) -> Rows:
        return lit_rows(self._pool)

    def ask_tag(self) -> None:
        """Let a person write a tag."""
        self.tag_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_note(self) -> None:
        """Let a person write the note."""
        self.note_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _add(self, name: str) -> None:
        self.tag_requested.emit(self.rows(), name, True)

    def _remove(self, name: str) -> None:
        rows = self.rows()
        self.tag_requested.emit(rows[self._pool.tagged(name)[rows]], name, False)

    def _on_written(self, sample: int, text: str) -> None:
        row = self._pool.row_of(sample)
        if row >= 0:
            self.note_requested.emit(row, text)

    def _on_columns(self, names: frozenset[str]) -> None:
        if "visible" in names:
            self._on_highlight()
        if "tags" in names:
            self._shown = None
            self._show_tags()
        if "notes" in names:
            self._show_note()

    def _on_highlight(self) -> None:
        if self._pool.focus < 0:
            self._show_whether()
        self._show_tags()

    def _show_whether(self) -> None:
        focused = 0 <= self._pool.focus < len(self._pool)
        self.setVisible(focused or lit_count(self._pool) > 0)
        self.note_field.setVisible(focused)

    def refresh(self) -> None:
        """Show the focused sample, or what is highlighted."""
        self._show_whether()
        self._shown = None
        self._show_tags()
        self._show_note()

    def _tags_among(self) -> tuple[str, ...]:
        """The tags that any of `rows` has."""
        if not self._pool.tag_names:
            return ()
        bits = int(np.bitwise_or.reduce(self._pool.tags[self.rows()]))
        return tuple(sorted(name for place, name in enumerate(self._pool.tag_names) if bits >> place & 1))

    def _on_keys(self) -> None:
        self.note_field.setPlaceholderText(with_key(tr("Note"), "note"))
        self._shown = None
        self._show_tags()

    def _show_note(self) -> None:
        pool, row = self._pool, self._pool.focus
        sample = int(pool.ids[row]) if 0 <= row < len(pool) else -1
        self.note_field.show_note(sample, pool.notes.get(sample, ""))

    def _show_tags(self) -> None:
        pool, row = self._pool, self._pool.focus
        count = len(self.rows()) if row >= 0 else lit_count(pool)
        if row >= len(pool) or count == 0:
            return
        names = pool.tags_of(row) if row >= 0 else self._tags_among()
        if row >= 0 and self._shown == (names, count):
            return
        self._shown = names, count
        while self._flow.count():
            self._flow.takeAt(0)
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = []
        for name in names:
            chip = TagChip(name, int(np.count_nonzero(pool.tagged(name)[self.rows()])), self._tags)
            chip.removed.connect(partial(self._remove, name))
            self.chips.append(chip)
            self._flow.addWidget(chip)
            chip.show()
        self._flow.addWidget(self.tag_field)
        words = trn("Add a tag", "Tag {count:,} images", count)
        self.tag_field.setPlaceholderText(with_key(words, "tag"))
        self.tag_field.setAccessibleName(trn("Tag the image", "Tag {count:,} images", count))
        self._flow.invalidate()
        self._tags.updateGeometry()

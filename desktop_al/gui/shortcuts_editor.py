"""The sheet of shortcuts: search every key, record another one in its place, take it back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.shortcuts import LOCAL_KEYS, NATIVE, PLACES, LocalKey, Shortcuts
from desktop_al.gui.shortcuts_list import KEY_COLUMN, KeysModel, KeysView, Row, rows_of
from desktop_al.gui.theme import Theme


class ShortcutsEditor(Sheet):
    """Shows and changes ``shortcuts``."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(tr("Keyboard shortcuts"), tr("Record a key"), parent)
        self._shortcuts = shortcuts
        self._asked: tuple[str, QKeySequence] | None = None
        self.search = QLineEdit(self)
        self.model = KeysModel(shortcuts, self)
        self.view = KeysView(self.model, lambda: self._record(self._current().name, QKeySequence()), self)
        self.note = QLabel(self)
        self.take = QPushButton(tr("Use it here instead"), self)
        self.reset = QPushButton(tr("Reset this one"), self)
        self.reset_all = QPushButton(tr("Reset all"), self)
        self._build()
        self.model.recorded = self._record
        self.search.textChanged.connect(self._search)
        self.act.clicked.connect(self.view.record)
        self.take.clicked.connect(self._take)
        self.reset.clicked.connect(lambda: self._keep(lambda: shortcuts.reset(self._current().name)))
        self.reset_all.clicked.connect(lambda: self._keep(shortcuts.reset_all))
        self.view.selectionModel().currentChanged.connect(lambda _new, _old: self._on_current())
        self._search("")

    def _build(self) -> None:
        self.search.addAction(icon("search", Theme.current().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setPlaceholderText(tr("Search by name or key"))
        self.search.setAccessibleName(tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        hint = QLabel(tr("Enter or a double click records a key, Delete takes it away."), self)
        hint.setProperty("kind", "small")
        hint.setWordWrap(True)
        self.note.setProperty("kind", "warning")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        question = QHBoxLayout()
        question.addWidget(self.note, 1)
        question.addWidget(self.take)
        self.column.addWidget(self.search)
        self.column.addWidget(self.view, 1)
        self.foot.addWidget(hint)
        self.foot.addLayout(question)
        self.finish_layout()
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Close"))
        for button in (self.reset, self.reset_all):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ResetRole)

    def _search(self, query: str) -> None:
        self.model.search(query)
        self._say("" if self.model.rows else tr("Nothing is called like this."))
        if self.model.rows:
            self.view.setCurrentIndex(self.model.index(0, KEY_COLUMN))
        self._on_current()

    def _current(self) -> Row:
        row = self.view.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else Row("", "", "", "")

    def _on_current(self) -> None:
        self.act.setEnabled(bool(self._current().name))
        self.reset.setEnabled(self._current().own)
        self.reset_all.setEnabled(any(row.own for row in rows_of(self._shortcuts)))

    def _say(self, sentence: str, ask: tuple[str, QKeySequence] | None = None) -> None:
        """Show ``sentence``; with ``ask``, whether a key is to be used for an action all the same."""
        self._asked = ask
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self.take.setVisible(ask is not None)
        if ask is not None:
            self.take.setFocus()

    # Changes

    def _record(self, name: str, keys: QKeySequence) -> None:
        """Give ``name`` the key, unless that means something already: then ask, inline."""
        if not name:
            return
        shown = keys.toString(NATIVE)
        holders = self._shortcuts.holders(keys, but=name)
        local = self._shortcuts.local(holders[0]) if holders else self._fixed(name, keys)
        if local is None and holders:
            other = self._shortcuts.text(holders[0])
            self._say(tr("{keys} is the key of “{what}”, which would have none.", keys=shown, what=other), (name, keys))
        elif local is not None:
            what, where = tr(local.text), tr(PLACES[local.place])
            self._say(
                tr("{where}, {keys} means “{what}”; it would not any more.", where=where, keys=shown, what=what),
                (name, keys),
            )
        else:
            self._keep(lambda: self._shortcuts.set({name: keys}))

    def _fixed(self, name: str, keys: QKeySequence) -> LocalKey | None:
        """What ``keys`` mean, and cannot but mean, in a place where ``name`` means something."""
        asking = self._shortcuts.local(name)
        for local in LOCAL_KEYS:
            here = not local.name and (asking is None or asking.place == local.place)
            if here and not keys.isEmpty() and keys == QKeySequence(local.keys):
                return local
        return None

    def _take(self) -> None:
        if self._asked is None:
            return
        name, keys = self._asked
        self._keep(lambda: self._shortcuts.take(name, keys))
        self.view.setFocus()

    def _keep(self, change: Callable[[], None]) -> None:
        """Make ``change`` and show it, also where it cannot be kept for the next time."""
        place = self.view.currentIndex().row()
        problem = ""
        try:
            change()
        except OSError as error:
            problem = tr("The keys hold until the program ends, but could not be kept: {why}.", why=str(error))
        self.model.refresh()
        self._say("")
        self.show_problem(problem)
        if 0 <= place < len(self.model.rows):
            self.view.setCurrentIndex(self.model.index(place, KEY_COLUMN))
        self._on_current()

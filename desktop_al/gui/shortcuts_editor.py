"""Every key in one list: search it, record another key in its place, take it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.action_words import plain
from desktop_al.gui.actions import MENUS
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.icons import icon
from desktop_al.gui.shortcuts import LOCAL_KEYS, NATIVE, PLACES, LocalKey, Shortcuts
from desktop_al.gui.theme import LARGE, MEDIUM, SMALL, Theme

Index = QModelIndex | QPersistentModelIndex
SIZE = (620, 560)
KEY_COLUMN = 1
HEADINGS = (later("What it does"), later("Key"), later("Where"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; ``name`` is that of the action or local command, "" for a key that cannot be changed."""

    name: str
    text: str
    keys: str
    where: str
    own: bool = False


def rows_of(shortcuts: Shortcuts) -> list[Row]:
    """Every action with its key, then the keys that mean something in one place only."""
    menus = {name: plain(tr(menu)) for menu, names in MENUS.items() for name in names}
    rows = [
        Row(
            name,
            shortcuts.text(name),
            shortcuts.shown(name),
            menus.get(name, tr("Edit")),
            shortcuts.is_own(name),
        )
        for name in shortcuts.names
    ]
    for local in LOCAL_KEYS:
        keys = shortcuts.shown(local.name) if local.name else tr(local.keys)
        own = bool(local.name) and shortcuts.is_own(local.name)
        rows.append(Row(local.name, tr(local.text), keys, tr(PLACES[local.place]), own))
    return rows


class KeysModel(QAbstractTableModel):
    """The rows that fit what is searched for."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self._query = ""
        self.rows: Sequence[Row] = rows_of(shortcuts)
        self.recorded: Callable[[str, QKeySequence], None] = lambda _name, _keys: None

    def search(self, query: str) -> None:
        """Show the rows that hold every word of ``query``."""
        self._query = query
        self.refresh()

    def refresh(self) -> None:
        """Read the keys again."""
        words = self._query.casefold().split()
        self.beginResetModel()
        self.rows = [
            row
            for row in rows_of(self._shortcuts)
            if all(word in f"{row.text} {row.keys} {row.where}".casefold() for word in words)
        ]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """How many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr(HEADINGS[section])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The key of an action or local command can be changed."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.column() == KEY_COLUMN and self.rows[index.row()].name:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; a key of one's own is bold, what cannot be changed muted."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.text, row.keys, row.where)[index.column()]
        if role == Qt.ItemDataRole.EditRole:
            return QKeySequence(row.keys, QKeySequence.SequenceFormat.NativeText)
        if role == Qt.ItemDataRole.FontRole and index.column() == KEY_COLUMN and row.own:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and (not row.name or index.column() == len(HEADINGS) - 1):
            return QColor(Theme.current().muted)
        if role == Qt.ItemDataRole.ToolTipRole and not row.name:
            return tr("This key cannot be changed")
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand a recorded key on."""
        self.recorded(self.rows[index.row()].name, QKeySequence(value))
        return True


class Recorder(QStyledItemDelegate):
    """Records the next key in the place of the old one."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make what waits for a key."""
        editor = QKeySequenceEdit(parent)
        editor.setMaximumSequenceLength(1)
        editor.setAccessibleName(tr("Press the new key"))
        line = editor.findChild(QLineEdit)
        if line is not None:
            line.setPlaceholderText(tr("Press a key"))
        editor.keySequenceChanged.connect(lambda _keys: self._finish(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with nothing, so that the next key is the new one."""

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        """Hand on what was pressed, if anything was."""
        assert isinstance(editor, QKeySequenceEdit)
        if not editor.keySequence().isEmpty():
            model.setData(index, editor.keySequence())

    def _finish(self, editor: QKeySequenceEdit) -> None:
        if not editor.keySequence().isEmpty():
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)


class KeysView(QTableView):
    """The list; Enter records a key, Delete takes it away."""

    def __init__(self, clear: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._clear = clear

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Record, or take away."""
        key, current = event.key(), self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and current.isValid():
            self.edit(current.siblingAtColumn(KEY_COLUMN))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._clear()
        else:
            super().keyPressEvent(event)


class ShortcutsEditor(QDialog):
    """Shows and changes ``shortcuts``; it does not block the window."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self._asked: tuple[str, QKeySequence] | None = None
        self.search = QLineEdit(self)
        self.model = KeysModel(shortcuts, self)
        self.view = KeysView(lambda: self._record(self._current().name, QKeySequence()), self)
        self.note = QLabel(self)
        self.take = QPushButton(tr("Use it here instead"), self)
        self.reset = QPushButton(tr("Reset this one"), self)
        self.reset_all = QPushButton(tr("Reset all"), self)
        self.close_button = QPushButton(tr("Close"), self)
        self._build()
        self.model.recorded = self._record
        self.search.textChanged.connect(self._search)
        self.take.clicked.connect(self._take)
        self.reset.clicked.connect(lambda: self._keep(lambda: shortcuts.reset(self._current().name)))
        self.reset_all.clicked.connect(lambda: self._keep(shortcuts.reset_all))
        self.close_button.clicked.connect(self.accept)
        self.view.selectionModel().currentChanged.connect(lambda _new, _old: self._on_current())
        self._search("")

    def _build(self) -> None:
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.search.addAction(icon("search", Theme.current().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setPlaceholderText(tr("Search by name or key"))
        self.search.setAccessibleName(tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        view = self.view
        view.setModel(self.model)
        view.setItemDelegateForColumn(KEY_COLUMN, Recorder(self))
        view.setAccessibleName(tr("Shortcuts"))
        view.setProperty("kind", "keys")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(28)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        view.setColumnWidth(1, 150)
        view.setColumnWidth(2, 130)
        hint = QLabel(tr("Enter or a double click records a key, Delete takes it away."), self)
        hint.setProperty("kind", "small")
        self.note.setProperty("kind", "warning")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        question = QHBoxLayout()
        question.addWidget(self.note, 1)
        question.addWidget(self.take)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        for button in (self.search, self.reset, self.reset_all, self.close_button, self.take):
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        buttons.addWidget(self.reset)
        buttons.addWidget(self.reset_all)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(self.search)
        column.addWidget(view, 1)
        column.addWidget(hint)
        column.addLayout(question)
        column.addLayout(buttons)

    def _search(self, query: str) -> None:
        self.model.search(query)
        self._say("")
        if self.model.rows:
            self.view.setCurrentIndex(self.model.index(0, KEY_COLUMN))
        self._on_current()

    def _current(self) -> Row:
        row = self.view.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else Row("", "", "", "")

    def _on_current(self) -> None:
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
        self._say(problem)
        if 0 <= place < len(self.model.rows):
            self.view.setCurrentIndex(self.model.index(place, KEY_COLUMN))
        self._on_current()


def show_editor(shortcuts: Shortcuts, parent: QWidget) -> None:
    """Show the list of shortcuts."""
    editor = ShortcutsEditor(shortcuts, parent)
    editor.show()
    editor.search.setFocus()

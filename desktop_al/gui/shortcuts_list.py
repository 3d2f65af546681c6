"""The list of every key: what it does, where it holds, and how another one is recorded in its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_al.gui.action_words import plain
from desktop_al.gui.actions import MENUS
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.items import RETURNS, Index, counted, lettering
from desktop_al.gui.shortcuts import LOCAL_KEYS, PLACES, Shortcuts
from desktop_al.gui.theme import Theme

KEY_COLUMN = 1
KEY_WIDTH, PLACE_WIDTH, LINE_HEIGHT = 150, 130, 28
# As it likes to be, and as small as it can be read in a low window.
LIKED, LEAST = QSize(580, 720), QSize(580, 200)
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
        return counted(parent, len(self.rows))

    def columnCount(self, parent: Index | None = None) -> int:
        """How many columns there are."""
        return counted(parent, len(HEADINGS))

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
            return lettering(bold=True)
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
    """The list of ``model``; Enter records a key, Delete takes it away with ``clear``."""

    def __init__(self, model: KeysModel, clear: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._clear = clear
        self.setModel(model)
        self.setItemDelegateForColumn(KEY_COLUMN, Recorder(self))
        self.setAccessibleName(tr("Shortcuts"))
        self.setProperty("kind", "keys")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(KEY_COLUMN, KEY_WIDTH)
        self.setColumnWidth(KEY_COLUMN + 1, PLACE_WIDTH)
        self.setMinimumSize(LEAST)

    def sizeHint(self) -> QSize:
        """Show as many keys as the window has room for."""
        return LIKED

    def record(self) -> None:
        """Wait for another key of the current line."""
        cell = self.currentIndex().siblingAtColumn(KEY_COLUMN)
        if cell.flags() & Qt.ItemFlag.ItemIsEditable:
            self.setFocus()
            self.edit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Record, or take away."""
        if event.key() in (*RETURNS, Qt.Key.Key_F2):
            self.record()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._clear()
        else:
            super().keyPressEvent(event)

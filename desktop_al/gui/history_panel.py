"""The history: every step that can be undone, by name; a click goes there, and the list follows undo and redo."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent, QUndoStack
from PySide6.QtWidgets import QLabel, QListView, QVBoxLayout, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.items import RETURNS, Index, counted, lettering
from desktop_al.gui.key_hints import with_key
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.theme import MEDIUM, SMALL, Theme, theme_watch

Role = Qt.ItemDataRole


class StepItems(QAbstractListModel):
    """The steps of ``stack`` below the state that the project was opened in; row ``stack.index()`` is where one is."""

    def __init__(self, stack: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self._stack = stack
        self._count = stack.count()

    def rowCount(self, parent: Index | None = None) -> int:
        """One row for the beginning and one for each step."""
        return counted(parent, self._count + 1)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """The name of a step; where one is stands out, and what is undone is faint and slanted."""
        row, here = index.row(), self._stack.index()
        name = self._stack.text(row - 1) if row else tr("As it was opened")
        if role == Role.DisplayRole:
            return name
        if role == Role.ToolTipRole:
            return self._tip(name, row, here)
        if role == Role.AccessibleTextRole:
            return self._spoken(name, row, here)
        if role == Role.ForegroundRole and row > here:
            return QColor(Theme.current().muted)
        if role == Role.FontRole and row >= here:
            return lettering(bold=row == here, italic=row > here)
        return None

    def _tip(self, name: str, row: int, here: int) -> str:
        if row == here:
            return tr("{step}: you are here", step=name)
        return tr("{step}: click to go back to it", step=name) if row < here else tr("{step}: undone", step=name)

    def _spoken(self, name: str, row: int, here: int) -> str:
        return name if row < here else self._tip(name, row, here)

    def follow(self) -> None:
        """Show the steps as they are now."""
        if self._count != self._stack.count():
            self.beginResetModel()
            self._count = self._stack.count()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0), self.index(self._count))


class StepList(QListView):
    """A list whose chosen row Enter goes to, as a click does."""

    def showEvent(self, event: QShowEvent) -> None:
        """Give the rows their height: they have been laid out before the list knew its style."""
        super().showEvent(event)
        self.doItemsLayout()
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the row."""
        if event.key() in (*RETURNS, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class HistoryPanel(QWidget):
    """Lists the steps of ``stack`` and goes to one of them."""

    def __init__(self, stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self.steps, self._hint = StepList(self), QLabel(self)
        self.items = StepItems(stack, self)
        self.steps.setModel(self.items)
        self.steps.setProperty("kind", "history")
        self.steps.setUniformItemSizes(True)
        self.steps.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.steps.setAccessibleName(tr("Steps of the history"))
        self._hint.setProperty("kind", "small")
        self._hint.setWordWrap(True)
        self.setFocusProxy(self.steps)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        column.addWidget(self._hint)
        column.addWidget(self.steps, 1)
        self.steps.clicked.connect(self._go)
        self.steps.activated.connect(self._go)
        stack.indexChanged.connect(self._follow)
        theme_watch().changed.connect(self.items.follow)
        keys_in_force().changed.connect(self._say)
        self._say()
        self._follow()

    def _say(self) -> None:
        undo, redo = with_key(tr("Undo"), "undo"), with_key(tr("Redo"), "redo")
        words = tr("Click a step to go there. {undo} and {redo} move through the same list.", undo=undo, redo=redo)
        self._hint.setText(words)

    def _go(self, index: Index) -> None:
        self._stack.setIndex(index.row())

    def _follow(self, _index: int = 0) -> None:
        self.items.follow()
        here = self.items.index(self._stack.index())
        self.steps.setCurrentIndex(here)
        self.steps.scrollTo(here)

"""A small line to write a name in, such as that of a class or a tag, with the known ones offered."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop_al.gui.text import readable

LONGEST = 200


class NameField(QLineEdit):
    """Offers ``known()`` while a person writes.

    Signals: ``submitted(name)`` on Enter with something written; ``left`` on Escape, and after Enter.
    """

    submitted = Signal(str)
    left = Signal()

    def __init__(self, known: Callable[[], Sequence[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self.setMaxLength(LONGEST)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Offer what is known by now."""
        self._offer()
        super().focusInEvent(event)

    def _offer(self) -> None:
        self._model.setStringList([readable(name) for name in self._known()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submit or leave."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            name = self.text().strip()
            self.clear()
            if name:
                self.submitted.emit(name)
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            if not self.text():
                self._offer()
            super().keyPressEvent(event)

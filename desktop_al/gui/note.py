"""A note inside a panel: one sentence with a mark, where no message bar is called for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop_al.gui.announce import announce
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import SMALL, Theme, theme_watch

MARK = 16


class Note(QFrame):
    """Shows a sentence while there is one."""

    def __init__(self, name: str, mark: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "note")
        self.setAccessibleName(name)
        self._name = mark
        self._mark, self._sentence = IconView(MARK), QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        row.setSpacing(SMALL)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        theme_watch().changed.connect(self._colour)
        self._colour()
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence that is shown, "" while none is."""
        return self._sentence.text()

    def say(self, sentence: str) -> None:
        """Show ``sentence``, or nothing where it is ""."""
        other = sentence != self.sentence
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self.setVisible(bool(sentence))
        if other and self.isVisible():
            announce(self, sentence)

    def _colour(self) -> None:
        self._mark.show_icon(icon(self._name, Theme.current().accent))

"""A small field for a note about one sample; what is written is told when a person leaves it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

LINES = 3
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NoteField(QPlainTextEdit):
    """Shows and takes the note of ``sample`` (a sample id, -1 for none).

    Signals: ``written(sample, text)`` when it is left with another text; ``left`` on Escape, which takes the text back,
    and on Ctrl+Enter.
    """

    written = Signal(int, str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = -1
        self._kept = ""
        self.setTabChangesFocus(True)
        self.show_lines(LINES)

    def show_lines(self, lines: int) -> None:
        """Be as high as ``lines`` of text."""
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + (18 if lines > 1 else 12))
        if lines == 1:
            self.document().setDocumentMargin(1)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_note(self, sample: int, text: str) -> None:
        """Show the note ``text`` of ``sample``; what was written about another one, or this, is told first."""
        self.tell()
        if sample != self.sample or text != self._kept:
            self.sample, self._kept = sample, text
            self.setPlainText(text)

    def tell(self) -> None:
        """Tell what is written, where that is another text than before."""
        text = self.toPlainText().strip()
        if self.sample >= 0 and text != self._kept:
            self._kept = text
            self.written.emit(self.sample, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell what is written."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.tell()

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter from the action of the window that has this key."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _leaves(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape without a change, and on Ctrl+Enter with it."""
        if event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._kept)
            self.left.emit()
        elif _leaves(event):
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _leaves(event: QKeyEvent) -> bool:
    return event.key() in ENTER and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

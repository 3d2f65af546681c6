"""What the dialogs of the window share: margins, an inline problem, buttons."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_al.gui.text import readable
from desktop_al.gui.theme import LARGE, MEDIUM, Theme


class Dialog(QDialog):
    """A dialog that deletes itself, shows problems inline, and acts on one primary button."""

    def __init__(self, title: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        self.column.setSpacing(MEDIUM)
        # A dialog is made wider by its heading: a least width of its own would overrule what the rest needs.
        self.heading = QLabel(title, self)
        self.heading.setProperty("kind", "title")
        self.column.addWidget(self.heading)
        self._action = action

    def event(self, event: QEvent) -> bool:
        """Grow with what comes to show, so that nothing is squeezed; what a person made larger stays."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            height = self.column.totalHeightForWidth(self.width())
            if height > self.height():
                self.resize(self.width(), height)
        return handled

    def finish_layout(self) -> None:
        """Add the problem line and the buttons below what was added to ``column``; they come last in the tab order."""
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.rejected.connect(self.reject)
        self.act = QPushButton(self._action, self)
        self.act.setProperty("kind", "primary")
        self.act.setDefault(True)
        self.buttons.addButton(self.act, QDialogButtonBox.ButtonRole.AcceptRole)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.buttons)

    def show_problem(self, sentence: str, kind: str = "error") -> None:
        """Show ``sentence`` inline, or nothing with ""; ``kind`` is error or warning."""
        theme = Theme.current()
        self.problem.setStyleSheet(f"color: {theme.error if kind == 'error' else theme.warning};")
        self.problem.setText(readable(sentence))
        self.problem.setVisible(bool(sentence))

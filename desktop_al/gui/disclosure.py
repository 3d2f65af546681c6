"""A line that opens what lies below it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleStateChangeEvent
from PySide6.QtWidgets import QAccessibleWidget, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_al.gui.icons import icon
from desktop_al.gui.theme import SMALL, Theme, theme_watch


class DisclosureButton(QPushButton):
    """The line that opens; a screen reader tells whether it is open, and not that a box is checked."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.toggled.connect(self._tell)

    def make_accessible(self) -> QAccessibleInterface:
        """Make what tells a screen reader of it."""
        return DisclosureInterface(self)

    def _tell(self) -> None:
        if QAccessible.isActive():
            changed = QAccessible.State()
            changed.expanded = 1
            QAccessible.updateAccessibility(QAccessibleStateChangeEvent(self, changed))


class DisclosureInterface(QAccessibleWidget):
    """A button that is expanded or collapsed."""

    def __init__(self, button: DisclosureButton) -> None:
        super().__init__(button, QAccessible.Role.Button)
        self._button = button

    def state(self) -> QAccessible.State:
        """Whether it is open."""
        state = super().state()
        state.expandable = 1
        state.expanded, state.collapsed = int(self._button.isChecked()), int(not self._button.isChecked())
        return state

    def actionNames(self) -> list[str]:
        """What a screen reader can do with it: press it, too."""
        return [self.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Do the action ``name``."""
        if name == self.pressAction():
            self._button.click()
        else:
            super().doAction(name)


class Disclosure(QWidget):
    """Shows or hides ``content`` below a line that a click, Space or Enter toggles. Signal: ``toggled(open)``."""

    toggled = Signal(bool)

    def __init__(self, text: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.button = DisclosureButton(text)
        self.button.setProperty("kind", "disclosure")
        self.button.setCheckable(True)
        self.button.setAccessibleName(text)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.button)
        column.addWidget(content)
        content.hide()
        self.button.toggled.connect(self._on_toggled)
        theme_watch().changed.connect(self._colour)
        self._colour()

    @property
    def is_open(self) -> bool:
        """Whether the content shows."""
        return self.button.isChecked()

    def set_open(self, opened: bool) -> None:
        """Show or hide the content."""
        self.button.setChecked(opened)

    def set_text(self, text: str) -> None:
        """Say what the line opens."""
        self.button.setText(text)
        self.button.setAccessibleName(text)

    def _on_toggled(self, opened: bool) -> None:
        self.content.setVisible(opened)
        self._colour()
        self.toggled.emit(opened)

    def _colour(self) -> None:
        name = "arrow-open" if self.is_open else "arrow-right"
        self.button.setIcon(icon(name, Theme.current().muted))

"""A row or column of icon buttons that follow the theme."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QToolButton, QVBoxLayout, QWidget

from desktop_al.gui.halves_layout import HalvesLayout
from desktop_al.gui.icons import icon
from desktop_al.gui.key_hints import KeyTip
from desktop_al.gui.theme import TIGHT, theme_watch


class ButtonBar(QWidget):
    """Buttons with an icon, a name and a tip."""

    def __init__(self, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[QToolButton, str] = {}
        self.row: QBoxLayout
        if vertical:
            self.row = QVBoxLayout(self)
        else:
            self.halves = HalvesLayout(2, self)
            self.row = self.halves.first
        theme_watch().changed.connect(self.refresh_icons)

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme in use."""
        for button, name in self._icons.items():
            button.setIcon(icon(name))

    def go_on_in_second_half(self) -> None:
        """Append to the half that goes below the first where there is little room."""
        self.row = self.halves.second

    def button(self, icon_name: str, name: str, tip: str, checkable: bool = False, command: str = "") -> QToolButton:
        """Append a button; ``name`` says what it does, ``tip`` how, and ``command`` has the key that does the same."""
        button = QToolButton()
        KeyTip(button, name, command, tip)
        button.setAccessibleDescription(tip)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(checkable)
        button.setIcon(icon(icon_name))
        self._icons[button] = icon_name
        self.row.addWidget(button)
        return button

    def separate(self) -> QFrame:
        """Append a line between two groups."""
        line = QFrame()
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFixedSize(1 + 2 * TIGHT, 18)
        line.setStyleSheet(f"background: palette(mid); border: 0; margin: 0 {TIGHT}px;")
        self.row.addWidget(line)
        return line

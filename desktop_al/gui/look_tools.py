"""A row of small buttons that look closer at the focused sample."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_al.gui.i18n import later, tr
from desktop_al.gui.icons import icon
from desktop_al.gui.key_hints import KeyTip
from desktop_al.gui.theme import TIGHT, theme_watch

# Name as in `desktop_al.gui.looking_actions`: icon, words.
TOOLS = {
    "enlarge": ("map-zoom-in", later("Enlarge (Space)")),
    "compare_nearest": ("compare", later("Compare with the nearest labelled image")),
    "find_similar": ("similar", later("Find images alike")),
    "show_file": ("folder", later("Show in the file manager")),
    "copy_path": ("copy", later("Copy the path")),
    "copy_image": ("image", later("Copy the image")),
}


class LookTools(QWidget):
    """Asks. Signal: ``asked(name)`` with a name out of `TOOLS`."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        self.buttons: dict[str, QToolButton] = {}
        for name, (_, words) in TOOLS.items():
            button = self.buttons[name] = QToolButton()
            button.setIconSize(QSize(16, 16))
            KeyTip(button, tr(words), name, named=tr(words).partition(" (")[0])
            button.clicked.connect(lambda _checked=False, name=name: self.asked.emit(name))
            row.addWidget(button)
        row.addStretch(1)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        for name, (file, _) in TOOLS.items():
            self.buttons[name].setIcon(icon(file))

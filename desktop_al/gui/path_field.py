"""A line for a path, with a button that browses for it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL


class PathField(QWidget):
    """Holds a path as it is, undecodable bytes included, and shows it readably. Signal: ``changed``."""

    changed = Signal()

    def __init__(self, name: str, browse: Callable[[], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._browse = browse
        self.line = QLineEdit(self)
        self.line.setAccessibleName(name)
        self.line.setMinimumWidth(320)
        self.button = QPushButton(tr("Browse…"), self)
        self.button.setAccessibleName(tr("Browse: {field}", field=name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._typed)
        self.button.clicked.connect(self._choose)

    @property
    def path(self) -> Path | None:
        """The path, None while there is none."""
        return self._path if self.line.text().strip() else None

    def set_path(self, path: Path) -> None:
        """Show ``path``."""
        self._path = path
        self.line.setText(readable(path))
        self.changed.emit()

    def _typed(self, text: str) -> None:
        self._path = Path(text.strip()).expanduser()
        self.changed.emit()

    def _choose(self) -> None:
        chosen = self._browse()
        if chosen is not None:
            self.set_path(chosen)

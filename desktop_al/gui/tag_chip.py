"""A tag as a chip: its name, and a cross to take it away."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_al.gui.i18n import trn
from desktop_al.gui.icons import icon
from desktop_al.gui.text import readable
from desktop_al.gui.theme import Theme, theme_watch

LONGEST = 28
ICON = 12


class TagChip(QFrame):
    """The tag ``name``, which the cross takes from ``count`` images. Signal: ``removed``."""

    removed = Signal()

    def __init__(self, name: str, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setProperty("kind", "chip")
        shown = readable(name)
        label = QLabel(shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…", self)
        label.setToolTip(shown)
        self.cross = QToolButton(self)
        self.cross.setProperty("kind", "chip")
        self.cross.setIconSize(QSize(ICON, ICON))
        text = trn("Untag the image “{name}”", "Untag {count:,} images “{name}”", count, name=shown)
        self.cross.setToolTip(text)
        self.cross.setAccessibleName(text)
        self.cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 2, 1)
        row.setSpacing(2)
        row.addWidget(label)
        row.addWidget(self.cross)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        self.cross.setIcon(icon("reject", Theme.current().muted))

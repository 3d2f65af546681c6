"""What Help shows of the program: what it is, its licences, and where it keeps things."""

import platform

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_al import __version__
from desktop_al.domain.places import cache_folder
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.text import readable, wrapping
from desktop_al.gui.theme import SMALL
from desktop_al.settings import config_folder

LICENCES = later(
    "Apache License 2.0. The demo shows Twemoji, graphics © Twitter, Inc. and other contributors, CC-BY 4.0. "
    "The built-in embedder is EfficientNet-Lite with ImageNet weights, Apache License 2.0."
)
WIDTH = 460


class AboutSheet(Sheet):
    """Shows version, licences and where things are kept; what a report of a mistake needs can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("About Desktop AL"), tr("Copy the version"), parent)
        # Its name and its sign say as much.
        self.heading.hide()
        head, texts = QHBoxLayout(), QVBoxLayout()
        mark = IconView(56, self)
        mark.show_icon(icon(APP_ICON))
        name, version = QLabel("Desktop AL", self), QLabel(tr("Version {version}", version=__version__), self)
        name.setProperty("kind", "display")
        version.setProperty("kind", "muted")
        texts.addWidget(name)
        texts.addWidget(version)
        head.addWidget(mark)
        head.addSpacing(SMALL)
        head.addLayout(texts, 1)
        self.column.addLayout(head)
        kept = tr(
            "Settings: {settings}\nThumbnails and converted models: {cache}",
            settings=readable(config_folder()),
            cache=readable(cache_folder()),
        )
        claim = tr("Pick the images whose labels buy the most. Everything happens on this computer.")
        for text in (claim, tr(LICENCES), wrapping(kept)):
            label = QLabel(text, self)
            label.setWordWrap(True)
            label.setMinimumWidth(WIDTH)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.column.addWidget(label)
        self.finish_layout()
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Close"))
        self.act.clicked.connect(_copy)


def _copy() -> None:
    words = f"Desktop AL {__version__}, Python {platform.python_version()}, {platform.platform()}"
    QGuiApplication.clipboard().setText(words)


def show_about(parent: QWidget) -> None:
    """Show version, licences and where things are kept."""
    AboutSheet(parent).open()

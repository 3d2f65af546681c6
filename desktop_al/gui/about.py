"""What Help shows: the shortcuts, and what the program is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_al import __version__
from desktop_al.domain.places import cache_folder
from desktop_al.gui.actions import TABLE
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.text import readable
from desktop_al.gui.theme import HUGE, LARGE, MEDIUM, SMALL
from desktop_al.settings import config_folder

VIEW_KEYS = (
    ("Fit the map", "F"),
    ("Lasso", "L"),
    ("Rectangle", "R"),
    ("Add to the highlight", "Shift + drag"),
    ("Take from the highlight", "Alt + drag"),
    ("Size of the thumbnails", "Ctrl + wheel"),
)
LICENCES = (
    "Apache License 2.0. The demo shows Twemoji, graphics © Twitter, Inc. and other contributors, CC-BY 4.0. "
    "The built-in embedder is EfficientNet-Lite with ImageNet weights, Apache License 2.0."
)


def _dialog(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
    column.setSpacing(MEDIUM)
    return dialog, column


def _finish(dialog: QDialog, column: QVBoxLayout) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()


def show_shortcuts(parent: QWidget) -> None:
    """List every shortcut, in two columns."""
    dialog, column = _dialog(parent, "Keyboard shortcuts")
    native = QKeySequence.SequenceFormat.NativeText
    known = [
        (spec.text.replace("&", "").rstrip("…"), QKeySequence(spec.keys).toString(native)) for spec in TABLE.values()
    ]
    rows = [(text, keys) for text, keys in known if keys] + list(VIEW_KEYS)
    grid = QGridLayout()
    grid.setHorizontalSpacing(HUGE)
    grid.setVerticalSpacing(SMALL)
    half = (len(rows) + 1) // 2
    for place, (text, keys) in enumerate(rows):
        label = QLabel(keys, dialog)
        label.setProperty("kind", "muted")
        grid.addWidget(QLabel(text, dialog), place % half, 2 * (place // half))
        grid.addWidget(label, place % half, 2 * (place // half) + 1)
    column.addLayout(grid)
    _finish(dialog, column)


def show_about(parent: QWidget) -> None:
    """Show version, licences and where things are kept."""
    dialog, column = _dialog(parent, "About Desktop AL")
    head, texts = QHBoxLayout(), QVBoxLayout()
    mark = QLabel(dialog)
    mark.setPixmap(icon(APP_ICON).pixmap(56, 56))
    name, version = QLabel("Desktop AL", dialog), QLabel(f"Version {__version__}", dialog)
    name.setProperty("kind", "display")
    version.setProperty("kind", "muted")
    texts.addWidget(name)
    texts.addWidget(version)
    head.addWidget(mark)
    head.addSpacing(SMALL)
    head.addLayout(texts, 1)
    column.addLayout(head)
    kept = f"Settings: {readable(config_folder())}\nThumbnails and converted models: {readable(cache_folder())}"
    for text in ("Pick the images whose labels buy the most. Everything happens on this computer.", LICENCES, kept):
        label = QLabel(text, dialog)
        label.setWordWrap(True)
        label.setMinimumWidth(460)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)
    _finish(dialog, column)

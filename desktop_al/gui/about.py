"""What Help shows of the program: what it is, its licences, and where it keeps things."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_al import __version__
from desktop_al.domain.places import cache_folder
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.text import readable
from desktop_al.gui.theme import LARGE, MEDIUM, SMALL
from desktop_al.settings import config_folder

LICENCES = later(
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
    dialog.resize(column.sizeHint())
    # Wrapped lines are higher than they are taken for while their width is not known.
    dialog.resize(dialog.width(), max(dialog.height(), column.totalHeightForWidth(dialog.width())))
    dialog.open()


def show_about(parent: QWidget) -> None:
    """Show version, licences and where things are kept."""
    dialog, column = _dialog(parent, tr("About Desktop AL"))
    head, texts = QHBoxLayout(), QVBoxLayout()
    mark = QLabel(dialog)
    mark.setPixmap(icon(APP_ICON).pixmap(56, 56))
    name, version = QLabel("Desktop AL", dialog), QLabel(tr("Version {version}", version=__version__), dialog)
    name.setProperty("kind", "display")
    version.setProperty("kind", "muted")
    texts.addWidget(name)
    texts.addWidget(version)
    head.addWidget(mark)
    head.addSpacing(SMALL)
    head.addLayout(texts, 1)
    column.addLayout(head)
    kept = tr(
        "Settings: {settings}\nThumbnails and converted models: {cache}",
        settings=readable(config_folder()),
        cache=readable(cache_folder()),
    )
    claim = tr("Pick the images whose labels buy the most. Everything happens on this computer.")
    for text in (claim, tr(LICENCES), kept):
        label = QLabel(text, dialog)
        label.setWordWrap(True)
        label.setMinimumWidth(460)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)
    _finish(dialog, column)

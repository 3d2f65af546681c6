"""View › Appearance: dark, light, or like the system, switched at once."""

from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu

from desktop_al import settings
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.theme import apply_appearance

APPEARANCES = {"system": later("Like the system"), "light": later("Light"), "dark": later("Dark")}


def add_appearance_menu(menu: QMenu, messages: MessageBar) -> QMenu:
    """Add the submenu to ``menu``; a choice that cannot be kept is told in ``messages``."""
    submenu = menu.addMenu(tr("&Appearance"))
    group = QActionGroup(submenu)
    chosen = settings.read()[0].theme
    for name, text in APPEARANCES.items():
        action = QAction(tr(text), submenu)
        action.setCheckable(True)
        action.setChecked(name == chosen)
        action.triggered.connect(partial(set_appearance, name, messages))
        group.addAction(action)
        submenu.addAction(action)
    return submenu


def set_appearance(choice: str, messages: MessageBar, _checked: bool = True) -> None:
    """Switch to "system", "dark" or "light", and keep that."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_appearance(app, choice)
    try:
        settings.save({"theme": choice})
    except OSError as error:
        messages.show_message("warning", tr("The choice cannot be kept: {error}.", error=error))

"""View › Language: what the window speaks from the next start on, or at once where it is opened anew."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop_al import settings
from desktop_al.gui.i18n import LANGUAGES, tr
from desktop_al.gui.language import SYSTEM
from desktop_al.gui.message_bar import MessageBar


def languages() -> dict[str, str]:
    """The choices, by code, each in its own language."""
    return {SYSTEM: tr("Like the system"), **LANGUAGES}


def add_language_menu(menu: QMenu, messages: MessageBar, again: Callable[[], None]) -> QMenu:
    """Add the submenu to ``menu``; a choice is kept and said in ``messages``; ``again`` opens the window anew."""
    submenu = menu.addMenu(tr("&Language"))
    group = QActionGroup(submenu)
    kept = settings.read()[0].language
    for code, name in languages().items():
        action = QAction(name, submenu)
        action.setCheckable(True)
        action.setChecked(code == kept)
        action.triggered.connect(partial(keep_language, code, name, messages, again))
        group.addAction(action)
        submenu.addAction(action)
    return submenu


def keep_language(code: str, name: str, messages: MessageBar, again: Callable[[], None], _checked: bool = True) -> None:
    """Speak the language ``code`` from the next start on, and say so by its ``name`` in ``messages``."""
    try:
        settings.save({"language": code})
    except OSError as error:
        messages.show_message("warning", tr("The choice cannot be kept: {error}.", error=error))
    else:
        messages.show_message(
            "info",
            tr(
                "{language}: from the next start on. Where the window is opened anew, jobs stop and undo begins "
                "afresh.",
                language=name,
            ),
            action=tr("Open anew now"),
            run=again,
        )

"""Enter on a button: it clicks the button, as Space does, and nothing that lies below it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def enter_clicks(event: QKeyEvent, within: QWidget) -> bool:
    """Click the button in ``within`` that has the keys where ``event`` is Enter; returns whether there is one."""
    here = QApplication.focusWidget()
    if event.key() not in ENTER or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    # Buttons leave Enter to whatever holds them, on most systems.
    if not isinstance(here, QAbstractButton) or not (here is within or within.isAncestorOf(here)):
        return False
    here.click()
    return True

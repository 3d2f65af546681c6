"""Roles for screen readers of the widgets that we draw ourselves: a class says its own as ``accessible_role``.

Names and descriptions are those of the widget (`QWidget.setAccessibleName`); the views keep the description at what is
focused in them. There is no child for each sample: a million of them would be built before the first is read.
"""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget


class Interfaces:
    """Makes the interfaces and holds each until its widget goes: Qt keeps only a bare pointer to it."""

    def __init__(self) -> None:
        self._held: dict[int, QAccessibleInterface] = {}
        self._made = 0

    def __len__(self) -> int:
        return len(self._held)

    def make(self, _key: str, thing: QObject) -> QAccessibleInterface | None:
        """Make the interface of ``thing``, None where its class says no role."""
        role = getattr(type(thing), "accessible_role", None)
        if role is None or not isinstance(thing, QWidget):
            return None
        self._made = number = self._made + 1
        interface = self._held[number] = QAccessibleWidget(thing, role)
        # Qt deletes the interface while the signal is under way; letting go of it before that would delete it twice.
        thing.destroyed.connect(lambda: QTimer.singleShot(0, lambda: self._held.pop(number, None)))
        return interface


interfaces = Interfaces()


def install_roles() -> None:
    """Let Qt ask us for the roles of our widgets; again does nothing."""
    QAccessible.installFactory(interfaces.make)

"""Roles for screen readers of the widgets that we draw ourselves: a class says its own as ``accessible_role``.

Names and descriptions are those of the widget (`QWidget.setAccessibleName`); the views keep the description at what is
focused in them. Whatever has more to tell, as the gallery of the cells in view, has a method ``make_accessible``.
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
        """Make the interface of ``thing``, None where its class says no role and makes none."""
        role, make = getattr(type(thing), "accessible_role", None), getattr(type(thing), "make_accessible", None)
        if make is None and (role is None or not isinstance(thing, QWidget)):
            return None
        self._made = number = self._made + 1
        made: QAccessibleInterface
        if make is not None:
            made = make(thing)
        else:
            assert isinstance(thing, QWidget)
            assert role is not None
            made = QAccessibleWidget(thing, role)
        interface = self._held[number] = made
        # Qt deletes the interface while the signal is under way; letting go of it before that would delete it twice.
        thing.destroyed.connect(lambda: QTimer.singleShot(0, lambda: self._held.pop(number, None)))
        return interface


interfaces = Interfaces()


def install_roles() -> None:
    """Let Qt ask us for the roles of our widgets; again does nothing."""
    QAccessible.installFactory(interfaces.make)

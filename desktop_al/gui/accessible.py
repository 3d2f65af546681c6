"""Roles for screen readers of the widgets that we draw ourselves: a class says its own as ``accessible_role``.

Names and descriptions are those of the widget (`QWidget.setAccessibleName`); the views keep the description at what is
focused in them. Whatever has more to tell, as the gallery of the cells in view, has a method ``make_accessible``.
"""

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QLabel, QSplitter, QWidget


class Interfaces:
    """Makes the interfaces and holds each until its widget goes: Qt keeps only a bare pointer to it."""

    def __init__(self) -> None:
        self._held: dict[int, QAccessibleInterface] = {}
        self._made = 0

    def __len__(self) -> int:
        return len(self._held)

    def make(self, key: str, thing: QObject) -> QAccessibleInterface | None:
        """Make the interface of ``thing``, None where its class says no role and makes none.

        Qt asks for each class of ``thing`` by its name ``key``, the derived ones first.
        """
        if key == "QComboBox" and isinstance(thing, QComboBox):
            # It may still be in the making, without its name.
            QTimer.singleShot(0, thing, partial(label_choice, thing))
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


def label_choice(box: QComboBox) -> None:
    """Give ``box`` a label that nobody sees, where it has none: Qt calls a box on Linux by what is chosen in it.

    Without it, a screen reader would not say what the choice is about.
    """
    name, parent = box.accessibleName(), box.parentWidget()
    if not name or parent is None or isinstance(parent, QSplitter):
        return
    labels = parent.findChildren(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if any(label.buddy() is box for label in labels):
        return
    label = QLabel(name.replace("&", "&&"), parent)
    label.setBuddy(box)
    label.hide()
    box.destroyed.connect(label.deleteLater)


interfaces = Interfaces()


def install_roles() -> None:
    """Let Qt ask us for the roles of our widgets; again does nothing."""
    QAccessible.installFactory(interfaces.make)

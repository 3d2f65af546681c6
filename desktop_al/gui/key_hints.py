"""Words that name a key: always the one in force, also after a person chose another."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_al.gui.actions import TABLE
from desktop_al.gui.i18n import tr
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.shortcuts import LOCAL_KEYS, NATIVE

_LOCAL = {local.name: local for local in LOCAL_KEYS if local.name}
_NO_PART = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier


def keys_of(name: str) -> QKeySequence:
    """The key of the action or local command ``name``; empty where it has none."""
    keys = keys_in_force().get(name)
    if keys is not None:
        return keys
    if name in _LOCAL:
        return QKeySequence(_LOCAL[name].keys)
    return QKeySequence(TABLE[name].keys) if name in TABLE else QKeySequence()


def key_of(name: str) -> str:
    """The key of the action or local command ``name`` as people read it, "" where it has none."""
    return keys_of(name).toString(NATIVE)


def with_key(what: str, name: str) -> str:
    """``what`` with the key of ``name`` in brackets, if it has one."""
    key = key_of(name)
    return tr("{what} ({key})", what=what, key=key) if key else what


def pressed(place: str, event: QKeyEvent) -> str:
    """The local command of ``place`` whose key ``event`` is, "" for none."""
    held, text = event.modifiers() & ~_NO_PART, event.text()
    if text.isprintable() and text and not text[0].isalnum() and not text[0].isspace():
        # Whether a sign needs Shift depends on the keyboard.
        held &= ~Qt.KeyboardModifier.ShiftModifier
    keys = QKeySequence(event.key() | held.value)
    found = (name for name, local in _LOCAL.items() if local.place == place and keys_of(name) == keys)
    return next(found, "")


class KeyTip(QObject):
    """Keeps the tool tip and the accessible name of ``widget`` true: ``what`` it does, and the key of ``name``.

    ``more`` is a second line of the tip, ``named`` an accessible name that is another.
    """

    def __init__(self, widget: QWidget, what: str, name: str, more: str = "", named: str = "") -> None:
        super().__init__(widget)
        self._widget, self._what, self._name, self._more, self._named = widget, what, name, more, named
        keys_in_force().changed.connect(self.show)
        self.show()

    @Slot()
    def show(self) -> None:
        """Tell the key in force."""
        said = with_key(self._what, self._name)
        self._widget.setToolTip("\n".join(line for line in (said, self._more) if line))
        self._widget.setAccessibleName(self._named or said)
        if self._named and self._what.startswith(self._named):
            # Else a screen reader would say the tip, which begins with the name, after it.
            rest = said.removeprefix(self._named).strip(" ()")
            self._widget.setAccessibleDescription("\n".join(filter(None, (rest, self._more))))

"""Tells a screen reader what who sees the window notices elsewhere in it: messages, what a key did, ends of jobs."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QUndoStack
from shiboken6 import isValid

from desktop_al.gui.i18n import tr
from desktop_al.gui.text import unbroken


def announce(speaker: QObject, words: str, urgent: bool = False) -> None:
    """Let a screen reader say ``words``, ``urgent`` ones before what it says now; nothing happens where none listens.

    ``speaker`` is the widget that shows them.
    """
    if words and QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(speaker, unbroken(words))
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)


class StepTeller:
    """Lets ``speaker`` say which step of ``stack`` was made, made again or taken back."""

    def __init__(self, stack: QUndoStack, speaker: QObject) -> None:
        self._stack, self._speaker = stack, speaker
        self._index = stack.index()
        stack.indexChanged.connect(self._on_index)

    def _on_index(self, index: int) -> None:
        if not isValid(self._stack) or not isValid(self._speaker):
            # A stack that is deleted empties itself first, and tells of it when Python has lost it already.
            return
        before, self._index = self._index, index
        if self._stack.count() == 0:
            return
        if index < before:
            announce(self._speaker, tr("Undone: {step}", step=self._stack.text(index)))
        elif index > 0:
            announce(self._speaker, self._stack.text(index - 1))

"""A list to choose from in which one can type to choose, in a window whose letters are commands."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QWidget

_NOTHING_NEW = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})
_HELD = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class TypedChoice(QComboBox):
    """Takes letters and digits as the beginning of a choice unless the mouse led to it.

    Then they stay commands: whoever has clicked a choice goes on with the review, and “P” must neither
    be lost nor choose something else.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typing = True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember what led here; a window or a list that closes leads nowhere new."""
        if event.reason() not in _NOTHING_NEW:
            self._typing = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go on with the mouse where the keys were here before."""
        self._typing = False
        super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep what is typed from the shortcuts of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._typing
            and not event.modifiers() & ~_HELD
            and event.text().isprintable()
            and event.text().strip()
        ):
            event.accept()
            return True
        return super().event(event)

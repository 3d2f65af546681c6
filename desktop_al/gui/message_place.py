"""Where messages lie: over the lower edge of what is looked at, so that nothing moves when one comes or goes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QTimer
from PySide6.QtWidgets import QWidget

from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.theme import MEDIUM

MOST_WIDTH = 680


class MessagePlace(QObject):
    """Lays ``bar`` over the part ``room()`` of ``view``: in the middle of its lower edge, as wide as what it says."""

    def __init__(self, bar: MessageBar, view: QWidget, room: Callable[[], QRect]) -> None:
        super().__init__(bar)
        self._bar, self._view, self._room = bar, view, room
        # What is laid out in the view has its new place only after the event that asks for it.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.lay)
        bar.changed.connect(self.lay)
        self.over(view, room)

    def over(self, view: QWidget, room: Callable[[], QRect]) -> None:
        """Lay messages over the part ``room()`` of ``view`` from now on, in its own coordinates."""
        self._view.removeEventFilter(self)
        self._view, self._room = view, room
        shown = not self._bar.isHidden()
        self._bar.setParent(view)
        self._bar.setVisible(shown)
        view.installEventFilter(self)
        self._later.start()

    def lay(self) -> None:
        """Lie where the view is now."""
        bar, room = self._bar, self._room()
        if bar.isHidden():
            return
        width = max(1, min(bar.wanted_width(), MOST_WIDTH, room.width() - 2 * MEDIUM))
        height = bar.height_at(width)
        left = room.left() + (room.width() - width) // 2
        top = max(0, room.top() + room.height() - MEDIUM - height)
        bar.setGeometry(left, top, width, height)
        bar.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the view as it changes its size and what it holds its places."""
        if watched is self._view and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._later.start()
        return super().eventFilter(watched, event)

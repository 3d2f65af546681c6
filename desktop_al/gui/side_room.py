"""Lets the panels at the sides give way before the map does where the window is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

# What the map and what goes with it are worth; the panels keep what they cannot do without.
LEAST_MIDDLE = 560


class SideRoom(QObject):
    """Watches the width of ``window``; ``panels`` are those that lie at its sides, most of them behind others."""

    def __init__(self, window: QMainWindow, panels: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._panels, self._width = window, panels, 0
        # The window hears of its width before its panels do.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.give_way)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give way when the window gets narrower; a panel that a person makes wider afterwards stays so."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            before, self._width = self._width, self._window.width()
            if not before or self._width < before:
                self._soon.start()
        return False

    def give_way(self) -> None:
        """Make the panels narrower by what the middle lacks, as far as they go."""
        front = [panel for panel in self._panels if not panel.isFloating() and not panel.visibleRegion().isEmpty()]
        lacks = LEAST_MIDDLE - (self._window.width() - sum(panel.width() for panel in front))
        spare = [max(0, panel.width() - panel.minimumSizeHint().width()) for panel in front]
        if lacks > 0 and sum(spare) > 0:
            share = min(1.0, lacks / sum(spare))
            widths = [round(panel.width() - share * more) for panel, more in zip(front, spare, strict=True)]
            self._window.resizeDocks(front, widths, Qt.Orientation.Horizontal)

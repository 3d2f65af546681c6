"""Lets the panels at the sides give way before the map does in a narrow window, and come back in a wide one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

# What the map and what goes with it are worth; the panels keep what they cannot do without.
LEAST_MIDDLE = 560


class SideRoom(QObject):
    """Watches the width of ``window``; ``panels`` are those that lie at its sides, most of them behind others."""

    def __init__(self, window: QMainWindow, panels: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._panels, self._width = window, panels, window.width()
        # By side of the window: the width that a person gave it, and the one that it was left with here.
        self._wanted: dict[Qt.DockWidgetArea, int] = {}
        self._left: dict[Qt.DockWidgetArea, int] = {}
        # The window hears of its width before its panels do.
        self._soon, self._then = QTimer(self), QTimer(self)
        for timer, act in ((self._soon, self._fit), (self._then, self._remember)):
            timer.setSingleShot(True)
            timer.setInterval(0)
            timer.timeout.connect(act)
        self._fitted = self._width
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the panels when the window gets another width; what a person makes of them afterwards stays so."""
        if event.type() == QEvent.Type.Resize and watched is self._window and self._window.width() != self._width:
            self._width = self._window.width()
            self._note_wishes()
            self._soon.start()
        return False

    def give_way(self) -> None:
        """Fit panels that were just laid out."""
        self._note_wishes()
        self._fitted = self._width + 1
        self._soon.start()

    def _front(self) -> list[QDockWidget]:
        return [panel for panel in self._panels if not panel.isFloating() and not panel.visibleRegion().isEmpty()]

    def _note_wishes(self) -> None:
        """Take widths that are not those of the last time for the wish of a person; while all moves, nobody wishes."""
        if self._soon.isActive() or self._then.isActive():
            return
        for panel in self._front():
            side = self._window.dockWidgetArea(panel)
            if side not in self._wanted or self._left.get(side) != panel.width():
                self._wanted[side] = panel.width()

    def _fit(self) -> None:
        front, narrower = self._front(), self._width < self._fitted
        self._fitted = self._width
        room = self._width - LEAST_MIDDLE - sum(panel.width() for panel in front)
        if narrower and room < 0:
            self._resize(front, [panel.minimumSizeHint().width() for panel in front], -room)
        elif not narrower and room > 0:
            wanted = [self._wanted.get(self._window.dockWidgetArea(panel), 0) for panel in front]
            self._resize(front, [max(panel.width(), width) for panel, width in zip(front, wanted, strict=True)], room)
        self._then.start()

    def _resize(self, panels: Sequence[QDockWidget], ends: Sequence[int], most: int) -> None:
        """Bring ``panels`` on the way to the widths ``ends``, all the same share of it, by ``most`` pixels in all."""
        ways = [end - panel.width() for panel, end in zip(panels, ends, strict=True)]
        far = abs(sum(ways))
        if far > 0:
            share = min(1.0, most / far)
            widths = [round(panel.width() + share * way) for panel, way in zip(panels, ways, strict=True)]
            self._window.resizeDocks(list(panels), widths, Qt.Orientation.Horizontal)

    def _remember(self) -> None:
        self._left = {self._window.dockWidgetArea(panel): panel.width() for panel in self._front()}

"""Lets the panels around the map give way before it does in a small window, and come back in a large one."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from desktop_al.gui.areas import tabs_below

# What the map and what goes with it are worth; the panels keep what they cannot do without.
LEAST_MIDDLE = 560

_Area = Qt.DockWidgetArea


class SideRoom(QObject):
    """Watches the size of ``window`` in the direction ``way``.

    ``panels`` are those that lie at its sides, most of them behind others; ``middle`` is what is to be left between
    them, and ``least(panel)`` as much of a panel as it keeps.
    """

    def __init__(
        self,
        window: QMainWindow,
        panels: Sequence[QDockWidget],
        way: Qt.Orientation = Qt.Orientation.Horizontal,
        middle: Callable[[], int] = lambda: LEAST_MIDDLE,
        least: Callable[[QDockWidget], QSize] = QDockWidget.minimumSizeHint,
    ) -> None:
        super().__init__(window)
        self._window, self._panels, self._way, self._middle, self._least = window, panels, way, middle, least
        self._size = self._of(window)
        # By side of the window: the size that a person gave it, and the one that it was left with here.
        self._wanted: dict[_Area, int] = {}
        self._left: dict[_Area, int] = {}
        # The window hears of its size before its panels do.
        self._soon, self._then = QTimer(self), QTimer(self)
        for timer, act in ((self._soon, self._fit), (self._then, self._remember)):
            timer.setSingleShot(True)
            timer.setInterval(0)
            timer.timeout.connect(act)
        self._fitted = self._size
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the panels when the window gets another size; what a person makes of them afterwards stays so."""
        if event.type() == QEvent.Type.Resize and watched is self._window and self._of(self._window) != self._size:
            self._size = self._of(self._window)
            self._note_wishes()
            self._soon.start()
        return False

    def give_way(self) -> None:
        """Fit panels that were just laid out, not smaller than what they keep."""
        self._note_wishes()
        for side, panels in self._front().items():
            self._wanted[side] = max(self._wanted.get(side, 0), self._least_of(panels))
        self._fitted = self._size + 1
        self._soon.start()

    def _of(self, what: QWidget | QSize) -> int:
        return what.width() if self._way is Qt.Orientation.Horizontal else what.height()

    def _front(self) -> dict[_Area, list[QDockWidget]]:
        """The panels in sight, by side of the window; those of one side have the same size."""
        sides: dict[_Area, list[QDockWidget]] = {}
        for panel in self._panels:
            if not panel.isFloating() and not panel.visibleRegion().isEmpty():
                sides.setdefault(self._window.dockWidgetArea(panel), []).append(panel)
        return sides

    def _note_wishes(self) -> None:
        """Take sizes that are not those of the last time for the wish of a person; while all moves, nobody wishes."""
        if self._soon.isActive() or self._then.isActive():
            return
        for side, panels in self._front().items():
            size = self._of(panels[0])
            if side not in self._wanted or self._left.get(side) != size:
                self._wanted[side] = size

    def _fit(self) -> None:
        front, narrower = self._front(), self._size < self._fitted
        self._fitted = self._size
        room = self._size - self._middle() - sum(self._of(panels[0]) for panels in front.values())
        ends = [self._end(side, panels, narrower, room) for side, panels in front.items()]
        self._resize(front, ends, room)
        self._then.start()

    def _end(self, side: _Area, panels: Sequence[QDockWidget], narrower: bool, room: int) -> int:
        """How large ``panels`` at ``side`` may become at the most, or at the least where there is not ``room``."""
        size, least = self._of(panels[0]), self._least_of(panels)
        wanted = self._wanted.get(side, size)
        if room < 0:
            return min(wanted, least) if narrower else size
        return max(size, min(least, wanted) if narrower else wanted)

    def _least_of(self, panels: Sequence[QDockWidget]) -> int:
        return max(self._of(self._least(panel)) for panel in panels)

    def _resize(self, front: dict[_Area, list[QDockWidget]], ends: Sequence[int], room: int) -> None:
        """Bring the sides on the way to the sizes ``ends``, all the same share of it, as far as there is ``room``.

        What they cannot do without they get even where there is none.
        """
        panels = [side[0] for side in front.values()]
        ways = [end - self._of(panel) for panel, end in zip(panels, ends, strict=True)]
        far = sum(ways)
        if far != 0:
            lacking = sum(max(0, self._least_of(side) - self._of(side[0])) for side in front.values())
            most = max(room, lacking) if far > 0 else -room
            share = min(1.0, most / abs(far))
            sizes = [round(self._of(panel) + share * way) for panel, way in zip(panels, ways, strict=True)]
            if self._way is Qt.Orientation.Vertical:
                sizes = [size + tabs_below(self._window, panel) for size, panel in zip(sizes, panels, strict=True)]
            self._window.resizeDocks(panels, sizes, self._way)

    def _remember(self) -> None:
        self._left = {side: self._of(panels[0]) for side, panels in self._front().items()}

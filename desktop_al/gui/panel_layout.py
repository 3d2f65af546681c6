"""Where the panels lie: at both sides of the map, or in a narrow window all at one, so that the map keeps its width."""

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

from desktop_al.gui.areas import name_tabs
from desktop_al.gui.layout_store import LAYOUT_VERSION, PanelState
from desktop_al.gui.side_room import LEAST_MIDDLE, SideRoom

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
AT_LEFT, AT_RIGHT, BELOW = ("batch", "fields"), ("inspector", "compare", "history"), ("gallery", "jobs")
LEFT_WIDTH, RIGHT_WIDTH, LEAST_BELOW = 320, 330, 220
# So many pixels more than the least of its height the map gets before what lies below it.
MORE_HEIGHT = 132


class PanelLayout(QObject):
    """Lays out ``docks``, by name, in ``window``, and anew where it becomes narrow or wide.

    What a person has moved elsewhere stays there.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._docks, self._narrow = window, docks, False
        # The window hears of its width before its panels do.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.fit)
        self._then = QTimer(self)
        self._then.setSingleShot(True)
        self._then.setInterval(0)
        self._then.timeout.connect(self._halve)
        window.installEventFilter(self)
        beside, below = ([docks[name] for name in names] for names in (AT_LEFT + AT_RIGHT, BELOW))
        upright = Qt.Orientation.Vertical
        self._rooms = (
            SideRoom(window, beside),
            # Below the map one line of images is to be seen.
            SideRoom(window, below, upright, self._least_height, lambda panel: _one_line(panel, docks["gallery"])),
        )
        self.lay_out()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lay the panels out anew where the window got too narrow, or wide enough."""
        if event.type() == QEvent.Type.Resize and watched is self._window and self._is_narrow() != self._narrow:
            self._soon.start()
        return False

    def _is_narrow(self) -> bool:
        """Whether panels at both sides would leave the map less than it is worth, however narrow they were."""
        sides = (max(self._docks[name].minimumSizeHint().width() for name in side) for side in (AT_LEFT, AT_RIGHT))
        return self._window.width() < sum(sides) + LEAST_MIDDLE

    def lay_out(self) -> None:
        """Show every panel, in its place."""
        window, docks = self._window, self._docks
        self._narrow = self._is_narrow()
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        for names, area in ((AT_LEFT, LEFT), (AT_RIGHT, self._side()), (BELOW, BOTTOM)):
            for name in names:
                docks[name].setFloating(False)
                window.addDockWidget(area, docks[name])
                docks[name].show()
            self._put_behind(names, names[0])
        self._share()
        window.resizeDocks([docks["gallery"]], [max(LEAST_BELOW, window.height() * 3 // 10)], Qt.Orientation.Vertical)

    def fit(self) -> None:
        """Move the panels of the right to the left, or back, where the window became narrow or wide."""
        before, self._narrow = self._side(), self._is_narrow()
        panels = [self._docks[name] for name in AT_RIGHT]
        if before == self._side() or any(
            panel.isFloating() or self._window.dockWidgetArea(panel) != before for panel in panels
        ):
            return
        closed = [panel for panel in panels if panel.isHidden()]
        front = next((name for name in AT_RIGHT if not self._docks[name].visibleRegion().isEmpty()), AT_RIGHT[0])
        for panel in panels:
            self._window.addDockWidget(self._side(), panel)
        self._put_behind(AT_RIGHT, front)
        for panel in closed:
            panel.hide()
        self._share()
        # Not before Qt has placed what was moved does it take all heights.
        self._then.start()
        self.give_way()
        QTimer.singleShot(0, self._window, lambda: name_tabs(self._window))

    def give_way(self) -> None:
        """Fit panels that were just laid out to the size of the window."""
        for room in self._rooms:
            room.give_way()

    def state(self) -> PanelState:
        """Tell how the panels lie."""
        return PanelState(self._window.saveState(LAYOUT_VERSION), self._narrow)

    def restore(self, state: PanelState) -> bool:
        """Let the panels lie as ``state`` tells, as far as the width of the window allows; whether that is known."""
        if state.kept.isEmpty() or not self._window.restoreState(state.kept, LAYOUT_VERSION):
            return False
        self._narrow = state.narrow
        self.fit()
        return True

    def _halve(self) -> None:
        """Give panels that lie above one another the same height."""
        above = [self._docks["batch"], self._docks["inspector"]]
        if self._narrow:
            self._window.resizeDocks(above, [self._window.height() // 2] * 2, Qt.Orientation.Vertical)

    def _least_height(self) -> int:
        """What the map is worth, with all that lies above and below it but the panels."""
        centre = self._window.centralWidget()
        assert centre is not None
        front = [self._docks[name] for name in BELOW if not self._docks[name].visibleRegion().isEmpty()]
        around = self._window.height() - centre.height() - sum(panel.height() for panel in front)
        return around + centre.minimumSizeHint().height() + MORE_HEIGHT

    def _side(self) -> Qt.DockWidgetArea:
        return LEFT if self._narrow else RIGHT

    def _put_behind(self, names: tuple[str, ...], front: str) -> None:
        """Let the panels ``names`` lie behind each other, with ``front`` before them."""
        for first, second in pairwise(names):
            self._window.tabifyDockWidget(self._docks[first], self._docks[second])
        self._docks[front].raise_()

    def _share(self) -> None:
        """Give the panels at the sides their widths, and those above one another the same height."""
        sides = [self._docks["batch"], self._docks["inspector"]]
        if self._narrow:
            # Qt keeps to the least that they can do with.
            self._window.resizeDocks(sides[:1], [1], Qt.Orientation.Horizontal)
            self._halve()
        else:
            self._window.resizeDocks(sides, [LEFT_WIDTH, RIGHT_WIDTH], Qt.Orientation.Horizontal)


def _one_line(panel: QDockWidget, gallery: QDockWidget) -> QSize:
    content = panel.widget()
    if panel is not gallery or content is None:
        return panel.minimumSizeHint()
    hint, needed = panel.sizeHint(), content.heightForWidth(content.width())
    # Of its bar there may be two lines.
    return hint + QSize(0, max(0, needed - content.sizeHint().height()))

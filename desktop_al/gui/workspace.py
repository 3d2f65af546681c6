"""The open project on screen: the map in the centre, the panels around it, and the wires between them.

Imported after the first paint: the map's kernels bring numba along.
"""

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from desktop_al.domain.catalogue import StrategyInfo
from desktop_al.domain.context import Context
from desktop_al.gui.batch_panel import BatchPanel
from desktop_al.gui.commands import Commands
from desktop_al.gui.gallery.gallery import GalleryWidget, Show
from desktop_al.gui.inspector import Inspector
from desktop_al.gui.jobs_panel import JobsPanel
from desktop_al.gui.layout_store import LAYOUT_VERSION, kept_panels
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.session import Session
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.jobs.runner import QUICK
from desktop_al.media.thumbs import ThumbCache

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)

SIDE_WIDTH = 270


class Workspace(QObject):
    """Builds the views of ``session`` into ``window`` and connects them."""

    def __init__(self, window: QMainWindow, session: Session, commands: Commands) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        pool, bridge = session.pool, session.bridge
        self.thumbs = ThumbLoader(ThumbCache(None), self)
        self.map = MapWidget(pool, self.thumbs)
        self.gallery = GalleryWidget(pool, self.thumbs)
        self.inspector = Inspector(pool, self.thumbs, bridge)
        self.batch_panel = BatchPanel(pool)
        self.jobs_panel = JobsPanel(bridge)
        self.inspector.setMinimumWidth(SIDE_WIDTH)
        self.docks = {
            "batch": self._dock("Batch", self.batch_panel),
            "inspector": self._dock("Inspector", self.inspector),
            "gallery": self._dock("Gallery", self.gallery),
            "jobs": self._dock("Jobs", self.jobs_panel),
        }
        self.lay_out()
        self._shown, self._panels = True, QByteArray()
        self.set_shown(False)
        known = kept_panels()
        self._panels = self._panels if known.isEmpty() else known
        self._connect(commands)
        offer = self.batch_panel.set_strategies
        bridge.run("Strategies", _strategies, lane=QUICK, quiet=True, lasting=True, on_done=offer)

    def _dock(self, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock{title}")
        dock.setWidget(widget)
        return dock

    def lay_out(self) -> None:
        """Put every panel in its place."""
        window = self._window
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        for name, area in (("batch", LEFT), ("inspector", RIGHT), ("gallery", BOTTOM), ("jobs", BOTTOM)):
            self.docks[name].setFloating(False)
            window.addDockWidget(area, self.docks[name])
            self.docks[name].show()
        window.tabifyDockWidget(self.docks["gallery"], self.docks["jobs"])
        self.docks["gallery"].raise_()
        sides = [self.docks["batch"], self.docks["inspector"]]
        window.resizeDocks(sides, [320, 330], Qt.Orientation.Horizontal)
        window.resizeDocks([self.docks["gallery"]], [max(220, window.height() * 3 // 10)], Qt.Orientation.Vertical)

    def _connect(self, commands: Commands) -> None:
        pool = self._session.pool
        for view in (self.gallery, self.inspector, self.batch_panel):
            view.decide_requested.connect(commands.decide_on)
        self.gallery.opened.connect(self._enlarge)
        self.map.opened.connect(self._enlarge)
        self.map.empty_asked.connect(lambda what: commands.add() if what == "add" else commands.embed())
        self.batch_panel.select_requested.connect(commands.select)
        self.batch_panel.resize_requested.connect(commands.resize)
        self.batch_panel.batch_chosen.connect(self._session.show_batch)
        self.batch_panel.export_requested.connect(commands.export)
        self._session.bridge.job_event.connect(lambda _event: self.map.set_working(self._session.bridge.working))
        pool.reset.connect(self._on_counts)
        pool.columns_changed.connect(self._on_columns)
        self._on_counts()

    def _enlarge(self, row: int) -> None:
        self._session.pool.set_focus(row)
        self.show_panel("inspector")

    def show_panel(self, name: str) -> None:
        """Bring the panel ``name`` to the front."""
        self.docks[name].show()
        self.docks[name].raise_()

    def show_in_gallery(self, show: Show) -> None:
        """Show ``show`` in the gallery and bring that to the front."""
        self.gallery.set_show(show)
        self.show_panel("gallery")

    def set_shown(self, shown: bool) -> None:
        """Show the panels as they lay last, or hide them all, as a project opens or closes."""
        if shown == self._shown:
            return
        if not shown:
            self._panels = self._window.saveState(LAYOUT_VERSION)
        self._shown = shown
        for dock in self.docks.values():
            dock.setVisible(shown)
        if shown and not self._panels.isEmpty():
            self._window.restoreState(self._panels, LAYOUT_VERSION)

    def _on_columns(self, names: frozenset[str]) -> None:
        if "counts" in names:
            self._on_counts()

    def _on_counts(self) -> None:
        ready = self._session.pool.counts.embedded > 0
        self.batch_panel.set_ready(ready, "" if ready else "Images must be embedded before a batch can be selected")

    def close(self) -> None:
        """End the threads of the views."""
        self.map.shutdown()
        self.thumbs.close()


def _strategies(ctx: Context) -> tuple[StrategyInfo, ...]:
    from desktop_al.jobs.catalogue import strategy_infos

    return strategy_infos()

"""The open project on screen: the map in the centre, the panels around it, and the wires between them.

Imported after the first paint: the map's kernels bring numba along.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop_al import settings
from desktop_al.domain.catalogue import PresetInfo, StrategyInfo
from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.results import BatchComparison
from desktop_al.gui import filtering, operations
from desktop_al.gui.annotating import Annotating
from desktop_al.gui.annotation_box import AnnotationBox
from desktop_al.gui.areas import name_tabs
from desktop_al.gui.batch_panel import BatchPanel
from desktop_al.gui.commands import Commands
from desktop_al.gui.compare_panel import ComparePanel
from desktop_al.gui.comparison import Comparison
from desktop_al.gui.fields_panel import FieldsPanel
from desktop_al.gui.filter_bar import FilterBar
from desktop_al.gui.filter_insights import FilterInsights
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.form_spot import FormSpot
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.gallery.stack_scope import StackScope
from desktop_al.gui.history_panel import HistoryPanel
from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import Insights
from desktop_al.gui.inspector import Inspector
from desktop_al.gui.jobs_panel import JobsPanel
from desktop_al.gui.layout_store import kept_panels
from desktop_al.gui.looking import Looking
from desktop_al.gui.map import going_to as map_spot
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.projections import Projections, no_map
from desktop_al.gui.neighbours_view import NeighboursView
from desktop_al.gui.panel import Panel
from desktop_al.gui.panel_layout import PanelLayout
from desktop_al.gui.review_bar import ReviewBar
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.gui.spot import PanelSpot, PoolSpot, SpotKeeper, Spotted
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache

SIDE_WIDTH = 300


class Workspace(QObject):
    """Builds the views of ``session`` into ``window`` and connects them."""

    def __init__(self, window: QMainWindow, session: Session, commands: Commands, annotating: Annotating) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._comparison: Comparison | None = None
        self._compares = False
        pool, bridge = session.pool, session.bridge
        self.filters = FilterModel(pool, bridge, session.undo_stack, self)
        self.filter_bar = FilterBar(self.filters, pool, window)
        self.insights = Insights(session, self)
        FilterInsights(self.filters, self.insights, pool, self)
        self.thumbs = ThumbLoader(ThumbCache(None), self)
        projections = Projections(session, self)
        projections.missing.connect(lambda title: bridge.message.emit(no_map(title)))
        self.map = MapWidget(pool, self.thumbs, self.insights, projections)
        self.gallery = GalleryWidget(pool, self.thumbs, bridge, self.insights)
        self.gallery.grid.set_cell(settings.read()[0].thumbnail_px)
        self.review_bar = ReviewBar(annotating, commands.targets, window)
        self.inspector = Inspector(pool, self.thumbs, bridge)
        self.inspector.add_section(NeighboursView(pool, self.thumbs, self.insights))
        self.looking = Looking(session, self.thumbs, self.gallery, window)
        self.batch_panel = BatchPanel(pool)
        self._form_spot = FormSpot(self.batch_panel.form)
        self.compare_panel = ComparePanel(pool)
        self.jobs_panel = JobsPanel(bridge)
        self.fields_panel = FieldsPanel(pool, self.filters, bridge)
        self.fields_panel.say = self.filter_bar.say
        self.inspector.setMinimumWidth(SIDE_WIDTH)
        self.docks = {
            "batch": Panel("dockBatch", tr("Batch"), self.batch_panel, window),
            "fields": Panel("dockFields", tr("Fields"), self.fields_panel, window),
            "inspector": Panel("dockInspector", tr("Inspector"), self.inspector, window),
            "compare": Panel("dockCompare", tr("Compare"), self.compare_panel, window),
            "history": Panel("dockHistory", tr("History"), HistoryPanel(session.undo_stack), window),
            "gallery": Panel("dockGallery", tr("Gallery"), self.gallery, window),
            "jobs": Panel("dockJobs", tr("Jobs"), self.jobs_panel, window),
        }
        self.panels = PanelLayout(window, self.docks)
        self._shown, self._lay = True, self.panels.state()
        self.set_shown(False)
        known = kept_panels()
        # As a person left the panels they stay; as we laid them out they are to fit the window.
        self._fresh = known.kept.isEmpty()
        self._lay = self._lay if self._fresh else known
        self._connect(commands)
        self._connect_review(commands, annotating)
        self.spots = self._keep_spots(annotating)
        self.spots.restored.connect(partial(commands.messages.show_message, "ok"))
        # Beside the quick lane: a project that is opened at once is not to wait for the libraries of the strategies.
        bridge.run(tr("Strategies"), _catalogue, lane="load", quiet=True, lasting=True, on_done=self._offer)

    def _offer(self, known: tuple[tuple[StrategyInfo, ...], tuple[PresetInfo, ...]]) -> None:
        self.batch_panel.set_catalogue(*known)
        self.compare_panel.set_catalogue(known[0])
        self._form_spot.catch_up()

    def lay_out(self) -> None:
        """Put every panel in its place."""
        self.panels.lay_out()

    def _connect(self, commands: Commands) -> None:
        pool = self._session.pool
        for view in (self.gallery, self.inspector, self.batch_panel):
            view.decide_requested.connect(commands.decide_on)
        for marking in (self.gallery, self.inspector, self.map):
            marking.mark_requested.connect(commands.mark_on)
        self.map.decide_requested.connect(commands.decide_on)
        self.batch_panel.compare_requested.connect(lambda: self.show_panel("compare"))
        self.docks["compare"].visibilityChanged.connect(self._on_compare_shown)
        self.docks["fields"].visibilityChanged.connect(self.fields_panel.come)
        self.compare_panel.compare_asked.connect(self._compare)
        self.compare_panel.shown.connect(self._show_comparison)
        self.compare_panel.highlight_asked.connect(commands.show_samples)
        self._connect_looking(commands)
        asked = {"add": commands.add, "embed": commands.embed, "unreadable": commands.show_unreadable}
        self.map.empty_asked.connect(lambda what: asked[what]())
        self.batch_panel.select_requested.connect(commands.select)
        self.batch_panel.cancel_requested.connect(commands.selecting.cancel)
        commands.selecting.changed.connect(lambda: self.batch_panel.set_turn(commands.selecting.turn))
        commands.wanted = self.batch_panel.wanted
        commands.batch_shown.connect(self._leave_batch_panel)
        self.batch_panel.resize_requested.connect(commands.resize)
        self.batch_panel.batch_chosen.connect(self._session.show_batch)
        self.batch_panel.export_requested.connect(commands.export)
        self._session.bridge.job_event.connect(lambda _event: self.map.set_working(self._session.bridge.working))
        self._session.closed.connect(self.filters.forget)
        self._session.closed.connect(self._form_spot.forget)
        self._session.closed.connect(self.thumbs.forget)
        self._connect_filters()
        pool.reset.connect(self._on_counts)
        pool.reset.connect(self._follow_files)
        pool.columns_changed.connect(self._on_columns)
        self._on_counts()

    def _connect_review(self, commands: Commands, annotating: Annotating) -> None:
        self.review_bar.decide_requested.connect(commands.decide)
        self.review_bar.left.connect(self._resume)
        # In the loupe, too, decisions are seen.
        self.looking.loupe.guests.invite(self.review_bar)
        annotating.class_asked.connect(self.review_bar.ask_class)
        annotating.next_shown = self.gallery.next_after
        self.gallery.menu_more = self.map.menu_more = annotating.fill_menu
        self.map.saved.save_asked.connect(annotating.save_highlight)
        self.filter_bar.saved.save_asked.connect(annotating.save_filter)
        self.map.saved.forget_asked.connect(self._session.annotations.forget_highlight)
        loupe = self.looking.loupe
        for box in (self.inspector.notes, loupe.notes):
            box.tag_requested.connect(annotating.tag_rows)
            box.note_requested.connect(annotating.note_on)
            box.left.connect(self._resume)
        self.inspector.notes.alone = lambda: self.looking.alone
        for turned in (loupe.opened, loupe.closed):
            turned.connect(self.inspector.notes.refresh)
            turned.connect(self.review_bar.refresh)
        annotating.tag_asked.connect(lambda: self._notes().ask_tag())
        annotating.note_asked.connect(lambda: self._notes().ask_note())

    def _notes(self) -> AnnotationBox:
        """Where a person writes tags and notes now."""
        if self.looking.loupe.isVisible():
            return self.looking.loupe.notes
        self.show_panel("inspector")
        return self.inspector.notes

    def _leave_batch_panel(self) -> None:
        """Let P and X decide on the batch that was asked for: the fields of its panel would take them as text."""
        keys = QApplication.focusWidget()
        if keys is not None and self.batch_panel.isAncestorOf(keys):
            self.map.setFocus()

    def _resume(self) -> None:
        """Give the keys back to the loupe, or to the map."""
        loupe = self.looking.loupe
        if loupe.isVisible():
            loupe.setFocus()
        else:
            self.map.setFocus()

    def _keep_spots(self, annotating: Annotating) -> SpotKeeper:
        parts: dict[str, Spotted] = {
            "panels": PanelSpot(self._window, self.docks),
            "keys": annotating.keys,
            "pool": PoolSpot(self._session.pool),
            "filters": self.filters,
            "gallery": self.gallery,
            "map": self.map,
            "form": self._form_spot,
        }
        return SpotKeeper(self._session, parts, self)

    def _connect_filters(self) -> None:
        bar, model = self.filter_bar, self.filters
        bar.left.connect(self.map.setFocus)
        bar.map_draws = lambda: not self.map.settled
        self.map.pictured.connect(bar.on_picture)
        bar.saved.forget_asked.connect(self._session.annotations.forget_filter)
        bar.scope_asked.connect(lambda on: filtering.set_scopes(bar, model, on))
        for asking in (self.gallery, self.map):
            asking.filter_requested.connect(bar.add)
        for signal in (model.changed, model.counted):
            signal.connect(lambda: filtering.tell_scope(self.batch_panel, model))

    def _connect_looking(self, commands: Commands) -> None:
        looking = self.looking
        for view in (self.gallery, self.map):
            view.opened.connect(partial(looking.do, "enlarge"))
        for asking in (self.gallery, self.map, self.inspector):
            asking.look_asked.connect(looking.do)
        looking.gallery_asked.connect(partial(self.show_panel, "gallery"))
        looking.map_asked.connect(partial(map_spot.show, self.map))
        self.gallery.grid.hovered.connect(self.map.show_hover)
        self.map.hovered.connect(self.gallery.grid.show_hover)
        StackScope(self.gallery, self.map, self)
        looking.said.connect(commands.messages.show_message)
        commands.alone = lambda: looking.alone
        commands.image_dropped.connect(looking.find_similar_to)

    def _on_compare_shown(self, shown: bool) -> None:
        self._compares = self.compare_panel.in_sight = shown
        if shown and self._session.project is not None:
            self.compare_panel.ask()
        self._show_comparison(self._comparison)

    def _compare(self, a: int, b: int | str) -> None:
        operation = operations.compare(a, b)

        def show(found: tuple[BatchComparison, NDArray[np.int64], NDArray[np.int64]]) -> None:
            if self.compare_panel.chosen == (a, b):
                self.compare_panel.show_comparison(Comparison(*found))

        def fail(error: Exception) -> None:
            if isinstance(error, WorldError):
                self.compare_panel.show_comparison(None, told(str(error)))
            else:
                self._session.bridge.failed.emit(operation.name, error)

        self._session.run(operation, show, fail)

    def _show_comparison(self, comparison: Comparison | None) -> None:
        """Let the map show ``comparison`` while its panel is in sight."""
        self._comparison = comparison
        self.map.set_comparison(comparison if self._compares else None)

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
            self._lay = self.panels.state()
        self._shown = shown
        self.filter_bar.setVisible(shown)
        # Qt makes the lines of tabs when it lays the panels out.
        QTimer.singleShot(0, self._window, lambda: name_tabs(self._window))
        self.review_bar.setVisible(shown)
        for dock in self.docks.values():
            dock.setVisible(shown)
        if shown:
            self.panels.restore(self._lay)
        if shown and self._fresh:
            self._fresh = False
            self.panels.give_way()

    def _on_columns(self, names: frozenset[str]) -> None:
        if "counts" in names:
            self._on_counts()
        if "status" in names:
            self._follow_files()

    def _follow_files(self) -> None:
        self.thumbs.follow(self._session.pool.key_of)

    def _on_counts(self) -> None:
        counts = self._session.pool.counts
        ready = counts.embedded > 0
        lacks = tr("Images must be embedded before a batch can be selected")
        if not counts.usable:
            lacks = tr("No image can be used")
        self.batch_panel.set_ready(ready, "" if ready else lacks)

    def stop(self) -> Callable[[], None]:
        """Let the threads of the views end; return what waits for them, on any thread but that of the window."""
        waits = (self.map.stop(), self.thumbs.stop())

        def wait() -> None:
            for each in waits:
                each()

        return wait


def _catalogue(ctx: Context) -> tuple[tuple[StrategyInfo, ...], tuple[PresetInfo, ...]]:
    from desktop_al.jobs.catalogue import presets, strategy_infos

    return strategy_infos(), presets()

"""The map: every sample where its embedding puts it, to look around in, to highlight in and to focus from.

It only joins its parts: what is drawn and when (`Looks`, `Asking`), where (`MapCanvas`, `Pages`), what lies above
(`Overlay`), and what the person does (`Hands`, `Pointing`).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from desktop_al.gui.comparison import Comparison
from desktop_al.gui.enter import enter_clicks
from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import Insights
from desktop_al.gui.map.asking import Asking
from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.colouring import ColourBy, choices
from desktop_al.gui.map.driver import COUNT
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.furniture import Furniture
from desktop_al.gui.map.hands import Hands
from desktop_al.gui.map.keys import OF_BOTH, commands, key_table, press
from desktop_al.gui.map.labelling import REGIONS, Labelling
from desktop_al.gui.map.legend_hand import LegendHand
from desktop_al.gui.map.looks import Looks
from desktop_al.gui.map.overlay import Overlay
from desktop_al.gui.map.pages import Pages
from desktop_al.gui.map.pairing import Pairing
from desktop_al.gui.map.places import Places
from desktop_al.gui.map.pointing import Pointing
from desktop_al.gui.map.projections import Projections
from desktop_al.gui.map.saved import SavedPanel
from desktop_al.gui.map.spoken import map_words
from desktop_al.gui.map.spot import Sighting, restore, show, spot_of
from desktop_al.gui.map.toolbar import MapToolbar
from desktop_al.gui.map.view import View
from desktop_al.gui.map.wishes import Wishes
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import Rows, SampleActions, show_menu
from desktop_al.gui.theme import theme_watch
from desktop_al.gui.thumbs import ThumbLoader


class MapWidget(QWidget):
    """Draws ``pool`` and lets a person look, point, enclose and focus.

    Signals: ``opened(row)`` a sample was double-clicked or Enter pressed on the focus; ``decide_requested(rows,
    decision)`` and ``mark_requested(rows, mark)`` from the context menu; ``empty_asked(what)``, see `EmptyMap`, from
    the button of the empty state; ``hovered(row)`` the mouse is over another row; ``pictured`` another picture is about
    to be painted. Call `shutdown` before the program ends. A map can lay a second one beside it, see `Pairing`, which
    shows another projection of the same pool.
    """

    opened = Signal(int)
    decide_requested = Signal(object, object)
    mark_requested = Signal(object, object)
    filter_requested = Signal(str)
    look_asked = Signal(str, int)
    empty_asked = Signal(str)
    hovered = Signal(int)
    pictured = Signal()

    def __init__(
        self,
        pool: Pool,
        thumbs: ThumbLoader,
        insights: Insights | None = None,
        projections: Projections | None = None,
        second: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.pool, self._thumbs = pool, thumbs
        self.looks = Looks(pool, self)
        self._insights, self._projections, self._second = insights, projections, second
        self.places = Places(pool, self)
        self.menu_more: Callable[[QMenu, Rows], None] | None = None
        self._frame: Frame | None = None
        self._sighting: Sighting | None = None
        self._sources: frozenset[str] = frozenset()
        self._build()
        self._wishes = Wishes(pool, insights, self.looks, self) if insights is not None else None
        self.lines = LegendHand(pool, self.legend, self.looks, insights, self._wishes, self)
        self._commands = commands(self.canvas, self.looks, self.fit_highlight)
        self._keys = key_table(self.canvas, self.hands)
        self._connect()
        self._on_reset()

    def _build(self) -> None:
        self._overlay = Overlay(self.pool, self._thumbs, lambda: self.canvas.again.start())
        self.canvas = MapCanvas(lambda painter: self._overlay.paint(painter, self.canvas.view))
        self.canvas.setAccessibleName(tr("Map"))
        self._asking = Asking(self, self.pool, self.canvas, self.places, self.looks)
        self._driver = self._asking.driver
        self._labelling = Labelling(self._driver, self._overlay.labels, self)
        self.hands = Hands(self.pool, self.canvas, self._overlay, self._answering_frame)
        self.toolbar = MapToolbar(self._second)
        self._furniture = Furniture(self.canvas, self._driver, self.fit_highlight)
        self._overlay.covered = self._furniture.covered
        self.legend, self.nav, self.minimap = self._furniture.legend, self._furniture.nav, self._furniture.minimap
        self._pointing = Pointing(
            self.pool, self._thumbs, self.canvas, self._overlay, self.row_at, lambda: self.looks.by
        )
        self.card = self._pointing.card
        self.saved = SavedPanel(self.pool, self.canvas)
        self._pages = Pages(self.pool, self.canvas, self.toolbar, self._furniture, self.looks, floats=self._second)
        self.empty = self._pages.empty
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._pages)
        if not self._second:
            layout.addWidget(self.toolbar)
        layout.addWidget(splitter, 1)
        self.pairing = Pairing(self, splitter, self._make_second, self._projections)

    def _connect(self) -> None:
        pool, canvas, toolbar, looks = self.pool, self.canvas, self.toolbar, self.looks
        self._driver.frame.connect(self._show)
        self._driver.found.connect(self._on_found)
        self._driver.enclosed.connect(pool.set_highlight)
        pool.reset.connect(self._on_reset)
        pool.columns_changed.connect(self._on_columns)
        self.places.changed.connect(self._on_positions)
        pool.highlight_changed.connect(self._on_highlight)
        pool.focus_changed.connect(self._on_focus)
        theme_watch().changed.connect(self._on_theme)
        canvas.view_changed.connect(self._on_view)
        canvas.drawn.connect(self._driver.count)
        canvas.enclosed.connect(self._driver.enclose)
        canvas.mode_changed.connect(toolbar.show_mode)
        toolbar.mode_chosen.connect(canvas.set_mode)
        canvas.tool_changed.connect(toolbar.show_tool)
        self.hands.opened.connect(self.opened)
        self.hands.menu_asked.connect(self._show_menu)
        toolbar.tool_chosen.connect(canvas.set_tool)
        toolbar.switched.connect(looks.switch)
        toolbar.colour_chosen.connect(looks.set_colour)
        toolbar.saved_toggled.connect(self.saved.set_shown)
        self.saved.closed.connect(self._leave_saved)
        looks.changed.connect(self._on_looks)
        looks.switched.connect(toolbar.show_switch)
        looks.colour_changed.connect(lambda: toolbar.set_choices(choices(pool), looks.by))
        self.lines.filter_requested.connect(self.filter_requested)
        self.lines.resized.connect(self._pages.place)
        self.empty.asked.connect(self.empty_asked)
        self._pointing.hovered.connect(self.hovered)
        if self._wishes is not None:
            self._wishes.linked.connect(self._on_linked)

    def stop(self) -> Callable[[], None]:
        """Draw nothing more and let the threads that draw end; return what waits for them, on any thread."""
        self.pairing.close()
        return self._driver.stop()

    def shutdown(self) -> None:
        """End the threads that draw; nothing is drawn afterwards."""
        self.stop()()

    def _make_second(self) -> "MapWidget":
        second = MapWidget(self.pool, self._thumbs, self._insights, self._projections, second=True)
        second.menu_more = self.menu_more
        second._commands |= {name: self._commands[name] for name in OF_BOTH}
        for name in ("opened", "decide_requested", "mark_requested", "filter_requested", "empty_asked"):
            getattr(second, name).connect(getattr(self, name))
        return second

    def show_hover(self, row: int) -> None:
        """Mark ``row`` as the one under the mouse of another map."""
        self._overlay.rings.hovered = row
        self.canvas.viewport().update()

    def spot(self) -> dict[str, object]:
        """Where one is on the map and how one looks at it, as JSON values."""
        return spot_of(self.canvas, self.looks)

    def restore_spot(self, spot: Mapping[str, object]) -> None:
        """Come back to ``spot``; what it does not hold, or holds wrongly, stays."""
        self._sighting = restore(spot, self.canvas, self.looks)
        if self._frame is not None:
            self._take_sighting()

    def _take_sighting(self) -> None:
        # Before the first picture nobody knows how large the map is.
        if self._sighting is not None:
            sighting, self._sighting = self._sighting, None
            show(sighting, self.canvas)

    # What is drawn

    @property
    def colour(self) -> ColourBy:
        """What the points are coloured by."""
        return self.looks.by

    def set_colour(self, by: ColourBy) -> None:
        """Colour the points by ``by``."""
        self.looks.set_colour(by)

    def set_thumbnails(self, on: bool) -> None:
        """Whether thumbnails are drawn where there is room."""
        self.looks.switch("thumbs", on)

    def set_legend(self, on: bool) -> None:
        """Whether the legend is shown."""
        self.looks.switch("legend", on)

    def set_working(self, working: bool) -> None:
        """Whether a job is about to bring the first positions, for the empty state."""
        self._pages.set_working(working)

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Show the picks of two batches, told apart by shape and colour, or no longer."""
        self._overlay.compare(comparison.parts() if comparison is not None else [])
        self.canvas.viewport().update()

    def request(self) -> None:
        """Ask for a new picture; what is asked for while hidden is drawn when shown."""
        self._asking.request()

    @property
    def settled(self) -> bool:
        """Whether the picture shows the present state of everything."""
        return self._driver.settled

    @property
    def ready(self) -> bool:
        """Whether the map answers to pointing and arrow keys."""
        return self._driver.ready

    @property
    def active(self) -> int:
        """How many points the picture shows that neither the filter nor the legend leaves out."""
        return self._frame.style.active if self._frame is not None else 0

    def row_at(self, px: float, py: float) -> int:
        """The row at the pixel (px, py) of the canvas, or -1; a thumbnail hides what is below."""
        return self.hands.row_at(px, py)

    def _answering_frame(self) -> Frame | None:
        """The frame on the screen, where it is of these rows and answers at once."""
        frame = self._frame
        fits = frame is not None and self.ready and len(frame.cloud.position) == len(self.pool)
        return frame if fits else None

    def _show(self, frame: Frame) -> None:
        self._frame = self._overlay.frame = frame
        self.canvas.take(frame)
        self._take_sighting()
        if self.looks.is_on("labels"):
            self._labelling.check(self._asking.scene(frame.generation))
        self._furniture.show_frame(frame)
        self.lines.show_colouring(frame.colouring)
        self.legend.show_seen(frame.seen)
        self._describe()
        self.pictured.emit()

    def _describe(self) -> None:
        if self._frame is not None:
            regions = self._overlay.labels.regions if self.looks.is_on("labels") else None
            self.canvas.setAccessibleDescription(map_words(self.pool, self._frame, regions))

    def _on_found(self, name: str, value: object) -> None:
        if name == COUNT and isinstance(value, int):
            self.canvas.show_count(value)
        elif name == REGIONS:
            self._describe()
        self.canvas.viewport().update()

    # What changes the picture

    def _on_looks(self) -> None:
        self.lines.check_lines()
        self._overlay.labels.on = self.looks.is_on("labels")
        self._pages.place()
        self.request()

    def _on_linked(self, rows: Sequence[int]) -> None:
        self._overlay.neighbours.rows = np.asarray(rows, np.int64)
        self.canvas.viewport().update()

    def _on_reset(self) -> None:
        self._driver.forget()
        self._labelling.forget()
        self._frame = self._overlay.frame = None
        self._furniture.show_frame(None)
        self.places.realign()
        self._pointing.leave()
        sources = frozenset(self.pool.source_names)
        if not sources & self._sources:
            # Another project: nothing of how the last one was looked at applies.
            self.looks.forget()
            self.canvas.picture.set_frame(None)
            self.minimap.set_frame(None)
            self.canvas.forget_history()
        self._sources = sources
        self.looks.check_choice()
        self._on_highlight()
        self._on_positions()

    def _on_positions(self) -> None:
        self._asking.check_placed()
        self._update_page()
        self.request()

    def _on_columns(self, names: frozenset[str]) -> None:
        if names & {"metadata", "label", "picks", "counts", "insights"}:
            self.looks.check_choice()
        self._asking.follow_columns(names)
        if "marks" in names:
            self.canvas.viewport().update()
        if "status" in names:
            self._update_page()

    def _on_highlight(self) -> None:
        self._furniture.show_highlight(self.pool.highlighted)
        self.request()

    def _on_focus(self, row: int) -> None:
        sight = self._overlay.sight(self.canvas.view)
        centre = sight.place(row) if sight is not None and row >= 0 else None
        view = self.canvas.view
        if centre is not None and not (0 <= centre.x() <= view.width and 0 <= centre.y() <= view.height):
            x, y = view.to_map(centre.x(), centre.y())
            self.canvas.go(View(x, y, view.scale, view.width, view.height))
        self._describe()
        self.canvas.viewport().update()

    def _on_theme(self) -> None:
        self.canvas.set_theme()
        self.nav.update()
        self.legend.update()
        self.request()

    def _on_view(self) -> None:
        self._pointing.leave()
        self._furniture.check_overview()
        self.canvas.viewport().update()
        self._asking.follow_view()

    # What the person asks for

    def _show_menu(self, row: int, where: QPoint) -> None:
        self._pointing.leave()
        do = SampleActions(
            self.opened.emit,
            self.decide_requested.emit,
            self.mark_requested.emit,
            self.filter_requested.emit,
            self.menu_more,
            self.look_asked.emit,
        )
        show_menu(self, self.pool, row, where, do)

    def _leave_saved(self) -> None:
        self.toolbar.saved.setChecked(False)
        self.canvas.setFocus()

    def fit_highlight(self) -> None:
        """Show all that is highlighted; without a highlight, everything."""
        self.canvas.fit(self.places.bounds_of(self.pool.highlight))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fit, choose tools, zoom, go back, step from sample to sample."""
        if not (enter_clicks(event, self) or press(self._commands, self._keys, event)):
            super().keyPressEvent(event)

    # The window

    def _update_page(self) -> None:
        self._pages.show_page(self._asking.placed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        self._pages.place()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while hidden."""
        super().showEvent(event)
        self._pages.place()
        self.request()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Hand the keys to the canvas; as its proxy, Tab would go there at once and leave the tool bar out."""
        self.canvas.setFocus(reason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no card behind."""
        super().hideEvent(event)
        self._pointing.leave()

"""The map: every sample where its embedding puts it, to look around in, to highlight in and to focus from."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from desktop_al.gui.map.canvas import ZOOM_STEP, MapCanvas, Tool, mode_of
from desktop_al.gui.map.colouring import ColourBy, Colouring, Entry, choices, column_of
from desktop_al.gui.map.empty import EmptyMap
from desktop_al.gui.map.frame import Frame, FrameRequest, mark_radius, point_radius
from desktop_al.gui.map.hover_card import HoverCard
from desktop_al.gui.map.lane import LaneFailure, PolygonAnswer, PolygonRequest, RenderLane
from desktop_al.gui.map.legend import Legend
from desktop_al.gui.map.overlay import Overlay
from desktop_al.gui.map.style import Columns
from desktop_al.gui.map.toolbar import MapToolbar
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import MEDIUM, Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

POLL_MS = 4
CARD_PAUSE_MS = 260
REACH = 12  # pixels around the mouse in which a point is found
DRAWN_COLUMNS = frozenset({"state", "label", "source", "metadata", "picks", "visible"})
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class MapWidget(QWidget):
    """Draws ``pool`` and lets a person look, point, enclose and focus.

    Signals: ``opened(row)`` a sample was double-clicked or Enter pressed on the focus; ``empty_asked(what)``, "add" or
    "embed", from the button of the empty state. Call `shutdown` before the program ends.
    """

    opened = Signal(int)
    empty_asked = Signal(str)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pool, self._thumbs = pool, thumbs
        self._lane = RenderLane()
        self._generation = 0
        self._first_valid = 0
        self._by = ColourBy()
        self._hidden: dict[ColourBy, frozenset[int]] = {}
        self._shown = np.ones(256, np.bool_)
        self._working = False
        self._thumbs_on = True
        self._legend_on = True
        self._frame: Frame | None = None
        self._colouring: Colouring | None = None
        self._placed = False
        self._highlighted = 0
        self._sources: frozenset[str] = frozenset()
        self._card_at = QPoint()
        self._keys = self._key_table()
        self._build()
        self._connect()
        self._on_reset()

    def _build(self) -> None:
        self._overlay = Overlay(self.pool, self._thumbs)
        self.canvas = MapCanvas(lambda painter: self._overlay.paint(painter, self.canvas.view))
        self.canvas.setAccessibleName("Map")
        self.toolbar = MapToolbar()
        self.legend = Legend(self.canvas)
        self.card = HoverCard(self.canvas)
        self.empty = EmptyMap()
        self._note = QLabel(self.canvas)
        self._note.setProperty("kind", "small")
        self._note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._note.hide()
        pages = QWidget()
        self._stack = QStackedLayout(pages)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(pages, 1)
        self.setFocusProxy(self.canvas)
        self._poll = QTimer(self)
        self._poll.setTimerType(Qt.TimerType.PreciseTimer)
        self._poll.setInterval(POLL_MS)
        self._card_timer = QTimer(self)
        self._card_timer.setSingleShot(True)
        self._card_timer.setInterval(CARD_PAUSE_MS)

    def _connect(self) -> None:
        pool, canvas, toolbar = self.pool, self.canvas, self.toolbar
        self._poll.timeout.connect(self._take_finished)
        self._card_timer.timeout.connect(self._show_card)
        pool.reset.connect(self._on_reset)
        pool.columns_changed.connect(self._on_columns)
        pool.positions_changed.connect(self._on_positions)
        pool.highlight_changed.connect(self._on_highlight)
        pool.focus_changed.connect(self._on_focus)
        self._thumbs.ready.connect(self._on_thumbnail)
        theme_watch().changed.connect(self._on_theme)
        canvas.view_changed.connect(self._on_view)
        canvas.pointed.connect(self._on_pointed)
        canvas.clicked.connect(self._on_clicked)
        canvas.double_clicked.connect(self._on_double_clicked)
        canvas.enclosed.connect(self._on_enclosed)
        canvas.tool_changed.connect(toolbar.show_tool)
        toolbar.tool_chosen.connect(canvas.set_tool)
        toolbar.fit_asked.connect(lambda: canvas.fit())
        toolbar.zoom_asked.connect(lambda way: canvas.zoom(ZOOM_STEP ** (2 * way), glide=True))
        toolbar.thumbs_toggled.connect(self.set_thumbnails)
        toolbar.legend_toggled.connect(self.set_legend)
        toolbar.colour_chosen.connect(self.set_colour)
        self.legend.toggled.connect(self.toggle_code)
        self.legend.only.connect(self.show_only)
        self.empty.asked.connect(self.empty_asked)
        self.destroyed.connect(self._lane.close)

    def shutdown(self) -> None:
        """End the thread that draws; nothing is drawn afterwards."""
        self._poll.stop()
        self._lane.close()

    # What is drawn

    @property
    def colour(self) -> ColourBy:
        """What the points are coloured by."""
        return self._by

    def set_colour(self, by: ColourBy) -> None:
        """Colour the points by ``by``."""
        self._by = by
        self.toolbar.set_choices(choices(self.pool), by)
        self._set_hidden(self._hidden.get(by, frozenset()))

    def set_thumbnails(self, on: bool) -> None:
        """Whether thumbnails are drawn where there is room."""
        self._thumbs_on = on
        self.toolbar.thumbs.setChecked(on)
        self.request()

    def set_legend(self, on: bool) -> None:
        """Whether the legend is shown."""
        self._legend_on = on
        self.toolbar.legend.setChecked(on)
        self._place_children()

    def set_working(self, working: bool) -> None:
        """Whether a job is about to bring the first positions, for the empty state."""
        self._working = working
        self._update_page()

    def toggle_code(self, code: int) -> None:
        """Show or hide the points of one line of the legend."""
        self._set_hidden(self._hidden.get(self._by, frozenset()) ^ {code})

    def show_only(self, code: int) -> None:
        """Show only the points of one line of the legend; all, where only they are shown."""
        others = frozenset(entry.code for entry in self._entries) - {code}
        alone = self._hidden.get(self._by, frozenset()) - {code} == others
        self._set_hidden(frozenset() if alone else others)

    def _set_hidden(self, hidden: frozenset[int]) -> None:
        self._hidden[self._by] = hidden
        self._shown = np.ones(256, np.bool_)
        self._shown[list(hidden)] = False
        for row in self.legend.rows:
            row.setChecked(row.entry.code not in hidden)
        self.request()

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self._colouring.entries if self._colouring is not None else ()

    def request(self) -> None:
        """Ask for a new picture; what is asked for while hidden is drawn when shown."""
        if not self.isVisible() or not self._placed:
            return
        self._generation += 1
        self._lane.submit(self._scene())
        self._poll.start()

    def _scene(self) -> FrameRequest:
        pool, canvas = self.pool, self.canvas
        return FrameRequest(
            generation=self._generation,
            xy=pool.xy,
            column=column_of(pool, self._by),
            columns=Columns(pool.state, pool.rank, pool.highlight, pool.visible, self._shown),
            view=canvas.view,
            fit=canvas.is_fitted and not canvas.gliding,
            ratio=self.devicePixelRatioF(),
            theme=Theme.current(),
            thumbs=self._thumbs_on,
        )

    @property
    def settled(self) -> bool:
        """Whether the picture shows the present state of everything."""
        return not self._poll.isActive()

    @property
    def ready(self) -> bool:
        """Whether the map answers to pointing and arrow keys."""
        return self._lane.ready

    @property
    def active(self) -> int:
        """How many points the picture shows that neither the filter nor the legend leaves out."""
        return self._frame.style.active if self._frame is not None else 0

    def _take_finished(self) -> None:
        busy = self._lane.busy
        while not self._lane.finished.empty():
            answer = self._lane.finished.get()
            if isinstance(answer, LaneFailure):
                self._poll.stop()
                raise answer.error
            if isinstance(answer, PolygonAnswer):
                if answer.generation >= self._first_valid:
                    self.pool.set_highlight(answer.inside, answer.mode)
            elif answer.generation >= self._first_valid:
                self._show(answer)
        if not busy:
            self._poll.stop()

    def _show(self, frame: Frame) -> None:
        first, self._frame = self._frame is None, frame
        if first:
            self._update_note()
        self._overlay.frame = frame
        self.canvas.take(frame)
        if frame.colouring is not self._colouring:
            self._colouring = frame.colouring
            hidden = self._hidden.get(self._by, frozenset())
            self.legend.show_colouring(frame.colouring, lambda code: code not in hidden)
            self._place_children()
        shown = f"{len(frame.cloud):,} samples, {frame.style.active:,} shown, {frame.style.highlighted:,} highlighted"
        self.canvas.setAccessibleDescription(shown)

    # What the pool tells

    def _on_reset(self) -> None:
        self._first_valid = self._generation + 1
        self._frame = self._overlay.frame = None
        self._hover(-1)
        sources = frozenset(self.pool.source_names)
        if not sources & self._sources:
            # Another project: nothing of how the last one was looked at applies.
            self._hidden.clear()
            self._shown = np.ones(256, np.bool_)
            self.canvas.picture.set_frame(None)
            self.canvas.forget_history()
        self._sources = sources
        if self._by not in choices(self.pool):
            self._by = ColourBy()
        self.toolbar.set_choices(choices(self.pool), self._by)
        self._on_highlight()
        self._on_positions()

    def _on_positions(self) -> None:
        # Cheap where most are placed: the first placed row ends the search.
        self._placed = _any_finite(self.pool.xy[:, 0])
        self._update_page()
        self.request()

    def _on_columns(self, names: frozenset[str]) -> None:
        if names & {"metadata", "label"}:
            if self._by not in choices(self.pool):
                self._by = ColourBy()
            self.toolbar.set_choices(choices(self.pool), self._by)
        if names & DRAWN_COLUMNS:
            self.request()

    def _on_highlight(self) -> None:
        count = int(np.count_nonzero(self.pool.highlight))
        self._highlighted = count
        self._update_note()
        self.request()

    def _update_note(self) -> None:
        text = f"{self._highlighted:,} highlighted · Esc clears" if self._highlighted else ""
        # The very first start compiles the kernels; later ones find them in a cache.
        self._note.setText(text if self._frame is not None else "Preparing the map…")
        self._note.setVisible(bool(self._note.text()))
        self._place_children()

    def _on_focus(self, row: int) -> None:
        frame = self._frame
        if row >= 0 and frame is not None and row < len(frame.cloud.position):
            at, view = int(frame.cloud.position[row]), self.canvas.view
            if at >= 0:
                x, y = float(frame.cloud.x[at]), float(frame.cloud.y[at])
                px, py = view.to_pixel(x, y)
                if not (0 <= px <= view.width and 0 <= py <= view.height):
                    self.canvas.go(type(view)(x, y, view.scale, view.width, view.height))
        self.canvas.viewport().update()

    def _on_thumbnail(self, sample: int) -> None:
        row = int(self.pool.rows_of(np.array([sample], np.int64))[0])
        if row == self.card.row and self.card.isVisible():
            pixmap = self._thumbs.pixmap(sample)
            if pixmap is None:
                self.card.set_unreadable()
            else:
                self.card.set_pixmap(pixmap)
        if self._overlay.shows_thumbnail(row):
            self.canvas.viewport().update()

    def _on_theme(self) -> None:
        self.canvas.set_theme()
        self.toolbar.refresh_icons()
        self.legend.update()
        self.request()

    def _on_view(self) -> None:
        self._hover(-1)
        self.canvas.viewport().update()
        self.request()

    # What the person does

    def row_at(self, px: float, py: float) -> int:
        """The row at the pixel (px, py) of the canvas, or -1: a thumbnail, a pick, a mark, a point, in this order."""
        frame = self._frame
        if frame is None or not self._lane.ready or len(frame.cloud.position) != len(self.pool):
            return -1
        view = self.canvas.view
        row = self._overlay.thumbnail_at(view, px, py)
        if row >= 0:
            return row
        from desktop_al.gui.map.raster import ACTIVE, MARK, PICKED

        x, y = view.to_map(px, py)
        cloud, role = frame.cloud, frame.style.role
        radius = point_radius(cloud, view)
        marks = len(frame.style.picks) + len(frame.style.labelled)
        reach = (mark_radius(cloud, view, marks) + 1) / view.scale
        for bits in (ACTIVE | PICKED, ACTIVE | MARK):
            row = cloud.nearest(role, bits, x, y, reach)
            if row >= 0:
                return row
        return cloud.nearest(role, ACTIVE, x, y, max(REACH, radius + 2) / view.scale)

    def _on_pointed(self, px: float, py: float) -> None:
        if px < 0:
            self._hover(-1)
            return
        self._card_at = QPoint(round(px), round(py))
        self._hover(self.row_at(px, py))

    def _hover(self, row: int) -> None:
        if row == self._overlay.hovered:
            return
        self._overlay.hovered = row
        self.canvas.viewport().update()
        if row < 0:
            self._card_timer.stop()
            self.card.hide()
        elif self.card.isVisible():
            self._show_card()
        else:
            self._card_timer.start()

    def _show_card(self) -> None:
        row = self._overlay.hovered
        if not 0 <= row < len(self.pool):
            return
        sample = int(self.pool.ids[row])
        pixmap = self._thumbs.pixmap(sample)
        if pixmap is None:
            self._thumbs.request(sample, self.pool.thumb_key(row), self.pool.path(row))
        self.card.show_row(self.pool, row, self._by, pixmap, self._card_at)
        if pixmap is None and self._thumbs.failed(sample):
            self.card.set_unreadable()

    def _on_clicked(self, px: float, py: float, modifiers: Qt.KeyboardModifier) -> None:
        row = self.row_at(px, py)
        if row >= 0:
            one = np.array([row])
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                self.pool.set_highlight(one, "subtract" if self.pool.highlight[row] else "add")
            elif modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.pool.set_highlight(one, "add")
        if row >= 0 or not modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.pool.set_focus(row)

    def _on_double_clicked(self, px: float, py: float) -> None:
        row = self.row_at(px, py)
        if row >= 0:
            self.pool.set_focus(row)
            self.opened.emit(row)

    def _on_enclosed(self, polygon: NDArray[np.float64], modifiers: Qt.KeyboardModifier) -> None:
        self._lane.ask(PolygonRequest(self._scene(), polygon, mode_of(modifiers)))
        self._poll.start()

    def fit_highlight(self) -> None:
        """Show all that is highlighted; without a highlight, everything."""
        xy = self.pool.xy[self.pool.highlight]
        xy = xy[np.isfinite(xy).all(axis=1)]
        if len(xy) == 0:
            self.canvas.fit()
            return
        (left, bottom), (right, top) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
        self.canvas.fit((left, bottom, right, top))

    def _key_table(self) -> dict[tuple[Qt.Key, bool], Callable[[], None]]:
        """What a key does, by key and whether Shift is held."""

        def toggle(tool: Tool) -> None:
            self.canvas.set_tool(Tool.PAN if self.canvas.tool is tool else tool)

        def zoom(way: int) -> None:
            self.canvas.zoom(ZOOM_STEP ** (2 * way), glide=True)

        table: dict[tuple[Qt.Key, bool], Callable[[], None]] = {
            (Qt.Key.Key_F, False): lambda: self.canvas.fit(),
            (Qt.Key.Key_F, True): self.fit_highlight,
            (Qt.Key.Key_L, False): lambda: toggle(Tool.LASSO),
            (Qt.Key.Key_R, False): lambda: toggle(Tool.RECTANGLE),
            (Qt.Key.Key_Escape, False): self._escape,
            (Qt.Key.Key_Backspace, False): lambda: self.canvas.back(),
            (Qt.Key.Key_Backspace, True): lambda: self.canvas.forward(),
        }
        for shift in (False, True):
            table[(Qt.Key.Key_Plus, shift)] = table[(Qt.Key.Key_Equal, shift)] = lambda: zoom(1)
            table[(Qt.Key.Key_Minus, shift)] = table[(Qt.Key.Key_Underscore, shift)] = lambda: zoom(-1)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            table[(key, False)] = self._open_focus
        for key, (dx, dy) in ARROWS.items():
            table[(key, False)] = lambda dx=dx, dy=dy: self._step(dx, dy)  # type: ignore[misc]  # bound by default
        return table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fit, choose tools, zoom, go back, step from sample to sample."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        run = self._keys.get((Qt.Key(event.key()), shift))
        if run is None or held & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        run()

    def _escape(self) -> None:
        """Leave, one thing at a time: the gesture, the highlight, the tool, the focus."""
        if self.canvas.drawing:
            self.canvas.cancel_gesture()
        elif self.pool.highlight.any():
            self.pool.set_highlight(np.zeros(len(self.pool), np.bool_))
        elif self.canvas.tool is not Tool.PAN:
            self.canvas.set_tool(Tool.PAN)
        else:
            self.pool.set_focus(-1)

    def _open_focus(self) -> None:
        if self.pool.focus >= 0:
            self.opened.emit(self.pool.focus)

    def _step(self, dx: float, dy: float) -> None:
        frame, view = self._frame, self.canvas.view
        if frame is None or not self._lane.ready or len(frame.cloud.position) != len(self.pool):
            return
        from desktop_al.gui.map.raster import ACTIVE

        if self.pool.focus < 0:
            reach = max(view.width, view.height) / view.scale
            row = frame.cloud.nearest(frame.style.role, ACTIVE, view.x, view.y, reach)
        else:
            row = frame.cloud.step(frame.style.role, ACTIVE, self.pool.focus, dx, dy)
        if row >= 0:
            self.pool.set_focus(row)

    # The window

    def _update_page(self) -> None:
        self.empty.say(len(self.pool), self._working)
        self._stack.setCurrentWidget(self.canvas if self._placed else self.empty)
        self.toolbar.setEnabled(self._placed)
        self._place_children()

    def _place_children(self) -> None:
        room = self.canvas.size()
        self.legend.setVisible(self._legend_on and self._placed)
        self.legend.fit_into(room.height() - 2 * MEDIUM)
        self.legend.move(room.width() - self.legend.width() - MEDIUM, MEDIUM)
        self._note.adjustSize()
        self._note.move(MEDIUM, room.height() - self._note.height() - MEDIUM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        self._place_children()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while hidden."""
        super().showEvent(event)
        self._place_children()
        self.request()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no card behind."""
        super().hideEvent(event)
        self._hover(-1)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew for another pixel ratio."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.request()


def _any_finite(values: NDArray[np.float64]) -> bool:
    step = 65_536
    return any(bool(np.isfinite(values[at : at + step]).any()) for at in range(0, len(values), step))

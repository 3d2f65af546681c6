"""The loupe: it lies over the workspace, follows the focus of the pool, and goes through the gallery's order."""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from desktop_al.gui.annotation_box import AnnotationBox
from desktop_al.gui.enter import enter_clicks
from desktop_al.gui.i18n import tr
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.loupe import keys
from desktop_al.gui.loupe.ahead import Course
from desktop_al.gui.loupe.bar import LoupeBar
from desktop_al.gui.loupe.camera import Camera
from desktop_al.gui.loupe.captions import caption, heard
from desktop_al.gui.loupe.cover import Cover
from desktop_al.gui.loupe.filmstrip import Filmstrip
from desktop_al.gui.loupe.guests import Guests
from desktop_al.gui.loupe.pane import ImagePane
from desktop_al.gui.loupe.stage import MOST_PANES, Stage
from desktop_al.gui.loupe.stops import go_round
from desktop_al.gui.loupe.store import AHEAD, FULL, NOW, PictureStore, Wish
from desktop_al.gui.loupe.trail import Trail
from desktop_al.gui.nearest import Finder, Found, Near
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme, theme_watch
from desktop_al.gui.thumbs import ThumbLoader


class Mode(StrEnum):
    """What the loupe shows beside each other."""

    ONE = "one"
    SEVERAL = "several"
    COMPARE = "compare"


class Loupe(QWidget):
    """Covers the views of ``window`` while it is open; not a dialog: menus and shortcuts work as ever.

    ``finder`` finds what an image is compared with; ``guests`` are widgets of the window that it takes in meanwhile.

    Signals: ``opened``, ``closed``; ``similar_asked(row)``; ``said(kind, sentence)``.
    """

    opened = Signal()
    closed = Signal()
    similar_asked = Signal(int)
    said = Signal(str, str)

    def __init__(
        self,
        pool: Pool,
        thumbs: ThumbLoader,
        bridge: JobBridge,
        trail: Trail,
        finder: Finder,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._pool, self._thumbs, self._trail, self._finder = pool, thumbs, trail, finder
        self.mode = Mode.ONE
        self.camera = Camera()
        self._rows: list[int] = []
        self._near: dict[int, Near] = {}
        self._looking_for = -1
        self._course = Course()
        self._cover = Cover(self, window)
        self._before: QWidget | None = None
        self.store = PictureStore(pool, bridge, self)
        self.bar = LoupeBar(pool, self)
        self.notes = AnnotationBox(pool, self, flat=True)
        self.notes.alone = lambda: True
        self.strip = Filmstrip(pool, thumbs, self)
        self._stage = Stage(self)
        self.panes = self._stage.panes
        self._lay_out()
        # It paints all of itself: the map and the gallery below are not painted along.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Loupe"))
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.notes)
        column.addLayout(self._stage, 1)
        column.addWidget(self.strip)
        self.guests = Guests(column)

    def _connect(self) -> None:
        pool = self._pool
        for index, pane in enumerate(self.panes):
            pane.camera_asked.connect(self.set_camera)
            pane.pressed.connect(lambda index=index: self._press(index))
        self.bar.asked.connect(self._do)
        self.strip.chosen.connect(pool.set_focus)
        self.strip.stepped.connect(self.step)
        self.store.ready.connect(self._on_ready)
        self._thumbs.ready.connect(self._on_ready)
        pool.focus_changed.connect(self._on_focus)
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self._on_reset)
        theme_watch().changed.connect(self.update)

    # Opening and closing

    @property
    def rows(self) -> list[int]:
        """The rows that show beside each other."""
        return list(self._rows)

    @property
    def pane(self) -> ImagePane:
        """The pane of the focused image."""
        return self.panes[self._rows.index(self._pool.focus) if self._pool.focus in self._rows else 0]

    def open(self, row: int) -> None:
        """Show ``row`` alone."""
        self._show(Mode.ONE, [row], row)

    def open_several(self, rows: Sequence[int]) -> None:
        """Show the first ``rows``, up to four, side by side."""
        if len(rows) < 2:
            return
        chosen = [int(row) for row in rows[:MOST_PANES]]
        self._show(Mode.SEVERAL, chosen, self._pool.focus if self._pool.focus in chosen else chosen[0])

    def compare(self, row: int) -> None:
        """Show ``row`` beside the nearest labelled image and the nearest pick, once they are found."""
        self._looking_for = int(self._pool.ids[row])
        self._finder.find(row, partial(self._take_nearest, self._looking_for))

    def _take_nearest(self, sample: int, found: Found) -> None:
        """Show what is nearest to ``sample``, unless another image was gone to since."""
        row = self._pool.row_of(sample)
        if row < 0 or sample != self._looking_for:
            return
        self._looking_for = -1
        if found.sentence:
            self.said.emit("info", found.sentence)
        going_on = self.isVisible() and self.mode is Mode.COMPARE
        if not found.near and not going_on:
            return
        self._near = {near.row: near for near in found.near}
        rows = [row, *self._near]
        if going_on:
            self._rows = rows
            self._arrange()
            self._update()
        else:
            self._show(Mode.COMPARE, rows, row)

    def _show(self, mode: Mode, rows: list[int], focus: int) -> None:
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.mode, self._rows, self.camera = mode, rows, Camera()
        self.guests.come()
        self._cover.lay()
        self.show()
        self.raise_()
        self.setFocus()
        self._arrange()
        self._pool.set_focus(focus)
        self._update()
        self.opened.emit()

    def leave(self) -> None:
        """Go back to the workspace, and to the view that had the keys."""
        if not self.isVisible():
            return
        self.hide()
        self.guests.go()
        self._looking_for = -1
        self.store.want([])
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self.closed.emit()

    def stage_rect(self) -> QRect:
        """Where the images lie."""
        return self._stage.geometry()

    def _arrange(self) -> None:
        """Put the panes of the rows side by side."""
        self._stage.arrange(len(self._rows))
        self.bar.buttons["compare"].setChecked(self.mode is Mode.COMPARE)

    # What shows

    def _update(self) -> None:
        """Show the rows as far as they are at hand, and ask for what lacks."""
        if not self.isVisible() or not self._rows:
            return
        pool, focus = self._pool, self._pool.focus
        for index, row in enumerate(self._rows):
            pane, sample = self.panes[index], int(pool.ids[row])
            picture, stand_in = self.store.picture(sample), self._thumbs.pixmap(sample)
            assert pool.samples is not None
            size = QSize(int(pool.samples.widths[row]), int(pool.samples.heights[row]))
            pane.show_image(picture, stand_in, size)
            pane.set_camera(self.camera)
            pane.set_caption(self._caption(index, row), len(self._rows) > 1 and row == focus)
            if stand_in is None and picture is None:
                self._thumbs.request(sample, pool.thumb_key(row), pool.path(row))
        shown = focus if focus in self._rows else self._rows[0]
        position = self._trail.position_of(shown)
        held = self.store.picture(int(pool.ids[shown]))
        self.bar.show_sample(shown, position, len(self._trail.rows), held.frames if held is not None else 1)
        self.strip.show_around(self._trail.rows, position)
        beside = [self._caption(index, row) for index, row in enumerate(self._rows) if row != shown]
        self.setAccessibleDescription(heard(pool, shown, position, len(self._trail.rows), beside))
        self._show_scale()
        self._wish(position)

    def _caption(self, index: int, row: int) -> str:
        """What is written on a pane: nothing where it is the only one, since the bar tells it all."""
        if self.mode is Mode.ONE:
            return ""
        if self.mode is Mode.COMPARE and index > 0 and self._looking_for >= 0:
            return tr("Looking for the nearest…")
        return caption(self._pool, row, self._near.get(row) if self.mode is Mode.COMPARE and index > 0 else None)

    def _show_scale(self) -> None:
        placement = self.pane.placement
        if placement is not None:
            self.bar.show_scale(placement.scale, self.camera.fitted, self.camera.exact)

    def _wish(self, position: int) -> None:
        wishes = [Wish(row, NOW) for row in self._rows]
        wishes += [Wish(row, FULL) for i, row in enumerate(self._rows) if self.panes[i].needs_full]
        if self.mode is Mode.ONE and position >= 0:
            rows = self._trail.rows
            wishes += [Wish(int(rows[i]), AHEAD) for i in self._course.ahead(position, len(rows))]
        self.store.want(wishes)

    def set_camera(self, camera: Camera) -> None:
        """Look at every image through ``camera``."""
        self.camera = camera
        for pane in self.panes:
            pane.set_camera(camera)
        self._show_scale()
        self._wish(self._trail.position_of(self._rows[0]) if self._rows else -1)

    # Going through

    def step(self, step: int) -> None:
        """Go ``step`` images on in the order of the gallery; among several, to the next one beside."""
        if self.mode is Mode.SEVERAL:
            here = self._rows.index(self._pool.focus) if self._pool.focus in self._rows else 0
            self._pool.set_focus(self._rows[min(max(here + step, 0), len(self._rows) - 1)])
            return
        rows, position = self._trail.rows, self._trail.position_of(self._pool.focus)
        if position >= 0:
            self._pool.set_focus(int(rows[min(max(position + step, 0), len(rows) - 1)]))
        elif len(rows):
            self._pool.set_focus(int(rows[0]))

    def _press(self, index: int) -> None:
        if self.mode is Mode.SEVERAL and index < len(self._rows):
            self._pool.set_focus(self._rows[index])
        self.setFocus()

    def toggle_compare(self) -> None:
        """Compare the image with its nearest ones, or show it alone again."""
        if self.mode is Mode.COMPARE:
            self.open(self._rows[0])
        else:
            self.compare(self._pool.focus)

    def _do(self, name: str) -> None:
        """Do what the button ``name`` of the bar is for."""
        if name == "fit":
            self.set_camera(Camera())
        elif name == "full":
            if not self.camera.exact:
                self.pane.toggle_full_size()
            self._show_scale()
        elif name in ("previous", "next"):
            self.step(1 if name == "next" else -1)
        elif name == "compare":
            self.bar.buttons["compare"].setChecked(self.mode is Mode.COMPARE)
            self.toggle_compare()
        elif name == "strip":
            self.show_strip(self.bar.buttons["strip"].isChecked())
        elif name == "similar":
            self.similar_asked.emit(self._pool.focus)
        else:
            self.leave()
        if self.isVisible():
            self.setFocus()

    def show_strip(self, on: bool) -> None:
        """Show the filmstrip, or hide it."""
        self.bar.buttons["strip"].setChecked(on)
        self.strip.setVisible(on)

    # What the pool tells

    def _on_focus(self, row: int) -> None:
        if not self.isVisible():
            return
        if row < 0:
            self.leave()
            return
        if self.mode is Mode.ONE:
            self._rows, self._looking_for = [row], -1
        elif self.mode is Mode.COMPARE and row not in self._rows:
            # What is beside it stays until its own nearest ones are found, so that nothing jumps.
            self._rows = [row, *self._rows[1:]]
            self.compare(row)
        elif row not in self._rows:
            self.mode, self._rows = Mode.ONE, [row]
        self._arrange()
        self._update()

    def _on_ready(self, sample: int) -> None:
        ids = self._pool.ids
        if self.isVisible() and any(row < len(ids) and int(ids[row]) == sample for row in self._rows):
            self._update()

    def _on_columns(self, names: frozenset[str]) -> None:
        if names & {"state", "label", "picks", "marks", "status"}:
            self._update()

    def _on_reset(self) -> None:
        """The rows are others: go on with the focus, which followed its sample."""
        self._rows = []
        if self.isVisible():
            self.mode = Mode.ONE
            self._on_focus(self._pool.focus)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, so that nothing of the workspace shows through."""
        QPainter(self).fillRect(event.rect(), QColor(Theme.current().surface))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep the keys within the loupe while it covers everything else."""
        go_round(self, forward)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go on, plus and minus zoom; Space, Enter and Esc close; keys of its own do the rest."""
        if not (enter_clicks(event, self) or keys.press(self, event)):
            super().keyPressEvent(event)

"""The hand of the soak: mouse, wheel, keys, menu, decisions, undo, filters, themes, projects; the same for a seed."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.map.colouring import choices
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.sheet import shown_sheet
from desktop_al.gui.theme import apply_appearance
from scripts.bench_parts.gui_desk import Desk
from scripts.soak_parts.embedding import Embedding
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.hand import Hand
from scripts.soak_parts.reshaping import Reshaping
from scripts.soak_parts.roaming import Roaming

# These ask for a folder, leave the program, or solve for longer than a soak may wait.
LEFT_OUT = frozenset(
    {"new", "open", "demo", "add", "import", "export", "close", "quit", "embed", "map", "map_fresh", "select", "model"}
    | {"pin", "veto", "reveal", "verify", "about", "shortcuts", "undo", "redo", "rescan", "full_screen"}
)
KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Escape, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Space),
    *(Qt.Key.Key_N, Qt.Key.Key_B, Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_U, Qt.Key.Key_F, Qt.Key.Key_L, Qt.Key.Key_R),
    Qt.Key.Key_Tab,
)
FILTERS = ('site == "site 3"', "exposure > 2", "exposure < 1 or exposure > 4", 'state == "pending"', 'name ~ "7"')
DISMISS_MS = 400


class Monkey(Hand):
    """Does one thing after another to ``desk``; ``did`` counts what."""

    def __init__(self, desk: Desk, projects: Sequence[Path], expected: Expected, seed: int) -> None:
        super().__init__(desk, expected, np.random.default_rng(seed))
        self.projects = projects
        self.did: Counter[str] = Counter()
        self.roaming = Roaming(desk, expected, self.rng, projects[0].parent)
        self.reshaping = Reshaping(desk, expected, self.rng)
        self.embedding = Embedding(desk, expected, self.rng)
        self.ways = (
            ("decisions", 14, self._decide),
            ("undo and redo", 10, self._undo),
            ("clicks on the map", 8, self._click_map),
            ("drags on the map", 8, self._drag_map),
            ("wheel on the map", 8, self._wheel_map),
            ("clicks in the gallery", 8, self._click_gallery),
            ("scrolls of the gallery", 8, self._scroll),
            ("keys", 14, self._key),
            ("menu actions", 6, self._action),
            ("colours", 4, self._colour),
            ("legend", 4, self._legend),
            ("filters", 4, self._filter),
            ("tags and labels", 4, self._annotate),
            ("batches", 2, self._batch),
            ("panels and tabs", 3, self._panel),
            ("resizes", 1.5, self._resize),
            ("themes", 0.6, self._theme),
            ("projects closed and opened", 0.4, self._reopen),
            *self.roaming.ways,
            *self.reshaping.ways,
            *self.embedding.ways,
        )
        # Whatever menu or dialog comes up, also in an event loop of its own, goes again by itself.
        self._dismiss = QTimer()
        self._dismiss.setInterval(DISMISS_MS)
        self._dismiss.timeout.connect(self._dismiss_all)
        self._dismiss.start()

    def told(self) -> list[str]:
        """What must not be and was not told yet."""
        found = self.roaming.wrong + self.reshaping.wrong
        self.roaming.wrong, self.reshaping.wrong = [], []
        return found

    def act(self) -> str:
        """Do something; what it was."""
        weights = np.array([weight for _, weight, _ in self.ways])
        name, _, run = self.ways[int(self.rng.choice(len(weights), p=weights / weights.sum()))]
        run()
        self.did[name] += 1
        return name

    def rest(self) -> None:
        """Let the window live for as long as a hurried hand rests."""
        self.desk.live(float(self.rng.choice([0, 5, 20, 60], p=[0.3, 0.4, 0.25, 0.05])))

    def _dismiss_all(self) -> None:
        shown = QApplication.activePopupWidget() or QApplication.activeModalWidget() or shown_sheet(self.desk.window)
        if shown is not None:
            shown.close()

    def _modifiers(self) -> Qt.KeyboardModifier:
        ways = (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.ControlModifier,
        )
        return ways[self.one(len(ways))]

    # What it does

    def _decide(self) -> None:
        pool = self.desk.window.session.pool
        order = pool.pick_order
        if len(order) and self.one(3):
            picks = self.rng.choice(order, min(len(order), 1 + self.one(60)), replace=False)
            pool.set_highlight(picks)
            pool.set_focus(int(picks[0]))
        names = ("accept", "reject", "clear", "accept", "reject", "accept_rest", "clear_all")
        self._trigger(names[self.one(len(names))])

    def _undo(self) -> None:
        for _ in range(1 + self.one(3)):
            self.expected.step(back=bool(self.one(3)))

    def _click_map(self) -> None:
        viewport, modifiers = self.desk.workspace.map.canvas.viewport(), self._modifiers()
        at = self.point(viewport)
        self.desk.mouse(viewport, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonPress, at, modifiers=modifiers)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonRelease, at, modifiers=modifiers)

    def _drag_map(self) -> None:
        canvas = self.desk.workspace.map.canvas
        viewport, tools = canvas.viewport(), list(Tool)
        canvas.set_tool(tools[self.one(len(tools))])
        at = self.point(viewport)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonPress, at)
        for _ in range(3 + self.one(20)):
            dx, dy = self.rng.normal(0, 40, 2).round().tolist()
            at = at + QPointF(dx, dy)
            self.desk.mouse(viewport, QEvent.Type.MouseMove, at)
            if not self.one(4):
                self.desk.live(3)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonRelease, at)

    def _wheel_map(self) -> None:
        viewport = self.desk.workspace.map.canvas.viewport()
        at, way = self.point(viewport), 120 if self.one(2) else -120
        for _ in range(1 + self.one(6)):
            self.desk.wheel(viewport, at, way)
            self.desk.live(4)
        if not self.one(6):
            self.desk.workspace.map.canvas.fit()

    def _click_gallery(self) -> None:
        viewport, modifiers = self.desk.workspace.gallery.grid.viewport(), self._modifiers()
        at = self.point(viewport)
        self.desk.mouse(viewport, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonPress, at, modifiers=modifiers)
        self.desk.mouse(viewport, QEvent.Type.MouseButtonRelease, at, modifiers=modifiers)

    def _scroll(self) -> None:
        grid = self.desk.workspace.gallery.grid
        bar = grid.verticalScrollBar()
        kind = self.one(3)
        if kind == 0:
            bar.setValue(self.one(bar.maximum() + 1))
        elif kind == 1:
            grid.set_cell(48 + self.one(208))
        else:
            for _ in range(1 + self.one(8)):
                self.desk.wheel(grid.viewport(), self.point(grid.viewport()), 120 if self.one(2) else -120)

    def _key(self) -> None:
        workspace = self.desk.workspace
        target = (workspace.map.canvas, workspace.gallery.grid)[self.one(2)]
        target.setFocus()
        for _ in range(1 + self.one(4)):
            QTest.keyClick(target, KEYS[self.one(len(KEYS))])

    def _trigger(self, name: str) -> None:
        action = self.desk.window.actions_by_name.by_name[name]
        if action.isEnabled():
            action.trigger()

    def _action(self) -> None:
        names = sorted(self.desk.window.actions_by_name.by_name.keys() - LEFT_OUT)
        self._trigger(names[self.one(len(names))])

    def _colour(self) -> None:
        ways = choices(self.desk.window.session.pool)
        self.desk.workspace.map.set_colour(ways[self.one(len(ways))])

    def _legend(self) -> None:
        rows = self.desk.workspace.map.legend.rows
        if rows:
            rows[self.one(len(rows))].click()

    def _filter(self) -> None:
        model = self.desk.workspace.filters
        if model.chips and self.one(2):
            model.clear()
        else:
            model.set_chips((*model.chips[-1:], Chip(FILTERS[self.one(len(FILTERS))])), "filter")

    def _annotate(self) -> None:
        annotating, pool = self.desk.window.annotating, self.desk.window.session.pool
        if not len(pool):
            return
        rows = np.unique(self.rng.integers(0, len(pool), 1 + self.one(40)))
        if self.one(2):
            annotating.tag_rows(rows, f"tag {self.one(5)}", bool(self.one(3)))
        else:
            annotating.note_on(int(rows[0]), f"note {self.one(99)}" if self.one(3) else "")

    def _batch(self) -> None:
        batches = self.desk.window.session.pool.batches
        if batches:
            self.desk.window.session.show_batch(batches[self.one(len(batches))].number)

    def _panel(self) -> None:
        workspace = self.desk.workspace
        if self.one(2):
            names = sorted(workspace.docks)
            workspace.show_panel(names[self.one(len(names))])
        else:
            shows = list(Show)
            workspace.show_in_gallery(shows[self.one(len(shows))])

    def _resize(self) -> None:
        self.desk.window.resize(900 + self.one(600), 600 + self.one(350))

    def _theme(self) -> None:
        apply_appearance(self.desk.app, ("dark", "light")[self.one(2)])

    def _reopen(self) -> None:
        self.desk.window.session.close()
        self.desk.until("the project to close", lambda: self.desk.window.session.project is None)
        self.desk.window.open(self.projects[self.one(len(self.projects))])
        self.desk.until("the project", lambda: self.desk.window.session.project is not None)

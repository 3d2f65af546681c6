"""Where else the hand of the soak goes: loupe, insights, stacks, labels, kept highlights, palette, exports, jobs."""

import csv
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest

from desktop_al.domain.specs import ExportSpec, MapSpec, SelectSpec
from desktop_al.gui import operations
from scripts.bench_parts.gui_desk import Desk
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.hand import Hand

KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Plus, Qt.Key.Key_Minus),
    *(Qt.Key.Key_Z, Qt.Key.Key_H, Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_U, Qt.Key.Key_C),
)
# What is typed into the palette: harmless commands, a filter, and nothing that there is.
TYPED = ("invert hi", "next pick", "accept the", "id < 400", "region lab", "grow", "no such thing", "batch")
MOST_BATCHES = 6


class Roaming(Hand):
    """More ways to act on ``desk``, see ``ways``; files go to ``folder``."""

    def __init__(self, desk: Desk, expected: Expected, rng: np.random.Generator, folder: Path) -> None:
        super().__init__(desk, expected, rng)
        self.folder = folder
        self.ways = (
            ("the loupe", 6, self._loupe),
            ("orders and groups", 4, self._arrange),
            ("labels", 4, self._label),
            ("kept highlights", 3, self._keep),
            ("the palette", 3, self._palette),
            ("twin maps", 2, self._twin),
            ("exports", 1.5, self._export),
            ("jobs stopped on their way", 0.8, self._job),
        )

    def _loupe(self) -> None:
        """Look closely, go through several images, decide in it, and leave or stay."""
        looking, pool = self.desk.workspace.looking, self.desk.window.session.pool
        if not len(pool):
            return
        if pool.focus < 0 or not self.one(3):
            pool.set_focus(self.one(len(pool)))
        if not looking.loupe.isVisible():
            looking.do(("enlarge", "enlarge", "side_by_side", "compare_nearest")[self.one(4)])
        loupe = looking.loupe
        for _ in range(2 + self.one(8)):
            if not loupe.isVisible():
                return
            pane = loupe.panes[0]
            kind = self.one(4)
            if kind == 0:
                self.desk.wheel(pane, self.point(pane), 120 if self.one(2) else -120)
            elif kind == 1:
                at = self.point(pane)
                self.desk.mouse(pane, QEvent.Type.MouseButtonPress, at)
                self.desk.mouse(pane, QEvent.Type.MouseMove, at + QPointF(*self.rng.normal(0, 60, 2).round().tolist()))
                self.desk.mouse(pane, QEvent.Type.MouseButtonRelease, at)
            else:
                QTest.keyClick(loupe, KEYS[self.one(len(KEYS))])
            self.desk.live(8)
        if self.one(3):
            loupe.leave()

    def _arrange(self) -> None:
        """Sort, group and stack the gallery by whatever it offers, insights included."""
        gallery = self.desk.workspace.gallery
        box = (gallery.bar.orders, gallery.bar.groups)[self.one(2)]
        index = self.one(box.count())
        if not self.one(4):
            gallery.bar.stack.click()
        elif box.count() and box.model().flags(box.model().index(index, 0)) & Qt.ItemFlag.ItemIsEnabled:
            box.setCurrentIndex(index)
            box.activated.emit(index)

    def _label(self) -> None:
        annotating, pool = self.desk.window.annotating, self.desk.window.session.pool
        if not len(pool):
            return
        rows = np.unique(self.rng.integers(0, len(pool), 1 + self.one(30)))
        annotating.label_rows(rows, f"class {self.one(6)}" if self.one(4) else None)

    def _keep(self) -> None:
        """Keep the highlight by a name, bring one back, or forget one."""
        window, saved = self.desk.window, self.desk.workspace.map.saved
        if not saved.isVisible():
            self.desk.workspace.map.toolbar.saved.click()
        pool, names = window.session.pool, list(window.session.pool.saved_highlights)
        kind = self.one(3)
        if kind == 0 and pool.highlight.any():
            window.annotating.save_highlight(f"kept {self.one(4)}")
        elif kind == 1 and saved.lines:
            lines = saved.lines
            mode = ("replace", "add", "subtract", "intersect")[self.one(4)]
            lines[self.one(len(lines))].recalled.emit(mode)
        elif names:
            saved.forget_asked.emit(names[self.one(len(names))])
        if not self.one(2):
            QTest.keyClick(saved, Qt.Key.Key_Escape)

    def _palette(self) -> None:
        window = self.desk.window
        window.actions_by_name.by_name["palette"].trigger()
        palette = window.palette_view
        if palette is None or not palette.shown:
            return
        QTest.keyClicks(palette.line, TYPED[self.one(len(TYPED))])
        self.desk.live(10)
        QTest.keyClick(palette.line, Qt.Key.Key_Return if self.one(3) else Qt.Key.Key_Escape)
        if palette.shown:
            QTest.keyClick(palette.line, Qt.Key.Key_Escape)

    def _twin(self) -> None:
        """Open or close a second map, and let it show whatever there is."""
        shown = self.desk.workspace.map
        shown.toolbar.switches["pair"].click()
        second = shown.pairing.second
        if second is not None:
            box = second.toolbar.source
            index = self.one(box.count())
            box.setCurrentIndex(index)
            box.activated.emit(index)
            at = self.point(second.canvas.viewport())
            self.desk.wheel(second.canvas.viewport(), at, 120 if self.one(2) else -120)

    def _export(self) -> None:
        """Write the accepted picks of the batch that is shown, and hold the file against what was decided."""
        session = self.desk.window.session
        batch, path = session.pool.batch, self.folder / "export.csv"
        if batch is None or not self.expected.accepted(batch.number):
            return
        spec, written = ExportSpec("csv", path, batch.number, overwrite=True), []
        session.run(operations.export(spec), lambda _result: written.append(True))
        self.desk.until("the export", lambda: not self.desk.window.bridge.busy)
        # Some that were decided on may have left the batch on the way; only now is it known which.
        self.expected.settle()
        wanted = self.expected.accepted(batch.number)
        if not written and wanted:
            self.wrong.append(f"batch {batch.number} could not be exported")
        if not written:
            return
        with path.open(encoding="utf-8", newline="") as file:
            found = {int(row["sample"]) for row in csv.DictReader(file)}
        if found != wanted:
            lacks, has = sorted(wanted - found), sorted(found - wanted)
            self.wrong.append(
                f"the export of batch {batch.number} lacks {len(lacks)} picks, such as {lacks[:3]}, "
                f"and has {len(has)} too many, such as {has[:3]}"
            )

    def _job(self) -> None:
        """Begin to draw the map afresh or to select, and stop it on its way, or let it come to its end."""
        window = self.desk.window
        if self.one(2) or len(window.session.pool.batches) >= MOST_BATCHES:
            window.session.run(operations.draw_map(MapSpec(fresh=True)))
        else:
            window.commands.select(SelectSpec(strategy="random", count=str(20 + self.one(60)), seed=self.one(9)))
        self.desk.live(float(self.rng.choice([0, 30, 200, 800])))
        if self.one(4):
            window.actions_by_name.by_name["stop"].trigger()

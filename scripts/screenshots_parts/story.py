"""The day-one story: start page, embedding under way, map, lasso, gallery, inspector, curve, export; dark and light."""

import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.domain.records import Decision
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui import app
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.export_dialog import ExportDialog
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.marks import Mark
from desktop_al.gui.sheet import shown_sheet
from desktop_al.gui.theme import apply_appearance
from desktop_al.gui.workspace import Workspace

PATIENCE_S = 900
SETTLE_MS = 900
WINDOW = QRect(40, 30, 1440, 900)


class Story:
    """One run through the window."""

    def __init__(self, application: QApplication, window: MainWindow, folder: Path) -> None:
        self.application, self.window, self.folder = application, window, folder
        self.failures: list[str] = []
        window.bridge.failed.connect(lambda name, error: self.failures.append(f"{name}: {error}"))

    # What the story is told with

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Let the window live until ``holds``."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            self.pause(30)
            if self.failures:
                raise SystemExit(f"while waiting for {what}: {self.failures[0]}")
            if time.monotonic() > deadline:
                raise SystemExit(f"waited in vain for {what}")

    def pause(self, milliseconds: int = SETTLE_MS) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def settle(self) -> None:
        """Wait until nothing runs, the map is drawn and the thumbnails are there."""
        self.until("the jobs", lambda: not self.window.bridge.busy)
        self.until("the map", lambda: self.workspace.map.settled)
        self.pause()

    @property
    def workspace(self) -> Workspace:
        """The views."""
        assert self.window.workspace is not None
        return self.window.workspace

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write what the screen shows of the window, or of ``widget`` in it."""
        screen = QGuiApplication.primaryScreen()
        whole = screen.grabWindow(0)
        shown = widget or self.window
        area = QRect(shown.mapToGlobal(QPoint(0, 0)), shown.size())
        file = self.folder / f"{name}.png"
        whole.copy(area).save(str(file))
        with Image.open(file) as image:
            image.convert("RGB").save(file, optimize=True)
        sys.stdout.write(f"{file}\n")
        sys.stdout.flush()

    # What happens

    def tell(self) -> None:
        """Run through the first day, in the dark, then show the same in the light."""
        self.pause()
        self.take("start-dark")
        self.appear("light")
        self.take("start-light")
        self.appear("dark")
        self.until("the views", lambda: self.window.workspace is not None)
        self.window.commands.open_demo()
        self.embed()
        self.until("the batch", lambda: self.window.session.pool.batch is not None)
        self.settle()
        self.window.messages.dismiss()
        self.review()
        self.show_all("dark")
        self.adjust("dark")
        self.compare("dark")
        self.appear("light")
        self.settle()
        self.take("compare-light")
        self.workspace.show_panel("inspector")
        self.window.session.show_batch(1)
        self.settle()
        self.window.session.pool.set_focus(int(self.window.session.pool.pick_order[0]))
        self.settle()
        self.take("map-light")
        self.export("light")

    def appear(self, choice: str) -> None:
        """Switch to ``choice``."""
        apply_appearance(self.application, choice)
        self.pause()

    def embed(self) -> None:
        """Show the embedding pass once the first part of the map is there."""
        pool = self.window.session.pool
        self.until("the first positions", lambda: int(np.isfinite(pool.xy[:, 0]).sum()) > len(pool) // 3 > 0)
        self.workspace.show_panel("jobs")
        self.pause()
        self.take("embedding")
        self.workspace.show_panel("gallery")

    def review(self) -> None:
        """Accept most picks, reject two, focus one that stands for many."""
        pool, commands = self.window.session.pool, self.window.commands
        order = pool.pick_order
        commands.decide_on(order[: len(order) // 2], Decision.ACCEPTED)
        commands.decide_on(order[3:5], Decision.REJECTED)
        pool.set_focus(int(order[0]))
        self.workspace.gallery.set_show(Show.BATCH)
        self.settle()

    def show_all(self, appearance: str) -> None:
        """Take every picture of the open project."""
        self.workspace.map.canvas.fit()
        self.settle()
        self.take(f"map-{appearance}")
        self.take(f"inspector-{appearance}", self.workspace.docks["inspector"])
        self.take(f"curve-{appearance}", self.workspace.docks["batch"])
        self.lasso(appearance)
        self.gallery(appearance)
        self.zoom(appearance)
        self.export(appearance)

    def lasso(self, appearance: str) -> None:
        """Draw a lasso with the mouse and take it half way and at its end."""
        canvas = self.workspace.map.canvas
        canvas.set_tool(Tool.LASSO)
        viewport, points = canvas.viewport(), list(loop(canvas.viewport().rect()))
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(viewport, point)
            self.pause(8)
        self.take(f"lasso-drawing-{appearance}")
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=points[-1])
        canvas.set_tool(Tool.PAN)
        self.workspace.gallery.set_show(Show.HIGHLIGHT)
        self.settle()
        self.take(f"lasso-{appearance}")
        self.window.commands.highlight_none()
        self.workspace.gallery.set_show(Show.BATCH)

    def gallery(self, appearance: str) -> None:
        """Give the gallery most of the height."""
        dock = self.workspace.docks["gallery"]
        self.window.resizeDocks([dock], [620], Qt.Orientation.Vertical)
        self.settle()
        self.take(f"gallery-{appearance}")
        self.workspace.lay_out()
        self.workspace.map.canvas.fit()
        self.settle()

    def zoom(self, appearance: str) -> None:
        """Zoom in on the first pick until thumbnails show on the map."""
        pool, canvas = self.window.session.pool, self.workspace.map.canvas
        x, y = pool.xy[pool.pick_order[0]]
        at = canvas.view.to_pixel(float(x), float(y))
        canvas.zoom(60.0, *at)
        self.settle()
        self.take(f"map-zoomed-{appearance}")
        canvas.fit()
        self.settle()

    def adjust(self, appearance: str) -> None:
        """Keep one pick, veto some, and show what came in their place."""
        pool, commands = self.window.session.pool, self.window.commands
        commands.mark_on(pool.pick_order[-40:-39], Mark.PINNED)
        commands.mark_on(pool.pick_order[-12::2], Mark.VETOED)
        self.settle()
        commands.show_samples(pool.ids[pool.newcomers | (pool.mark == Mark.VETOED)])
        pool.set_focus(int(np.flatnonzero(pool.newcomers)[0]))
        self.settle()
        self.take(f"adjusted-{appearance}")
        self.window.messages.dismiss()
        commands.highlight_none()
        self.workspace.gallery.set_show(Show.BATCH)

    def compare(self, appearance: str) -> None:
        """Select a second batch by another strategy and lay both side by side."""
        commands, pool = self.window.commands, self.window.session.pool
        commands.select(SelectSpec("k-center", str(len(pool.picks))))
        self.until("the second batch", lambda: len(pool.batches) > 1)
        self.settle()
        self.window.messages.dismiss()
        self.workspace.show_panel("compare")
        self.settle()
        self.take(f"compare-{appearance}")

    def export(self, appearance: str) -> None:
        """Open the export sheet in the window."""
        self.window.commands.export()
        dialog = shown_sheet(self.window)
        assert isinstance(dialog, ExportDialog)
        self.until("the formats", lambda: dialog.info is not None)
        dialog.to.set_path(Path("/home/ada/batches/emoji-batch-1.csv"))
        self.pause()
        self.take(f"export-{appearance}")
        dialog.reject()
        self.settle()


def loop(area: QRect) -> Iterator[QPoint]:
    """Points of a bent loop around the middle of ``area``."""
    for step in range(80):
        turn = 2 * math.pi * step / 80
        reach = 1 + 0.18 * math.sin(3 * turn)
        x = area.width() * (0.42 + 0.16 * reach * math.cos(turn))
        y = area.height() * (0.50 + 0.26 * reach * math.sin(turn))
        yield QPoint(round(x), round(y))


def main() -> int:
    """Tell the story and write its pictures to the folder that is the only argument."""
    application = app.make_application()
    apply_appearance(application, "dark")
    crashes = CrashReporter(application)
    window = MainWindow(crashes)
    window.setGeometry(WINDOW)
    window.show()
    QTimer.singleShot(0, window.prepare)
    story = Story(application, window, Path(sys.argv[1]))
    story.tell()
    window.close()
    story.until("the end", lambda: window.closed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

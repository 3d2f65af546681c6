"""Leads the window through its states in one appearance and language, takes a picture of each and lists its faults."""

import gettext
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from desktop_al.domain.records import Decision
from desktop_al.gui import app
from desktop_al.gui.about import show_about
from desktop_al.gui.crash import CrashDialog, CrashReporter
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.i18n import ENGLISH, use_catalog
from desktop_al.gui.import_dialog import ImportDialog
from desktop_al.gui.language import apply_language
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.model_chooser import ModelChooser
from desktop_al.gui.shortcuts_editor import ShortcutsEditor
from desktop_al.gui.theme import apply_appearance
from scripts.screenshots_parts.faults import faults
from scripts.screenshots_parts.story import WINDOW, Story

# A language of our own, whose texts are as much longer as those of the longest that we know.
LONG = "long"
LONGER = 0.4


class LongWords(gettext.NullTranslations):
    """English with every text longer by two fifths."""

    def gettext(self, message: str) -> str:
        """Return ``message`` and as many more words as it takes."""
        return f"{message} {('longer ' * len(message))[: max(2, round(LONGER * len(message)))].strip()}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n``, longer."""
        return self.gettext(msgid1 if n == 1 else msgid2)


class Tour(Story):
    """One run; ``faults`` are those of every state."""

    def __init__(self, application: QApplication, window: MainWindow, folder: Path, prefix: str) -> None:
        super().__init__(application, window, folder)
        self.prefix = prefix
        self.faults: list[str] = []

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write a picture of ``widget``, or of the window, and keep what is wrong with it."""
        shown = widget or self.window
        file = self.folder / f"{self.prefix}-{name}.png"
        shown.grab().save(str(file))
        with Image.open(file) as image:
            image.convert("RGB").save(file, optimize=True)
        self.faults += [f"{self.prefix}-{name}: {fault}" for fault in faults(shown)]

    def visit(self) -> None:
        """Visit every state."""
        self.pause(200)
        self.take("start")
        self.until("the views", lambda: self.window.workspace is not None)
        self.empty_project()
        self.window.commands.open_demo()
        self.until("the project", lambda: self.window.session.project is not None)
        self.until("the images", lambda: len(self.window.session.pool) > 0)
        if self.window.session.pool.batch is None:
            self.embed()
        self.until("the batch", lambda: self.window.session.pool.batch is not None)
        self.settle()
        self.take("ready")
        self.window.messages.dismiss()
        for state in self.states():
            state()

    def states(self) -> tuple[Callable[[], None], ...]:
        """Each state of the open project as a function that shows it."""
        return (
            self.batch,
            self.inspect,
            self.highlight,
            self.zoom_in,
            self.gallery_groups,
            self.filter,
            self.compare_batches,
            self.jobs,
            self.messages,
            self.menus,
            self.dialogs,
            self.small,
        )

    def empty_project(self) -> None:
        """A project without images."""
        folder = self.folder / "empty"
        folder.mkdir(exist_ok=True)
        project = folder / "empty.alproject"
        if project.exists():
            self.window.session.open(project)
        else:
            self.window.session.create(project, ())
        self.until("the empty project", lambda: self.window.session.project is not None)
        self.until("the jobs", lambda: not self.window.bridge.busy)
        self.pause(300)
        self.window.messages.dismiss()
        self.take("empty")

    def batch(self) -> None:
        """The batch panel, closed and with everything opened."""
        pool = self.window.session.pool
        self.window.commands.decide_on(pool.pick_order[:6], Decision.ACCEPTED)
        self.window.commands.decide_on(pool.pick_order[3:5], Decision.REJECTED)
        pool.set_focus(int(pool.pick_order[0]))
        self.workspace.show_panel("inspector")
        self.workspace.gallery.set_show(Show.BATCH)
        self.settle()
        self.take("batch")
        panel = self.workspace.batch_panel
        panel.form.more.set_open(True)
        panel.view.about.set_open(True)
        self.pause(200)
        self.take("batch-open", panel.widget())
        panel.form.more.set_open(False)
        panel.view.about.set_open(False)

    def inspect(self) -> None:
        """A pick, and an image that is none."""
        self.take("inspector", self.workspace.inspector.widget())
        pool = self.window.session.pool
        pool.set_focus(int(np.flatnonzero(pool.rank < 0)[0]))
        self.settle()
        self.take("inspector-other", self.workspace.docks["inspector"])

    def highlight(self) -> None:
        """A highlight that the gallery shows."""
        pool = self.window.session.pool
        pool.set_highlight(np.arange(len(pool)) % 7 == 0)
        self.workspace.gallery.set_show(Show.HIGHLIGHT)
        self.workspace.map.canvas.set_tool(Tool.LASSO)
        self.settle()
        self.take("highlight")
        self.workspace.map.canvas.set_tool(Tool.PAN)
        self.window.commands.highlight_none()
        self.pause(200)
        self.take("highlight-none", self.workspace.docks["gallery"])
        self.workspace.gallery.set_show(Show.ALL)

    def zoom_in(self) -> None:
        """The map with thumbnails."""
        pool, canvas = self.window.session.pool, self.workspace.map.canvas
        x, y = pool.xy[pool.pick_order[0]]
        canvas.zoom(60.0, *canvas.view.to_pixel(float(x), float(y)))
        self.settle()
        self.take("zoomed")
        canvas.fit()
        self.settle()

    def gallery_groups(self) -> None:
        """The gallery with all the height."""
        self.window.resizeDocks([self.workspace.docks["gallery"]], [620], Qt.Orientation.Vertical)
        self.settle()
        self.take("gallery")
        self.workspace.lay_out()
        self.settle()

    def filter(self) -> None:
        """A filter, and one that cannot be read."""
        self.window.actions_by_name.by_name["filter"].trigger()
        self.pause(300)
        self.take("filter-open")
        for text in ("width >= 1", 'state == "pending"'):
            self.workspace.filters.add(text, lambda error: self.failures.append(str(error)))
            self.settle()
        self.take("filter")
        self.window.actions_by_name.by_name["filter_clear"].trigger()
        self.settle()

    def compare_batches(self) -> None:
        """The panel that compares batches."""
        self.workspace.show_panel("compare")
        self.pause(300)
        self.take("compare", self.workspace.docks["compare"])
        self.workspace.show_panel("inspector")

    def jobs(self) -> None:
        """The list of jobs."""
        self.workspace.show_panel("jobs")
        self.pause(200)
        self.take("jobs", self.workspace.docks["jobs"])
        self.workspace.show_panel("gallery")

    def messages(self) -> None:
        """Each kind of message, the last with its details open."""
        bar = self.window.messages
        sentence = (
            "The folder /home/ada/pictures/2026/birds cannot be read; check that the disk is connected, and scan again."
        )
        for kind in ("info", "ok", "warning", "error"):
            bar.show_message(
                kind, sentence, "PermissionError: [Errno 13] denied" if kind == "error" else "", "Open", list
            )
            self.pause(100)
            self.take(f"message-{kind}", bar)
        bar.dismiss()

    def menus(self) -> None:
        """Every menu."""
        for at, action in enumerate(self.window.menuBar().actions()):
            menu = action.menu()
            assert isinstance(menu, QMenu)
            menu.popup(QPoint(0, 0))
            self.pause(60)
            self.take(f"menu-{at}", menu)
            menu.close()

    def dialogs(self) -> None:
        """Every dialog."""
        window = self.window
        for name, show in (
            ("export", window.commands.export),
            ("unreadable", window.commands.show_unreadable),
            ("shortcuts", lambda: ShortcutsEditor(window.actions_by_name.shortcuts, window).open()),
            ("about", lambda: show_about(window)),
            ("import", lambda: ImportDialog(window.session, None, window).open()),
            ("model", lambda: ModelChooser(window.session, window).open()),
            ("crash", lambda: CrashDialog("Traceback (most recent call last):\n  ValueError", window).open()),
        ):
            show()
            self.pause(400)
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QDialog), name
            self.take(f"dialog-{name}", dialog)
            dialog.reject()
            self.pause(60)

    def small(self) -> None:
        """The window as small as it goes."""
        before = self.window.size()
        self.window.resize(self.window.minimumSizeHint())
        self.settle()
        self.take("small")
        self.window.resize(before)


def main() -> int:
    """Tour to FOLDER with PREFIX in APPEARANCE, LANGUAGE and DIRECTION; write the faults beside the pictures."""
    folder, prefix, appearance, language, direction = Path(sys.argv[1]), *sys.argv[2:6]
    application = app.make_application()
    if language == LONG:
        use_catalog(ENGLISH, LongWords())
    else:
        apply_language(application, language)
    if direction == "rtl":
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    apply_appearance(application, appearance)
    window = MainWindow(CrashReporter(application))
    window.setGeometry(WINDOW)
    window.show()
    QTimer.singleShot(0, window.prepare)
    tour = Tour(application, window, folder, prefix)
    tour.visit()
    (folder / f"{prefix}.txt").write_text("".join(f"{fault}\n" for fault in tour.faults), encoding="utf-8")
    window.close()
    tour.until("the end", lambda: window.closed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Leads the window through its states in one appearance and language, takes a picture of each and lists its faults."""

import gettext
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from desktop_al.gui import app
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.i18n import ENGLISH, use_catalog
from desktop_al.gui.language import apply_language
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.theme import apply_appearance
from scripts.screenshots_parts import states_map, states_more, states_panels
from scripts.screenshots_parts.story import WINDOW
from scripts.screenshots_parts.visit import Visit

# A language of our own, whose texts are as much longer as those of the longest that we know.
LONG = "long"
LONGER = 0.4

State = Callable[[Visit], None]
# What can be shown of any project with a batch, without a worker.
READY: Mapping[str, State] = {
    "batch": states_panels.batch,
    "inspector": states_panels.inspector,
    "highlight": states_map.highlight,
    "lasso": states_map.lasso,
    "brush": states_map.brush,
    "zoomed": states_map.zoomed,
    "saved": states_map.saved,
    "loupe": states_map.loupe,
    "gallery": states_panels.gallery,
    "filters": states_panels.filters,
    "notes": states_panels.notes,
    "fields": states_panels.fields,
    "jobs": states_panels.jobs,
    "messages": states_panels.messages,
    "menus": states_panels.menus,
    "palette": states_panels.palette,
    "dialogs": states_panels.dialogs,
    "small": states_panels.small,
    "shortcuts": states_more.shortcuts,
    "sheets": states_more.sheets,
    "history": states_more.history,
    "saved filters": states_more.saved_filters,
    "arranged": states_more.arranged,
    "small screen": states_more.small_screen,
}
# What takes computing.
COMPUTED: Mapping[str, State] = {
    "compare": states_panels.compare,
    "coloured": states_map.coloured,
    "reach": states_map.reach,
    "honest": states_map.honest,
    "two maps": states_map.two_maps,
    "insights": states_more.insights,
    "small maps": states_more.small_maps,
    "early picks": states_panels.early_picks,
    "limits": states_panels.limits,
}


class LongWords(gettext.NullTranslations):
    """English with every text longer by two fifths."""

    def gettext(self, message: str) -> str:
        """Return ``message`` and as many more words as it takes."""
        return f"{message} {('longer ' * len(message))[: max(2, round(LONGER * len(message)))].strip()}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n``, longer."""
        return self.gettext(msgid1 if n == 1 else msgid2)


class Tour(Visit):
    """From the start page through a project without images to the demo project and back."""

    def prepare(self) -> None:
        """Only make the demo project ready."""
        self.until("the views", lambda: self.window.workspace is not None)
        self.demo()

    def visit(self) -> None:
        """Visit every state."""
        self.pause(200)
        self.take("start")
        self.until("the views", lambda: self.window.workspace is not None)
        self.empty_project()
        self.visit_all({"broken project": states_more.broken_project})
        self.demo()
        self.visit_all(COMPUTED)
        self.visit_all(READY)
        states_panels.no_project(self)

    def visit_all(self, states: Mapping[str, State]) -> None:
        """Visit ``states``; one that cannot be shown is a fault and keeps no other from being seen."""
        for name, show in states.items():
            try:
                show(self)
            except (SystemExit, AssertionError) as error:
                self.failures.clear()
                self.faults.append(f"{self.prefix}: {name} could not be shown: {error or 'it is not there'}")

    def empty_project(self) -> None:
        """A project without images."""
        folder = self.folder / f"empty-{self.prefix}"
        folder.mkdir(exist_ok=True)
        project = folder / "empty.alproject"
        if project.exists():
            self.window.session.open(project)
        else:
            self.window.session.create(project, ())
        self.until("the empty project", lambda: self.window.session.project is not None)
        self.until("the jobs", lambda: not self.window.bridge.busy)
        self.window.messages.dismiss()
        self.take("empty")

    def demo(self) -> None:
        """The demo project, with two batches; the first tour to open it embeds it and shows how that looks."""
        pool = self.window.session.pool
        self.window.commands.open_demo()
        self.until("the images", lambda: len(pool) > 0 and not self.window.session.closing)
        if pool.batch is None:
            self.embed()
        self.until("the batch", lambda: pool.batch is not None)
        self.settle()
        self.take("ready")
        states_panels.second_batch(self)


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
    if "--prepare" in sys.argv:
        tour.prepare()
    else:
        tour.visit()
    (folder / f"{prefix}.txt").write_text("".join(f"{fault}\n" for fault in tour.faults), encoding="utf-8")
    window.close()
    tour.until("the end", lambda: window.closed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

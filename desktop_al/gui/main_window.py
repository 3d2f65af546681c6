"""The main window: the start page or the open project, menus, messages, counts; it lays out and does nothing else."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.gui import layout_store
from desktop_al.gui.about import show_about
from desktop_al.gui.actions import Actions
from desktop_al.gui.annotating import Annotating
from desktop_al.gui.appearance_menu import add_appearance_menu
from desktop_al.gui.areas import go_area
from desktop_al.gui.collector import set_aside
from desktop_al.gui.commands import Commands
from desktop_al.gui.counts_bar import CountsBar
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.filtering import filter_handlers
from desktop_al.gui.grow import grow
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.jobs_panel import StatusJob
from desktop_al.gui.language_menu import add_language_menu
from desktop_al.gui.looking_actions import looking_handlers
from desktop_al.gui.marks import Mark
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.panel_hider import PanelHider
from desktop_al.gui.sample_menu import decision_text, have, mark_words
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.gui.start_page import StartPage
from desktop_al.gui.targets import sparing
from desktop_al.gui.text import readable
from desktop_al.gui.theme import theme_watch
from desktop_al.jobs.runner import QUICK, end_worker, warm_worker

if TYPE_CHECKING:
    from desktop_al.gui.palette import Palette
    from desktop_al.gui.workspace import Workspace

# The name that `desktop_al.jobs.demo` gives its project; that module is too heavy for the start.
DEMO_NAME = "Emoji demo.alproject"
DECISIONS = {"accept": Decision.ACCEPTED, "reject": Decision.REJECTED, "clear": Decision.PENDING}


class MainWindow(QMainWindow):
    """One window with one session; ``closed`` says that it may go.

    Signals: ``ready`` once the views of a project are built; ``again`` a person wants it anew, in another language;
    ``gone`` it is closed for good.
    """

    ready = Signal()
    again = Signal()
    gone = Signal()

    def __init__(self, crashes: CrashReporter | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Desktop AL")
        self.setWindowIcon(icon(APP_ICON))
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self._crashes = crashes
        self.closed = False
        self.workspace: Workspace | None = None
        self.palette_view: Palette | None = None
        self._hider = PanelHider()
        self.undo_actions: dict[str, QAction] = {}
        self.bridge = JobBridge(self)
        self.session = Session(self.bridge, self)
        self.messages = MessageBar(self)
        self.commands = Commands(self.session, self.messages, self)
        self.annotating = Annotating(self.commands, self)
        self.start_page = StartPage(self)
        self._pages = QStackedWidget(self)
        self._build_centre()
        self._build_status_bar()
        self._build_actions()
        self._connect()
        layout_store.restore_geometry(self)
        self._refresh_recent()
        self._update_facts()

    @property
    def page(self) -> QWidget | None:
        """What fills the centre: the start page, a word while a project opens, or the map."""
        return self._pages.currentWidget()

    # Building

    def _build_centre(self) -> None:
        centre = QWidget(self)
        column = self._column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self._pages, 1)
        self._pages.addWidget(self.start_page)
        self._waiting = QLabel("", self)
        self._waiting.setProperty("kind", "muted")
        self._waiting.setMargin(40)
        self._pages.addWidget(self._waiting)
        self.setCentralWidget(centre)

    def _build_status_bar(self) -> None:
        self.counts = CountsBar(self.session.pool, self)
        self.counts.unreadable_clicked.connect(self.commands.show_unreadable)
        self.counts.highlight_clicked.connect(self._show_highlighted)
        self._status_job = StatusJob(self.bridge, partial(self._show_panel, "jobs"), self)
        self.statusBar().addWidget(self.counts)
        self.statusBar().addPermanentWidget(self._status_job)
        self.statusBar().setSizeGripEnabled(False)

    def _build_actions(self) -> None:
        do, decide = self.commands, self.commands.decide
        self.actions_by_name = Actions(
            self,
            {
                "new": do.new_project,
                "open": do.open_project,
                "demo": do.open_demo,
                "add": do.add,
                "rescan": do.rescan,
                "import": do.import_labels,
                "export": do.export,
                "close": self.session.close,
                "quit": self.close,
                "history": partial(self._show_panel, "history"),
                "highlight_all": do.highlight_all,
                "highlight_invert": do.highlight_invert,
                "highlight_grow": partial(grow, self.session, self.bridge.message.emit),
                "highlight_none": do.highlight_none,
                "highlight_batch": do.highlight_batch,
                "accept": partial(decide, Decision.ACCEPTED),
                "reject": partial(decide, Decision.REJECTED),
                "clear": partial(decide, Decision.PENDING),
                "pin": partial(do.mark, Mark.PINNED),
                "veto": partial(do.mark, Mark.VETOED),
                "compare": partial(self._show_panel, "compare"),
                "accept_rest": do.accept_rest,
                "clear_all": do.clear_all,
                "reveal": do.reveal,
                "next": do.go,
                "previous": partial(do.go, -1),
                "next_pending": partial(do.go, 1, True),
                "embed": do.embed,
                "map": do.draw_map,
                "map_fresh": do.draw_map_afresh,
                "select": self._select,
                **filter_handlers(lambda: self.workspace),
                **self.annotating.handlers(),
                **looking_handlers(lambda: self.workspace),
                "model": do.choose_model,
                "unreadable": do.show_unreadable,
                "verify": do.verify,
                "stop": self._stop_all,
                **{f"map_{name}": partial(self._flip_map, name) for name in ("labels", "coverage", "trust", "pair")},
                "hide_panels": self._hide_panels,
                "full_screen": self._toggle_full_screen,
                "reset_layout": self._reset_layout,
                "next_area": partial(self._go_area, 1),
                "previous_area": partial(self._go_area, -1),
                "palette": self._show_palette,
                "shortcuts": self._show_shortcuts,
                "about": partial(show_about, self),
            },
        )
        self.actions_by_name.build_menus(
            self,
            {
                "<recent>": self._add_recent_menu,
                "<undo>": self._add_undo,
                "<panels>": self._add_panels_menu,
                "<appearance>": self._add_appearance_menu,
            },
        )

    def _add_recent_menu(self, menu: QMenu) -> None:
        self._recent_menu = menu.addMenu(tr("Open &recent"))

    def _add_undo(self, menu: QMenu) -> None:
        stack = self.session.undo_stack
        for action, keys, name in (
            (stack.createUndoAction(self, tr("&Undo")), "Ctrl+Z", "undo"),
            (stack.createRedoAction(self, tr("&Redo")), "Ctrl+Shift+Z", "redo"),
        ):
            self.actions_by_name.shortcuts.add(name, action, QKeySequence(keys))
            self.actions_by_name.keep_icon(action, name)
            self.undo_actions[name] = action
            menu.addAction(action)

    def _add_panels_menu(self, menu: QMenu) -> None:
        self._panels_menu = menu

    def _add_appearance_menu(self, menu: QMenu) -> None:
        add_appearance_menu(menu, self.messages)
        add_language_menu(menu, self.messages, self.again.emit)

    def _connect(self) -> None:
        page, session, pool = self.start_page, self.session, self.session.pool
        page.choose_folders.connect(self.commands.new_project)
        page.open_project.connect(self.commands.open_project)
        page.open_demo.connect(self.commands.open_demo)
        page.open_recent.connect(session.open)
        self.commands.show_highlight.connect(self._show_highlighted)
        session.opened.connect(self._on_opened)
        session.closed.connect(self._on_closed)
        self.bridge.failed.connect(self._on_failed)
        self.bridge.message.connect(partial(self.messages.show_message, "info"))
        pool.reset.connect(self._update_facts)
        pool.columns_changed.connect(self._update_facts)
        pool.highlight_changed.connect(self._update_facts)
        pool.focus_changed.connect(self._update_facts)
        self.annotating.keys.changed.connect(self._update_facts)

    # After the first paint

    def prepare(self) -> None:
        """Load the numeric libraries away from the GUI thread, then build the views."""
        self.bridge.run(
            tr("Load the kernels"), _load_kernels, lane="load", quiet=True, lasting=True, on_done=self._build_workspace
        )

    def _build_workspace(self, _loaded: None) -> None:
        from desktop_al.gui.workspace import Workspace

        set_aside()
        self.workspace = Workspace(self, self.session, self.commands, self.annotating)
        self._pages.addWidget(self.workspace.map)
        self._column.insertWidget(1, self.workspace.filter_bar)
        self._column.addWidget(self.workspace.review_bar)
        self.workspace.filters.changed.connect(self._update_facts)
        self.workspace.looking.changed.connect(self._update_facts)
        first = self._panels_menu.actions()[0] if self._panels_menu.actions() else None
        for dock in self.workspace.docks.values():
            self._panels_menu.insertAction(first, dock.toggleViewAction())  # type: ignore[arg-type]  # None appends
        self._show_page()
        if self.session.project is not None:
            self.workspace.spots.restore()
        self.bridge.run(tr("Start the worker"), lambda ctx: warm_worker(), lane="load", quiet=True, lasting=True)
        self.ready.emit()

    def open(self, path: Path) -> None:
        """Open the project at ``path``."""
        self._waiting.setText(tr("Opening {name}…", name=readable(path.stem)))
        self.session.open(path)

    # What happens

    @Slot()
    def _on_opened(self) -> None:
        project = self.session.project
        if project is not None:
            self.setWindowTitle(tr("{project} · Desktop AL", project=readable(project.path.stem)))
            settings.remember_project(project.path)
        self.messages.dismiss()
        self._show_page()
        if self.workspace is not None:
            # What had the keys is gone from sight: give them to what the review begins with.
            self.workspace.map.setFocus()

    @Slot()
    def _on_closed(self) -> None:
        self.setWindowTitle("Desktop AL")
        self._show_page()
        # There is enough to do at once when a project closes.
        QTimer.singleShot(0, self, self._refresh_recent)

    def _show_page(self) -> None:
        project = self.session.project is not None
        if self.workspace is not None:
            self.workspace.set_shown(project)
        if not project:
            self._pages.setCurrentWidget(self.start_page)
        elif self.workspace is not None:
            self._pages.setCurrentWidget(self.workspace.map)
        else:
            self._pages.setCurrentWidget(self._waiting)
        self._update_facts()

    @Slot(str, object)
    def _on_failed(self, name: str, error: Exception) -> None:
        if isinstance(error, WorldError):
            cause = str(error.__cause__) if error.__cause__ is not None else ""
            self.messages.show_message("error", told(str(error)), cause)
        elif self._crashes is not None:
            self.messages.show_message(
                "error", tr("“{job}” ended by a fault of the program; nothing else was lost.", job=name)
            )
            self._crashes.show_crash(error)
        else:
            raise error

    def _update_facts(self, _changed: object = None) -> None:
        pool = self.session.pool
        targets, markable = self.commands.aim().count, self.commands.mark_aim()
        facts = {
            "project": self.session.project is not None,
            "images": len(pool) > 0,
            "embedded": pool.counts.embedded > 0,
            "picks": len(pool.picks) > 0,
            "demo": self.session.project is not None and self.session.project.path.name == DEMO_NAME,
            "target": targets > 0,
            "markable": markable.count > 0,
            "batches": len(pool.batches) > 1,
            "highlight": pool.highlighted > 0,
            "focused": pool.focus >= 0,
            "filtered": self.workspace is not None and bool(self.workspace.filters.chips),
        }
        self.actions_by_name.enable({name for name, holds in facts.items() if holds})
        hidden, left = self.commands.spared(), self.commands.spared_marks()
        for name, decision in DECISIONS.items():
            text = sparing(decision_text(decision, max(1, targets)), hidden)
            self.actions_by_name.by_name[name].setText(text)
        for name, mark in (("pin", Mark.PINNED), ("veto", Mark.VETOED)):
            self.actions_by_name.by_name[name].setText(
                sparing(mark_words(mark, markable.count, have(pool, markable, mark)), left)
            )
        waiting = int(pool.pick_state_counts[SampleState.PENDING])
        self.actions_by_name.by_name["accept_rest"].setText(tr("Accept all {count:,} &pending", count=waiting))
        self.annotating.update(self.actions_by_name)

    def _refresh_recent(self) -> None:
        recent = settings.recent_projects()
        self.start_page.set_recent(recent)
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(recent))
        for path in recent:
            self._recent_menu.addAction(readable(path.stem), partial(self.session.open, path)).setToolTip(
                readable(path)
            )

    # Small things

    def _select(self) -> None:
        if self.workspace is not None:
            self.commands.select(self.workspace.batch_panel.spec())

    def _show_panel(self, name: str) -> None:
        if self.workspace is not None and self.session.project is not None:
            self.workspace.show_panel(name)

    def _show_highlighted(self) -> None:
        if self.workspace is not None:
            from desktop_al.gui.gallery.shown import Show

            self.workspace.show_in_gallery(Show.HIGHLIGHT)

    def _show_shortcuts(self) -> None:
        from desktop_al.gui.shortcuts_editor import ShortcutsEditor

        ShortcutsEditor(self.actions_by_name.shortcuts, self).open()

    def _show_palette(self) -> None:
        from desktop_al.gui.palette_commands import open_palette

        open_palette(self)

    def _go_area(self, by: int) -> None:
        if self.workspace is not None and self.session.project is not None:
            go_area(self.workspace, by)

    def _stop_all(self) -> None:
        for job in self.bridge.listed_jobs():
            job.ctx.cancel()

    def _flip_map(self, name: str) -> None:
        if self.workspace is not None:
            self.workspace.map.looks.flip(name)

    def _hide_panels(self) -> None:
        if self.workspace is not None:
            self._hider.turn(self.workspace)

    def _toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _reset_layout(self) -> None:
        if self.workspace is not None:
            self.workspace.lay_out()

    # Drops and the end

    def event(self, event: QEvent) -> bool:
        """Have everything drawn anew on a screen of another resolution, for what was drawn once would be blurred."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            theme_watch().changed.emit()
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what has local files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.start_page.drop_zone.set_hot(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget what hovered."""
        self.start_page.drop_zone.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open, add or import what was dropped."""
        self.start_page.drop_zone.set_hot(False)
        event.acceptProposedAction()
        self.commands.take_drop([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Cancel, wait without blocking, then destroy."""
        if self.closed:
            event.accept()
            return
        event.ignore()
        if self.session.closing:
            return
        if self.session.project is not None and self.workspace is not None:
            layout_store.save_layout(self)
        if self.bridge.listed_jobs():
            self.messages.show_message("info", tr("Stopping the jobs; what was done so far stays."))
        self.session.close(self._end_worker)

    def _end_worker(self) -> None:
        wait = self.workspace.stop() if self.workspace is not None else None

        def end(ctx: Context) -> None:
            end_worker()
            if wait is not None:
                # A thread that draws may be in a compiler, which nothing stops.
                wait()

        self.bridge.run(tr("End the worker"), end, lane=QUICK, quiet=True, on_end=self._finish)

    def _finish(self) -> None:
        self.closed = True
        # The delivery of this end is still on the stack; the lanes are joined once it has returned.
        QTimer.singleShot(0, self._join_and_close)

    @Slot()
    def _join_and_close(self) -> None:
        self.bridge.close()
        self.close()
        self.gone.emit()


def _load_kernels(ctx: Context) -> None:
    # Only what knows no Qt: classes with signals must be made on the GUI thread, else PySide may crash.
    import sqlite_utils  # noqa: F401 - what the first project would wait for

    import desktop_al.gui.map.index
    import desktop_al.gui.map.raster
    import desktop_al.media.decode
    import desktop_al.media.thumbs  # noqa: F401

"""The main window: the start page or the open project, menus, messages, counts; it lays out and does nothing else."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.errors import Remedy, WorldError
from desktop_al.gui import layout_store
from desktop_al.gui.actions import Actions
from desktop_al.gui.annotating import Annotating
from desktop_al.gui.announce import StepTeller
from desktop_al.gui.appearance_menu import add_appearance_menu
from desktop_al.gui.collector import set_aside
from desktop_al.gui.commands import Commands
from desktop_al.gui.counts_bar import CountsBar
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.drops import Drop, DropSign, local_paths, offer
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.jobs_panel import StatusJob
from desktop_al.gui.language_menu import add_language_menu
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.message_place import MessagePlace
from desktop_al.gui.panel_hider import PanelHider
from desktop_al.gui.relinking import RELINK
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.gui.start_page import StartPage
from desktop_al.gui.text import readable
from desktop_al.gui.theme import theme_watch
from desktop_al.gui.window_facts import show_facts
from desktop_al.gui.window_handlers import handlers
from desktop_al.jobs.runner import QUICK, end_worker, warm_worker

if TYPE_CHECKING:
    from desktop_al.gui.palette import Palette
    from desktop_al.gui.workspace import Workspace


class Pages(QStackedWidget):
    """What fills the centre, one at a time; a screen reader tells of the one in front alone."""

    accessible_role = QAccessible.Role.Client


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
        self.closed, self._ending = False, False
        self.workspace: Workspace | None = None
        self.palette_view: Palette | None = None
        self.hider = PanelHider()
        self.undo_actions: dict[str, QAction] = {}
        self.bridge = JobBridge(self)
        self.session = Session(self.bridge, self)
        self._step_teller = StepTeller(self.session.undo_stack, self)
        self.messages = MessageBar(self)
        self.commands = Commands(self.session, self.messages, self)
        self.annotating = Annotating(self.commands, self)
        self.start_page = StartPage(self)
        self.drop_sign = DropSign(self)
        self._pages = Pages(self)
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
        centre = self._centre = QWidget(self)
        column = self._column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        self._pages.addWidget(self.start_page)
        self._waiting = QLabel("", self)
        self._waiting.setProperty("kind", "muted")
        self._waiting.setMargin(40)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._waiting)
        self.setCentralWidget(centre)
        self.message_place = MessagePlace(self.messages, centre, self._pages.geometry)

    def _build_status_bar(self) -> None:
        self.counts = CountsBar(self.session.pool, self)
        self.counts.unreadable_clicked.connect(self.commands.show_unreadable)
        self.counts.highlight_clicked.connect(self._show_highlighted)
        self._status_job = StatusJob(self.bridge, partial(self.show_panel, "jobs"), self)
        self.statusBar().addWidget(self.counts)
        self.statusBar().addPermanentWidget(self._status_job)
        self.statusBar().setSizeGripEnabled(False)

    def _build_actions(self) -> None:
        self.actions_by_name = Actions(self, handlers(self))
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
        # What is told of a project goes with it, but not what fails while it is closed.
        session.ending.connect(self.messages.dismiss)
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
        self._column.insertWidget(0, self.workspace.filter_bar)
        self._column.addWidget(self.workspace.review_bar)
        self.workspace.filters.changed.connect(self._update_facts)
        self.workspace.looking.changed.connect(self._update_facts)
        loupe = self.workspace.looking.loupe
        loupe.opened.connect(partial(self.message_place.over, loupe, loupe.stage_rect))
        loupe.closed.connect(partial(self.message_place.over, self._centre, self._pages.geometry))
        first = self._panels_menu.actions()[0] if self._panels_menu.actions() else None
        for dock in self.workspace.docks.values():
            self._panels_menu.insertAction(first, dock.toggleViewAction())  # type: ignore[arg-type]  # None appends
        self._show_page()
        if self.session.project is not None:
            self.workspace.spots.restore()
            self.commands.look_for_folders()
        self.bridge.run(tr("Start the worker"), lambda ctx: warm_worker(), lane="load", quiet=True, lasting=True)
        self.ready.emit()

    def open(self, path: Path) -> None:
        """Open the project at ``path``."""
        self.session.open(path)

    # What happens

    @Slot()
    def _on_opened(self) -> None:
        project = self.session.project
        if project is not None:
            self.setWindowTitle(tr("{project} · Desktop AL", project=readable(project.path.stem)))
            settings.remember_project(project.path)
            self._waiting.setText(tr("Opening {name}…", name=readable(project.path.stem)))
        self.messages.dismiss()
        self._show_page()
        if self.workspace is not None:
            # What had the keys is gone from sight: give them to what the review begins with.
            self.workspace.map.setFocus()
            self.commands.look_for_folders()

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
            moved = Remedy.RELINK_FOLDER in error.remedies
            act, run = (tr(RELINK), self.commands.relink) if moved else ("", None)
            self.messages.show_message("error", told(str(error)), cause, act, run)
        elif self._crashes is not None:
            self.messages.show_message(
                "error", tr("“{job}” ended by a fault of the program; nothing else was lost.", job=name)
            )
            self._crashes.show_crash(error)
        else:
            raise error

    def _update_facts(self, _changed: object = None) -> None:
        show_facts(self)

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

    def show_panel(self, name: str) -> None:
        """Bring the panel ``name`` to the front where a project is open."""
        if self.workspace is not None and self.session.project is not None:
            self.workspace.show_panel(name)

    def _show_highlighted(self) -> None:
        if self.workspace is not None:
            from desktop_al.gui.gallery.shown import Show

            self.workspace.show_in_gallery(Show.HIGHLIGHT)

    # Drops and the end

    def event(self, event: QEvent) -> bool:
        """Have everything drawn anew on a screen of another resolution, for what was drawn once would be blurred."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            theme_watch().changed.emit()
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what has local files, and say what a drop would do."""
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            meant = self.commands.meaning_of(paths)
            if meant is Drop.CREATE:
                self.start_page.drop_zone.set_hot(True)
            else:
                self.drop_sign.say(offer(meant, paths))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget what hovered."""
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open, add, search for or import what was dropped."""
        self._end_drag()
        event.acceptProposedAction()
        self.commands.take_drop(local_paths(event.mimeData()))

    def _end_drag(self) -> None:
        self.start_page.drop_zone.set_hot(False)
        self.drop_sign.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Cancel, wait without blocking, then destroy; a project that is being closed already is waited for."""
        if self.closed:
            event.accept()
            return
        event.ignore()
        if self._ending:
            return
        self._ending = True
        if self.session.project is not None and self.workspace is not None:
            layout_store.save_layout(self, self.workspace.panels.state())
        stops = bool(self.bridge.listed_jobs())
        self.session.close(self._end_worker)
        if stops:
            self.messages.show_message("info", tr("Stopping the jobs; what was done so far stays."))

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

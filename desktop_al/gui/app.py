"""Start of the window: the shortest way to a first paint, everything heavy after it."""

import signal
import socket
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_al import settings
from desktop_al.gui.accessible import install_roles
from desktop_al.gui.collector import Collector
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.heap import share_heaps
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.language import apply_language
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.program import Program
from desktop_al.gui.quiet_imports import leave_sources_unread
from desktop_al.gui.sentences import told
from desktop_al.gui.theme import apply_appearance


def run(project: Path | None, demo: bool) -> int:
    """Show the window on ``project``, on the demo, on the last project or on the start page; return the exit status."""
    app = make_application()
    values, warnings = settings.read()
    apply_language(app, values.language)
    apply_appearance(app, values.theme)
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: apply_appearance(app, settings.read()[0].theme))
    crashes = CrashReporter(app)
    crashes.install()
    program = Program(app, lambda: MainWindow(crashes))
    interrupts = _Interrupts(program)
    recent = settings.recent_projects() if values.reopen_last else []
    _begin(program.window, project or (recent[0] if recent and not demo else None), demo, warnings)
    status = app.exec()
    interrupts.restore()
    crashes.uninstall()
    return status


def _begin(window: MainWindow, path: Path | None, demo: bool, warnings: list[str]) -> None:
    """Say what is wrong with the settings, and open the demo or the project at ``path`` once the window is shown.

    Nothing else of this module holds the window, which goes when another takes its place.
    """
    warnings += window.actions_by_name.shortcuts.wrong
    if warnings:
        window.messages.show_message("warning", told(warnings[0]), "\n".join(map(told, warnings)))
    if demo:
        QTimer.singleShot(0, window, window.commands.open_demo)
    elif path is not None:
        QTimer.singleShot(0, window, partial(window.open, path))


def make_application() -> QApplication:
    """Return the one application object, made where there is none."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    share_heaps()
    QGuiApplication.setDesktopFileName("desktop-al")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Desktop AL")
    app.setStyle("Fusion")
    app.setWindowIcon(icon(APP_ICON))
    install_roles()
    Collector(app)
    leave_sources_unread()
    return app


class _Interrupts(QObject):
    """Ctrl-C in the terminal and SIGTERM close the window as its close button does; a second SIGTERM ends at once.

    Python runs its handlers only between its own instructions; the wake-up socket makes Qt's loop return to it.
    """

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._ours, theirs = socket.socketpair()
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._theirs = theirs
        self._fd_before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._before = {
            signal.SIGINT: signal.signal(signal.SIGINT, lambda _number, _frame: program.close()),
            signal.SIGTERM: signal.signal(signal.SIGTERM, lambda _number, _frame: self._terminate(program)),
        }
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)

    @staticmethod
    def _terminate(program: Program) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        program.close()

    def _drain(self) -> None:
        self._ours.recv(64)

    def restore(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, before in self._before.items():
            signal.signal(number, before)
        self._ours.close()
        self._theirs.close()

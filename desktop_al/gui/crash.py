"""A fault of ours ends in a report that the user can read, copy and save; it is sent nowhere."""

import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.i18n import later, tr
from desktop_al.gui.theme import LARGE, MEDIUM
from desktop_al.jobs.crash import report_text

SENTENCE = later(
    "The program made a mistake that is not yours. What was committed to the project is safe. "
    "Please send this report to the authors; it is sent nowhere by itself."
)


class CrashDialog(QDialog):
    """Shows one report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Crash report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.report = report
        heading = QLabel(tr("Something went wrong in the program"), self)
        heading.setProperty("kind", "title")
        sentence = QLabel(tr(SENTENCE), self)
        sentence.setWordWrap(True)
        text = QPlainTextEdit(report, self)
        text.setReadOnly(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setAccessibleName(tr("Crash report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        # What the box makes itself has its look before it could be told its kind.
        copy = QPushButton(tr("Copy"), self)
        copy.setProperty("kind", "primary")
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        save = buttons.addButton(tr("Save…"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        save.clicked.connect(self._save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addWidget(text, 1)
        column.addWidget(buttons)
        self.resize(720, 460)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "desktop-al-crash.txt", tr("Text (*.txt)"))
        if name:
            Path(name).write_text(self.report, encoding="utf-8")


class CrashReporter(QObject):
    """Catches what nobody caught, on any thread, and shows it on the GUI thread; one dialog at a time."""

    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dialog: CrashDialog | None = None
        self._caught.connect(self.show_crash, Qt.ConnectionType.QueuedConnection)
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        """Take over `sys.excepthook` and `threading.excepthook`."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        self._before[0](kind, error, trace)
        self._caught.emit(error)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._before[1](args)
            self._caught.emit(args.exc_value)

    @Slot(object)
    def show_crash(self, error: BaseException) -> None:
        """Show the report of ``error``, unless one is in sight already."""
        if self.dialog is not None and self.dialog.isVisible():
            return
        window = self.parent()
        self.dialog = CrashDialog(report_text(error, sys.argv), window if isinstance(window, QWidget) else None)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.show()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None

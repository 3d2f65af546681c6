"""The running program: its one window, and the same window anew in another language."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop_al import settings
from desktop_al.gui.collector import forget
from desktop_al.gui.heap import give_back
from desktop_al.gui.language import apply_language
from desktop_al.gui.main_window import MainWindow


class Program(QObject):
    """Shows the window that ``make`` makes, and another one in its place where it asks to be opened anew.

    Every widget takes its words when it is made: a new language needs new widgets. They come back on the same project
    at the same spot, since that is kept when a project is closed.
    """

    def __init__(self, app: QApplication, make: Callable[[], MainWindow]) -> None:
        super().__init__(app)
        self._app, self._make = app, make
        self.window = self._show()

    def _show(self) -> MainWindow:
        window = self._make()
        window.again.connect(self._again)
        window.show()
        QTimer.singleShot(0, window, window.prepare)
        return window

    def close(self) -> None:
        """Close the window, which ends the program."""
        self.window.close()

    def _again(self) -> None:
        project = self.window.session.project
        # The program would end with its last window.
        self._app.setQuitOnLastWindowClosed(False)
        self.window.gone.connect(partial(self._come_back, None if project is None else project.path))
        self.window.close()

    def _come_back(self, project: Path | None) -> None:
        old, place = self.window, self.window.geometry()
        apply_language(self._app, settings.read()[0].language)
        self.window = self._show()
        self.window.setGeometry(place)
        self._app.setQuitOnLastWindowClosed(True)
        old.destroyed.connect(partial(_let_go_later, [old, *old.findChildren(QObject)]))
        old.deleteLater()
        if project is not None:
            QTimer.singleShot(0, self.window, partial(self.window.open, project))


def _let_go_later(parts: list[QObject]) -> None:
    # Not from within the end of what is to be let go.
    QTimer.singleShot(0, partial(_let_go, parts))


def _let_go(parts: list[QObject]) -> None:
    """Part the ``parts`` of a window that has gone from each other: they hold each other, and what they showed.

    Nothing else ends such cycles where the collector of cycles set them aside.
    """
    for part in parts:
        vars(part).clear()
    parts.clear()
    forget()
    give_back()

"""Runs inside the process of the real window and answers what it sees, one JSON object a line: [--right-to-left].

The test moves the real mouse and keyboard with xdotool; this only tells it where things are and what they show.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from desktop_al.gui import app
from desktop_al.gui.main_window import MainWindow
from tests.e2e import sight

PACE_MS = 50


class Driver(QObject):
    """Reads commands from standard input and answers on the GUI thread."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.answer, Qt.ConnectionType.QueuedConnection)
        self._file: FileToDrag | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line.strip())

    @Slot(str)
    def answer(self, command: str) -> None:
        """Answer one command."""
        window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
        verb, _, rest = command.partition(" ")
        # Who waits for something asks again and again: the answer sets the pace.
        QTimer.singleShot(
            PACE_MS if verb == "state" else 0, lambda: self._reply(getattr(self, f"do_{verb}")(window, rest))
        )

    def _reply(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def do_state(self, window: MainWindow, _rest: str) -> dict[str, Any]:
        """Say what is shown."""
        return sight.state_of(window)

    def do_where(self, window: MainWindow, name: str) -> dict[str, Any]:
        """Say where on the screen the centre of a control is; nothing where it is not in sight."""
        try:
            return dict(sight.place_of(window, name))
        except KeyError:
            return {}

    def do_activate(self, window: MainWindow, _rest: str) -> dict[str, Any]:
        """Hand the keys to the window, as a window manager does when it shows and when a dialog closes."""
        window.activateWindow()
        return {}

    def do_open(self, window: MainWindow, project: str) -> dict[str, Any]:
        """Open ``project``."""
        window.open(Path(project))
        return {}

    def do_create(self, window: MainWindow, folder: str) -> dict[str, Any]:
        """Do what a drop of ``folder`` does."""
        window.commands.take_drop([Path(folder)])
        return {}

    def do_kept(self, window: MainWindow, _rest: str) -> dict[str, Any]:
        """Say whether the project holds where the person is now; bring forward the moment when it is kept."""
        views = window.workspace
        assert views is not None
        views.spots.keep()
        return {"kept": not window.bridge.busy}

    def do_path(self, window: MainWindow, _rest: str) -> dict[str, Any]:
        """Say which file the focused image is."""
        pool = window.session.pool
        return {"path": str(pool.path(pool.focus))}

    def do_offer(self, window: MainWindow, file: str) -> dict[str, Any]:
        """Lay ``file`` beside the window, to be dragged into it as from a file manager."""
        self._file = FileToDrag(Path(file))
        return {}

    def do_picture(self, _window: MainWindow, file: str) -> dict[str, Any]:
        """Write the screen to ``file``."""
        sight.picture(file)
        return {}


class FileToDrag(QLabel):
    """A little window that lets a file be dragged out of it."""

    def __init__(self, file: Path) -> None:
        super().__init__(file.name, None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
        self._url = QUrl.fromLocalFile(str(file))
        self.setAccessibleName("file to drag")
        self.setGeometry(1500, 900, 90, 60)
        self.show()
        self.raise_()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the file go with the mouse."""
        drag, data = QDrag(self), QMimeData()
        data.setUrls([self._url])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)
        self.close()


if __name__ == "__main__":
    driver = Driver()
    application = app.make_application()
    if "--right-to-left" in sys.argv:
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    sys.exit(app.run(None, False))

"""Runs inside the process of the real window and answers what it sees, one JSON object a line.

The test moves the real mouse and keyboard with xdotool; this only tells it where things are and what they show.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop_al.gui import app
from desktop_al.gui.export_dialog import ExportDialog
from desktop_al.gui.main_window import MainWindow

PACE_MS = 50


class Driver(QObject):
    """Reads commands from standard input and answers on the GUI thread."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.answer, Qt.ConnectionType.QueuedConnection)
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
        pool = window.session.pool
        dialog = QApplication.activeModalWidget()
        return {
            "visible": window.isVisible(),
            "ready": window.workspace is not None,
            "project": str(window.session.project.path) if window.session.project else "",
            "busy": window.bridge.busy,
            "samples": len(pool),
            "embedded": pool.counts.embedded,
            "placed": int((pool.xy[:, 0] == pool.xy[:, 0]).sum()),
            "picks": len(pool.picks),
            "accepted": int((pool.decision == 3).sum()),
            "rejected": int((pool.decision == 1).sum()),
            "focus": pool.focus,
            "message": window.messages.sentence,
            "kind": window.messages.kind,
            "dialog": type(dialog).__name__ if isinstance(dialog, QDialog) else "",
        }

    def do_where(self, window: MainWindow, name: str) -> dict[str, Any]:
        """Say where on the screen the centre of a control is."""
        assert window.workspace is not None
        dialog = QApplication.activeModalWidget()
        controls: dict[str, QWidget] = {"gallery": window.workspace.gallery.grid, "map": window.workspace.map.canvas}
        if isinstance(dialog, ExportDialog):
            controls |= {"act": dialog.act, "path": dialog.to.line}
        found = controls[name]
        centre = found.mapToGlobal(QPoint(found.width() // 2, found.height() // 2))
        return {"x": centre.x(), "y": centre.y(), "width": found.width(), "height": found.height()}

    def do_create(self, window: MainWindow, folder: str) -> dict[str, Any]:
        """Do what a drop of ``folder`` does; a drag between programs is beyond xdotool."""
        window.commands.take_drop([Path(folder)])
        return {}


if __name__ == "__main__":
    driver = Driver()
    app.make_application()
    sys.exit(app.run(None, False))

"""Runs inside the process of the real window and answers what it sees, one JSON object a line.

The test moves the real mouse and keyboard with xdotool; this only tells it where things are and what they show.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.gui import app
from desktop_al.gui.export_dialog import ExportDialog
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.sheet import shown_sheet
from desktop_al.gui.shortcuts_editor import ShortcutsEditor

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
        dialog = QApplication.activeModalWidget() or shown_sheet(window)
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
            "dialog": type(dialog).__name__ if dialog is not None else "",
            "undo": window.session.undo_stack.undoText(),
            "highlighted": int(pool.highlight.sum()),
            "shown": int(pool.visible.sum()),
            "labelled": int((pool.label_code >= 0).sum()),
            "tags": list(pool.tag_names),
            "notes": list(pool.notes.values()),
            "in": described(QApplication.focusWidget()),
            **self._views(window),
        }

    def _views(self, window: MainWindow) -> dict[str, Any]:
        """What the filters, the palette and the loupe show."""
        views, palette = window.workspace, window.palette_view
        if views is None:
            return {}
        return {
            "chips": [chip.button.text() for chip in views.filter_bar.chips],
            "line": views.filter_bar.line.text(),
            "offered": [choice.text for choice in views.filter_bar.line.offered],
            "problem": views.filter_bar.sentence.text() if views.filter_bar.sentence.isVisible() else "",
            "palette": [choice.text for choice in palette.list.choices[:5]] if palette and palette.shown else [],
            "loupe": views.looking.loupe.isVisible(),
        }

    def do_where(self, window: MainWindow, name: str) -> dict[str, Any]:
        """Say where on the screen the centre of a control is."""
        found = self._controls(window)[name]
        centre = found.mapToGlobal(QPoint(found.width() // 2, found.height() // 2))
        return {"x": centre.x(), "y": centre.y(), "width": found.width(), "height": found.height()}

    def _controls(self, window: MainWindow) -> dict[str, QWidget]:
        """The controls that can be clicked on, by name."""
        assert window.workspace is not None
        dialog = shown_sheet(window)
        controls: dict[str, QWidget] = {"gallery": window.workspace.gallery.grid, "map": window.workspace.map.canvas}
        bar = window.workspace.filter_bar
        controls |= {"filter": bar.line, "instead": bar.instead}
        for place, chip in enumerate(bar.chips):
            controls |= {f"chip {place}": chip.button, f"cross {place}": chip.cross}
        for editor in window.findChildren(ShortcutsEditor):
            controls |= {"search keys": editor.search}
        if isinstance(dialog, ExportDialog):
            controls |= {"act": dialog.act, "path": dialog.to.line}
        return controls

    def do_has(self, window: MainWindow, name: str) -> dict[str, Any]:
        """Say whether a control is there."""
        return {"there": name in self._controls(window)}

    def do_open(self, window: MainWindow, project: str) -> dict[str, Any]:
        """Open ``project``."""
        window.open(Path(project))
        return {}

    def do_create(self, window: MainWindow, folder: str) -> dict[str, Any]:
        """Do what a drop of ``folder`` does; a drag between programs is beyond xdotool."""
        window.commands.take_drop([Path(folder)])
        return {}


def described(widget: QWidget | None) -> str:
    """What has the keys."""
    return "" if widget is None else widget.accessibleName() or type(widget).__name__


if __name__ == "__main__":
    driver = Driver()
    app.make_application()
    sys.exit(app.run(None, False))

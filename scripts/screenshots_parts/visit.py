"""What a tour does at each of its stops: wait, take a picture, keep what is wrong with it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.sheet import shown_sheet
from scripts.screenshots_parts.faults import faults
from scripts.screenshots_parts.story import Story

# The fading in of images takes a quarter of a second.
SETTLE_MS = 320


class Visit(Story):
    """One window that is led from state to state; ``faults`` are those of every picture."""

    def __init__(self, application: QApplication, window: MainWindow, folder: Path, prefix: str) -> None:
        super().__init__(application, window, folder)
        self.prefix = prefix
        self.faults: list[str] = []
        self.settle_ms = SETTLE_MS

    def settle(self) -> None:
        """Wait until nothing runs, the map is drawn and the thumbnails are there."""
        self.until("the jobs", lambda: not self.window.bridge.busy)
        self.until("the map", lambda: self.workspace.map.settled)
        self.pause(self.settle_ms)

    def leave_sheet(self) -> None:
        """Leave the sheet that is open as a person does, by Escape."""
        sheet, here = shown_sheet(self.window), QApplication.focusWidget()
        assert sheet is not None, "there is no sheet to leave"
        QTest.keyClick(here if here is not None and sheet.isAncestorOf(here) else sheet, Qt.Key.Key_Escape)
        self.pause(40)
        assert shown_sheet(self.window) is None, "Escape does not leave the sheet"

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write a picture of ``widget``, or of the window, and keep what is wrong with it."""
        shown = widget or self.window
        # A text that came in this very moment is laid out by what it posted.
        QApplication.sendPostedEvents()
        shown.grab().save(str(self.folder / f"{self.prefix}-{name}.png"))
        self.faults += [f"{self.prefix}-{name}: {fault}" for fault in faults(shown)]

"""Hides every panel at once, so that the map has the window, and brings them back as they lay."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from desktop_al.gui.layout_store import LAYOUT_VERSION

if TYPE_CHECKING:
    from desktop_al.gui.workspace import Workspace


class PanelHider:
    """Turns the panels of a workspace off and on again."""

    def __init__(self) -> None:
        self._before = QByteArray()

    def turn(self, workspace: "Workspace") -> None:
        """Hide the panels that are open, or bring back those that were, all of them where none is remembered."""
        window = workspace.map.window()
        assert isinstance(window, QMainWindow)
        if any_open(workspace.docks):
            self._before = window.saveState(LAYOUT_VERSION)
            keys = QApplication.focusWidget()
            for dock in workspace.docks.values():
                dock.hide()
            if keys is not None and not keys.isVisible():
                workspace.map.setFocus()
        elif (
            self._before.isEmpty()
            or not window.restoreState(self._before, LAYOUT_VERSION)
            or not any_open(workspace.docks)
        ):
            workspace.lay_out()


def any_open(docks: Mapping[str, QDockWidget]) -> bool:
    """Whether a panel is open, be it behind another."""
    return any(not dock.isHidden() for dock in docks.values())

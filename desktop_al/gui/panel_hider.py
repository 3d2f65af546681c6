"""Hides every panel at once, so that the map has the window, and brings them back as they lay."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QDockWidget

if TYPE_CHECKING:
    from desktop_al.gui.layout_store import PanelState
    from desktop_al.gui.workspace import Workspace


class PanelHider:
    """Turns the panels of a workspace off and on again."""

    def __init__(self) -> None:
        self._before: PanelState | None = None

    def turn(self, workspace: "Workspace") -> None:
        """Hide the panels that are open, or bring back those that were, all of them where none is remembered."""
        if any_open(workspace.docks):
            self._before = workspace.panels.state()
            keys = QApplication.focusWidget()
            for dock in workspace.docks.values():
                dock.hide()
            if keys is not None and not keys.isVisible():
                workspace.map.setFocus()
        elif self._before is None or not workspace.panels.restore(self._before) or not any_open(workspace.docks):
            workspace.lay_out()


def any_open(docks: Mapping[str, QDockWidget]) -> bool:
    """Whether a panel is open, be it behind another."""
    return any(not dock.isHidden() for dock in docks.values())

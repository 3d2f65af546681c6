"""The parts of the window that F6 goes through: the filters, the map, the panels in sight, and a sheet."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDockWidget, QMainWindow, QScrollArea, QTabBar, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.sheet import shown_sheet

if TYPE_CHECKING:
    from desktop_al.gui.workspace import Workspace

TAB = Qt.FocusPolicy.TabFocus
FIRST = ("gallery", "batch", "inspector")


def areas_of(workspace: "Workspace") -> list[QWidget]:
    """The parts in the order in which one works with them, without those that are out of sight or take no keys."""
    return [part for part, _ in entries(workspace)]


def entries(workspace: "Workspace") -> list[tuple[QWidget, QWidget]]:
    """The parts, each with what takes the keys in it first."""
    docks = workspace.docks
    names = [*FIRST, *(name for name in docks if name not in FIRST)]
    parts = [part for name in names if (part := docks[name].widget()) is not None]
    found: list[tuple[QWidget, QWidget | None]] = [
        (workspace.filter_bar, workspace.filter_bar.line),
        (workspace.map, entry(workspace.map.canvas)),
        *((part, entry(part)) for part in parts),
    ]
    sheet = shown_sheet(workspace.map.window())
    if sheet is not None:
        found.append((sheet, entry(sheet)))
    return [(part, first) for part, first in found if first is not None and in_sight(part)]


def in_sight(part: QWidget) -> bool:
    """Whether ``part`` is on the screen; a panel behind another tab lies outside the window."""
    return part.isVisible() and part.window().rect().contains(part.mapTo(part.window(), part.rect().center()))


def go_area(workspace: "Workspace", by: int) -> None:
    """Give the focus to the part of the window that is ``by`` steps further, round the ends."""
    loupe = workspace.looking.loupe
    if loupe.isVisible():
        # It covers all other parts.
        loupe.focusNextPrevChild(by > 0)
        return
    parts, here = entries(workspace), QApplication.focusWidget()
    if not parts:
        return
    inside = [
        place for place, (part, _) in enumerate(parts) if here is not None and (part is here or part.isAncestorOf(here))
    ]
    start = inside[0] if inside else (-1 if by > 0 else 0)
    parts[(start + by) % len(parts)][1].setFocus(Qt.FocusReason.TabFocusReason)


def entry(part: QWidget) -> QWidget | None:
    """What in ``part`` takes the focus first, None where nothing does."""
    target = part
    while (proxy := target.focusProxy()) is not None:
        target = proxy
    if reachable(target):
        return target
    # Not by `nextInFocusChain`: PySide would let each control depend on the life of the one before it.
    return next((widget for widget in part.findChildren(QWidget) if reachable(widget)), None)


def name_tabs(window: QMainWindow) -> None:
    """Name the lines of tabs that ``window`` made for panels that lie behind each other."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        tabs.setAccessibleName(tr("Panels"))


def tabs_below(window: QMainWindow, panel: QDockWidget) -> int:
    """The height of the line of tabs below ``panel``, which Qt counts in when it is told a height; 0 where is none."""
    below = panel.geometry().translated(0, panel.height())
    lines = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    touching = (tabs for tabs in lines if tabs.isVisible() and tabs.geometry().intersects(below))
    return next((tabs.height() for tabs in touching if abs(tabs.y() - below.y()) <= tabs.height()), 0)


def reachable(widget: QWidget) -> bool:
    """Whether Tab stops at ``widget`` now; an area that only scrolls is passed over."""
    stops = (widget.focusPolicy() & TAB) == TAB and widget.isVisible() and widget.isEnabled()
    return stops and not isinstance(widget, QScrollArea) and type(widget) is not QAbstractScrollArea

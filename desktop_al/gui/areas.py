"""The parts of the window that F6 goes through: the filters, the map, and the panels that are in sight."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMainWindow, QScrollArea, QTabBar, QWidget

from desktop_al.gui.i18n import tr

if TYPE_CHECKING:
    from desktop_al.gui.workspace import Workspace

TAB = Qt.FocusPolicy.TabFocus
FIRST = ("gallery", "batch", "inspector")


def areas_of(workspace: "Workspace") -> list[QWidget]:
    """The parts in the order in which one works with them, without those that are out of sight or take no keys."""
    docks = workspace.docks
    names = [*FIRST, *(name for name in docks if name not in FIRST)]
    parts = [workspace.filter_bar, workspace.map, *(docks[name].widget() for name in names)]
    return [part for part in parts if part is not None and in_sight(part) and entry(part) is not None]


def in_sight(part: QWidget) -> bool:
    """Whether ``part`` is on the screen; a panel behind another tab lies outside the window."""
    return part.isVisible() and part.window().rect().contains(part.mapTo(part.window(), part.rect().center()))


def go_area(workspace: "Workspace", by: int) -> None:
    """Give the focus to the part of the window that is ``by`` steps further, round the ends."""
    parts, here = areas_of(workspace), QApplication.focusWidget()
    if not parts:
        return
    inside = [
        place for place, part in enumerate(parts) if here is not None and (part is here or part.isAncestorOf(here))
    ]
    start = inside[0] if inside else (-1 if by > 0 else 0)
    target = entry(parts[(start + by) % len(parts)])
    if target is not None:
        target.setFocus(Qt.FocusReason.TabFocusReason)


def entry(part: QWidget) -> QWidget | None:
    """What in ``part`` takes the focus first, None where nothing does."""
    target = part
    while (proxy := target.focusProxy()) is not None:
        target = proxy
    if reachable(target):
        return target
    return next((widget for widget in tab_order(part) if part.isAncestorOf(widget) and reachable(widget)), None)


def name_tabs(window: QMainWindow) -> None:
    """Name the lines of tabs that ``window`` made for panels that lie behind each other."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        tabs.setAccessibleName(tr("Panels"))


def reachable(widget: QWidget) -> bool:
    """Whether Tab stops at ``widget`` now; an area that only scrolls is passed over."""
    stops = (widget.focusPolicy() & TAB) == TAB and widget.isVisible() and widget.isEnabled()
    return stops and not isinstance(widget, QScrollArea) and type(widget) is not QAbstractScrollArea


def tab_order(part: QWidget) -> list[QWidget]:
    """The widgets of the window of ``part`` in the order of Tab, those behind ``part`` first."""
    found: list[QWidget] = []
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        found.append(widget)
        widget = widget.nextInFocusChain()
    return found

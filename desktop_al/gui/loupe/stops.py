"""Where Tab stops in what covers a window, in the order in which one reads."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.gui.areas import reachable

# Controls whose middles lie no further below each other stand in one line.
SAME_LINE = 12


def go_round(widget: QWidget, forward: bool) -> None:
    """Give the keys to the next stop within ``widget``, which is the first of them, or to the one before."""
    stops: list[QWidget] = [widget, *stops_in(widget)]
    here = QApplication.focusWidget()
    index = stops.index(here) if here in stops else 0
    stops[(index + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)


def stops_in(widget: QWidget) -> list[QWidget]:
    """Where Tab stops within ``widget``, line by line."""
    found = [child for child in widget.findChildren(QWidget) if reachable(child)]
    places = {child: child.mapTo(widget, child.rect().center()) for child in found}
    found.sort(key=lambda child: places[child].y())
    turned = -1 if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
    line, top, lines = 0, 0, {}
    for child in found:
        if places[child].y() - top > SAME_LINE:
            line, top = line + 1, places[child].y()
        lines[child] = line
    return sorted(found, key=lambda child: (lines[child], turned * places[child].x()))

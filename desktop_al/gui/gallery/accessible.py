"""What a screen reader finds in the grid: an entry for each cell in view, and none for the million that are not.

Each entry belongs to a small object of ours that stands for a place in view, not for a sample: they are made once, used
again as the grid scrolls, and go with the grid, so that Qt never holds an interface of something that is gone.
"""

from itertools import chain
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QAccessibleObject
from PySide6.QtWidgets import QAccessibleWidget

from desktop_al.gui.gallery.cells import spoken
from desktop_al.gui.i18n import tr

if TYPE_CHECKING:
    from desktop_al.gui.gallery.grid import GridView
    from desktop_al.gui.pool import Pool

RESTS_MS = 150


class CellPlace(QObject):
    """The ``number``-th cell in view."""

    def __init__(self, places: "CellPlaces", number: int) -> None:
        super().__init__(places)
        self.places, self.number = places, number

    @property
    def position(self) -> int:
        """The position of the sample that is here now, -1 for none."""
        shown = self.places.shown()
        return shown[self.number] if self.number < len(shown) else -1

    def make_accessible(self) -> QAccessibleInterface:
        """Make what tells a screen reader of it."""
        return CellInterface(self)


class CellPlaces(QObject):
    """The places of ``grid``, made as they are asked for, and what is told as they change."""

    def __init__(self, grid: "GridView", pool: "Pool") -> None:
        super().__init__(grid)
        self.grid, self.pool = grid, pool
        self._made: list[CellPlace] = []
        # A screen reader asks for much of what it is told of: while the grid scrolls there is nothing to tell.
        self._others = QTimer(self)
        self._others.setSingleShot(True)
        self._others.setInterval(RESTS_MS)
        self._others.timeout.connect(self._tell_others)

    def shown(self) -> list[int]:
        """The positions in view."""
        return list(chain(*self.grid.shown()))

    def at(self, number: int) -> QAccessibleInterface | None:
        """The entry of the ``number``-th cell in view, None where there are fewer."""
        if not 0 <= number < len(self.shown()):
            return None
        while len(self._made) <= number:
            self._made.append(CellPlace(self, len(self._made)))
        return QAccessible.queryAccessibleInterface(self._made[number])

    @property
    def focused(self) -> int:
        """The number of the focused cell, -1 where it is not in view."""
        position, shown = self.grid.position_of(self.pool.focus), self.shown()
        return shown.index(position) if position in shown else -1

    def tell_focus(self) -> None:
        """Let a screen reader say which cell the keys are on now."""
        number = self.focused
        if QAccessible.isActive() and self.grid.hasFocus() and self.at(number) is not None:
            QAccessible.updateAccessibility(QAccessibleEvent(self._made[number], QAccessible.Event.Focus))

    def tell_others(self) -> None:
        """Let a screen reader know that other cells are in view, once they stay there."""
        if QAccessible.isActive():
            self._others.start()

    @Slot()
    def _tell_others(self) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self.grid, QAccessible.Event.ObjectReorder))


def perhaps(interface: QAccessibleInterface | None) -> QAccessibleInterface:
    """``interface``, of which Qt knows that there may be none, and the types of PySide do not."""
    return cast("QAccessibleInterface", interface)


class GridInterface(QAccessibleWidget):
    """The grid as a list of the cells in view."""

    def __init__(self, places: CellPlaces) -> None:
        super().__init__(places.grid, QAccessible.Role.List)
        self._places = places

    def childCount(self) -> int:
        """As many as are in view."""
        return len(self._places.shown())

    def child(self, index: int) -> QAccessibleInterface:
        """The entry of a cell."""
        return perhaps(self._places.at(index))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Which cell in view ``child`` is."""
        place = child.object()
        return place.number if isinstance(place, CellPlace) and place.places is self._places else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        """The entry of the cell at a point of the screen."""
        grid = self._places.grid
        position, shown = grid.position_at(grid.viewport().mapFromGlobal(QPoint(x, y))), self._places.shown()
        return perhaps(self._places.at(shown.index(position)) if position in shown else None)

    def focusChild(self) -> QAccessibleInterface:
        """The entry of the focused cell."""
        return perhaps(self._places.at(self._places.focused))


class CellInterface(QAccessibleObject):
    """One cell, whichever sample is there now."""

    def __init__(self, place: CellPlace) -> None:
        super().__init__(place)
        self._place = place

    @property
    def _row(self) -> int:
        position = self._place.position
        return int(self._place.places.grid.rows[position]) if position >= 0 else -1

    def parent(self) -> QAccessibleInterface:
        """The grid."""
        return perhaps(QAccessible.queryAccessibleInterface(self._place.places.grid))

    def child(self, index: int) -> QAccessibleInterface:
        """There is nothing in a cell."""
        return perhaps(None)

    def childCount(self) -> int:
        """There is nothing in a cell."""
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """There is nothing in a cell."""
        return -1

    def role(self) -> QAccessible.Role:
        """An entry of a list."""
        return QAccessible.Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        """The name of the file, its pick, label, marks and tags; then where it stands among all that the grid shows."""
        if kind == QAccessible.Text.Name:
            return spoken(self._place.places.pool, self._row)
        if kind != QAccessible.Text.Description or self._row < 0:
            return ""
        count = len(self._place.places.grid.rows)
        return tr("{position:,} of {count:,}", position=self._place.position + 1, count=count)

    def rect(self) -> QRect:
        """Where it is on the screen."""
        position, view = self._place.position, self._place.places.grid.viewport()
        if position < 0:
            return QRect()
        cell = self._place.places.grid.cell_rect(position)
        return QRect(view.mapToGlobal(cell.topLeft()), cell.size())

    def state(self) -> QAccessible.State:
        """Whether it is focused and highlighted."""
        state, row, pool = QAccessible.State(), self._row, self._place.places.pool
        state.focusable = state.selectable = state.multiSelectable = 1
        if row < 0:
            state.invisible = 1
            return state
        state.focused = int(row == pool.focus)
        state.selected = int(pool.highlight[row])
        return state

"""The mouse in the grid: what lies under it, and what its clicks do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent

from desktop_al.gui.gallery.band import Band
from desktop_al.gui.gallery.cell import stack_chip
from desktop_al.gui.gallery.header import button_rect
from desktop_al.gui.gallery.hover import HoverPreview
from desktop_al.gui.gallery.marking import NO_ROWS, Marker
from desktop_al.gui.theme import SMALL

if TYPE_CHECKING:
    from desktop_al.gui.gallery.grid import GridView
    from desktop_al.gui.pool import Pool
    from desktop_al.gui.thumbs import ThumbLoader


class Hand(QObject):
    """Follows the mouse over ``grid``: ``position`` and ``section`` lie under it, -1 for none."""

    def __init__(self, grid: "GridView", pool: "Pool", thumbs: "ThumbLoader", marker: Marker) -> None:
        super().__init__(grid)
        self._grid, self._pool, self._marker = grid, pool, marker
        self.band = Band(grid, pool)
        self.preview = HoverPreview(pool, thumbs, grid.viewport())
        self.position = self.section = -1
        self.on_button = False

    def forget(self) -> None:
        """Nothing lies under the mouse."""
        known, self.position, self.section = self.position, -1, -1
        self.preview.leave()
        if known >= 0:
            self._grid.hovered.emit(-1)

    def press(self, event: QMouseEvent) -> None:
        """Focus the sample clicked on; Ctrl marks it or takes the mark away, Shift marks the range."""
        grid, point = self._grid, event.position().toPoint()
        section, position = grid.header_at(point), grid.position_at(point)
        self.preview.leave()
        if event.button() == Qt.MouseButton.LeftButton and section < 0:
            self.band.press(point)
        if event.button() != Qt.MouseButton.LeftButton:
            if position >= 0:
                self._pool.set_focus(int(grid.rows[position]))
        elif section >= 0 and button_rect(grid.header_rect(section)).contains(point):
            grid.highlight_section(section)
        elif section >= 0:
            grid.fold(section, not grid.is_folded(section))
        elif position < 0:
            self._pool.set_highlight(NO_ROWS)
        elif self._on_stack(position, point):
            grid.stack_asked.emit(int(grid.rows[position]))
        else:
            self._marker.mark(grid.rows, position, event.modifiers())

    def double_click(self, event: QMouseEvent) -> None:
        """Open the sample."""
        point = event.position().toPoint()
        position = self._grid.position_at(point)
        if position < 0 or self._on_stack(position, point):
            self.press(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._grid.opened.emit(int(self._grid.rows[position]))

    def move(self, event: QMouseEvent) -> None:
        """Show which cell or header the mouse is on."""
        grid, point = self._grid, event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.band.move(point)
            return
        position, section = grid.position_at(point), grid.header_at(point)
        row = int(grid.rows[position]) if position >= 0 else -1
        self.preview.point(row, grid.cell, point)
        on_button = section >= 0 and button_rect(grid.header_rect(section)).contains(point)
        if (position, section, on_button) == (self.position, self.section, self.on_button):
            return
        if position != self.position:
            grid.hovered.emit(row)
        self.position, self.section, self.on_button = position, section, on_button
        grid.viewport().setToolTip(grid.arrangement.title(section) if section >= 0 else "")
        grid.viewport().update()

    def _on_stack(self, position: int, point: QPoint) -> bool:
        stack = self._grid.arrangement.stack
        if stack is None or stack[position] == 1:
            return False
        cell = self._grid.cell_rect(position)
        return stack_chip(cell.x(), cell.y(), cell.width()).adjusted(-SMALL, -SMALL, SMALL, SMALL).contains(point)

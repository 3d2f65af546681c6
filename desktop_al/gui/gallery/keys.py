"""The keys of the grid: where each leads, and what each does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_al.gui.gallery.marking import Marker
from desktop_al.gui.key_hints import pressed

if TYPE_CHECKING:
    from desktop_al.gui.gallery.grid import GridView
    from desktop_al.gui.pool import Pool

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def press(grid: "GridView", pool: "Pool", marker: Marker, event: QKeyEvent) -> bool:
    """Do what the key of ``event`` is for in ``grid``; returns whether it is for anything."""
    key, held, focus = event.key(), event.modifiers(), pool.focus
    plainly = not held & ~(SHIFT | Qt.KeyboardModifier.KeypadModifier)
    shown, command = grid.position_of(focus) >= 0, pressed("gallery", event)
    if not len(grid.rows):
        return False
    if command == "gallery.section" and grid.arrangement.sections is not None:
        grid.highlight_section()
    elif command == "gallery.stack" and grid.arrangement.stack is not None and shown:
        grid.stack_asked.emit(focus)
    elif command == "gallery.jump":
        grid.jump_asked.emit()
    elif key in OPENING and plainly:
        if focus >= 0:
            grid.opened.emit(focus)
    elif key == Qt.Key.Key_A and held & CONTROL:
        pool.set_highlight(grid.rows)
    elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and held & CONTROL:
        grid.fold_focused(key == Qt.Key.Key_Left, bool(held & SHIFT))
    elif (target := _target(grid, key)) >= 0:
        marker.step(grid.rows, target, held)
    else:
        return False
    return True


def _target(grid: "GridView", key: int) -> int:
    """The position that ``key`` leads to, -1 where it leads nowhere."""
    layout, here = grid.layout_now(), grid.position_of(grid.kept)
    page = max(1, grid.viewport().height() // layout.pitch)
    ends: dict[int, int] = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: layout.lines - 1}
    steps: dict[int, tuple[int, int]] = {
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
        Qt.Key.Key_PageUp: (0, -page),
        Qt.Key.Key_PageDown: (0, page),
    }
    if key in ends:
        return layout.position_in(ends[key], 0 if key == Qt.Key.Key_Home else layout.columns)
    if key not in steps:
        return -1
    return layout.moved(here, *steps[key]) if here >= 0 else layout.position_in(0, 0)

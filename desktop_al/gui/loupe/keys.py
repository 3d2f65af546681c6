"""The keys of the loupe, which lead through the images and into them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_al.gui.key_hints import pressed
from desktop_al.gui.loupe.camera import STEP

if TYPE_CHECKING:
    from desktop_al.gui.loupe.loupe import Loupe

HARMLESS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
LEAVING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
ALL = 2**31
STEPS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Home: -ALL,
    Qt.Key.Key_End: ALL,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}
# With Shift, by so much of the pane: the way one looks, not the way that the image goes.
PAN = 0.125
PANS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_Left: (-PAN, 0.0),
    Qt.Key.Key_Right: (PAN, 0.0),
    Qt.Key.Key_Up: (0.0, -PAN),
    Qt.Key.Key_Down: (0.0, PAN),
}
ZOOMS: dict[int, float] = {
    Qt.Key.Key_Plus: STEP,
    Qt.Key.Key_Equal: STEP,
    Qt.Key.Key_Minus: 1 / STEP,
    Qt.Key.Key_Underscore: 1 / STEP,
}


def press(loupe: "Loupe", event: QKeyEvent) -> bool:
    """Do what the key of ``event`` is for in ``loupe``; returns whether it is for anything."""
    key, command = event.key(), pressed("loupe", event)
    if not command and event.modifiers() & ~HARMLESS:
        return False
    if command == "loupe.full":
        loupe.pane.toggle_full_size()
    elif command == "loupe.strip":
        loupe.show_strip(not loupe.strip.isVisible())
    elif key in LEAVING:
        loupe.leave()
    elif key in PANS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        loupe.pane.look_aside(*PANS[key])
    elif key in STEPS:
        loupe.step(STEPS[key])
    elif key in ZOOMS:
        loupe.pane.zoom(ZOOMS[key])
    else:
        return False
    return True

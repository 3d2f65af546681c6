"""What the keys do on the map; every one of them can be had with the mouse too."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.map.hands import Hands
from desktop_al.gui.map.looks import COVERAGE_VIEW, Looks
from desktop_al.gui.map.navigation import ZOOM_STEP, Navigation

Table = dict[tuple[int, bool], Callable[[], None]]
SWITCHED = {
    Qt.Key.Key_G: "labels",
    Qt.Key.Key_H: "trust",
    Qt.Key.Key_M: "pair",
}
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


def zoom_step(canvas: Navigation, way: int) -> None:
    """Zoom in (``way`` 1) or out (-1) by one press of a button or key."""
    canvas.zoom(ZOOM_STEP ** (2 * way), glide=True)


def key_table(canvas: MapCanvas, hands: Hands, looks: Looks, fit_highlight: Callable[[], None]) -> Table:
    """What to do, by key and whether Shift is held."""

    def toggle(tool: Tool) -> None:
        canvas.set_tool(Tool.PAN if canvas.tool is tool else tool)

    table: Table = {
        (Qt.Key.Key_F, False): canvas.fit,
        (Qt.Key.Key_F, True): fit_highlight,
        (Qt.Key.Key_L, False): partial(toggle, Tool.LASSO),
        (Qt.Key.Key_R, False): partial(toggle, Tool.RECTANGLE),
        (Qt.Key.Key_D, False): partial(toggle, Tool.BRUSH),
        (Qt.Key.Key_BracketLeft, False): partial(canvas.resize_brush, -1),
        (Qt.Key.Key_BracketRight, False): partial(canvas.resize_brush, 1),
        # T and C alone are keys of actions, wherever the focus is.
        **{(key, False): partial(looks.flip, name) for key, name in SWITCHED.items()},
        (Qt.Key.Key_C, True): partial(looks.flip, COVERAGE_VIEW),
        (Qt.Key.Key_Escape, False): hands.escape,
        (Qt.Key.Key_Backspace, False): canvas.back,
        (Qt.Key.Key_Backspace, True): canvas.forward,
    }
    # On most keyboards plus or equal sign need Shift: take them either way.
    for shift in (False, True):
        for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            table[(key, shift)] = partial(zoom_step, canvas, 1)
        for key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            table[(key, shift)] = partial(zoom_step, canvas, -1)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        table[(key, False)] = hands.open_focus
    for key, (dx, dy) in ARROWS.items():
        table[(key, False)] = partial(hands.step, dx, dy)
    return table


def press(table: Table, event: QKeyEvent) -> bool:
    """Do what ``table`` says for ``event``; returns whether it says anything."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    run = table.get((event.key(), bool(held & Qt.KeyboardModifier.ShiftModifier)))
    if run is None or held & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    run()
    return True

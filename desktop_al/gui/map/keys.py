"""What the keys do on the map; every one of them can be had with the mouse too."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_al.gui.key_hints import pressed
from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.map.hands import Hands
from desktop_al.gui.map.looks import COVERAGE_VIEW, Looks
from desktop_al.gui.map.navigation import ZOOM_STEP, Navigation

Table = dict[tuple[int, bool], Callable[[], None]]
Commands = dict[str, Callable[[], None]]
SWITCHED = ("labels", COVERAGE_VIEW, "trust", "pair")
# What two maps beside each other have in common: the tools and switches are those of the first.
OF_BOTH = ("map.lasso", "map.rectangle", "map.brush", "map.labels", "map.trust", "map.pair")
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


def zoom_step(canvas: Navigation, way: int) -> None:
    """Zoom in (``way`` 1) or out (-1) by one press of a button or key."""
    canvas.zoom(ZOOM_STEP ** (2 * way), glide=True)


def commands(canvas: MapCanvas, looks: Looks, fit_highlight: Callable[[], None]) -> Commands:
    """What to do, by the name of the local command; its key is the one that the user chose."""

    def toggle(tool: Tool) -> None:
        canvas.set_tool(Tool.PAN if canvas.tool is tool else tool)

    return {
        "map.fit": canvas.fit,
        "map.fit_highlight": fit_highlight,
        "map.lasso": partial(toggle, Tool.LASSO),
        "map.rectangle": partial(toggle, Tool.RECTANGLE),
        "map.brush": partial(toggle, Tool.BRUSH),
        "map.smaller": partial(canvas.resize_brush, -1),
        "map.larger": partial(canvas.resize_brush, 1),
        **{f"map.{name}": partial(looks.flip, name) for name in SWITCHED},
        "map.back": canvas.back,
        "map.forward": canvas.forward,
    }


def key_table(canvas: MapCanvas, hands: Hands) -> Table:
    """What to do by the keys that no one can change, and whether Shift is held."""
    table: Table = {(Qt.Key.Key_Escape, False): hands.escape}
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


def press(named: Commands, table: Table, event: QKeyEvent) -> bool:
    """Do what the command with the key of ``event`` does, else what ``table`` says; returns whether there is any."""
    name = pressed("map", event)
    if name:
        named[name]()
        return True
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    run = table.get((event.key(), bool(held & Qt.KeyboardModifier.ShiftModifier)))
    if run is None or held & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    run()
    return True

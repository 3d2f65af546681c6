"""The spot to come back to: what of a map was in sight, how it was looked at, and with which tool."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.drawing import BRUSH_LEAST, BRUSH_MOST, Tool
from desktop_al.gui.map.looks import SWITCHES, Looks
from desktop_al.gui.map.view import View, fitted

MODES = ("replace", "add", "subtract", "intersect")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was in sight: the centre on the map, and how much larger than fitted."""

    x: float
    y: float
    zoom: float


def spot_of(canvas: MapCanvas, looks: Looks) -> dict[str, object]:
    """The spot as JSON values; ``view`` is None while all of the map is in sight."""
    view = canvas.view
    base = fitted(canvas.bounds, view.width, view.height).scale
    return {
        "view": None if canvas.is_fitted else [view.x, view.y, view.scale / base],
        "colour": [looks.by.kind.value, looks.by.name],
        "hidden": sorted(looks.hidden),
        "switches": {name: looks.is_on(name) for name in SWITCHES},
        "tool": canvas.tool.value,
        "mode": canvas.mode,
        "brush": canvas.drawing.radius,
    }


def restore(spot: Mapping[str, object], canvas: MapCanvas, looks: Looks) -> Sighting | None:
    """Look and work as ``spot`` says; what it does not hold, or holds wrongly, stays. Returns what was in sight."""
    colour = _colour(spot.get("colour"))
    if colour is not None and looks.offers(colour):
        looks.set_colour(colour)
        hidden = spot.get("hidden")
        if isinstance(hidden, list):
            looks.hide(frozenset(code for code in hidden if isinstance(code, int) and 0 <= code < 256))
    switches = spot.get("switches")
    for name, on in switches.items() if isinstance(switches, dict) else ():
        if name in SWITCHES and isinstance(on, bool):
            looks.switch(name, on)
    tool, mode = spot.get("tool"), spot.get("mode")
    if isinstance(tool, str) and tool in set(Tool):
        canvas.set_tool(Tool(tool))
    if isinstance(mode, str) and mode in MODES:
        canvas.set_mode(mode)
    brush = spot.get("brush")
    if isinstance(brush, int | float) and BRUSH_LEAST <= brush <= BRUSH_MOST:
        canvas.drawing.radius = float(brush)
    return _sighting(spot.get("view"))


def _colour(value: object) -> ColourBy | None:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        return None
    return ColourBy(Kind(value[0]), value[1]) if value[0] in set(Kind) else None


def _sighting(value: object) -> Sighting | None:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(part, int | float) for part in value):
        return None
    # Whole numbers of JSON may be larger than any float.
    within = value[2] > 0 and all(abs(part) < 1e12 for part in value)
    return Sighting(*map(float, value)) if within else None


def show(sighting: Sighting, canvas: MapCanvas) -> None:
    """Bring ``sighting`` into sight at once; the canvas knows its bounds by now."""
    view = canvas.view
    base = fitted(canvas.bounds, view.width, view.height).scale
    canvas.stop_glide()
    canvas.is_fitted = False
    canvas.set_view(View(sighting.x, sighting.y, base * sighting.zoom, view.width, view.height))

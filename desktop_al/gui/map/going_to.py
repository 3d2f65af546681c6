"""Goes to one sample on the map, close enough to tell it from its neighbours."""

from typing import TYPE_CHECKING

from desktop_al.gui.map.view import View

if TYPE_CHECKING:
    from desktop_al.gui.map.map_widget import MapWidget

# So many times closer than all of the map.
CLOSE = 6.0


def show(map_widget: "MapWidget", row: int) -> None:
    """Glide to ``row`` and take the keys; who is closer already stays as close."""
    canvas, (x, y) = map_widget.canvas, map_widget.pool.xy[row].tolist()
    view = canvas.view
    scale = max(view.scale, CLOSE * canvas.fitting().scale)
    canvas.go(View(x, y, scale, view.width, view.height))
    map_widget.setFocus()

"""Which samples are shown as thumbnails on the map."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.style import Style
from desktop_al.gui.map.view import View

THUMB_SIDE = 76
MOST_THUMB_CANDIDATES = 3_000
# The share of the points in view that thumbnails could show, at which they begin to appear and are fully there.
THUMBS_FROM, THUMBS_FULL = 0.20, 0.24


def choose_thumbnails(cloud: Cloud, style: Style, view: View) -> tuple[NDArray[np.int32], float]:
    """Which rows are shown as thumbnails, none overlapping, best representative first; and how opaque they are."""
    from desktop_al.gui.map.index import place_without_overlap
    from desktop_al.gui.map.raster import ACTIVE, HIGHLIGHTED, MARK, PICKED, collect

    nothing = np.empty(0, np.int32), 0.0
    left, top = view.to_map(0, 0)
    found = collect(
        cloud.x, cloud.y, style.role, cloud.start, cloud.grid, ACTIVE, ACTIVE, left, top, view.scale,
        view.width, view.height, float(THUMB_SIDE), MOST_THUMB_CANDIDATES,
    )  # fmt: skip
    if len(found) == 0 or len(found) > MOST_THUMB_CANDIDATES:
        return nothing
    role, row = style.role[found], cloud.row[found]
    importance = 4 * (role & HIGHLIGHTED > 0) + 2 * (role & PICKED > 0) + (role & MARK > 0)
    # The last key gives each row a fixed place in the queue, so that a pan does not reshuffle what is shown.
    order = np.lexsort((row.astype(np.uint32) * np.uint32(2_654_435_761), -importance.astype(np.int64)))
    px, py = (cloud.x[found] - left) * view.scale, (top - cloud.y[found]) * view.scale
    kept = order[place_without_overlap(px[order], py[order], float(THUMB_SIDE + 4))]
    opacity = float(np.clip((len(kept) / len(found) - THUMBS_FROM) / (THUMBS_FULL - THUMBS_FROM), 0, 1))
    return (row[kept], opacity) if opacity > 0 else nothing

"""Which samples are shown as thumbnails on the map, and how large: small ones first, growing as there is more room."""

import math

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.style import Style
from desktop_al.gui.map.view import View

SIDES = (34, 42, 52, 64, 76)  # pixels, the last where there is all the room
GAP = 4
MOST_THUMBS = 150
MOST_THUMB_CANDIDATES = 12_000
AROUND = 64.0  # pixels: the side of the squares in which neighbours are counted
# The distance in pixels between typical neighbours at which thumbnails are there, and full-grown. They fade in by time
# and not by scale: a map that rests between two scales would show images with points through them.
SPACED_FROM, SPACED_GROWN = 12.5, 38.0

Chosen = tuple[NDArray[np.int32], float, float]


def choose_thumbnails(cloud: Cloud, style: Style, view: View) -> Chosen:
    """Which rows are shown as thumbnails, none overlapping, best representative first; how opaque, and their side.

    What is highlighted, picked or labelled comes first; then, square by square of the map, the sample nearest to the
    mean of its square, the fullest square first. Squares are those of the map, and change only with every doubling of
    the scale: neither panning nor a little zooming reshuffles what is shown.
    """
    from desktop_al.gui.map.index import place_without_overlap
    from desktop_al.gui.map.raster import ACTIVE, HIGHLIGHTED, MARK, PICKED, collect

    nothing = np.empty(0, np.int32), 0.0, float(SIDES[-1])
    left, top = view.to_map(0, 0)
    found = collect(
        cloud.x, cloud.y, style.role, cloud.start, cloud.grid, ACTIVE, ACTIVE, left, top, view.scale,
        view.width, view.height, 2 * AROUND, MOST_THUMB_CANDIDATES,
    )  # fmt: skip
    if len(found) == 0 or len(found) > MOST_THUMB_CANDIDATES:
        return nothing
    x, y = cloud.x[found], cloud.y[found]
    spaced = spacing(x, y, view.scale)
    if spaced < SPACED_FROM:
        return nothing
    grown = np.clip((spaced - SPACED_FROM) / (SPACED_GROWN - SPACED_FROM), 0, 1)
    side = float(SIDES[round(float(grown) * (len(SIDES) - 1))])
    role, row = style.role[found], cloud.row[found]
    importance = 4 * (role & HIGHLIGHTED > 0) + 2 * (role & PICKED > 0) + (role & MARK > 0)
    order = np.lexsort(
        (row, *representatives(x, y, 2.0 ** round(math.log2(side / view.scale))), -importance.astype(int))
    )
    px, py = (x - left) * view.scale, (top - y) * view.scale
    kept = order[place_without_overlap(px[order], py[order], side + GAP)]
    reach = side / 2
    seen = (np.abs(px[kept] - view.width / 2) < view.width / 2 + reach) & (
        np.abs(py[kept] - view.height / 2) < view.height / 2 + reach
    )
    return row[kept[seen][:MOST_THUMBS]], 1.0, side


def _squares(
    x: NDArray[np.float64], y: NDArray[np.float64], side: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The square of the map of each point, numbered, and how many points each square holds."""
    u, v = np.floor(x / side).astype(np.int64), np.floor(y / side).astype(np.int64)
    u, v = u - u.min(), v - v.min()
    _, home, counts = np.unique(v * (int(u.max()) + 1) + u, return_inverse=True, return_counts=True)
    return home.astype(np.int64), counts.astype(np.int64)


def spacing(x: NDArray[np.float64], y: NDArray[np.float64], scale: float) -> float:
    """The distance in pixels between neighbours around a typical one of the points (m,)."""
    home, counts = _squares(x, y, AROUND / scale)
    return AROUND / math.sqrt(float(np.median(counts[home])))


def representatives(
    x: NDArray[np.float64], y: NDArray[np.float64], side: float
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Keys (m,) by which `numpy.lexsort` puts good representatives first, the last key being the most important.

    Each square of ``side`` offers first the point nearest to its mean, then the second nearest, and so on; among the
    equally near in rank, fuller squares come first.
    """
    home, counts = _squares(x, y, side)
    mean_x, mean_y = (np.bincount(home, weights=part) / counts for part in (x, y))
    away = np.hypot(x - mean_x[home], y - mean_y[home])
    order = np.lexsort((away, home))
    place = np.empty(len(x), np.int64)
    place[order] = np.arange(len(x)) - np.repeat(np.cumsum(counts) - counts, counts)
    return away, -counts[home], place

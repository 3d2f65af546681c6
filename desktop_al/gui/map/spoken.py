"""What a screen reader says of the map: the focused sample, where it lies, and how much the map shows."""

import numpy as np

from desktop_al.gui.gallery.cells import spoken
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.map.regions import Regions
from desktop_al.gui.map.view import Bounds
from desktop_al.gui.pool import Pool

# By thirds of the map, from the top and from the left.
PLACES = (
    (later("at the upper left of the map"), later("at the top of the map"), later("at the upper right of the map")),
    (later("at the left of the map"), later("in the middle of the map"), later("at the right of the map")),
    (later("at the lower left of the map"), later("at the bottom of the map"), later("at the lower right of the map")),
)
# A region that is further away than this part of the map is none of the sample's.
NEAR = 0.2


def place_words(x: float, y: float, bounds: Bounds) -> str:
    """Where the point ``x``, ``y`` (y upwards) lies within ``bounds`` (least x and y, most x and y)."""
    left, bottom, right, top = bounds
    across = min(2, max(0, int(3 * (x - left) / max(right - left, 1e-12))))
    down = min(2, max(0, int(3 * (top - y) / max(top - bottom, 1e-12))))
    return tr(PLACES[down][across])


def nearest_name(x: float, y: float, bounds: Bounds, regions: Regions | None) -> str:
    """The name of the region whose label lies nearest to ``x``, ``y``; "" where none is near."""
    named = [at for at, text in enumerate(regions.texts) if text] if regions is not None else []
    if regions is None or not named:
        return ""
    away = np.hypot(regions.x[named] - x, regions.y[named] - y)
    nearest = int(np.argmin(away))
    far = NEAR * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    return regions.texts[named[nearest]] if away[nearest] <= far else ""


def focus_words(pool: Pool, frame: Frame, regions: Regions | None) -> str:
    """The focused sample, its state and its place in words; "" for none."""
    row = pool.focus
    if not 0 <= row < min(len(pool), len(frame.cloud.position)):
        return ""
    cloud, sample = frame.cloud, spoken(pool, row)
    at = int(cloud.position[row])
    if at < 0:
        return tr("{sample}; {place}", sample=sample, place=tr("not on the map"))
    x, y = float(cloud.x[at]), float(cloud.y[at])
    place, name = place_words(x, y, cloud.bounds), nearest_name(x, y, cloud.bounds, regions)
    if name:
        return tr("{sample}; {place}, near {region}", sample=sample, place=place, region=name)
    return tr("{sample}; {place}", sample=sample, place=place)


def map_words(pool: Pool, frame: Frame, regions: Regions | None) -> str:
    """What is focused, then how much the map shows, then what its regions are called."""
    text = tr(
        "{placed:,} images, {shown:,} shown, {lit:,} highlighted",
        placed=len(frame.cloud),
        shown=frame.style.active,
        lit=frame.style.highlighted,
    )
    if regions is not None and regions.names:
        text = tr("{counts}. Regions: {names}", counts=text, names=", ".join(regions.names))
    focused = focus_words(pool, frame, regions)
    return tr("{focused}. {counts}", focused=focused, counts=text) if focused else text

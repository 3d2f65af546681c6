"""Which regions a picture hatches, and how: patterns of a colouring, and where the map misleads."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.colouring import Colouring, bgr
from desktop_al.gui.map.patterns import Pattern
from desktop_al.gui.map.style import Style
from desktop_al.gui.theme import Theme

SIDE = 8.0  # of a square in which points are counted, in pixels
REACH = 2  # squares; three box filters come close to a Gaussian with a deviation of 2.4 squares
LEAST = 0.2  # points in a square from which on it counts in full
TRUST_FROM, TRUST_FULL = 0.5, 0.2  # the mean trust at which hatching begins, and is strongest


@dataclass(frozen=True, slots=True, eq=False)
class Veil:
    """Hatch where the mean of ``value`` (m,) float32, in the cloud's order, lies between ``start`` and ``full``."""

    value: NDArray[np.float32]
    start: float
    full: float
    pattern: Pattern
    period: float
    width: float
    colour: NDArray[np.float32]
    ink: float
    fade: float


def veils_of(
    cloud: Cloud, style: Style, painted: Colouring, trust: NDArray[np.float64] | None, theme: Theme
) -> tuple[Veil, ...]:
    """The veils over a picture of ``cloud``; ``trust`` (n,) is NaN where it is unknown."""
    found = []
    ink = bgr(theme.text)
    for pattern in (Pattern.STRIPES, Pattern.DOTS):
        codes = [entry.code for entry in painted.entries if entry.pattern is pattern]
        if codes:
            table = np.zeros(256, np.float32)
            table[codes] = 1
            period, width = (9.0, 1.1) if pattern is Pattern.STRIPES else (10.0, 1.5)
            found.append(Veil(table[style.code], 0.35, 0.65, pattern, period, width, ink, 0.42, 0.0))
    if trust is not None:
        value = trust[cloud.row].astype(np.float32)
        found.append(Veil(value, TRUST_FROM, TRUST_FULL, Pattern.STRIPES, 7.0, 1.0, bgr(theme.muted), 0.6, 0.85))
    return tuple(found)


def draw_veil(
    veil: Veil,
    cloud: Cloud,
    style: Style,
    pixels: NDArray[np.uint8],
    where: tuple[float, float, float],
    ratio: float,
) -> None:
    """Draw ``veil`` over ``pixels``; ``where`` is the map's left, top and the pixels per unit."""
    from desktop_al.gui.map.peaks import blur
    from desktop_al.gui.map.raster import ACTIVE
    from desktop_al.gui.map.veil import DOTS, STRIPES, hatch, local_sums, strength_of

    left, top, scale = where
    side = SIDE * ratio
    # Some squares around the picture, so that what lies just outside counts at its rim as it does after a pan.
    around = 3 * REACH
    rows, columns = (math.ceil(size / side) + 2 * around for size in pixels.shape[:2])
    # Squares lie on a raster of the map, not of the picture: hatching keeps still while the map is panned.
    first_x, first_y = math.floor(left * scale / side), math.floor(-top * scale / side)
    west, north = (first_x - around) * side / scale, -(first_y - around) * side / scale
    total, weight = local_sums(
        cloud.x, cloud.y, style.role, veil.value, cloud.start, cloud.grid, ACTIVE, west, north, scale, side,
        rows + 1, columns + 1,
    )  # fmt: skip
    strength = strength_of(blur(total, REACH, 3), blur(weight, REACH, 3), veil.start, veil.full, LEAST)
    cut = np.ascontiguousarray(strength[around - 1 :, around - 1 :])
    period = veil.period * ratio
    shift_x, shift_y = left * scale, -top * scale
    # The first square of the cut begins up to two squares outside of the picture.
    offset_x, offset_y = shift_x - (first_x - 1) * side, shift_y - (first_y - 1) * side
    hatch(
        pixels, cut, side, STRIPES if veil.pattern is Pattern.STRIPES else DOTS, period, veil.width * ratio,
        shift_x % period, shift_y % period, offset_x, offset_y, veil.colour, veil.ink, veil.fade,
    )  # fmt: skip

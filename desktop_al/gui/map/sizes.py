"""How large points and marks are drawn, in device-independent pixels."""

import math

import numpy as np

from desktop_al.gui.map.cloud import Cloud
from desktop_al.gui.map.view import View, fitted


def zoom_of(cloud: Cloud, view: View) -> float:
    """How much larger than fitted ``view`` shows the map, at least 1."""
    return max(view.scale / fitted(cloud.bounds, view.width, view.height).scale, 1.0)


def point_radius(cloud: Cloud, view: View) -> float:
    """The radius of a point: as large as its typical neighbours leave room for, never too small to be seen."""
    least = float(np.interp(math.log10(max(len(cloud), 1)), (3, 4, 5, 6), (2.6, 1.9, 1.0, 0.5)))
    least = max(least, min(least * zoom_of(cloud, view) ** 0.35, 2.0))
    return float(np.clip(0.42 * view.scale / math.sqrt(cloud.density), least, 5.5))


def mark_radius(cloud: Cloud, view: View, count: int) -> float:
    """The radius of ``count`` marks: larger than points, smaller where many are in sight."""
    in_sight = max(count / zoom_of(cloud, view) ** 2, 1.0)
    return max(1.3 * point_radius(cloud, view), float(np.clip(7.6 - 1.45 * math.log10(in_sight), 2.0, 5.6)))

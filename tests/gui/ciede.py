"""How different two colours look: CIEDE2000, after Sharma, Wu and Dalal (2005)."""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

from PySide6.QtGui import QColor

Lab = tuple[float, float, float]
WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def lab(colour: QColor) -> Lab:
    """``colour`` in CIELAB, for the white of sRGB."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    xyz = [
        sum(k * v for k, v in zip(row, linear, strict=True)) / white for row, white in zip(TO_XYZ, WHITE, strict=True)
    ]
    x, y, z = (v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: Lab, other: Lab) -> float:
    """The difference of two colours in CIELAB; about 1 can just be seen side by side."""
    chroma = (hypot(one[1], one[2]) + hypot(other[1], other[2])) / 2
    stretch = 1 + 0.5 * (1 - sqrt(chroma**7 / (chroma**7 + 25**7)))
    (l1, c1, h1), (l2, c2, h2) = (
        (light, hypot(a * stretch, b), degrees(atan2(b, a * stretch)) % 360) for light, a, b in (one, other)
    )
    turn = (h2 - h1 + 180) % 360 - 180
    hue = 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    light, strong, mean = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    weight = (
        1
        - 0.17 * cos(radians(mean - 30))
        + 0.24 * cos(radians(2 * mean))
        + 0.32 * cos(radians(3 * mean + 6))
        - 0.20 * cos(radians(4 * mean - 63))
    )
    d_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    d_strong, d_hue = (c2 - c1) / (1 + 0.045 * strong), hue / (1 + 0.015 * strong * weight)
    wheel = exp(-((((mean % 360) - 275) / 25) ** 2))
    rotation = -2 * sqrt(strong**7 / (strong**7 + 25**7)) * sin(radians(60 * wheel))
    return sqrt(d_light**2 + d_strong**2 + d_hue**2 + rotation * d_strong * d_hue)


def apart(one: QColor, other: QColor) -> float:
    """How different two colours look."""
    return ciede2000(lab(one), lab(other))

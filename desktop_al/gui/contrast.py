"""How well a colour stands out from what lies behind it, as WCAG 2.2 measures it."""

from PySide6.QtGui import QColor

# The least ratios of WCAG 2.2, level AA: of text (1.4.3), and of graphics and outlines of the focus (1.4.11).
TEXT, GRAPHICS = 4.5, 3.0


def luminance(colour: QColor) -> float:
    """The relative luminance of ``colour``, from 0 for black to 1 for white (WCAG 2.2, after sRGB)."""
    parts = _parts(colour)
    linear: list[float] = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


def ratio(a: QColor, b: QColor) -> float:
    """The contrast of ``a`` and ``b``, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def standing_out(colour: QColor, back: QColor, least: float = GRAPHICS) -> QColor:
    """``colour``, as much lighter or darker as it takes to reach the contrast ``least`` with ``back``."""
    away = QColor("white") if luminance(back) < 0.18 else QColor("black")
    for step in range(20):
        part = step / 20
        mixed = [(1 - part) * own + part * other for own, other in zip(_parts(colour), _parts(away), strict=True)]
        found = QColor.fromRgbF(*mixed)
        if ratio(found, back) >= least:
            return found
    return away

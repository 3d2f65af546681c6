"""How well a colour stands out from what lies behind it, for colours of Qt."""

from PySide6.QtGui import QColor

from desktop_al.domain import colours
from desktop_al.domain.colours import GRAPHICS, TEXT

__all__ = ["GRAPHICS", "TEXT", "ratio", "standing_out"]


def ratio(a: QColor, b: QColor) -> float:
    """The contrast of ``a`` and ``b``, from 1 to 21."""
    return colours.ratio(a.name(), b.name())


def standing_out(colour: QColor, back: QColor, least: float = GRAPHICS) -> QColor:
    """``colour``, as much lighter or darker as it takes to reach the contrast ``least`` with ``back``."""
    return QColor(colours.standing_out(colour.name(), back.name(), least))

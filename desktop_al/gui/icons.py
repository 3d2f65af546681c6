"""Icons of one family: strokes on a 24 px grid, kept as SVG under ``resources/icons``, in the colours of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_al.gui.theme import Theme
from desktop_al.jobs.resources import resource

APP_ICON = "desktop-al"
SIDES = (16, 20, 24, 32, 48, 64)


def icon(name: str, colour: str = "") -> QIcon:
    """The icon ``name`` in ``colour``, "" for the text colour of the theme in use; make it again when that changes."""
    theme = Theme.current()
    return _icon(name, colour or theme.text, theme.faint)


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(text.replace("currentColor", shade).encode()))
        for side in SIDES:
            result.addPixmap(_painted(renderer, side), mode)
    return result


def _painted(renderer: QSvgRenderer, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap

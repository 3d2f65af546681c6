"""Icons of one family: strokes on a 24 px grid, kept as SVG under ``resources/icons``, in the colours of the theme.

Each is drawn for the very size that is asked for, so that it is crisp at every scale, and none before it is needed.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from desktop_al.gui.theme import Theme
from desktop_al.jobs.resources import resource

APP_ICON = "desktop-al"
# Where no size is asked for, as by what shows the icon of the window outside of it.
SIDES = (16, 24, 32, 48, 64, 128)


class _Strokes(QIconEngine):
    """Draws one SVG in ``colour``, and in ``disabled`` where what it stands on is disabled."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._given = name, colour, disabled

    def clone(self) -> QIconEngine:
        """Another one of the same."""
        return _Strokes(*self._given)

    def _renderer(self, mode: QIcon.Mode) -> QSvgRenderer:
        name, colour, disabled = self._given
        return _renderer(name, disabled if mode is QIcon.Mode.Disabled else colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into ``rect``, in the pixels of whatever ``painter`` draws on."""
        side = min(rect.width(), rect.height())
        x, y = rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2
        self._renderer(mode).render(painter, QRectF(x, y, side, side))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of ``size``, in pixels, drawn when it is asked for first: buttons ask with every paint.

        None is drawn where there is no room for any, as on a button that is squeezed.
        """
        if size.isEmpty():
            return QPixmap()
        key = f"{self._given} {size.width()} {size.height()} {mode is QIcon.Mode.Disabled}"
        result = QPixmap()
        if not QPixmapCache.find(key, result):
            result = QPixmap(size)
            result.fill(Qt.GlobalColor.transparent)
            painter = QPainter(result)
            self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
            painter.end()
            QPixmapCache.insert(key, result)
        return result

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        """Some sizes; any other can be had as well."""
        return [QSize(side, side) for side in SIDES]


def icon(name: str, colour: str = "") -> QIcon:
    """The icon ``name`` in ``colour``, "" for the text colour of the theme in use; make it again when that changes."""
    theme = Theme.current()
    return _icon(name, colour or theme.text, theme.faint)


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    return QIcon(_Strokes(name, colour, disabled))


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))

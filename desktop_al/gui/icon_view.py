"""A sign beside words, drawn anew with every paint, so that it is crisp on whatever screen its window is on."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_state_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QRect


class IconView(QWidget):
    """Shows an icon, or the glyph of a state, ``side`` pixels wide and high; nothing before it is told what."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(side, side)
        self._paint: Callable[[QPainter, QRect], object] | None = None

    def show_icon(self, icon: QIcon) -> None:
        """Show ``icon``."""
        self._paint = icon.paint
        self.update()

    def show_state(self, state: SampleState) -> None:
        """Show the glyph of ``state`` in the colours of the theme in use."""
        self._paint = lambda painter, area: paint_state_in(painter, area, state)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the pixels of the screen."""
        if self._paint is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self.rect())

"""The chip that says what the images of the gallery are to be like; a click ends it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

WIDEST, LEAST = 190, 56
END = "  ×"


class LikeChip(QToolButton):
    """Loses the middle of its words where there is no room for all, and never the sign that ends it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setProperty("kind", "chip")
        self.setProperty("elides", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setMaximumWidth(WIDEST)

    def set_words(self, words: str) -> None:
        """Say ``words``."""
        self._words = words
        self.setText(_shown(words))
        self.setMinimumWidth(min(LEAST, self.sizeHint().width()))

    def fitting(self) -> str:
        """What it says in the room that there is."""
        metrics = self.fontMetrics()
        around = self.sizeHint().width() - metrics.horizontalAdvance(self._words)
        return _shown(metrics.elidedText(self._words, Qt.TextElideMode.ElideMiddle, self.width() - around))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self.fitting()
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


def _shown(words: str) -> str:
    return words.replace("&", "&&") + END

"""Labels and choices that shorten their text where there is no room, and show all of it as a tool tip."""

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)

from desktop_al.gui.choosing import TypedChoice

LEAST_WIDTH = 40


class Elided(QLabel):
    """A line of text that loses its middle, or its end, where there is no room; or gives way to a shorter one."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__(text, parent)
        self._mode, self._short = mode, ""
        self.setProperty("elides", True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_short(self, text: str) -> None:
        """Show ``text`` where there is no room for all; a number that loses its middle would be another number."""
        self._short = text
        self.setMinimumWidth(max(LEAST_WIDTH, self.fontMetrics().horizontalAdvance(text)))
        self.update()

    def _shortened(self) -> str:
        room = self.contentsRect().width()
        if self._short and self.fontMetrics().horizontalAdvance(self.text()) > room:
            return self._short
        return self.fontMetrics().elidedText(self.text(), self._mode, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        at = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(self.contentsRect(), QStyle.visualAlignment(self.layoutDirection(), at), self._shortened())

    def event(self, event: QEvent) -> bool:
        """Show the whole text while the mouse rests on a shortened one that has no tip of its own."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.toolTip():
            whole = self.text() if self._shortened() != self.text() else ""
            QToolTip.showText(event.globalPos(), whole, self)
            return True
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """A few letters of one line."""
        return QSize(LEAST_WIDTH, self.fontMetrics().height())


# What stands in brackets at the end, as a technical name does or the reason why something cannot be chosen.
_ADDED = re.compile("\\s*[(\uff08][^()\uff08\uff09]*[)\uff09]$")


def without_brackets(text: str, metrics: QFontMetrics, room: int) -> str:
    """``text`` without what is added to it in brackets, the last first, until it fits into ``room``; else all of it."""
    shorter = text
    while metrics.horizontalAdvance(shorter) > room and (match := _ADDED.search(shorter)) is not None:
        shorter = shorter[: match.start()]
    return shorter if shorter and metrics.horizontalAdvance(shorter) <= room else text


class ElidedChoice(TypedChoice):
    """A list to choose from whose choice is shortened where there is no room; the open list shows all of each.

    What is added in ``brackets`` goes first, where each choice can do without, then the end.
    """

    def __init__(self, parent: QWidget | None = None, brackets: bool = False) -> None:
        super().__init__(parent)
        self._brackets = brackets
        self.setProperty("elides", True)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def _option(self) -> tuple[QStyleOptionComboBox, bool]:
        """How to draw it, and whether the choice is shortened."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        text = self.currentText()
        if self._brackets:
            text = without_brackets(text, self.fontMetrics(), room)
        shortened = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        option.currentText = shortened
        return option, shortened != self.currentText()

    @property
    def shown_text(self) -> str:
        """What is shown of the choice."""
        return self._option()[0].currentText

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, and what there is room for."""
        painter = QStylePainter(self)
        option, _ = self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        """Show the whole choice above the tip where it is shortened."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._option()[1]:
            tip = "\n".join(text for text in (self.currentText(), self.toolTip()) if text)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def showPopup(self) -> None:
        """Open the list as wide as its longest line."""
        view = self.view()
        view.setMinimumWidth(
            view.sizeHintForColumn(0) + 2 * view.frameWidth() + view.verticalScrollBar().sizeHint().width()
        )
        super().showPopup()

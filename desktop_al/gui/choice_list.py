"""A list to choose from below a line of text: the palette's actions, the completions of a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_al.gui.icons import icon
from desktop_al.gui.items import Index, counted
from desktop_al.gui.theme import MEDIUM, RADIUS, SMALL, TYPE_SMALL, Theme

ROW = 30
ICON = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: ``text`` with the letters ``marks`` made bold, a muted ``note`` beside it, ``detail`` at the right.

    What is not ``enabled`` can be read but not chosen. ``value`` is for whoever made the list.
    """

    text: str
    detail: str = ""
    note: str = ""
    icon: str = ""
    enabled: bool = True
    marks: frozenset[int] = frozenset()
    value: Any = None


class ChoiceModel(QAbstractListModel):
    """The lines of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choices: Sequence[Choice] = ()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer ``choices``."""
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many lines there are."""
        return counted(parent, len(self.choices))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a line says, in one text for those who hear it."""
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (choice.text, choice.note, choice.detail) if part)
        return choice.text if role == Qt.ItemDataRole.DisplayRole else None


class ChoiceDelegate(QStyledItemDelegate):
    """Paints a line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of a line."""
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Icon, text and note from the left, the detail at the right; the other way round where a language runs so."""
        model = index.model()
        assert isinstance(model, ChoiceModel)
        choice, theme = model.choices[index.row()], Theme.current()
        area: QRect = option.rect
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        font: QFont = option.font
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if current:
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), RADIUS, RADIUS)
        inner = area.adjusted(MEDIUM, 0, -MEDIUM, 0)
        turned = Turned(painter, area, option.direction)
        if choice.icon:
            shade = theme.text if choice.enabled else theme.faint
            place = QRect(inner.left(), inner.center().y() - ICON // 2 + 1, ICON, ICON)
            icon(choice.icon, shade).paint(painter, turned.place(place))
        inner.setLeft(inner.left() + ICON + SMALL)
        small = QFont(font)
        small.setPixelSize(TYPE_SMALL)
        inner.setRight(_right(turned, inner, choice.detail, small, theme.muted if choice.enabled else theme.faint))
        inner.setLeft(_marked(turned, inner, choice, font, theme.text if choice.enabled else theme.faint))
        if choice.note:
            note = QFontMetrics(small).elidedText(choice.note, Qt.TextElideMode.ElideRight, max(inner.width(), 0))
            turned.write(inner, note, small, theme.muted)
        painter.restore()


class Turned:
    """Writes into ``area`` as if from left to right, and mirrors it where ``direction`` is the other one."""

    def __init__(self, painter: QPainter, area: QRect, direction: Qt.LayoutDirection) -> None:
        self._painter, self._area, self._direction = painter, area, direction

    def place(self, rect: QRect) -> QRect:
        """Where ``rect`` lies."""
        return QStyle.visualRect(self._direction, self._area, rect)

    def write(self, rect: QRect, text: str, font: QFont, colour: str, end: bool = False) -> None:
        """Write ``text`` at the beginning of ``rect``, or at its ``end``."""
        at = Qt.AlignmentFlag.AlignRight if end else Qt.AlignmentFlag.AlignLeft
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        # Qt itself turns left and right of a text.
        self._painter.drawText(self.place(rect), Qt.AlignmentFlag.AlignVCenter | at, text)


def _right(turned: Turned, area: QRect, text: str, font: QFont, colour: str) -> int:
    """Draw ``text`` at the right of ``area``; returns where the room left of it ends."""
    if not text:
        return area.right()
    turned.write(area, text, font, colour, end=True)
    return area.right() - QFontMetrics(font).horizontalAdvance(text) - MEDIUM


def _marked(turned: Turned, area: QRect, choice: Choice, font: QFont, colour: str) -> int:
    """Draw the text of ``choice`` with its marks in bold; returns where the room right of it begins."""
    bold = QFont(font)
    bold.setBold(True)
    text = QFontMetrics(bold).elidedText(choice.text, Qt.TextElideMode.ElideMiddle, area.width())
    marks = choice.marks if text == choice.text else frozenset()
    left, start = area.left(), 0
    while start < len(text):
        strong = start in marks
        end = start + 1
        while end < len(text) and (end in marks) == strong:
            end += 1
        used = bold if strong else font
        turned.write(QRect(left, area.top(), area.right() - left, area.height()), text[start:end], used, colour)
        left += QFontMetrics(used).horizontalAdvance(text[start:end])
        start = end
    return left + SMALL


class ChoiceList(QListView):
    """Shows choices; the line of text beside it keeps the focus and moves the current one.

    Signal: ``chosen(choice)`` one that is enabled was clicked, or taken by `take`.
    """

    chosen = Signal(object)

    def __init__(self, name: str, most_rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most_rows
        self._model = ChoiceModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ChoiceDelegate(self))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.clicked.connect(lambda _index: self.take())

    @property
    def choices(self) -> Sequence[Choice]:
        """What is offered."""
        return self._model.choices

    @property
    def current(self) -> Choice | None:
        """The choice that `take` takes, None while there is none."""
        row = self.currentIndex().row()
        return self.choices[row] if 0 <= row < len(self.choices) else None

    def set_choices(self, choices: Sequence[Choice], first: bool = True) -> None:
        """Offer ``choices``, the ``first`` being the current one, or none."""
        self._model.set_choices(choices)
        self.setFixedHeight(min(max(len(choices), 1), self._most) * ROW + 4)
        if first and choices:
            self.setCurrentIndex(self._model.index(0))
        self.scrollToTop()

    def step(self, by: int) -> None:
        """Make the choice ``by`` lines further the current one, round the ends where it is one line."""
        count, row = len(self.choices), self.currentIndex().row()
        if not count:
            return
        if row < 0:
            row = 0 if by > 0 else count - 1
        elif abs(by) == 1:
            row = (row + by) % count
        else:
            row = min(max(row + by, 0), count - 1)
        self.setCurrentIndex(self._model.index(row))
        self.scrollTo(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Let a screen reader say the current choice, though the line beside it keeps the focus."""
        super().currentChanged(current, previous)
        if current.isValid() and self.isVisible() and QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(current.row())
            QAccessible.updateAccessibility(event)

    def take(self) -> bool:
        """Choose the current choice; returns whether that can be chosen."""
        choice = self.current
        if choice is None or not choice.enabled:
            return False
        self.chosen.emit(choice)
        return True

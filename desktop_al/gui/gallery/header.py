"""Paints the header of a section: whether it is folded, its name, its count, and what highlights it."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF

from desktop_al.gui.i18n import number, tr
from desktop_al.gui.theme import MEDIUM, SMALL, TYPE_BODY, TYPE_SMALL, Theme

HEADER_HEIGHT = 30


@dataclass(frozen=True, slots=True)
class Header:
    """What a header shows."""

    title: str
    count: int
    folded: bool
    hovered: bool
    on_button: bool


def button_rect(rect: QRect) -> QRect:
    """Where the words that highlight the section stand in a header at ``rect``."""
    width = QFontMetrics(_font(TYPE_SMALL)).horizontalAdvance(tr("Highlight all")) + 2 * SMALL
    return QRect(rect.right() - MEDIUM - width, rect.y() + 4, width, rect.height() - 8)


def paint_header(painter: QPainter, rect: QRect, header: Header, theme: Theme) -> None:
    """Draw ``header`` into ``rect``."""
    painter.setPen(Qt.PenStyle.NoPen)
    lit = header.hovered and not header.on_button
    painter.fillRect(rect, QColor(theme.hover if lit else theme.surface))
    for edge in (rect.y(), rect.bottom()) if lit else (rect.bottom(),):
        painter.fillRect(QRect(rect.x(), edge, rect.width(), 1), QColor(theme.faint if lit else theme.line))
    _paint_arrow(painter, QPointF(rect.x() + MEDIUM + 4, rect.center().y() + 0.5), header.folded, theme)
    button = button_rect(rect)
    room = QRect(rect.x() + 2 * MEDIUM + 4, rect.y(), button.left() - rect.x() - 3 * MEDIUM, rect.height())
    strong = _font(TYPE_BODY, 600)
    count = number(header.count)
    space = room.width() - QFontMetrics(_font(TYPE_BODY)).horizontalAdvance(count) - SMALL
    title = QFontMetrics(strong).elidedText(header.title, Qt.TextElideMode.ElideRight, space)
    centre = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(strong)
    painter.setPen(QColor(theme.text))
    painter.drawText(room, centre, title)
    painter.setFont(_font(TYPE_BODY))
    painter.setPen(QColor(theme.muted))
    after = QFontMetrics(strong).horizontalAdvance(title) + SMALL
    painter.drawText(room.adjusted(after, 0, 0, 0), centre, count)
    if header.hovered:
        painter.setFont(_font(TYPE_SMALL))
        painter.setPen(QColor(theme.accent))
        if header.on_button:
            painter.setPen(QColor(theme.faint))
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(button, 4, 4)
            painter.setPen(QColor(theme.accent))
        painter.drawText(button, Qt.AlignmentFlag.AlignCenter, tr("Highlight all"))


def _paint_arrow(painter: QPainter, centre: QPointF, folded: bool, theme: Theme) -> None:
    x, y = centre.x(), centre.y()
    corners = (
        [(x - 2.5, y - 4.5), (x + 3, y), (x - 2.5, y + 4.5)]
        if folded
        else [(x - 4.5, y - 2.5), (x + 4.5, y - 2.5), (x, y + 3)]
    )
    painter.setBrush(QColor(theme.muted))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _font(size: int, weight: int = 400) -> QFont:
    font = QFont()
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    return font

"""Paints one cell of the gallery: thumbnail, state, rank, caption."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from desktop_al.domain.records import SampleState
from desktop_al.gui.glyphs import paint_mark, paint_state
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Mark
from desktop_al.gui.theme import RADIUS, SMALL, TIGHT, TYPE_SMALL, Theme
from desktop_al.media.pixels import BACKGROUND

CAPTION_HEIGHT = 20
BADGE_RADIUS = 6.0
DOT = 8
STACK_CHIP = QSize(30, 17)
STACK_STEP = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; ``rank`` is -1 for samples that are not picks of the shown batch.

    ``fresh`` tells that it came into the batch when that was last changed. ``cut_out`` tells that the
    image lies on the background of transparent images, which then fills the whole square. ``stack`` counts the
    near-duplicates that lie under it, itself included, and ``spread`` tells that they lie beside it instead, or that it
    is one of them. ``remarks`` tells that it has a note or tags.
    """

    caption: str
    state: SampleState
    rank: int
    mark: Mark
    fresh: bool
    label: str
    label_colour: QColor
    pixmap: QPixmap | None
    failed: bool
    cut_out: bool
    highlighted: bool
    focused: bool
    hovered: bool
    dimmed: bool
    stack: int = 1
    spread: bool = False
    remarks: bool = False


def stack_chip(x: int, y: int, side: int) -> QRect:
    """Where the count of a stack is drawn in the cell at ``x`` and ``y``, to be clicked on."""
    return QRect(x + side - SMALL - STACK_CHIP.width(), y + side - SMALL - STACK_CHIP.height(), *STACK_CHIP.toTuple())


def paint_cell(painter: QPainter, rect: QRect, cell: Cell, theme: Theme) -> None:
    """Draw ``cell`` into ``rect``: a square for the image above a line for the caption."""
    frame = QRect(rect.x(), rect.y(), rect.width(), rect.width())
    if cell.stack > 1 and not cell.spread:
        frame = _paint_stack(painter, frame, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.hover if cell.hovered or cell.highlighted else theme.surface))
    painter.drawRoundedRect(frame, RADIUS, RADIUS)
    painter.setOpacity(0.45 if cell.dimmed else 1.0)
    if cell.cut_out:
        painter.setBrush(QColor(*BACKGROUND))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
    _paint_image(painter, frame.adjusted(TIGHT, TIGHT, -TIGHT, -TIGHT), cell, theme)
    painter.setOpacity(1.0)
    _paint_badges(painter, frame, cell, theme)
    if cell.highlighted or cell.focused:
        colour = theme.focus if cell.focused else theme.highlight
        painter.setPen(QPen(QColor(colour), 3 if cell.focused else 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(frame).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    _paint_caption(
        painter, QRect(rect.x(), frame.bottom() + 1, rect.width(), rect.bottom() - frame.bottom()), cell, theme
    )


def _paint_image(painter: QPainter, frame: QRect, cell: Cell, theme: Theme) -> None:
    if cell.pixmap is not None:
        size = cell.pixmap.size()
        # Small images are enlarged at most four times, so that pixels stay recognisable as pixels.
        scale = min(frame.width() / size.width(), frame.height() / size.height(), 4.0)
        width, height = max(1, round(size.width() * scale)), max(1, round(size.height() * scale))
        target = QRect(
            frame.x() + (frame.width() - width) // 2, frame.y() + (frame.height() - height) // 2, width, height
        )
        painter.drawPixmap(target, cell.pixmap)
        return
    painter.setPen(QColor(theme.faint))
    painter.setFont(_small(painter))
    text = tr("Cannot be read") if cell.failed else "…"
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _paint_badges(painter: QPainter, frame: QRect, cell: Cell, theme: Theme) -> None:
    inset = SMALL + BADGE_RADIUS
    if cell.state is not SampleState.UNLABELLED:
        paint_state(painter, QPointF(frame.right() - inset + 2, frame.y() + inset), BADGE_RADIUS, cell.state, theme)
    if cell.mark is not Mark.NONE:
        below = 2 * BADGE_RADIUS + TIGHT if cell.state is not SampleState.UNLABELLED else 0
        at = QPointF(frame.right() - inset + 2, frame.y() + inset + below)
        paint_mark(painter, at, BADGE_RADIUS, cell.mark, theme)
    if cell.rank >= 0 and frame.width() >= 72:
        text = tr("{rank} · new", rank=cell.rank) if cell.fresh else f"{cell.rank}"
        _paint_chip(painter, frame.x() + SMALL, frame.y() + SMALL, text, theme)
    if cell.stack > 1 or cell.spread:
        _paint_count(painter, stack_chip(frame.x(), frame.y(), frame.width()), cell, theme)
    if cell.remarks:
        _paint_remark(
            painter, QPointF(frame.right() - inset + 2, frame.y() + inset + 2 * (2 * BADGE_RADIUS + TIGHT)), theme
        )
    if cell.label and frame.width() >= 72:
        widest = frame.width() - 2 * SMALL - (STACK_CHIP.width() + TIGHT if cell.stack > 1 or cell.spread else 0)
        y = frame.bottom() - SMALL - 16
        _paint_chip(painter, frame.x() + SMALL, y, cell.label, theme, widest, cell.label_colour)


def _paint_stack(painter: QPainter, frame: QRect, theme: Theme) -> QRect:
    """Paint the edges of what lies below, and return the frame of what lies on top."""
    painter.setPen(QPen(QColor(theme.faint), 1))
    painter.setBrush(QColor(theme.hover))
    for depth in (2, 1):
        painter.drawRoundedRect(
            frame.adjusted(STACK_STEP * depth, STACK_STEP * (2 - depth), 0, -STACK_STEP * depth), RADIUS, RADIUS
        )
    return frame.adjusted(0, 2 * STACK_STEP, -2 * STACK_STEP, 0)


def _paint_count(painter: QPainter, chip: QRect, cell: Cell, theme: Theme) -> None:
    """Paint how many lie in the stack, or the bar that ties together those that are spread out."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawRoundedRect(chip, 8, 8)
    painter.setPen(QColor(theme.on_accent))
    painter.setFont(_small(painter))
    if cell.stack > 1:
        text = f"− {cell.stack}" if cell.spread else f"{cell.stack}" if cell.stack < 1000 else "999+"
    else:
        text = "="
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _paint_remark(painter: QPainter, centre: QPointF, theme: Theme) -> None:
    """Paint the corner of a written sheet: there is a note, or there are tags."""
    sheet = QRectF(centre.x() - BADGE_RADIUS, centre.y() - BADGE_RADIUS, 2 * BADGE_RADIUS, 2 * BADGE_RADIUS)
    painter.setPen(QPen(QColor(theme.canvas), 1.5))
    painter.setBrush(QColor(theme.text))
    painter.drawRoundedRect(sheet, 2, 2)
    painter.setPen(QPen(QColor(theme.canvas), 1.2))
    for y in (-2.2, 0.4, 3.0):
        painter.drawLine(QPointF(sheet.x() + 3, centre.y() + y), QPointF(sheet.right() - 3, centre.y() + y))


def _paint_chip(
    painter: QPainter, x: int, y: int, text: str, theme: Theme, widest: int = 10_000, dot: QColor | None = None
) -> None:
    """Write ``text`` on a chip; its class colour is a dot before it, since not every colour can be read as text."""
    font = _small(painter)
    metrics = QFontMetrics(font)
    room = 12 + (DOT + 4 if dot is not None else 0)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest - room)
    chip = QRect(x, y, metrics.horizontalAdvance(text) + room, 17)
    back = QColor(theme.canvas)
    back.setAlpha(215)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(chip, 8, 8)
    if dot is not None:
        painter.setBrush(dot)
        painter.drawEllipse(QRectF(chip.x() + 6, chip.center().y() + 0.5 - DOT / 2, DOT, DOT))
    painter.setPen(QColor(theme.text))
    painter.setFont(font)
    painter.drawText(chip.adjusted(room - 6, 0, -6, 0), Qt.AlignmentFlag.AlignCenter, text)


def _paint_caption(painter: QPainter, frame: QRect, cell: Cell, theme: Theme) -> None:
    font = _small(painter)
    painter.setFont(font)
    painter.setPen(QColor(theme.text if cell.focused else theme.muted))
    text = QFontMetrics(font).elidedText(cell.caption, Qt.TextElideMode.ElideMiddle, frame.width() - 4)
    painter.drawText(frame, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, text)


def _small(painter: QPainter) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(TYPE_SMALL)
    return font

"""Paints the cells of the gallery: thumbnail, state, rank, caption.

A page has hundreds of cells, and each call of Qt costs more than most of what it paints: whatever repeats (frames,
badges, chips) is painted once into a pixmap, and a cell is a handful of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QStaticText

from desktop_al.domain.records import SampleState
from desktop_al.gui.contrast import standing_out
from desktop_al.gui.glyphs import paint_mark, paint_state
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.marks import Mark
from desktop_al.gui.theme import RADIUS, SMALL, TIGHT, TYPE_SMALL, Theme
from desktop_al.media.pixels import BACKGROUND

CAPTION_HEIGHT = 20
BADGE_RADIUS = 6.0
BADGE = 20
CHIP_HEIGHT = 17
DOT = 8
STACK_CHIP = QSize(30, CHIP_HEIGHT)
STACK_STEP = 4
CHIPS_FROM = 72
# The sign of an image that is not there; it is faint where it is on its way, and from this size on it says why not.
SIGN = 28
WAITING = 0.45
TOLD_FROM = 96
# Small images are enlarged at most so many times, so that pixels stay recognisable as pixels.
ENLARGE = 4.0
DIMMED = 0.45
MOST_KEPT = 4000
_CENTRE = Qt.AlignmentFlag.AlignCenter
_NO_PEN, _NO_BRUSH = Qt.PenStyle.NoPen, Qt.BrushStyle.NoBrush
_CLEAR = Qt.GlobalColor.transparent
_ELIDE_RIGHT, _ELIDE_MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
_ANTIALIASING = QPainter.RenderHint.Antialiasing


@dataclass(slots=True)
class Cell:
    """What a cell shows; ``rank`` is -1 for samples that are not picks of the shown batch.

    ``fresh`` tells that it came into the batch when that was last changed. ``cut_out`` tells that the image lies on the
    background of transparent images, which then fills the whole square. ``stack`` counts the near-duplicates that lie
    under it, itself included, and ``spread`` tells that they lie beside it instead, or that it is one of them.
    ``remarks`` tells that it has a note or tags. ``reason`` is the sentence why it cannot be read, "" where unknown.
    """

    caption: str
    state: int
    rank: int
    mark: Mark
    fresh: bool
    label: str
    label_code: int
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
    reason: str = ""


def stack_chip(x: int, y: int, side: int) -> QRect:
    """Where the count of a stack is drawn in the cell at ``x`` and ``y``, to be clicked on."""
    return QRect(x + side - SMALL - STACK_CHIP.width(), y + side - SMALL - STACK_CHIP.height(), *STACK_CHIP.toTuple())


class CellPainter:
    """Paints cells with sides of ``side`` in the colours of ``theme``, on a screen with ``ratio`` dots to a pixel."""

    def __init__(self, theme: Theme, side: int, ratio: float) -> None:
        self.key = (theme, side, ratio)
        self._theme, self._side, self._ratio = theme, side, ratio
        self._kept: dict[object, QPixmap] = {}
        self._captions: dict[str, tuple[QStaticText, int]] = {}
        self._font = QFont()
        self._font.setPixelSize(TYPE_SMALL)
        self._metrics = QFontMetrics(self._font)

    def paint(self, painter: QPainter, places: Sequence[tuple[int, int]], cells: Sequence[Cell]) -> None:
        """Paint ``cells`` with their corners at ``places``."""
        for (x, y), cell in zip(places, cells, strict=True):
            side = self._side
            if cell.stack > 1 and not cell.spread:
                painter.drawPixmap(x, y, self._keep("stack", side, side, self._paint_edges))
                y, side = y + 2 * STACK_STEP, side - 2 * STACK_STEP
            self._paint_picture(painter, x, y, side, cell)
            self._paint_badges(painter, x, y, side, cell)
            if cell.highlighted or cell.focused:
                self._paint_ring(painter, QRect(x, y, side, side), cell.focused)
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        for (x, y), cell in zip(places, cells, strict=True):
            if cell.caption:
                self._paint_caption(painter, x, y + self._side, cell)

    def _keep(self, key: object, width: int, height: int, paint: Callable[[QPainter], None]) -> QPixmap:
        """What ``paint`` paints on ``width`` x ``height`` pixels, from the last time where it was painted before."""
        pixmap = self._kept.get(key)
        if pixmap is None:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            pixmap = QPixmap(round(width * self._ratio), round(height * self._ratio))
            pixmap.setDevicePixelRatio(self._ratio)
            pixmap.fill(_CLEAR)
            painter = QPainter(pixmap)
            painter.setRenderHint(_ANTIALIASING)
            painter.setFont(self._font)
            paint(painter)
            painter.end()
            self._kept[key] = pixmap
        return pixmap

    # The picture

    def _paint_picture(self, painter: QPainter, x: int, y: int, side: int, cell: Cell) -> None:
        sign = "" if cell.pixmap is not None else "image-broken" if cell.failed else "image"
        words = (cell.reason or tr("Cannot be read")) if cell.failed and not cell.pixmap else ""
        lit, cut_out = cell.hovered or cell.highlighted, cell.cut_out and not cell.dimmed and not sign
        key = ("frame", side, lit, cell.hovered, cut_out, sign, words)

        def paint(into: QPainter) -> None:
            self._paint_frame(into, side, lit, cut_out, sign, words)
            if cell.hovered:
                back = QColor(*BACKGROUND) if cut_out else QColor(self._theme.hover)
                into.setPen(QPen(standing_out(QColor(self._theme.faint), back), 2))
                into.setBrush(_NO_BRUSH)
                into.drawRoundedRect(1, 1, side - 2, side - 2, RADIUS, RADIUS)

        frame = self._keep(key, side, side, paint)
        painter.drawPixmap(x, y, frame)
        if cell.pixmap is None:
            return
        width, height, room = cell.pixmap.width(), cell.pixmap.height(), side - 2 * TIGHT
        scale = min(room / width, room / height, ENLARGE)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        if cell.dimmed:
            painter.setOpacity(DIMMED)
        painter.drawPixmap(x + (side - wide) // 2, y + (side - high) // 2, wide, high, cell.pixmap)
        if cell.dimmed:
            painter.setOpacity(1.0)

    def _paint_frame(self, painter: QPainter, side: int, lit: bool, cut_out: bool, sign: str, words: str) -> None:
        theme = self._theme
        painter.setPen(_NO_PEN)
        painter.setBrush(QColor(*BACKGROUND) if cut_out else QColor(theme.hover if lit else theme.surface))
        painter.drawRoundedRect(0, 0, side, side, RADIUS, RADIUS)
        if not sign:
            return
        told = words if side >= TOLD_FROM else ""
        mark = min(SIGN, side // 3)
        room = QRect(SMALL, 0, side - 2 * SMALL, side)
        area = self._metrics.boundingRect(room, _CENTRE | Qt.TextFlag.TextWordWrap, told) if told else QRect()
        high = min(area.height(), side - mark - 3 * SMALL)
        top = (side - mark - (high + TIGHT if told else 0)) // 2
        painter.setOpacity(1.0 if words else WAITING)
        icon(sign, theme.muted).paint(painter, QRect((side - mark) // 2, top, mark, mark))
        if told:
            painter.setPen(QColor(theme.muted))
            below = QRect(SMALL, top + mark + TIGHT, side - 2 * SMALL, high)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, told)

    def _paint_edges(self, painter: QPainter) -> None:
        """Paint the edges of what lies below the top of a stack."""
        painter.setPen(QPen(QColor(self._theme.faint), 1))
        painter.setBrush(QColor(self._theme.hover))
        for depth in (2, 1):
            left, top = STACK_STEP * depth, STACK_STEP * (2 - depth)
            frame = QRectF(left, top, self._side - left, self._side - top - STACK_STEP * depth)
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_ring(self, painter: QPainter, frame: QRect, focused: bool) -> None:
        painter.setPen(QPen(QColor(self._theme.focus if focused else self._theme.highlight), 3 if focused else 2))
        painter.setBrush(_NO_BRUSH)
        painter.drawRoundedRect(QRectF(frame).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    # The badges

    def _paint_badges(self, painter: QPainter, x: int, y: int, side: int, cell: Cell) -> None:
        right, top = x + side - SMALL // 2 - BADGE + 2, y + SMALL // 2
        if cell.state:
            painter.drawPixmap(right, top, self._state(cell.state))
            top += BADGE - 2
        if cell.mark is not Mark.NONE:
            painter.drawPixmap(
                right, top, self._keep(cell.mark, BADGE, BADGE, lambda into: self._mark(into, cell.mark))
            )
            top += BADGE - 2
        if cell.remarks:
            painter.drawPixmap(right, top, self._keep("remarks", BADGE, BADGE, self._paint_remark))
        if self._side < CHIPS_FROM:
            return
        room = side - 2 * SMALL
        if cell.stack > 1 or cell.spread:
            chip = stack_chip(x, y, side)
            painter.drawPixmap(chip.topLeft(), self._count(cell))
            room -= STACK_CHIP.width() + TIGHT
        if cell.rank >= 0:
            text = tr("{rank} · new", rank=cell.rank) if cell.fresh else f"{cell.rank}"
            painter.drawPixmap(x + SMALL, y + SMALL, self._chip(text, side - 2 * SMALL - BADGE, -1))
        if cell.label:
            below = y + side - SMALL - CHIP_HEIGHT
            painter.drawPixmap(x + SMALL, below, self._chip(cell.label, room, cell.label_code))

    def _state(self, state: int) -> QPixmap:
        middle = QPointF(BADGE / 2, BADGE / 2)
        return self._keep(
            ("state", state),
            BADGE,
            BADGE,
            lambda into: paint_state(into, middle, BADGE_RADIUS, SampleState(state), self._theme),
        )

    def _mark(self, painter: QPainter, mark: Mark) -> None:
        paint_mark(painter, QPointF(BADGE / 2, BADGE / 2), BADGE_RADIUS, mark, self._theme)

    def _paint_remark(self, painter: QPainter) -> None:
        """Paint a written sheet: there is a note, or there are tags."""
        sheet = QRectF(4, 4, BADGE - 8, BADGE - 8)
        painter.setPen(QPen(QColor(self._theme.canvas), 1.5))
        painter.setBrush(QColor(self._theme.text))
        painter.drawRoundedRect(sheet, 2, 2)
        painter.setPen(QPen(QColor(self._theme.canvas), 1.2))
        for y in (7.8, 10.2, 12.6):
            painter.drawLine(QPointF(sheet.x() + 3, y), QPointF(sheet.right() - 3, y))

    def _count(self, cell: Cell) -> QPixmap:
        """How many lie in the stack, or the sign of those that are spread out."""
        many = f"{cell.stack}" if cell.stack < 1000 else "999+"
        text = (f"− {many}" if cell.spread else many) if cell.stack > 1 else "="

        def paint(painter: QPainter) -> None:
            chip = QRect(QPoint(0, 0), STACK_CHIP)
            painter.setPen(_NO_PEN)
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(chip, 8, 8)
            painter.setPen(QColor(self._theme.on_accent))
            painter.drawText(chip, _CENTRE, text)

        return self._keep(("count", text), *STACK_CHIP.toTuple(), paint)

    def _chip(self, text: str, widest: int, code: int) -> QPixmap:
        """``text`` on a chip; its class colour is a dot before it, since not every colour can be read as text."""
        key = ("chip", text, widest, code)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        room = 12 + (DOT + 4 if code >= 0 else 0)
        shown = self._metrics.elidedText(text, _ELIDE_RIGHT, max(0, widest - room))
        chip = QRect(0, 0, self._metrics.horizontalAdvance(shown) + room, CHIP_HEIGHT)

        def paint(painter: QPainter) -> None:
            back = QColor(self._theme.canvas)
            back.setAlpha(215)
            painter.setPen(_NO_PEN)
            painter.setBrush(back)
            painter.drawRoundedRect(chip, 8, 8)
            if code >= 0:
                painter.setBrush(self._theme.class_colour(code))
                painter.drawEllipse(QRectF(6, chip.height() / 2 - DOT / 2, DOT, DOT))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(chip.adjusted(room - 6, 0, -6, 0), _CENTRE, shown)

        return self._keep(key, chip.width(), chip.height(), paint)

    def _paint_caption(self, painter: QPainter, x: int, y: int, cell: Cell) -> None:
        kept = self._captions.get(cell.caption)
        if kept is None:
            if len(self._captions) > MOST_KEPT:
                self._captions.clear()
            shown = self._metrics.elidedText(cell.caption, _ELIDE_MIDDLE, self._side - 4)
            text = QStaticText(shown)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._font)
            kept = self._captions[cell.caption] = text, (self._side - self._metrics.horizontalAdvance(shown)) // 2
        text, left = kept
        if cell.focused:
            painter.setPen(QColor(self._theme.text))
        painter.drawStaticText(x + left, y + (CAPTION_HEIGHT - self._metrics.height()) // 2, text)
        if cell.focused:
            painter.setPen(QColor(self._theme.muted))

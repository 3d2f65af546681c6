"""The histogram of a numeric column in the legend; dragging over its bars filters by their values."""

from math import floor, log10

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from desktop_al.gui.i18n import number, tr
from desktop_al.gui.map.colouring import Scale
from desktop_al.gui.theme import SMALL, TYPE_SMALL, Theme

TOP = 36.0
FAINT = 0.3


class ColourBar(QWidget):
    """The histogram of a numeric column above the colours that its values take.

    Signals: ``asked(low, high)`` the values of the chosen bars are to be filtered by; None for an end that is open,
    since the bars at the ends take in what lies beyond.
    """

    accessible_role = QAccessible.Role.Chart
    asked = Signal(object, object)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._seen: tuple[int, ...] | None = None
        self._span: tuple[int, int] | None = None  # the bar where it began, and the one where it is
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFixedHeight(78)
        self.setAccessibleName(tr("From {least:.4g} to {most:.4g}", least=scale.least, most=scale.most))
        self.setToolTip(
            tr(
                "Values reach from {least:.6g} to {most:.6g};\nthe colours leave out the lowest and highest hundredth",
                least=scale.least,
                most=scale.most,
            )
            + "\n"
            + tr("Drag over bars to filter by their values")
        )
        self.setAccessibleDescription(
            tr("The arrow keys choose a bar, with Shift several; Enter filters by their values, Escape chooses none")
        )

    def show_seen(self, bars: tuple[int, ...] | None) -> None:
        """Show how many values of each bar no filter hides, None where none is hidden."""
        self._seen = bars
        self.update()

    @property
    def seen(self) -> tuple[int, ...] | None:
        """What `show_seen` was told."""
        return self._seen

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The first and the last bar that are chosen, None for none."""
        return None if self._span is None else (min(self._span), max(self._span))

    def _choose(self, span: tuple[int, int] | None) -> None:
        self._span = span
        self.update()

    def _ask(self) -> None:
        if self.chosen is not None:
            first, last = self.chosen
            self._choose(None)
            self.asked.emit(*bounds(self._scale, first, last))

    def _bar_at(self, x: float) -> int:
        bars, width = len(self._scale.histogram), self.width() - 2.0 * SMALL
        return min(max(int((x - SMALL) / width * bars), 0), bars - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin at a bar."""
        if event.button() == Qt.MouseButton.LeftButton:
            at = self._bar_at(event.position().x())
            self._choose((at, at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose up to the bar under the mouse."""
        if self._span is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._choose((self._span[0], self._bar_at(event.position().x())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Filter by what was dragged over; a click on one bar is none yet."""
        if event.button() != Qt.MouseButton.LeftButton or self.chosen is None:
            return
        if self.chosen[0] < self.chosen[1]:
            self._ask()
        else:
            self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose bars with the arrow keys, filter with Enter."""
        ways: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        way = ways.get(event.key(), 0)
        if way:
            begun, at = self._span or (-1, -1)
            at = min(max(at + way, 0), len(self._scale.histogram) - 1)
            held = begun >= 0 and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._choose((begun if held else at, at))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._span is not None:
            self._ask()
        elif event.key() == Qt.Key.Key_Escape and self._span is not None:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Choose none any more."""
        super().focusOutEvent(event)
        self._choose(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, gradient and the values at its ends."""
        theme, scale = Theme.current(), self._scale
        painter = QPainter(self)
        left, width = float(SMALL), self.width() - 2.0 * SMALL
        bars, top = len(scale.histogram), TOP
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        first, last = self.chosen or (0, bars - 1)
        highest = max(max(scale.histogram), 1)
        for i, count in enumerate(scale.histogram):
            colour = QColor(scale.colours[(2 * i + 1) * len(scale.colours) // (2 * bars)])
            chosen = first <= i <= last
            # What filters hide stays behind as faint context, as on the map.
            for part, plain in ((count, self._seen is None), (self._seen[i] if self._seen else 0, True)):
                height = (top - 2) * (part / highest) ** 0.5
                colour.setAlphaF(1.0 if plain and chosen else FAINT)
                painter.fillRect(QRectF(left + width * i / bars, top - height, width / bars - 1, height), colour)
        if self.chosen is not None:
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            span = QRectF(left + width * first / bars, 0, width * (last + 1 - first) / bars, top)
            painter.drawRect(span.adjusted(0.5, 0.5, -0.5, -0.5))
        gradient = QLinearGradient(left, 0, left + width, 0)
        for i in range(17):
            gradient.setColorAt(i / 16, QColor(scale.colours[i * (len(scale.colours) - 1) // 16]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(left, top + 3, width, 10), 3, 3)
        painter.setPen(QColor(theme.muted))
        font = painter.font()
        font.setPixelSize(TYPE_SMALL)
        painter.setFont(font)
        # Numbers run from left to right in every language.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        line = QRectF(left, top + 16, width, 20)
        low = ("≤ " if scale.least < scale.low else "") + number(scale.low, ".4g")
        high = ("≥ " if scale.most > scale.high else "") + number(scale.high, ".4g")
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)


def bounds(scale: Scale, first: int, last: int) -> tuple[float | None, float | None]:
    """The least and the greatest value of the bars from ``first`` to ``last``; None for an end that is open."""
    levels, bars = len(scale.colours), len(scale.histogram)
    step = (scale.high - scale.low) / (levels - 1)
    # As many digits as tell a tenth of a level.
    digits = 1 - floor(log10(step)) if step > 0 else 17

    def edge(bar: int) -> float:
        # The least of the levels that fall into the bar; a value is rounded to the nearest level.
        level = -(-bar * levels // bars)
        return round(scale.low + (level - 0.5) * step, digits)

    return edge(first) if first > 0 else None, edge(last + 1) if last + 1 < bars else None

"""The legend: what the colours and shapes mean, with counts; a click shows or hides a line's points."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_al.gui.glyphs import shape_path
from desktop_al.gui.i18n import tr
from desktop_al.gui.map.colour_bar import ColourBar
from desktop_al.gui.map.colouring import Colouring, Entry
from desktop_al.gui.map.legend_counts import Seen, counted, numbers, seen_bars
from desktop_al.gui.map.patterns import Pattern, paint_pattern
from desktop_al.gui.map.plate import paint_plate
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, STATE_SHAPES, TIGHT, Shape, Theme

WIDTH = 212
ROW = 24
# Lines that are always in sight above the notes; with less room the notes scroll with them.
LEAST_LINES = 3
LEAST_HEIGHT = 60


class LegendRow(QAbstractButton):
    """One line of the legend; checked while its points are shown. A double click shows only them."""

    only = Signal(int)
    filter_asked = Signal(object)

    def __init__(self, entry: Entry, shown: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setCheckable(True)
        self.setChecked(shown)
        self.setText(entry.name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._seen: int | None = None
        self.show_seen(None)

    def show_seen(self, seen: int | None) -> None:
        """Show how many of the images no filter hides, None where none is hidden."""
        self._seen = seen
        text = counted(self.entry, seen)
        self.setAccessibleName(", ".join(part for part in (text, self.entry.share) if part))
        what = tr("Click to show or hide, double-click to show only these")
        self.setToolTip(f"{text}\n{what}")
        self.setAccessibleDescription(what)
        self.update()

    def sizeHint(self) -> QSize:
        """The size of a line."""
        return QSize(WIDTH, ROW)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show only this line's points."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.only.emit(self.entry.code)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the line."""
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """What can be done with the line."""
        menu = QMenu(self)
        menu.addAction(tr("&Show only these on the map"), lambda: self.only.emit(self.entry.code))
        menu.addAction(tr("&Filter by this"), lambda: self.filter_asked.emit(self.entry))
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shape, name and count; what is hidden is hollow and dim."""
        theme, shown = Theme.current(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.faint), 1))
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        colour = QColor(self.entry.colour)
        shape = Shape.DISC if self.entry.state is None else STATE_SHAPES[self.entry.state]
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if shown else Qt.BrushStyle.NoBrush)
        if self.entry.pattern is Pattern.NONE:
            painter.drawPath(
                shape_path(shape, self._mirrored(QRectF(8, 0, 12, area.height())).center(), 5.0 if shown else 4.5)
            )
        else:
            swatch = self._mirrored(QRectF(6.5, area.center().y() - 6, 15, 12))
            painter.drawRoundedRect(swatch, 3, 3)
            ink = QColor(theme.canvas if shown else self.entry.colour)
            paint_pattern(painter, swatch.adjusted(1, 1, -1, -1), self.entry.pattern, ink)
        count, of = numbers(self.entry, self._seen)
        painter.setPen(QColor(theme.text if of and shown else theme.muted))
        behind = painter.fontMetrics().horizontalAdvance(of)
        room = painter.fontMetrics().horizontalAdvance(count) + behind
        # The painter turns left and right round where the language runs from right to left, but not the places.
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self._mirrored(area.adjusted(0, 0, -SMALL - behind, 0)), right, count)
        if of:
            painter.setPen(QColor(theme.muted))
            painter.drawText(self._mirrored(area.adjusted(0, 0, -SMALL, 0)), right, of)
        painter.setPen(QColor(theme.text if shown else theme.muted))
        name_area = area.adjusted(28, 0, -(room + 2 * SMALL), 0)
        name = painter.fontMetrics().elidedText(self.entry.name, Qt.TextElideMode.ElideMiddle, round(name_area.width()))
        painter.drawText(self._mirrored(name_area), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _mirrored(self, place: QRectF) -> QRectF:
        """``place`` from the other side where the language runs from right to left."""
        if self.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return place
        return QRectF(self.width() - place.right(), place.y(), place.width(), place.height())


class LegendNote(QWidget):
    """A sentence below the lines, beside the pattern that it explains."""

    def __init__(self, pattern: Pattern, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pattern = pattern
        self._label = label = QLabel(text)
        label.setProperty("kind", "small")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self._left = 28 if pattern is not Pattern.NONE else SMALL
        layout = QVBoxLayout(self)
        layout.setContentsMargins(self._left, TIGHT, SMALL, TIGHT)
        layout.addWidget(label)

    def fit(self, taken: int = 0) -> int:
        """Take the height that the sentence needs, with ``taken`` pixels of the width for others, and return it.

        It is known once the type is that of the style sheet.
        """
        self._label.ensurePolished()
        height = self._label.heightForWidth(WIDTH - self._left - SMALL - taken) + 2 * TIGHT
        self.setFixedHeight(height)
        return height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pattern."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        swatch = QRectF(6.5, TIGHT + 2, 15, 12)
        if self._pattern is not Pattern.NONE:
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.drawRoundedRect(swatch, 3, 3)
            paint_pattern(painter, swatch.adjusted(1, 1, -1, -1), self._pattern, QColor(theme.muted))


class Legend(QFrame):
    """Title, lines and colour bar of the present colouring.

    Signals: ``toggled(code)`` a line was clicked; ``only(code)`` a line was double-clicked; ``filter_asked(entry)``;
    ``range_asked(low, high)`` values of the bar are to be filtered by, None for an end that is open.
    """

    toggled = Signal(int)
    only = Signal(int)
    filter_asked = Signal(object)
    range_asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH + 2 * TIGHT + 2)
        self._title = QLabel()
        self._title.setProperty("kind", "small")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setContentsMargins(SMALL, TIGHT, SMALL, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)
        layout.setSpacing(2)
        self._note = QLabel()
        self._note.setProperty("kind", "small")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setContentsMargins(SMALL, 0, SMALL, TIGHT)
        self._note.hide()
        layout.addWidget(self._title)
        layout.addWidget(self._note)
        layout.addWidget(self._scroll)
        self._rows: list[LegendRow] = []
        self._notes: list[LegendNote] = []
        self._noted: list[str] = []
        self._content_height = 0
        self._seen: Seen | None = None
        self.setAccessibleName(tr("Legend"))

    def show_colouring(self, colouring: Colouring, shown: Callable[[int], bool]) -> None:
        """Show the lines of ``colouring``; ``shown(code)`` tells which are switched on."""
        self._title.setText(readable(colouring.by.title))
        # The new lines take the place of the old ones, which must not take the notes along.
        self._put_notes(scrolling=False)
        codes = [row.entry.code for row in self._rows]
        focused = next((row.entry.code for row in self._rows if row.hasFocus()), None)
        content = QWidget()
        content.setAutoFillBackground(False)
        lines = QVBoxLayout(content)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        height = 0
        if colouring.scale is not None:
            bar = ColourBar(colouring.scale)
            bar.asked.connect(self.range_asked)
            lines.addWidget(bar)
            height += bar.height()
        self._rows, self._seen = [], None
        for entry in colouring.entries:
            row = LegendRow(entry, shown(entry.code))
            row.clicked.connect(lambda _checked=False, code=entry.code: self.toggled.emit(code))
            row.only.connect(self.only)
            row.filter_asked.connect(self.filter_asked)
            self._rows.append(row)
            lines.addWidget(row)
            height += ROW
        lines.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.setVisible(height > 0)
        self._content_height = height
        if focused in codes:
            for row in self._rows:
                if row.entry.code == focused:
                    row.setFocus()

    def show_seen(self, seen: Seen | None) -> None:
        """Show how many points of each colour no filter hides, (256,), None where none is hidden."""
        if seen is self._seen:
            return
        self._seen = seen
        for row in self._rows:
            row.show_seen(None if seen is None else int(seen[row.entry.code]))
        if self.colour_bar is not None:
            self.colour_bar.show_seen(None if seen is None else seen_bars(seen))

    def _put_notes(self, *, scrolling: bool) -> None:
        """Let the notes stand below the lines, or scroll with them."""
        content, own = self._scroll.widget(), self.layout()
        place = content.layout() if scrolling and content is not None else own
        assert place is not None
        for note in self._notes:
            if place.indexOf(note) < 0:
                place.addWidget(note)
                note.show()

    def set_notes(self, notes: list[tuple[Pattern, str]]) -> None:
        """Show sentences below the lines, each beside the pattern that it explains."""
        layout = self.layout()
        assert layout is not None
        for note in self._notes:
            note.hide()
            note.deleteLater()
        self._notes = [LegendNote(pattern, text, self) for pattern, text in notes]
        for note in self._notes:
            layout.addWidget(note)
            note.show()
        self._noted = [text for _, text in notes]

    @property
    def notes(self) -> list[str]:
        """The sentences below the lines."""
        return self._noted

    @property
    def rows(self) -> list[LegendRow]:
        """The lines."""
        return self._rows

    def set_note(self, text: str) -> None:
        """Show ``text`` below the title: what is being computed, or why it cannot be; nothing with ""."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    @property
    def colour_bar(self) -> ColourBar | None:
        """The bar of a numeric column."""
        return self._scroll.findChild(ColourBar)

    @property
    def note(self) -> str:
        """What stands below the title."""
        return self._note.text()

    def fit_into(self, room: int) -> None:
        """Take the height of the content, or ``room`` pixels where that is less."""
        needed = self._content_height + self._title.sizeHint().height() + 2 * TIGHT + 6
        if self._note.text():
            self._note.ensurePolished()
            self._note.setFixedHeight(self._note.heightForWidth(self.width() - 2 * TIGHT))
            needed += self._note.height() + 2
        noted = sum(note.fit() + 2 for note in self._notes)
        lines = min(self._content_height, LEAST_LINES * ROW)
        scrolling = self._content_height > 0 and needed - self._content_height + lines + noted > room
        self._put_notes(scrolling=scrolling)
        if scrolling:
            for note in self._notes:
                note.fit(self._scroll.verticalScrollBar().sizeHint().width())
        self.setFixedHeight(min(needed + noted, max(room, LEAST_HEIGHT)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel, so that the map shines through a little."""
        paint_plate(self)

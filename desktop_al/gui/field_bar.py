"""One value of a field as a line: its name above a bar of how many are shown, and of how many.

While images are highlighted the bar is the value's share among them, and a tick its share among all that are shown.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_al.gui.apart import Share
from desktop_al.gui.batch_words import small_percent
from desktop_al.gui.distribution import Bar
from desktop_al.gui.enter import enter_clicks
from desktop_al.gui.i18n import number, tr, trn
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, STATE_NAMES, TIGHT, Theme

HEIGHT = 26
LINE = 3.0
TICK = 2.0


def bar_title(field: str, bar: Bar) -> str:
    """What the line of ``bar`` says."""
    if bar.value is not None:
        states = {state.name.lower(): tr(name) for state, name in STATE_NAMES.items()} if field == "state" else {}
        return states.get(bar.value, readable(bar.value) or tr("(empty)"))
    low, high = (number(end, ",.6g") if end is not None else "" for end in (bar.low, bar.high))
    if low and bar.low == bar.high:
        return low
    if low and high:
        return tr("{low} to {high}", low=low, high=high)
    if high:
        return tr("below {high}", high=high)
    return tr("{low} and more", low=low) if low else tr("none")


def _apart_words(share: Share) -> str:
    """How usual the value is among the highlighted images, and among all that are shown."""
    return trn(
        "{count:,} of the highlighted, {share} of them; of all shown it is {usual}",
        "{count:,} of the highlighted, {share} of them; of all shown it is {usual}",
        share.count,
        share=small_percent(share.share),
        usual=small_percent(share.usual),
    )


class FieldBar(QAbstractButton):
    """Checked while a filter keeps its value alone; ``most`` is the largest total of its field.

    With ``share`` it tells of the highlighted images.
    """

    def __init__(
        self, field: str, bar: Bar, most: int, parent: QWidget | None = None, share: Share | None = None
    ) -> None:
        super().__init__(parent)
        self.bar, self.share, self._most = bar, share, max(most, 1)
        self.setCheckable(True)
        self.setText(bar_title(field, bar))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        shown = trn("{count:,} image", "{count:,} images", bar.shown)
        said = tr("{value}: {shown} of {total:,}", value=self.text(), shown=shown, total=bar.total)
        if bar.shown == bar.total:
            said = tr("{value}: {shown}", value=self.text(), shown=shown)
        if share is not None:
            said = "\n".join([said, _apart_words(share)])
        self.setAccessibleName(tr("{field}, {value}", field=readable(field), value=said))
        self.setToolTip("\n".join([said, tr("Click to filter by it, and again to filter no longer")]))

    def sizeHint(self) -> QSize:
        """The size of a line."""
        return QSize(160, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Filter by Enter, too."""
        if not enter_clicks(event, self):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name and count above the bar; what no filter hides is strong, the rest dim."""
        theme, bar, width = Theme.current(), self.bar, float(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            edge = theme.focus if self.hasFocus() else theme.accent if self.isChecked() else theme.faint
            painter.setPen(QPen(QColor(edge), 1))
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(area, TIGHT, TIGHT)
        room, bottom = width - 2 * SMALL, self.height() - TIGHT - LINE
        painter.setPen(Qt.PenStyle.NoPen)
        for length, colour in self._lengths(theme):
            painter.setBrush(QColor(colour))
            wide = max(room * length, 1.5) if length else 0.0
            painter.drawRoundedRect(self._mirrored(QRectF(SMALL, bottom, wide, LINE)), LINE / 2, LINE / 2)
        if self.share is not None:
            painter.setBrush(QColor(theme.accent))
            at = SMALL + room * self.share.usual / self.share.most
            painter.drawRect(self._mirrored(QRectF(at - TICK / 2, bottom - 3, TICK, LINE + 6)))
        line = QRectF(SMALL, 1, room, bottom - 1)
        counted = bar.shown if self.share is None else self.share.count
        count_text, metrics = number(counted), painter.fontMetrics()
        taken = metrics.horizontalAdvance(count_text) + SMALL
        painter.setPen(QColor(theme.text if counted and self.share is not None else theme.muted))
        painter.drawText(self._mirrored(line), self._at(Qt.AlignmentFlag.AlignRight), count_text)
        painter.setPen(QColor(theme.text if counted else theme.muted))
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, round(room - taken))
        painter.drawText(self._mirrored(line.adjusted(0, 0, -taken, 0)), self._at(Qt.AlignmentFlag.AlignLeft), name)

    def _lengths(self, theme: Theme) -> list[tuple[float, str]]:
        """The bars one upon another, each as a share of the room and its colour."""
        if self.share is not None:
            return [(1.0, theme.line), (self.share.share / self.share.most, theme.highlight)]
        return [(self.bar.total / self._most, theme.line), (self.bar.shown / self._most, theme.accent)]

    @staticmethod
    def _at(side: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
        # The painter turns left and right round where the language runs from right to left, but not the places.
        return Qt.AlignmentFlag.AlignVCenter | side

    def _mirrored(self, place: QRectF) -> QRectF:
        if self.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return place
        return QRectF(self.width() - place.right(), place.y(), place.width(), place.height())

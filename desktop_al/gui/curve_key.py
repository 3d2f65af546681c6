"""The key of the coverage curve: each line as it is drawn, beside its words."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_al.gui.flow_layout import FlowLayout
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.theme import SMALL, TIGHT, Theme, theme_watch

WORDS: Mapping[str, str] = {
    "coverage": later("this batch"),
    "random": later("at random"),
    "certificate": later("upper bound"),
    "heldout": later("unseen images"),
    "interval": later("automatic budget"),
    "second": later("second opinion"),
}
SIGN = QSize(20, 12)
# How strong the band around a line and the shade of an interval are, as on the plot.
BAND, SHADE = 50, 90
LINES: Mapping[str, tuple[float, Qt.PenStyle]] = {
    "coverage": (2, Qt.PenStyle.SolidLine),
    "random": (1.5, Qt.PenStyle.DashLine),
    "certificate": (1.5, Qt.PenStyle.DotLine),
    "heldout": (1, Qt.PenStyle.SolidLine),
    "second": (1, Qt.PenStyle.DashDotLine),
}


class CurveSign(QWidget):
    """The line, the shade or the triangle called ``name``."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(SIGN)
        theme_watch().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign in the colours of the plot."""
        theme, area = Theme.current(), QRectF(self.rect())
        colours = {"coverage": theme.accent, "heldout": theme.accent, "certificate": theme.ok}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = area.center()
        if self._name == "interval":
            shade = QColor(theme.warning)
            shade.setAlpha(SHADE)
            painter.fillRect(area.adjusted(4, 0, -4, 0), shade)
            return
        if self._name == "heldout":
            band = QColor(theme.accent)
            band.setAlpha(BAND)
            painter.fillRect(area.adjusted(0, 2, 0, -2), band)
        width, style = LINES[self._name]
        painter.setPen(QPen(QColor(colours.get(self._name, theme.muted)), width, style))
        if self._name == "second":
            painter.drawLine(QLineF(middle.x(), area.top() + 4, middle.x(), area.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            corners = (QPointF(middle.x() + x, y) for x, y in ((-4.5, 0.0), (4.5, 0.0), (0.0, 6.0)))
            painter.drawPolygon(QPolygonF(list(corners)))
        else:
            painter.drawLine(QLineF(area.left(), middle.y(), area.right(), middle.y()))


class CurveKey(QWidget):
    """The signs of those lines that a curve has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(TIGHT, self)
        self._entries: dict[str, QWidget] = {}
        for name, words in WORDS.items():
            entry = self._entries[name] = QWidget(self)
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, SMALL, 0)
            row.setSpacing(TIGHT)
            label = QLabel(tr(words), entry)
            label.setProperty("kind", "small")
            row.addWidget(CurveSign(name, entry))
            row.addWidget(label)
            flow.addWidget(entry)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def names(self) -> Sequence[str]:
        """What is explained."""
        return [name for name, entry in self._entries.items() if not entry.isHidden()]

    def show_names(self, names: Sequence[str]) -> None:
        """Explain the lines ``names``."""
        for name, entry in self._entries.items():
            entry.setVisible(name in names)
        self.updateGeometry()

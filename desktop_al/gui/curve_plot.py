"""The coverage curve: what each further label buys, beside random picks, with a budget marker to drag.

Along the bottom it counts picks, or what their labels cost in time or money.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.theme import TYPE_SMALL, Theme, theme_watch

Curve = Mapping[str, Sequence[Any]]
LINES = ("coverage", "heldout", "low", "high", "random", "certificate")


def column(curve: Curve, name: str) -> NDArray[np.float64]:
    """Column ``name`` of a recorded curve as (m,) float64, NaN where a value or the whole column lacks."""
    values = curve.get(name) or [None] * len(curve.get("k", ()))
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Coverage over the number of picks.

    Signals: ``budget_moved(k)`` while the marker is dragged, ``budget_chosen(k)`` when it is let go.
    """

    accessible_role = QAccessible.Role.Chart

    budget_moved = Signal(int)
    budget_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._k: NDArray[np.float64] = np.empty(0)
        self._covered: NDArray[np.float64] = np.empty(0)
        self._count = 0
        self._unit = tr("picks")
        self._lines = {name: self.plot([], []) for name in (*LINES, "random_low", "random_high")}
        self._band = pg.FillBetweenItem(self._lines["low"], self._lines["high"])
        self._random_band = pg.FillBetweenItem(self._lines["random_low"], self._lines["random_high"])
        self._interval = pg.LinearRegionItem(movable=False)
        self._second = pg.InfiniteLine(angle=90, movable=False)
        self._marker = pg.InfiniteLine(angle=90, movable=True, label="{value:.0f}", labelOpts={"position": 0.08})
        self._build()
        theme_watch().changed.connect(self.apply_theme)
        self.apply_theme()

    def _build(self) -> None:
        self.addItem(self._interval)
        self._interval.setZValue(-20)
        for line in self._interval.lines:
            line.setPen(None)
        self.addItem(self._second)
        self._second.addMarker("v", 1.0, 9.0)
        self.addItem(self._random_band)
        self.addItem(self._band)
        self.addItem(self._marker)
        self._marker.sigDragged.connect(lambda: self.budget_moved.emit(self.budget))
        self._marker.sigPositionChangeFinished.connect(self._on_let_go)
        # Numbers run from left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(False, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(150)
        self.setAccessibleName(tr("Coverage curve"))
        self.setToolTip(
            tr(
                "Thick: coverage of the pool. Dashed: by as many random picks. Dotted: no choice can cover more.\n"
                "Thin, in its confidence band: coverage of images that a trial selection did not see.\n"
                "Shaded upright: where the automatic budget lies. Triangle: the second opinion.\n"
                "Drag the upright line to take more or fewer."
            )
        )
        self.set_curve({}, 0)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(280, 184)

    @property
    def budget(self) -> int:
        """Where the marker stands, as a number of picks."""
        return round(float(self._marker.value()))

    def set_unit(self, name: str, scale: float) -> None:
        """Count ``name`` along the bottom, ``scale`` of them for each pick."""
        axis = self.getAxis("bottom")
        axis.setScale(scale)
        axis.setLabel(name, color=Theme.current().muted, **{"font-size": f"{TYPE_SMALL}px"})
        self._unit = name

    def coverage_at(self, count: int) -> float | None:
        """The share of the pool that ``count`` picks cover, None while it is unknown."""
        known = np.isfinite(self._covered)
        return float(np.interp(count, self._k[known], self._covered[known])) if known.any() else None

    def set_curve(self, curve: Curve, count: int, interval: Sequence[int] = (), second: int | None = None) -> None:
        """Show ``curve``, the columns of ``budget.curve``, with the marker at ``count`` picks.

        ``interval`` is where the automatic budget lies, low and high; ``second`` the second opinion.
        """
        self._k, self._count = column(curve, "k"), count
        self._covered = column(curve, "coverage")
        self._interval.setVisible(len(interval) == 2)
        if len(interval) == 2:
            self._interval.setRegion((float(interval[0]), float(interval[1])))
        self._second.setVisible(second is not None)
        if second is not None:
            self._second.setValue(second)
        values = {name: column(curve, name) for name in LINES}
        spread = 2 * column(curve, "random_sd")
        values |= {"random_low": values["random"] - spread, "random_high": values["random"] + spread}
        for name, line in self._lines.items():
            good = np.isfinite(values[name])
            line.setData(self._k[good], 100 * values[name][good])
        there = len(self._k) > 0
        self._marker.setVisible(there)
        if there:
            top = float(self._k[-1])
            self._marker.setBounds((1, max(1.0, top)))
            # Moved by us, not by a person: the count is what it stands at already, so that nothing is asked for.
            self._marker.setValue(count)
            inner = np.concatenate([values["coverage"], values["random"], values["heldout"]])
            low, high = 100 * float(np.nanmin(inner)), 100 * float(np.nanmax(inner))
            self.setRange(xRange=(0, top), yRange=(max(0.0, low - 3), min(100.0, high + 5)), padding=0.02)

    def _on_let_go(self) -> None:
        if self.budget != self._count:
            self._count = self.budget
            self.budget_chosen.emit(self.budget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the marker: the arrows by one pick, the page keys by a tenth of the curve."""
        far = max(1, len(self._k) and int(self._k[-1] // 10))
        steps: dict[int, int] = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageDown: -far,
            Qt.Key.Key_PageUp: far,
        }
        step = steps.get(event.key())
        if step is None or not len(self._k):
            super().keyPressEvent(event)
            return
        self._marker.setValue(self.budget + step)
        self.budget_moved.emit(self.budget)
        self._on_let_go()

    def _pen(self, colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A pen of ``width``, which the plot itself takes for pixels of the screen, however fine these are."""
        return QPen(pg.mkPen(colour, width=width * self.devicePixelRatioF(), style=style))

    def event(self, event: QEvent) -> bool:
        """Draw lines as thick on another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.apply_theme()
        return bool(super().event(event))

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        theme = Theme.current()
        self.setBackground(theme.surface)
        faint = QColor(theme.accent)
        faint.setAlpha(50)
        grey = QColor(theme.muted)
        grey.setAlpha(45)
        self._band.setBrush(faint)
        self._random_band.setBrush(grey)
        self._lines["coverage"].setPen(self._pen(theme.accent, 2))
        self._lines["heldout"].setPen(self._pen(theme.accent, 1))
        self._lines["random"].setPen(self._pen(theme.muted, 1.5, Qt.PenStyle.DashLine))
        self._lines["certificate"].setPen(self._pen(theme.ok, 1, Qt.PenStyle.DotLine))
        for name in ("low", "high", "random_low", "random_high"):
            self._lines[name].setPen(None)
        shade = QColor(theme.warning)
        shade.setAlpha(40)
        self._interval.setBrush(shade)
        self._second.setPen(self._pen(theme.muted, 1, Qt.PenStyle.DashDotLine))
        self._marker.setPen(self._pen(theme.warning, 2))
        self._marker.setHoverPen(self._pen(theme.warning, 4))
        self._marker.label.setColor(theme.text)
        self._marker.label.fill = pg.mkBrush(theme.raised)
        for side, text in (("bottom", self._unit), ("left", tr("coverage, %"))):
            axis = self.getAxis(side)
            axis.setPen(theme.line)
            axis.setTextPen(theme.muted)
            axis.setLabel(text, color=theme.muted, **{"font-size": f"{TYPE_SMALL}px"})
            font = self.font()
            font.setPixelSize(TYPE_SMALL)
            axis.setTickFont(font)

"""The batch panel: ask for a batch, see what it buys, decide on it, hand it out."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.catalogue import StrategyInfo
from desktop_al.domain.records import BatchRecord, Decision, SampleState
from desktop_al.gui.curve_plot import CurvePlot
from desktop_al.gui.glyphs import state_icon
from desktop_al.gui.pool import Pool
from desktop_al.gui.strategy_form import StrategyForm
from desktop_al.gui.theme import MEDIUM, SMALL, STATE_NAMES, TIGHT, theme_watch

LEAST_WIDTH = 300
DECIDED = (SampleState.ACCEPTED, SampleState.REJECTED, SampleState.PENDING, SampleState.LABELLED)


def coverage_sentence(batch: BatchRecord) -> str:
    """What ``batch`` covers, against random picks and against the best that there can be."""
    found = batch.coverage
    images = "image covers" if batch.count == 1 else "images cover"
    text = f"{batch.count:,} {images} {percent(found.get('after'))} of the pool"
    if found.get("random_mean") is not None:
        text += f"; as many random ones {percent(found['random_mean'])}"
    if found.get("certificate") is not None:
        text += f". No {batch.count:,} images can cover more than {percent(found['certificate'])}"
    return text + "."


def percent(share: float | None) -> str:
    """A share in [0, 1] as a person reads it; the last tenths are not rounded to everything."""
    if share is None:
        return "an unknown share"
    return f"{100 * share:.0f} %" if share < 0.985 or share >= 1 else f"{100 * share:.1f} %"


class BatchPanel(QScrollArea):
    """The form of a selection above the batch that is shown.

    Signals: ``select_requested(SelectSpec)``, ``resize_requested(count)``, ``batch_chosen(number)``,
    ``decide_requested(rows, decision)``, ``export_requested``.
    """

    select_requested = Signal(object)
    resize_requested = Signal(int)
    batch_chosen = Signal(int)
    decide_requested = Signal(object, object)
    export_requested = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.form = StrategyForm()
        self.select_button = QPushButton("Select")
        self._batches = QComboBox()
        self.curve = CurvePlot()
        self._sentence = QLabel()
        self._key = QLabel("━ this batch   ╌ at random   ┈ at most   ─ unseen images")
        self._counts = {state: (QLabel(), QLabel()) for state in DECIDED}
        self._accept, self._reject = QPushButton("Accept rest"), QPushButton("Reject rest")
        self.export_button = QPushButton("Export…")
        self._batch_box = self._make_batch_box()
        self._build()
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self.refresh)
        theme_watch().changed.connect(self._show_counts)
        self.refresh()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Batch panel")
        self.setMinimumWidth(LEAST_WIDTH)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        self.select_button.setProperty("kind", "primary")
        self.select_button.setToolTip("Pick the images whose labels buy the most")
        self.select_button.clicked.connect(lambda: self.select_requested.emit(self.form.spec()))
        column.addWidget(self.form)
        column.addWidget(self.select_button)
        column.addSpacing(SMALL)
        column.addWidget(self._batch_box)
        column.addStretch(1)
        self.setWidget(content)

    def _make_batch_box(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        self._batches.setAccessibleName("Shown batch")
        self._batches.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._batches.activated.connect(lambda index: self.batch_chosen.emit(self._batches.itemData(index)))
        self._sentence.setWordWrap(True)
        self._key.setProperty("kind", "small")
        self._key.setWordWrap(True)
        self.curve.budget_moved.connect(self._on_budget_moved)
        self.curve.budget_chosen.connect(self.resize_requested)
        column.addWidget(self._batches)
        column.addWidget(self._sentence)
        column.addWidget(self.curve)
        column.addWidget(self._key)
        column.addLayout(self._counts_line())
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        for button, decision in ((self._accept, Decision.ACCEPTED), (self._reject, Decision.REJECTED)):
            button.setToolTip(f"{button.text()}: every pick of the batch that is still pending")
            button.clicked.connect(partial(self._decide_rest, decision))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(button, 1)
        column.addLayout(row)
        self.export_button.setToolTip("Write the accepted picks for a labelling tool")
        self.export_button.clicked.connect(self.export_requested)
        column.addWidget(self.export_button)
        return box

    def _counts_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(TIGHT)
        for glyph, text in self._counts.values():
            line.addWidget(glyph)
            line.addWidget(text)
            line.addSpacing(TIGHT)
        line.addStretch(1)
        return line

    def set_strategies(self, infos: tuple[StrategyInfo, ...]) -> None:
        """Offer the strategies of the catalogue."""
        self.form.set_strategies(infos)

    def set_ready(self, ready: bool, why_not: str = "") -> None:
        """Allow or forbid to select; ``why_not`` is the tool tip while it is forbidden."""
        self.select_button.setEnabled(ready)
        self.select_button.setToolTip(why_not or "Pick the images whose labels buy the most")

    def _on_columns(self, names: frozenset[str]) -> None:
        if "picks" in names:
            self.refresh()
        elif "state" in names:
            self._show_counts()

    def refresh(self) -> None:
        """Show the batch of the pool."""
        batch = self._pool.batch
        self._batch_box.setVisible(batch is not None)
        self._batches.clear()
        for known in reversed(self._pool.batches):
            self._batches.addItem(f"Batch {known.number}: {known.count:,} by {known.strategy}", known.number)
        if batch is None:
            return
        self._batches.setCurrentIndex(self._batches.findData(batch.number))
        self._sentence.setMinimumHeight(0)
        self._sentence.setText(f"{coverage_sentence(batch)} {batch.budget.get('note') or ''}".strip())
        curve = batch.budget.get("curve") or {}
        self.curve.set_curve(curve, batch.count)
        self.curve.setVisible(bool(curve))
        self._key.setVisible(bool(curve))
        self._show_counts()

    def _show_counts(self) -> None:
        rows = self._pool.pick_order
        states = self._pool.state[rows]
        for state, (glyph, text) in self._counts.items():
            count = int(np.count_nonzero(states == state))
            glyph.setPixmap(state_icon(state, 14, self.devicePixelRatioF()).pixmap(14, 14))
            glyph.setToolTip(STATE_NAMES[state])
            text.setText(f"{count:,}")
            text.setToolTip(STATE_NAMES[state])
            text.setAccessibleName(f"{count} {STATE_NAMES[state].lower()}")
            glyph.setVisible(count > 0 or state is not SampleState.LABELLED)
            text.setVisible(count > 0 or state is not SampleState.LABELLED)
        pending = int(np.count_nonzero(states == SampleState.PENDING))
        self._accept.setEnabled(pending > 0)
        self._reject.setEnabled(pending > 0)
        self._accept.setText(f"Accept rest ({pending:,})" if pending else "Accept rest")
        self._reject.setText(f"Reject rest ({pending:,})" if pending else "Reject rest")

    def _decide_rest(self, decision: Decision) -> None:
        rows = self._pool.pick_order
        self.decide_requested.emit(rows[self._pool.state[rows] == SampleState.PENDING], decision)

    def _on_budget_moved(self, count: int) -> None:
        # The curve must not move under the mouse.
        self._sentence.setMinimumHeight(self._sentence.height())
        self._sentence.setText(f"{count:,} picks; let go to take them.")

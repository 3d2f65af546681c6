"""The batch that is shown: what it did, what it buys and costs, the decisions on it, the way out."""

from functools import partial

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.records import BatchRecord, Decision, SampleState
from desktop_al.gui.batch_words import (
    COVERAGE,
    account,
    batch_title,
    budget_sentence,
    coverage_sentence,
    facts,
    percent,
)
from desktop_al.gui.cost_view import CostView
from desktop_al.gui.curve_key import WORDS, CurveKey
from desktop_al.gui.curve_plot import CurvePlot, column
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.early_picks import figures_follow
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.flow_layout import FlowLayout
from desktop_al.gui.i18n import number, tr, trn
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import icon
from desktop_al.gui.note import Note
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told
from desktop_al.gui.theme import MEDIUM, SMALL, STATE_NAMES, TIGHT, theme_watch

DECIDED = (SampleState.ACCEPTED, SampleState.REJECTED, SampleState.PENDING, SampleState.LABELLED)


class BatchView(QWidget):
    """Shows the batch of the pool.

    Signals: ``resize_requested(count)``, ``batch_chosen(number)``, ``compare_requested``,
    ``decide_requested(rows, decision)``, ``export_requested``.
    """

    resize_requested = Signal(int)
    batch_chosen = Signal(int)
    compare_requested = Signal()
    decide_requested = Signal(object, object)
    export_requested = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.batches, self.compare_button = ElidedChoice(), QToolButton()
        self.account, self.sentence, self.key = _words(""), _words(""), CurveKey()
        self.advice = Note(tr("Advice on the next batch"))
        self.curve, self.cost = CurvePlot(), CostView()
        self.counts = {state: (IconView(14), QLabel()) for state in DECIDED}
        self.accept, self.reject = QPushButton(tr("Accept rest")), QPushButton(tr("Reject rest"))
        self.export_button = QPushButton(tr("Export…"))
        self._budget = _words("muted")
        self._facts = QFormLayout()
        self.about = Disclosure(tr("About this batch"), self._make_about())
        self.sentence.setToolTip(tr(COVERAGE))
        self._build()
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self.refresh)
        theme_watch().changed.connect(self._colour)
        self._colour()
        self.refresh()

    def _colour(self) -> None:
        self.compare_button.setIcon(icon("compare"))
        self._show_counts()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        self.batches.setAccessibleName(tr("Shown batch"))
        self.batches.activated.connect(lambda index: self.batch_chosen.emit(self.batches.itemData(index)))
        self.compare_button.setAccessibleName(tr("Compare batches"))
        self.compare_button.setToolTip(tr("Lay the batch beside another one, or beside another strategy"))
        self.compare_button.clicked.connect(self.compare_requested)
        self.curve.budget_moved.connect(self._on_budget_moved)
        self.curve.budget_chosen.connect(self.resize_requested)
        self.cost.unit_changed.connect(self.curve.set_unit)
        top = QHBoxLayout()
        top.setSpacing(SMALL)
        top.addWidget(self.batches, 1)
        top.addWidget(self.compare_button)
        column.addLayout(top)
        for widget in (self.account, self.sentence, self.advice):
            column.addWidget(widget)
        self.export_button.setToolTip(tr("Write the accepted picks for a labelling tool"))
        self.export_button.clicked.connect(self.export_requested)
        # Before the curve, so that what a person does most is in sight without scrolling.
        column.addLayout(self._counts_line())
        column.addLayout(self._rest_line())
        for figure in (self.curve, self.key, self.cost, self.about):
            column.addWidget(figure)

    def _make_about(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, SMALL)
        column.setSpacing(SMALL)
        column.addWidget(self._budget)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(MEDIUM)
        self._facts.setVerticalSpacing(TIGHT)
        column.addLayout(self._facts)
        return content

    def _counts_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(TIGHT)
        for glyph, text in self.counts.values():
            line.addWidget(glyph)
            line.addWidget(text)
            line.addSpacing(TIGHT)
        line.addStretch(1)
        line.addWidget(self.export_button)
        return line

    def _rest_line(self) -> FlowLayout:
        row = FlowLayout(SMALL)
        for button, decision in ((self.accept, Decision.ACCEPTED), (self.reject, Decision.REJECTED)):
            button.setToolTip(tr("{action}: every pick of the batch that is still pending", action=button.text()))
            button.clicked.connect(partial(self._decide_rest, decision))
            row.addWidget(button)
        return row

    def _on_columns(self, names: frozenset[str]) -> None:
        if "picks" in names:
            self.refresh()
        elif "state" in names:
            self._show_counts()

    def refresh(self) -> None:
        """Show the batch of the pool."""
        batch = self._pool.batch
        self.setVisible(batch is not None)
        self.batches.clear()
        for known in reversed(self._pool.batches):
            self.batches.addItem(batch_title(known), known.number)
        if batch is None:
            return
        self.batches.setCurrentIndex(self.batches.findData(batch.number))
        self.sentence.setMinimumHeight(0)
        earlier = [each for each in self._pool.batches if each.number < batch.number]
        self.sentence.setText(coverage_sentence(batch, earlier[-1] if earlier else None))
        self.account.setText(account(batch))
        self.account.setVisible(bool(account(batch)))
        self.advice.say(told(str(batch.budget.get("stop_advice") or "")))
        self._show_curve(batch)
        self._show_about(batch)
        self._show_counts()

    def _show_curve(self, batch: BatchRecord) -> None:
        found = batch.budget
        curve, interval = found.get("curve") or {}, found.get("interval") or ()
        second = found.get("second_opinion")
        self.cost.set_count(batch.count)
        self.curve.set_curve(curve, batch.count, interval, second)
        self.curve.setVisible(bool(curve))
        self.key.setVisible(bool(curve))
        drawn = [name for name in WORDS if np.isfinite(column(curve, name)).any()]
        self.key.show_names([*drawn, *(["interval"] if interval else []), *(["second"] if second is not None else [])])

    def _show_about(self, batch: BatchRecord) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        follows = figures_follow(batch)
        text = tr("The curve and the figures below are being worked out…") if follows else budget_sentence(batch)
        self._budget.setText(text)
        self._budget.setVisible(bool(text))
        # In their places, so that nothing below moves for so short a time.
        known = [(title, "…", tip) for title, _, tip in facts(batch)] if follows else facts(batch)
        for title, value, tip in known:
            name, words = _words("muted"), _words("")
            name.setText(title)
            name.setWordWrap(False)
            words.setText(value)
            for label in (name, words):
                label.setToolTip(tip)
            self._facts.addRow(name, words)
        self.about.setVisible(bool(text or known))

    def _show_counts(self) -> None:
        rows = self._pool.pick_order
        states = self._pool.state[rows]
        for state, (glyph, text) in self.counts.items():
            count = int(np.count_nonzero(states == state))
            glyph.show_state(state)
            glyph.setToolTip(tr(STATE_NAMES[state]))
            text.setText(number(count))
            text.setToolTip(tr(STATE_NAMES[state]))
            text.setAccessibleName(tr("{state}: {count:,}", state=tr(STATE_NAMES[state]), count=count))
            glyph.setVisible(count > 0 or state is not SampleState.LABELLED)
            text.setVisible(count > 0 or state is not SampleState.LABELLED)
        pending = int(np.count_nonzero(states == SampleState.PENDING))
        accept, reject = tr("Accept rest"), tr("Reject rest")
        if pending:
            accept = tr("Accept rest ({count:,})", count=pending)
            reject = tr("Reject rest ({count:,})", count=pending)
        for button, words in ((self.accept, accept), (self.reject, reject)):
            button.setEnabled(pending > 0)
            button.setText(words)

    def _decide_rest(self, decision: Decision) -> None:
        rows = self._pool.pick_order
        self.decide_requested.emit(rows[self._pool.state[rows] == SampleState.PENDING], decision)

    def _on_budget_moved(self, count: int) -> None:
        # The curve must not move under the mouse.
        self.sentence.setMinimumHeight(self.sentence.height())
        self.cost.show_count(count)
        covered = self.curve.coverage_at(count)
        if covered is None:
            said = trn("{count:,} pick; let go to take it.", "{count:,} picks; let go to take them.", count)
        else:
            said = trn(
                "{count:,} pick brings coverage to {share}; let go to take it.",
                "{count:,} picks bring coverage to {share}; let go to take them.",
                count,
                share=percent(covered),
            )
        self.sentence.setText(said)
        self.curve.setAccessibleDescription(said)


def _words(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label

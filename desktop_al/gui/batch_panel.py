"""The batch panel: ask for a batch, see what it buys, decide on it, hand it out."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_al.domain.catalogue import PresetInfo, StrategyInfo
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.batch_view import BatchView
from desktop_al.gui.flow_layout import lay_out_now
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.note import Note
from desktop_al.gui.pool import Pool
from desktop_al.gui.selecting import Turn
from desktop_al.gui.strategy_form import Knowledge, StrategyForm
from desktop_al.gui.targets import lit
from desktop_al.gui.theme import MEDIUM, SMALL

LEAST_WIDTH = 312
TIP = later("Pick the images whose labels buy the most")
TURNS = {
    Turn.NONE: later("Select"),
    Turn.WAITING: later("Waits for its turn…"),
    Turn.RUNNING: later("Selecting…"),
    Turn.STOPPING: later("Stopping…"),
}


def _no_scope() -> str:
    return ""


class BatchPanel(QScrollArea):
    """The form of a selection above the batch that is shown.

    Signals: ``select_requested(SelectSpec)``, ``cancel_requested`` of the selection that waits or runs,
    ``resize_requested(count)``, ``batch_chosen(number)``, ``compare_requested``, ``decide_requested(rows, decision)``,
    ``export_requested``.
    """

    select_requested = Signal(object)
    cancel_requested = Signal()
    resize_requested = Signal(int)
    batch_chosen = Signal(int)
    compare_requested = Signal()
    decide_requested = Signal(object, object)
    export_requested = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._why_not = ""
        self._turn = Turn.NONE
        self.form = StrategyForm()
        self.scope = _no_scope
        self.scope_note = Note(tr("What the batch is picked from"))
        self.select_button, self.cancel_button = QPushButton(tr("Select")), QPushButton(tr("Cancel"))
        self.lacks = QLabel()
        # It shows itself where there is a batch: without a parent that would be a window of its own.
        self.view = BatchView(pool, self)
        self._build()
        pool.columns_changed.connect(self._on_columns)
        pool.highlight_changed.connect(self._know)
        pool.reset.connect(self._on_reset)
        self._on_reset()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Batch panel"))
        self.setMinimumWidth(LEAST_WIDTH)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        self.select_button.setProperty("kind", "primary")
        self.select_button.clicked.connect(lambda: self.select_requested.emit(self.spec()))
        self.cancel_button.setToolTip(tr("Do not select this batch"))
        self.cancel_button.setAccessibleName(tr("Cancel the selection"))
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.cancel_button.hide()
        self.form.changed.connect(self._on_form)
        view = self.view
        view.resize_requested.connect(self.resize_requested)
        view.batch_chosen.connect(self.batch_chosen)
        view.compare_requested.connect(self.compare_requested)
        view.decide_requested.connect(self.decide_requested)
        view.export_requested.connect(self.export_requested)
        column.addWidget(self.form)
        self.lacks.setProperty("kind", "warning")
        self.lacks.setWordWrap(True)
        column.addWidget(self.lacks)
        column.addWidget(self.scope_note)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.select_button, 1)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        column.addSpacing(SMALL)
        column.addWidget(view)
        column.addStretch(1)
        self.setWidget(content)

    def set_catalogue(self, infos: tuple[StrategyInfo, ...], presets: tuple[PresetInfo, ...] = ()) -> None:
        """Offer the strategies and the presets of the catalogue."""
        self.form.set_catalogue(infos, presets)
        lay_out_now(self.form)

    def spec(self) -> SelectSpec:
        """What the form and the filters say, and for a strategy that looks for something what is lit."""
        spec, scope = self.form.spec(), self.scope()
        if scope:
            spec = replace(spec, where=f"({spec.where}) and ({scope})" if spec.where.strip() else scope)
        if self.form.looks:
            spec = replace(spec, like=tuple(self._pool.ids[lit(self._pool)].tolist()))
        return spec

    def wanted(self) -> SelectSpec | None:
        """The same as `spec`, None where the form cannot be used as it stands."""
        return None if self.form.lacks else self.spec()

    def set_turn(self, turn: Turn) -> None:
        """Say where the selection that was asked for is, of which there is one at a time."""
        self._turn = turn
        if self.select_button.hasFocus() and turn is not Turn.NONE:
            # Disabled it would hand the keys on to the button that cancels, and who presses twice would cancel.
            self.setFocus()
        self.select_button.setText(tr(TURNS[turn]))
        self.cancel_button.setVisible(turn is not Turn.NONE)
        self.cancel_button.setEnabled(turn is not Turn.STOPPING)
        self._show_ready()

    def set_ready(self, ready: bool, why_not: str = "") -> None:
        """Allow or forbid to select; ``why_not`` is the tool tip while it is forbidden."""
        self._why_not = "" if ready else why_not or tr(TIP)
        self._show_ready()

    def _on_form(self) -> None:
        self._show_ready()
        lay_out_now(self.form)

    def _show_ready(self) -> None:
        busy = "" if self._turn is Turn.NONE else tr("A batch is being selected")
        why_not = busy or self._why_not or self.form.lacks
        self.select_button.setEnabled(not why_not)
        self.select_button.setToolTip(why_not or tr(TIP))
        self.lacks.setText(self.form.lacks)
        self.lacks.setVisible(bool(self.form.lacks))

    def _on_reset(self) -> None:
        self.form.set_pool(self._pool)
        self._show_ready()

    def _on_columns(self, names: frozenset[str]) -> None:
        if "metadata" in names:
            self._on_reset()
        elif names & {"counts", "visible"}:
            self._know()

    def _know(self) -> None:
        self.form.set_knowledge(Knowledge.of(self._pool))
        self._show_ready()

"""The inspector: the focused sample large, why it was picked, and what is known about it."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_al.domain.context import Context
from desktop_al.domain.records import Decision, PickRecord, SampleState, SampleStatus
from desktop_al.gui.annotation_box import AnnotationBox
from desktop_al.gui.eliding import Elided
from desktop_al.gui.flow_layout import FlowLayout
from desktop_al.gui.gallery.orders import OF_THE_BATCH
from desktop_al.gui.histogram_view import HistogramView
from desktop_al.gui.i18n import number, tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.key_hints import KeyTip
from desktop_al.gui.look_tools import LookTools
from desktop_al.gui.marks import MARK_NAMES, Mark
from desktop_al.gui.pool import Pool
from desktop_al.gui.preview import VIEW_LANE, Preview, frames_words
from desktop_al.gui.rationale_view import RationaleView
from desktop_al.gui.sample_menu import DECIDING, MARKING, markable, next_mark
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable, readable_path, write_breakable
from desktop_al.gui.theme import MEDIUM, SMALL, STATE_NAMES, TIGHT, theme_watch
from desktop_al.gui.thumbs import ThumbLoader

# Beside a longer name there is no room for a value: it goes below.
LEAST_VALUE = 88
# How high the image is of the panel: what decides on it keeps its place below, whatever is told of each image.
SHARE, LEAST_PREVIEW = 0.36, 160


class Inspector(QScrollArea):
    """Follows the focus of the pool; others may `add_section`.

    Signals: ``decide_requested(rows, decision)``, ``mark_requested(rows, mark)``, ``look_asked(name, row)`` as in
    `desktop_al.gui.looking`.
    """

    decide_requested = Signal(object, object)
    mark_requested = Signal(object, object)
    look_asked = Signal(str, int)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, bridge: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool, self._bridge = pool, bridge
        self.preview = Preview(pool, thumbs, bridge)
        self.histogram = HistogramView()
        self.tools = LookTools()
        self._sections = QVBoxLayout()
        # One line each, whatever they say: the path in full stands below, and tips say all.
        self._name, self._state = Elided(), Elided()
        self._facts = Elided(mode=Qt.TextElideMode.ElideRight)
        self._glyph = IconView(16)
        self.why = RationaleView(pool, thumbs)
        self._fields = QFormLayout()
        self._exif: dict[str, str] = {}
        self._frames = 1
        self._fields_title, self._path = _heading(tr("Metadata")), QLabel()
        self._buttons: dict[Decision, QPushButton] = {}
        self.marks: dict[Mark, QPushButton] = {}
        self.notes = AnnotationBox(pool)
        self._pick_box, self._mark_box = self._make_pick_box(), self._make_mark_box()
        self._build()
        pool.focus_changed.connect(self.refresh)
        pool.columns_changed.connect(self._on_columns)
        pool.reset.connect(self.refresh)
        theme_watch().changed.connect(self._show_facts)
        self.preview.histogram.connect(self.histogram.show_counts)
        self.preview.counted.connect(self._on_frames)
        self.preview.opened.connect(lambda: self._look("enlarge"))
        self.tools.asked.connect(self._look)
        self.refresh()

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        column.addWidget(self.preview)
        column.addWidget(self.histogram)
        for label, role in ((self._name, "title"), (self._facts, "muted"), (self._path, "muted")):
            label.setProperty("kind", role)
        self._path.setWordWrap(True)
        self._path.setTextFormat(Qt.TextFormat.PlainText)
        self._path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self._name)
        column.addLayout(self._state_line())
        column.addWidget(self._facts)
        column.addWidget(self.tools)
        column.addWidget(self._pick_box)
        column.addWidget(self._mark_box)
        column.addWidget(self.notes)
        column.addWidget(self.why)
        self._sections.setSpacing(SMALL)
        column.addLayout(self._sections)
        column.addWidget(self._fields_title)
        column.addLayout(self._fields)
        column.addWidget(self._path)
        column.addStretch(1)
        self._fields.setHorizontalSpacing(MEDIUM)
        self._fields.setVerticalSpacing(TIGHT)
        self._fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.setWidget(content)
        self.setAccessibleName(tr("Inspector"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the image its height, by the size of the panel alone."""
        super().resizeEvent(event)
        wide = self.width() - 2 * MEDIUM
        self.preview.setFixedHeight(max(LEAST_PREVIEW, min(wide, round(SHARE * self.height()))))

    def add_section(self, widget: QWidget) -> None:
        """Show ``widget`` below why the sample was picked; it follows the focus by itself."""
        self._sections.addWidget(widget)

    def _state_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(TIGHT)
        line.addWidget(self._glyph)
        line.addWidget(self._state, 1)
        return line

    def _make_pick_box(self) -> QWidget:
        box = QWidget()
        row = FlowLayout(SMALL, box, fill=True)
        for decision, text, tip in (
            (Decision.ACCEPTED, tr("Accept"), tr("Accept this pick")),
            (Decision.REJECTED, tr("Reject"), tr("Reject this pick")),
            (Decision.PENDING, tr("Clear"), tr("Clear the decision on this pick")),
        ):
            button = QPushButton(text)
            KeyTip(button, tip, DECIDING[decision])
            button.setProperty("kind", "compact")
            button.setCheckable(decision is not Decision.PENDING)
            button.clicked.connect(partial(self._decide, decision))
            self._buttons[decision] = button
            row.addWidget(button)
        return box

    def _make_mark_box(self) -> QWidget:
        box = QWidget()
        row = FlowLayout(SMALL, box, fill=True)
        for mark, text, tip in (
            (Mark.PINNED, tr("Keep"), tr("Keep this image in the batch and choose the rest around it")),
            (Mark.VETOED, tr("Veto"), tr("Leave this image out of the batch and let another take its place")),
        ):
            button = self.marks[mark] = QPushButton(text)
            button.setProperty("kind", "compact")
            KeyTip(button, tip, MARKING[mark])
            button.setCheckable(True)
            button.clicked.connect(partial(self._mark, mark))
            row.addWidget(button)
        return box

    def _on_columns(self, names: frozenset[str]) -> None:
        if names & {"state", "label", "metadata", "picks", "marks", "status", "insights"}:
            self._show_facts()

    def refresh(self) -> None:
        """Show the focused sample."""
        self.preview.show_row(self._pool.focus)
        self._exif, self._frames = {}, 1
        self._show_facts()
        if self._pool.focus >= 0:
            self._read_exif()

    def _show_facts(self) -> None:
        pool, row = self._pool, self._pool.focus
        shown = 0 <= row < len(pool)
        for widget in (self._name, self._glyph, self._state, self._facts, self.tools, self._path, self._fields_title):
            widget.setVisible(shown)
        self._clear_fields()
        pick = pool.pick(row) if shown else None
        self._show_pick(pick)
        if not shown or pool.samples is None:
            return
        state = SampleState(int(pool.state[row]))
        self._name.setText(readable(pool.path(row).name))
        self._glyph.show_state(state)
        code = int(pool.label_code[row])
        mark = MARK_NAMES.get(pool.badge(row), "")
        labelled = tr("Labelled {label}", label=readable(pool.classes[code])) if code >= 0 else ""
        words = labelled or tr(STATE_NAMES[state])
        self._state.setText(f"{words}, {tr(mark)}" if mark else words)
        width, height = int(pool.samples.widths[row]), int(pool.samples.heights[row])
        size = tr("{width:,} × {height:,} px", width=width, height=height) if width else ""
        facts = (size, readable_bytes(int(pool.samples.sizes[row])), frames_words(self._frames))
        self._facts.setText(", ".join(text for text in facts if text))
        self.tools.buttons["find_similar"].setEnabled(pool.counts.embedded > 0)
        write_breakable(self._path, readable_path(pool.path(row)))
        if pool.status[row] != SampleStatus.PRESENT:
            self._field(tr("Problem"), told(pool.samples.reasons[row]) or tr("The file is missing."))
        for name in pool.metadata_names:
            column = pool.metadata(name)
            if column.codes is not None and column.codes[row] >= 0:
                self._field(name, column.names[column.codes[row]])
            elif column.values is not None and not np.isnan(column.values[row]):
                self._field(name, f"{column.values[row]:g}")
        for name in pool.insight_names:
            self._insight(name, row)
        for name, value in self._exif.items():
            self._field(name, value)
        self._fields_title.setVisible(self._fields.rowCount() > 0)

    def _on_frames(self, frames: int) -> None:
        if frames != self._frames:
            self._frames = frames
            self._show_facts()

    def _insight(self, name: str, row: int) -> None:
        """Tell what the insight ``name`` says of the sample, besides what the rationale tells."""
        column, info = self._pool.insight(name), INSIGHTS.get(name)
        if column is None or info is None or name in OF_THE_BATCH:
            return
        if column.codes is not None and column.codes[row] >= 0:
            self._field(tr(info.title), column.names[column.codes[row]])
        elif column.values is not None and not np.isnan(column.values[row]):
            self._field(tr(info.title), f"{column.values[row]:.3g}")

    def _show_pick(self, pick: PickRecord | None) -> None:
        row = self._pool.focus
        free = 0 <= row < len(self._pool) and bool(markable(self._pool)[row])
        self._mark_box.setVisible(free)
        for mark, button in self.marks.items():
            button.setChecked(free and bool(self._pool.mark[row] == mark))
        for widget in (self._pick_box, self.why):
            widget.setVisible(pick is not None)
        if pick is None:
            return
        state = self._pool.state[row]
        self._buttons[Decision.ACCEPTED].setChecked(bool(state == SampleState.ACCEPTED))
        self._buttons[Decision.REJECTED].setChecked(bool(state == SampleState.REJECTED))
        self.why.show_pick(pick)

    def _read_exif(self) -> None:
        path, sample = self._pool.path(self._pool.focus), self._pool.ids[self._pool.focus]

        def work(ctx: Context) -> dict[str, str]:
            from desktop_al.media.exif import exif

            ctx.check()
            return exif(path)

        def show(found: dict[str, str]) -> None:
            if self._pool.focus >= 0 and self._pool.ids[self._pool.focus] == sample:
                self._exif = found
                self._show_facts()

        self._bridge.run("EXIF", work, lane=VIEW_LANE, key="exif", quiet=True, on_done=show)

    def _clear_fields(self) -> None:
        while self._fields.rowCount():
            self._fields.removeRow(0)

    def _field(self, name: str, value: str) -> None:
        key, text = QLabel(readable(name)), QLabel()
        write_breakable(text, readable(value))
        key.setProperty("kind", "muted")
        text.setWordWrap(True)
        text.setMinimumWidth(LEAST_VALUE)
        text.setTextFormat(Qt.TextFormat.PlainText)
        key.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fields.addRow(key, text)

    def _decide(self, decision: Decision) -> None:
        self.decide_requested.emit(np.array([self._pool.focus], np.int64), decision)
        self._show_facts()

    def _mark(self, mark: Mark) -> None:
        rows = np.array([self._pool.focus], np.int64)
        self.mark_requested.emit(rows, next_mark(self._pool, rows, mark))
        self._show_facts()

    def _look(self, name: str) -> None:
        if self._pool.focus >= 0:
            self.look_asked.emit(name, self._pool.focus)


def readable_bytes(count: int) -> str:
    """``count`` bytes as a person reads them."""
    if count < 1000:
        return tr("{count} B", count=count)
    power = min(3, (len(str(count)) - 1) // 3)
    return number(count / 1000**power, ".1f", ("kB", "MB", "GB")[power - 1])


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", "small")
    return label

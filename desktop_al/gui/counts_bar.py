"""The counts that are always in sight, in the status bar; in few words where there is room for no more."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import later, number, tr, trn
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.pool import Pool
from desktop_al.gui.targets import hidden_highlight
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT

GLYPH = 14
# Of what can be clicked: the letters of some scripts are lower than that (WCAG 2.2, 2.5.8).
LEAST_HEIGHT = 24
# Each state with its count, and with its count out of all batches.
COUNTED = {
    SampleState.LABELLED: (later("{count:,} labelled"), later("{count:,} of {total:,} labelled")),
    SampleState.ACCEPTED: (later("{count:,} accepted"), later("{count:,} of {total:,} accepted")),
    SampleState.REJECTED: (later("{count:,} rejected"), later("{count:,} of {total:,} rejected")),
    SampleState.PENDING: (later("{count:,} pending"), later("{count:,} of {total:,} pending")),
}


def head_text(pool: Pool) -> str:
    """Say how large the pool is, and how far it is embedded."""
    counts = pool.counts
    # Beside files that cannot be used, "all" would leave open all of what.
    complete = counts.embedded >= counts.present == counts.samples
    parts = [trn("{count:,} image", "{count:,} images", counts.samples)]
    if counts.present and complete:
        parts.append(tr("all embedded"))
    elif counts.present:
        parts.append(tr("{count:,} embedded", count=counts.embedded) if counts.embedded else tr("none embedded"))
    if counts.missing:
        parts.append(tr("{count:,} missing", count=counts.missing))
    return " · ".join(parts)


# How many words are left out at the most: those of the states, whose shapes say as much, then those of the rest.
LEVELS = 3


class CountsBar(QWidget):
    """Counts of the pool, of the shown batch and of the highlight.

    Signals: ``unreadable_clicked`` and ``highlight_clicked`` ask for a list of those samples.
    """

    unreadable_clicked = Signal()
    highlight_clicked = Signal()

    def __init__(self, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.head = QLabel(self)
        self.batch = QLabel(self)
        self._pairs: dict[SampleState, QWidget] = {}
        self._texts: dict[QLabel, tuple[str, ...]] = {}
        self.numbers: dict[SampleState, QLabel] = {}
        self.unreadable = self._button(tr("List the files that cannot be used, and why"))
        self.unreadable.clicked.connect(self.unreadable_clicked)
        self.highlighted = self._button(tr("Show the highlighted images in the gallery"))
        self.highlighted.clicked.connect(self.highlight_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(SMALL, 0, SMALL, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self.head)
        row.addWidget(self.unreadable)
        row.addWidget(self.batch)
        for state in (SampleState.LABELLED, SampleState.ACCEPTED, SampleState.REJECTED, SampleState.PENDING):
            row.addWidget(self._counter(state))
        row.addWidget(self.highlighted)
        row.addStretch(1)
        pool.reset.connect(self.refresh)
        pool.columns_changed.connect(self.refresh)
        pool.highlight_changed.connect(self.refresh)
        self.refresh()

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setMinimumHeight(LEAST_HEIGHT)
        button.setToolTip(tip)
        return button

    def _counter(self, state: SampleState) -> QWidget:
        pair = self._pairs[state] = QWidget(self)
        glyph, self.numbers[state] = IconView(GLYPH, pair), QLabel(pair)
        glyph.show_state(state)
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.numbers[state])
        return pair

    def refresh(self) -> None:
        """Count again."""
        pool = self._pool
        self.setVisible(len(pool) > 0)
        self._texts[self.head] = _levels(
            head_text(pool), trn("{count:,} image", "{count:,} images", pool.counts.samples)
        )
        self._show(self.unreadable, len(pool.unreadable), tr("{count:,} unreadable", count=len(pool.unreadable)))
        highlighted, hidden = pool.highlighted, hidden_highlight(pool)
        text = tr("{count:,} highlighted", count=highlighted)
        if hidden:
            text = tr("{count:,} highlighted, {hidden:,} of them hidden", count=highlighted, hidden=hidden)
        self._show(self.highlighted, highlighted, text)
        everywhere = pool.state_counts
        values = {state: int(pool.pick_state_counts[state]) for state in self.numbers}
        values[SampleState.LABELLED] = int(everywhere[SampleState.LABELLED])
        self.batch.setVisible(pool.batch is not None)
        if pool.batch is not None:
            count = len(pool.picks)
            text = trn(
                "Batch {number}: {count:,} pick", "Batch {number}: {count:,} picks", count, number=pool.batch.number
            )
            self._texts[self.batch] = _levels(text, tr("Batch {number}", number=pool.batch.number))
        for state, value in values.items():
            # The map's legend counts the picks of every batch; where these are others, both numbers are said.
            total = int(everywhere[state])
            alone, of = COUNTED[state]
            text = tr(alone, count=value) if total == value else tr(of, count=value, total=total)
            tip = ""
            if pool.batch is not None and total != value:
                tip = tr("{counts}: in batch {number}, in all batches", counts=text, number=pool.batch.number)
            self._pairs[state].setToolTip(tip or text)
            shown = value > 0 if state is SampleState.LABELLED else pool.batch is not None
            self._texts[self.numbers[state]] = (text, number(value), number(value))
            self._pairs[state].setVisible(shown)
        self._fit()
        self.updateGeometry()
        bar = self.parentWidget()
        # At once, for Qt would do it in a later turn, and what is drawn before that would be cut off.
        if bar is not None and (room := bar.layout()) is not None:
            room.activate()

    # The room there is

    def _fit(self) -> None:
        """Say as much as there is room for; tips and screen readers always say all of it."""
        level = self._level(self.width()) if self.isVisible() and not self.isWindow() else 0
        for label, texts in self._texts.items():
            label.setText(texts[level])
            label.setAccessibleName(texts[0])
        for label in (self.head, self.batch):
            label.setToolTip(self._said(label, 0) if level == LEVELS - 1 else "")
        if (row := self.layout()) is not None:
            row.activate()

    def _level(self, room: int) -> int:
        """How many words have to be left out to fit into ``room``."""
        return next((level for level in range(LEVELS) if self._wide(level) <= room), LEVELS - 1)

    def _wide(self, level: int) -> int:
        """How wide it is with the words of ``level``."""
        buttons = [button for button in (self.unreadable, self.highlighted) if not button.isHidden()]
        shown = [label for label in (self.head, self.batch) if not label.isHidden()]
        pairs = [self.numbers[state] for state, pair in self._pairs.items() if not pair.isHidden()]
        words = [label.fontMetrics().horizontalAdvance(self._said(label, level)) + 2 for label in (*shown, *pairs)]
        glyphs = len(pairs) * (GLYPH + TIGHT)
        gaps = MEDIUM * (len(buttons) + len(words) - 1) + 2 * SMALL
        return sum(words) + sum(button.sizeHint().width() for button in buttons) + glyphs + gaps

    def _said(self, label: QLabel, level: int) -> str:
        return self._texts[label][level] if label in self._texts else ""

    def sizeHint(self) -> QSize:
        """Room for every word."""
        return QSize(self._wide(0), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for as many words as there can be: what else is in the status bar gives way first."""
        parent = self.parentWidget()
        if parent is None or not parent.isVisible():
            return self.sizeHint()
        others = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        taken = sum(other.minimumSizeHint().width() for other in others if other is not self and not other.isHidden())
        room = parent.width() - taken - len(others) * SMALL
        return QSize(self._wide(self._level(room)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more or less."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Watch the room of the status bar once it is in one."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.ParentChange and parent is not None:
            parent.installEventFilter(self)
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for other room when the status bar has other room."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.updateGeometry()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Say what there is room for."""
        super().showEvent(event)
        self._fit()

    @staticmethod
    def _show(button: QToolButton, count: int, text: str) -> None:
        button.setText(text)
        button.setVisible(count > 0)
        button.setCursor(Qt.CursorShape.PointingHandCursor)


def _levels(text: str, short: str) -> tuple[str, ...]:
    """What is said at each level by a label that is shortened last."""
    return (text,) * (LEVELS - 1) + (short,)

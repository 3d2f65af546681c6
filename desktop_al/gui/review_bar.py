"""The bar below the map for the review: how far it is, decisions with their keys, and the classes on 1 to 9."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise, repeat

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_al.domain.records import Decision
from desktop_al.gui.annotating import Annotating
from desktop_al.gui.class_chip import ClassChip
from desktop_al.gui.flow_layout import FlowLayout, as_wide_as_now
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.icons import icon
from desktop_al.gui.key_hints import key_of, with_key
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.more_classes import MoreClasses
from desktop_al.gui.name_field import NameField
from desktop_al.gui.review_progress import FittingLabel, Progress, ProgressLine
from desktop_al.gui.sample_menu import DECIDING, decision_text
from desktop_al.gui.short_names import short_names
from desktop_al.gui.targets import picked, spared, sparing
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, TIGHT, theme_watch

FIELD_WIDTH = 132
LEAST_BUTTON = 76
# So many letters of the names of classes are shown, fewer where they would take more lines, and at last the keys alone;
# tips say all of them.
LETTERS, MOST_LINES = (24, 12, 8, 5, 4, 3, 2, 0), 2
# Below this width there are only the classes and the line for a new one.
ROOMY, SLIM_FIELD = 520, 80
# At these widths the decisions share the lines of the classes: how far the review is, the bar of status says as well.
SHARED = range(600, 760)
ICONS = {Decision.ACCEPTED: "check", Decision.REJECTED: "reject", Decision.PENDING: "clear"}


def button_text(decision: Decision, count: int) -> str:
    """What the button says that decides on ``count`` picks."""
    if decision is Decision.ACCEPTED:
        return tr("Accept {count:,}", count=count) if count > 1 else tr("Accept")
    if decision is Decision.REJECTED:
        return tr("Reject {count:,}", count=count) if count > 1 else tr("Reject")
    return tr("Clear {count:,}", count=count) if count > 1 else tr("Clear")


class ReviewBar(QWidget):
    """Shows the review of the batch of the pool; ``picks()`` are the rows that a decision would change.

    Signals: ``decide_requested(decision)`` on those picks; ``left`` a person is done with the line for a new class.
    """

    decide_requested = Signal(object)
    left = Signal()

    def __init__(
        self, annotating: Annotating, picks: Callable[[], NDArray[np.int64]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._annotating, self._pool, self._picks = annotating, annotating.pool, picks
        self._progress: Progress | None = None
        self.line = ProgressLine(self)
        self.sentence, self.position = FittingLabel(self), FittingLabel(self)
        self.buttons: dict[Decision, QToolButton] = {}
        self.chips: list[ClassChip] = []
        self.field = NameField(lambda: self._pool.classes, self)
        self._shared = False
        self._batch, self._classes = QWidget(self), QWidget(self)
        self._flow = FlowLayout(TIGHT, self._classes)
        self.head = QLabel(self._classes)
        self.more = MoreClasses(self._classes)
        # Several facts of the pool change together; what they mean here is shown once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._build()
        self._connect()
        self._colour()
        self._make_chips()

    def _build(self) -> None:
        self.setObjectName("reviewBar")
        self.setAccessibleName(tr("Review"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.position.setProperty("kind", "muted")
        self.position.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.head.setProperty("kind", "chips")
        row = QHBoxLayout(self._batch)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL)
        row.addWidget(self.line, 1)
        row.addWidget(self.sentence, 4)
        row.addWidget(self.position, 2)
        for decision in DECIDING:
            button = self.buttons[decision] = QToolButton(self._batch)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            # Of a longer word the middle is left out; its tip says all of it.
            button.setMinimumWidth(LEAST_BUTTON)
            button.clicked.connect(partial(self.decide_requested.emit, decision))
            row.addWidget(button)
        self.field.setProperty("kind", "slim")
        self.field.setPlaceholderText(tr("New class"))
        self.field.setAccessibleName(tr("Label with a class: write its name, Enter gives it"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._classes.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(self._batch)
        column.addWidget(self._classes)

    def _connect(self) -> None:
        pool = self._pool
        self._annotating.keys.changed.connect(self._make_chips)
        keys_in_force().changed.connect(self._make_chips)
        self.field.submitted.connect(self._annotating.label)
        self.more.chosen.connect(self._annotating.label)
        self.more.asked.connect(self.ask_class)
        self.field.left.connect(self.left)
        self._soon.timeout.connect(self.refresh)
        for changed in (pool.reset, pool.columns_changed):
            changed.connect(self._count_again)
        for changed in (pool.highlight_changed, pool.focus_changed):
            changed.connect(self._later)
        theme_watch().changed.connect(self._colour)

    def _colour(self) -> None:
        for decision, name in ICONS.items():
            self.buttons[decision].setIcon(icon(name))
        self._later()

    def _count_again(self, _changed: object = None) -> None:
        self._progress = None
        self._soon.start()

    def _later(self, _changed: object = None) -> None:
        self._soon.start()

    def ask_class(self) -> None:
        """Let a person write the name of a class."""
        self.refresh()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def minimumSizeHint(self) -> QSize:
        """High enough for the classes at the width there is."""
        return as_wide_as_now(self, super().minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the classes where there is little room."""
        super().resizeEvent(event)
        self._share_lines(self.width() in SHARED)
        self._fit_chips()
        self.updateGeometry()

    def _share_lines(self, shared: bool) -> None:
        """Put the decisions before the classes, or above them."""
        if shared == self._shared:
            return
        self._shared = shared
        row = self._batch.layout()
        for button in self.buttons.values():
            button.setProperty("kind", "class" if shared else None)
            button.style().polish(button)
            if not shared and row is not None:
                row.addWidget(button)
        self._batch.setVisible(len(self._pool.picks) > 0 and not shared)
        self._fill_flow()

    def _fill_flow(self) -> None:
        """Put everything into the lines of the classes that belongs there."""
        while self._flow.count():
            self._flow.takeAt(0)
        for button in self.buttons.values() if self._shared else ():
            self._flow.addWidget(button)
        order = [self.head, *self.chips, self.more, self.field]
        for widget in order:
            self._flow.addWidget(widget)
        for before, after in pairwise(order[1:]):
            QWidget.setTabOrder(before, after)
        self._flow.invalidate()

    def _fit_chips(self) -> None:
        room, roomy = self.width() - 2 * SMALL, self.width() >= ROOMY
        self.head.setVisible(roomy and not self._shared)
        self.field.setFixedWidth(FIELD_WIDTH if roomy and not self._shared else SLIM_FIELD)
        self._shorten_chips(room)
        if self.field.width() < FIELD_WIDTH:
            self._widen_field(room)

    def _widen_field(self, room: int) -> None:
        """Let the line for a new class show what it asks for, where that takes no other line of the bar."""
        before = self._flow.lines(room)
        self.field.setFixedWidth(FIELD_WIDTH)
        self._flow.invalidate()
        if self._flow.lines(room) > before:
            self.field.setFixedWidth(SLIM_FIELD)
            self._flow.invalidate()

    def _shorten_chips(self, room: int) -> None:
        lines: dict[int, int] = {}
        for letters in LETTERS:
            lines[letters] = self._lines(letters, room)
            if lines[letters] <= MOST_LINES:
                return
        fewest = min(lines.values())
        self._lines(next(letters for letters in LETTERS if lines[letters] == fewest), room)

    def _lines(self, letters: int, room: int) -> int:
        """How many lines the classes take within ``room`` with so many ``letters`` of each, which they show now."""
        names = [readable(chip.name) for chip in self.chips]
        wide = self.fontMetrics().horizontalAdvance
        for chip, short in zip(self.chips, short_names(names, letters, wide) if letters else repeat(""), strict=False):
            chip.show_name(short)
        self._flow.invalidate()
        return self._flow.lines(room)

    # Classes

    def _make_chips(self) -> None:
        keys = self._annotating.keys
        focused = next((chip.name for chip in self.chips if chip.hasFocus()), None)
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = [ClassChip(name, place, self._classes) for place, name in enumerate(keys.names, 1)]
        for chip in self.chips:
            chip.chosen.connect(partial(self._annotating.label, chip.name))
            chip.moved.connect(partial(self._move, chip))
            chip.dropped.connect(partial(self._drop, chip))
            chip.taken_off.connect(partial(keys.take_off, chip.name))
            chip.order_asked.connect(keys.order_by_use)
            chip.show()
            if chip.name == focused:
                chip.setFocus()
        self._fill_flow()
        self._fit_chips()
        self.refresh()

    def _move(self, chip: ClassChip, by: int) -> None:
        self._annotating.keys.put(chip.name, chip.key + by)

    def _drop(self, chip: ClassChip, where: QPoint) -> None:
        """Put ``chip`` where it was dropped: before the first chip whose middle lies beyond."""
        at = self._classes.mapFromGlobal(where)
        turned = self.layoutDirection() == Qt.LayoutDirection.RightToLeft

        def passed(other: ClassChip) -> bool:
            area = other.geometry()
            beyond = area.center().x() > at.x() if turned else area.center().x() < at.x()
            return area.bottom() < at.y() or (area.top() <= at.y() and beyond)

        self._annotating.keys.put(chip.name, 1 + sum(passed(other) for other in self.chips if other is not chip))

    # What is shown

    def refresh(self) -> None:
        """Show the progress, the position and what the keys would do."""
        pool = self._pool
        self._soon.stop()
        self._batch.setVisible(len(pool.picks) > 0 and not self._shared)
        self._classes.setVisible(len(pool) > 0)
        if self._progress is None:
            self._progress = Progress.of(pool)
        progress = self._progress
        self.line.show_progress(progress)
        self.sentence.set_texts(progress.sentence(), progress.short(), progress.shortest(), "")
        rank = int(pool.rank[pool.focus]) if pool.focus >= 0 else -1
        place = tr("Pick {rank:,} of {total:,}", rank=rank, total=len(pool.picks)) if rank >= 0 else ""
        self.position.set_texts(place, "")
        picks, hidden = self._picks(), spared(pool, picked(pool), self._annotating.alone, "picks")
        for decision, button in self.buttons.items():
            what, name = decision_text(decision, max(1, len(picks))).replace("&", ""), DECIDING[decision]
            what = sparing(what, hidden)
            tip = with_key(what, name)
            button.setText(f"{button_text(decision, max(1, len(picks)))}  {key_of(name)}".rstrip())
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setEnabled(len(picks) > 0)
            button.setVisible(len(pool.picks) > 0)
        self._show_classes()

    def _show_classes(self) -> None:
        pool, count = self._pool, self._annotating.aim().count
        code = int(pool.label_code[pool.focus]) if pool.focus >= 0 else -1
        codes = {name: place for place, name in enumerate(pool.classes)}
        for chip in self.chips:
            own = codes.get(chip.name, -1)
            chip.show_class(own, own >= 0 and own == code, count, self._annotating.spared())
        before = self.more.sizeHint().width() if self.more.isVisibleTo(self) else 0
        self.more.show_classes([(name, codes[name]) for name in self._annotating.keys.others()], count)
        self.head.setText(tr("Label {count:,}", count=count) if count > 1 else tr("Label"))
        self._flow.invalidate()
        if before != (self.more.sizeHint().width() if self.more.isVisibleTo(self) else 0):
            self._fit_chips()
        self.field.setEnabled(count > 0)
        self.field.setToolTip(
            with_key(
                trn(
                    "Label the image with a class that you write here; it takes the next free key",
                    "Label {count:,} images with a class that you write here; it takes the next free key",
                    count,
                ),
                "label_new",
            )
        )

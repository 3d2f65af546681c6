"""What is done to the batch that is shown: selected, resized, decided on, pinned, vetoed and gone through."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.batch_words import ready_sentence
from desktop_al.gui.early_picks import saved_picks
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.marks import Mark
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.sample_menu import markable, next_mark
from desktop_al.gui.selecting import Selecting
from desktop_al.gui.session import Session
from desktop_al.gui.targets import Aim, aim, is_one, meant, picked, spared, spared_sentence
from desktop_al.gui.transfers import Transfers
from desktop_al.jobs.batch_step import BatchStep

if TYPE_CHECKING:
    from collections.abc import Callable

ADVANCING = (Decision.ACCEPTED, Decision.REJECTED)


class Reviewing(Transfers):
    """Selects, and decides on what was selected.

    ``alone`` tells whether what is asked for is about the focused sample alone, whatever is highlighted.

    Signals: ``show_highlight`` what is highlighted is to be shown in the gallery; ``batch_shown`` a batch that was
    selected is there and its first pick focused.
    """

    show_highlight = Signal()
    batch_shown = Signal()

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        super().__init__(session, messages, window)
        self._awaited = -1
        self.alone: Callable[[], bool] = lambda: False
        self.selecting = Selecting(session, self)
        self.pool.columns_changed.connect(self._focus_awaited)
        self.pool.reset.connect(self._focus_awaited)

    @Slot(object)
    def select(self, spec: SelectSpec) -> None:
        """Select a batch as ``spec`` says; there is one selection at a time."""
        if not self.selecting.ask(spec, self._selected):
            self.messages.show_message(
                "info", tr("A batch is being selected already; cancel that one to ask for another.")
            )

    def select_first(self, spec: SelectSpec) -> None:
        """Select the first batch of a project as ``spec`` says, unless a person has asked for one."""
        self.selecting.ask_first(spec, self._selected)

    def _selected(self, result: SelectResult | None) -> None:
        if result is None:
            return
        self.session.batch_steps.selected(result)
        self._awaited = result.batch.number
        self.session.show_batch(None)
        self.messages.show_message("ok", ready_sentence(result.batch.number, result.batch.count))

    def _focus_awaited(self, _changed: object = None) -> None:
        """Go to the first pick of the batch that was selected, once it is shown."""
        if self.pool.batch is not None and self.pool.batch.number == self._awaited and len(self.pool.pick_order):
            self._awaited = -1
            self.pool.set_focus(int(self.pool.pick_order[0]))
            self.batch_shown.emit()

    @Slot(int)
    def resize(self, count: int) -> None:
        """Give the shown batch another size."""
        if self.pool.batch is not None and self.pool.batch.count != count:
            self.session.batch_steps.resize(self.pool.batch.number, count)

    def targets(self) -> NDArray[np.int64]:
        """Return the picks that a decision would change: those highlighted and shown, or the focused one alone."""
        return meant(self.pool, picked(self.pool), self.alone(), "picks")

    def aim(self) -> Aim:
        """Return the same as `targets`, to be counted."""
        return aim(self.pool, picked(self.pool), self.alone(), "picks")

    def spared(self) -> int:
        """Return how many highlighted picks a decision would leave alone, since a filter hides them."""
        return spared(self.pool, picked(self.pool), self.alone(), "picks")

    def decide(self, decision: Decision) -> None:
        """Decide on the targets; after a single one, go to the next pick that waits for a decision."""
        left = self.spared()
        self.decide_on(self.targets(), decision)
        if left:
            self.messages.show_message("info", spared_sentence(left))

    @Slot(object, object)
    def decide_on(self, rows: NDArray[np.int64], decision: Decision) -> None:
        """Decide on the picks among ``rows`` and go on."""
        picks = rows[self.pool.rank[rows] >= 0]
        if len(picks) == 0:
            self.messages.show_message("warning", tr("Only picks of the shown batch can be accepted or rejected."))
        one = is_one(self.pool, picks)
        self.session.decide(picks, decision)
        if one:
            self.advance(int(picks[0]), pending=decision in ADVANCING)

    def mark_targets(self) -> NDArray[np.int64]:
        """Return what a pin or a veto would change: what is highlighted and shown, or the focused one alone."""
        return meant(self.pool, markable(self.pool), self.alone(), "markable")

    def mark_aim(self) -> Aim:
        """Return the same as `mark_targets`, to be counted."""
        return aim(self.pool, markable(self.pool), self.alone(), "markable")

    def spared_marks(self) -> int:
        """Return how many highlighted images a pin or a veto would leave alone, since a filter hides them."""
        return spared(self.pool, markable(self.pool), self.alone(), "markable")

    def mark(self, mark: Mark) -> None:
        """Pin or veto the targets, or free them where that is what they all are."""
        targets, left = self.mark_targets(), self.spared_marks()
        self.mark_on(targets, next_mark(self.pool, targets, mark))
        if left:
            self.messages.show_message("info", spared_sentence(left))

    @Slot(object, object)
    def mark_on(self, rows: NDArray[np.int64], mark: Mark) -> None:
        """Pin, veto or free those of ``rows`` that can be; after the veto of a single pick, go to the next."""
        rows = rows[markable(self.pool)[rows]]
        if len(rows) == 0:
            self.messages.show_message("warning", tr("Only images that can be picked can be kept or vetoed."))
            return
        if is_one(self.pool, rows) and mark is Mark.VETOED and self.pool.rank[rows[0]] >= 0:
            self.pool.set_focus(self._next_of(int(rows[0]), pending=True))
        self.session.mark(rows, mark, self._marked)

    def _marked(self, result: SelectResult | BatchStep) -> None:
        if self.pool.batch is None or result.batch is None or self.pool.batch.number != result.batch.number:
            return
        before = saved_picks(self.pool)
        came = np.array([pick.sample for pick in result.picks if pick.sample not in before], np.int64)
        left = len(before - {pick.sample for pick in result.picks})
        if len(came) == 0 and left == 0:
            sentence = tr("Batch {number} holds the same picks as before.", number=result.batch.number)
            self.messages.show_message("ok", sentence)
            return
        left_text = trn("{count:,} pick left", "{count:,} picks left", left)
        came_text = trn("{count:,} new one came", "{count:,} new ones came", len(came))
        self.messages.show_message(
            "ok",
            tr(
                "Batch {number}: {left}, {came}; what you decided on stays.",
                number=result.batch.number,
                left=left_text,
                came=came_text,
            ),
            action=tr("Show") if len(came) else "",
            run=partial(self.show_samples, came),
        )

    @Slot(object)
    def show_samples(self, ids: NDArray[np.int64]) -> None:
        """Highlight the samples ``ids`` and show them in the gallery."""
        rows = self.pool.rows_of(ids)
        self.pool.set_highlight(rows[rows >= 0])
        self.show_highlight.emit()

    def _next_of(self, row: int, pending: bool, step: int = 1) -> int:
        """Find the pick after ``row`` in rank order, from the start again at the end; ``row`` where there is none."""
        order = self.pool.pick_order
        if len(order) == 0:
            return row
        after = 0
        if row >= 0 and self.pool.rank[row] >= 0:
            after = int(np.searchsorted(self.pool.rank[order], self.pool.rank[row], "right" if step > 0 else "left"))
        turned = np.roll(order, -after)[::step]
        if pending:
            waits = (self.pool.decision[turned] == SampleState.PENDING) & (
                self.pool.state[turned] != SampleState.LABELLED
            )
            turned = turned[waits & (turned != row)]
        return int(turned[0]) if len(turned) else row

    def go(self, step: int = 1, pending: bool = False) -> None:
        """Focus the next (or previous) pick."""
        self.pool.set_focus(self._next_of(self.pool.focus, pending, step))

    def advance(self, row: int, pending: bool) -> None:
        """Focus the pick after ``row``, with ``pending`` the next that waits for a decision or a label."""
        self.pool.set_focus(self._next_of(row, pending))

    def accept_rest(self) -> None:
        """Accept every pick that waits for a decision."""
        self.decide_on(
            np.flatnonzero((self.pool.rank >= 0) & (self.pool.state == SampleState.PENDING)), Decision.ACCEPTED
        )

    def clear_all(self) -> None:
        """Make every pick of the batch pending."""
        self.decide_on(np.flatnonzero(self.pool.rank >= 0), Decision.PENDING)

    # Highlight

    def highlight_all(self) -> None:
        """Highlight what is shown."""
        self.pool.set_highlight(self.pool.visible)

    def highlight_invert(self) -> None:
        """Highlight what is shown and is not; what a filter hides stays as it is."""
        self.pool.set_highlight(self.pool.visible ^ self.pool.highlight)

    def highlight_none(self) -> None:
        """Highlight nothing."""
        self.pool.set_highlight(np.zeros(len(self.pool), bool))

    def highlight_batch(self) -> None:
        """Highlight the picks."""
        self.pool.set_highlight(self.pool.rank >= 0)

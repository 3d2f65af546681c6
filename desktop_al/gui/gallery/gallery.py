"""The gallery panel: which samples to show, in which sections and order, how large."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop_al.gui.gallery.arrange import Arrangement, nothing
from desktop_al.gui.gallery.arranger import COPIES, SIMILARITY, Arranger, Wanted
from desktop_al.gui.gallery.bar import GalleryBar
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.gallery.jump import JumpLine
from desktop_al.gui.gallery.orders import Group, Order, begins_descending, group_choices, insight_lacks, order_choices
from desktop_al.gui.gallery.search import Search
from desktop_al.gui.gallery.shown import DEPENDS, Show, counts, empty_text
from desktop_al.gui.i18n import tr
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import Rows, SampleActions, show_menu
from desktop_al.gui.thumbs import ThumbLoader

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights

# In place of a sample id: scroll to the front, and focus what stands there.
FRONT, LEAD = -2, -3


class GalleryWidget(QWidget):
    """A virtual grid of thumbnails, linked both ways with the map through ``pool``.

    Without a ``bridge`` everything is arranged at once, whatever its size; without ``insights`` only what the pool
    holds can be sorted and sectioned by.

    Signals: ``opened(row)`` asks for a large view; ``decide_requested(rows, decision)`` and
    ``mark_requested(rows, mark)`` come from the context menu, and so do ``filter_requested(chip)`` and
    ``look_asked(name, row)``, see `desktop_al.gui.looking`; ``arranged`` what
    was asked for shows.
    """

    opened = Signal(int)
    decide_requested = Signal(object, object)
    mark_requested = Signal(object, object)
    filter_requested = Signal(str)
    look_asked = Signal(str, int)
    arranged = Signal()

    def __init__(
        self,
        pool: Pool,
        thumbs: ThumbLoader,
        bridge: JobBridge | None = None,
        insights: "Insights | None" = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pool = pool
        self._batch: int | None = None
        self.menu_more: Callable[[QMenu, Rows], None] | None = None
        self._wanted = Wanted()
        self._before_query = self._wanted
        self._shown_group = ""
        self._question: tuple[Show, Wanted] | None = None
        self._ids = pool.ids
        self._first = -1
        self.grid = GridView(pool, thumbs, self)
        self.bar = GalleryBar(self)
        self._arranger = Arranger(pool, bridge, insights, self)
        self.jump = JumpLine(self.grid, pool, bridge)
        self.jump.missed.connect(self.bar.set_note)
        self._search = Search(pool, thumbs, self.bar, insights, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.grid, 1)
        self.setFocusProxy(self.grid)
        self._connect(insights)
        self._on_reset()

    def _connect(self, insights: "Insights | None") -> None:
        bar, grid, pool = self.bar, self.grid, self._pool
        bar.slider.setValue(grid.cell)
        bar.show_chosen.connect(self.refresh)
        bar.order_chosen.connect(self.set_order)
        bar.group_chosen.connect(self.set_group)
        bar.direction_asked.connect(lambda: self.set_order(self._wanted.order, not self._wanted.descending))
        bar.stacked.connect(self.set_stacked)
        bar.size_chosen.connect(grid.set_cell)
        bar.query_dropped.connect(self.end_query)
        grid.cell_changed.connect(bar.slider.setValue)
        grid.opened.connect(self.opened)
        grid.menu_requested.connect(self._show_menu)
        grid.stack_asked.connect(self.toggle_stack)
        pool.reset.connect(self._on_reset)
        pool.highlight_changed.connect(self._on_highlight)
        pool.columns_changed.connect(self._on_columns)
        self._arranger.arranged.connect(self._take)
        self._search.found.connect(self._show_similar)
        if insights is not None:
            insights.failed.connect(self._on_failed)

    @property
    def pool(self) -> Pool:
        """The pool that is shown."""
        return self._pool

    # What is shown

    @property
    def show_what(self) -> Show:
        """What is shown."""
        return list(Show)[self.bar.tabs.currentIndex()]

    def set_show(self, show: Show) -> None:
        """Show ``show``."""
        index = list(Show).index(show)
        self.bar.tabs.setTabVisible(index, True)
        self.bar.tabs.setCurrentIndex(index)

    @property
    def order(self) -> tuple[str, bool]:
        """By what is sorted, and whether the largest comes first."""
        return self._wanted.order, self._wanted.descending

    def set_order(self, key: str, descending: bool | None = None) -> None:
        """Sort by ``key``, an `Order`, "insight:NAME" or "meta:NAME"; by default in its most useful direction."""
        turned = begins_descending(str(key)) if descending is None else descending
        self._want(replace(self._wanted, order=str(key), descending=turned))

    @property
    def group(self) -> str:
        """By what is sectioned, "" for nothing."""
        return self._wanted.group

    def set_group(self, key: str) -> None:
        """Section by ``key``, a `Group`, "insight:NAME" or "meta:NAME"."""
        self._want(replace(self._wanted, group=str(key)))

    @property
    def stacked(self) -> bool:
        """Whether near-duplicates lie on stacks."""
        return self._wanted.stacked

    def set_stacked(self, on: bool) -> None:
        """Stack near-duplicates, or let each have its own cell."""
        self._want(replace(self._wanted, stacked=on, opened=frozenset()))

    def toggle_stack(self, row: int) -> None:
        """Spread out the stack that ``row`` belongs to, or fold it."""
        copies = self._pool.insight(COPIES)
        if self.stacked and copies is not None and copies.codes is not None and copies.codes[row] >= 0:
            self._want(replace(self._wanted, opened=self._wanted.opened ^ {int(copies.codes[row])}))

    def _want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._arranger.want(wanted)
        self.refresh()

    # Similar images

    def find_similar(self, row: int) -> None:
        """Sort everything by how much it is like the image in ``row``."""
        self._search.like_row(row)

    def find_similar_to(self, file: Path) -> None:
        """Sort everything by how much it is like the image in ``file``, which need not be in the pool."""
        self._search.like_file(file)

    def _show_similar(self, row: int) -> None:
        if self._wanted.order != SIMILARITY:
            self._before_query = self._wanted
        with QSignalBlocker(self.bar.tabs):
            self.set_show(Show.ALL)
        # Of a file the most similar takes the focus: the keys are to act on what is seen.
        self._first = FRONT if row >= 0 else LEAD
        self.set_order(SIMILARITY)
        if row >= 0:
            self._pool.set_focus(row)

    def end_query(self) -> None:
        """Forget what the images were to be like, and sort as before."""
        self._search.end()
        self.set_order(self._before_query.order, self._before_query.descending)

    # Arranging

    @property
    def settled(self) -> bool:
        """Whether what was asked for shows; it takes a moment where there are many samples."""
        return self._arranger.settled

    def refresh(self) -> None:
        """Arrange the samples anew, and count them."""
        self._ids = self._pool.ids
        self._offer()
        self._arranger.ask(self.show_what, self._wanted)

    def _take(self, arrangement: Arrangement) -> None:
        self.grid.empty_text = tr(empty_text(self._pool, self.show_what))
        same, self._shown_group = self.group == self._shown_group, self.group
        question = (self.show_what, self._wanted)
        goes_on, self._question = question == self._question and self._looks_elsewhere(), question
        scrolled = self.grid.verticalScrollBar().value()
        self.grid.take(arrangement, self.grid.folded if same and self.group else frozenset())
        first, self._first = self._first, -1
        if goes_on and first == -1:
            # Only the facts are new: whoever looks elsewhere than at the focused image goes on looking there.
            self.grid.verticalScrollBar().setValue(scrolled)
        elif first in (FRONT, LEAD):
            self.grid.verticalScrollBar().setValue(0)
            if first == LEAD and len(arrangement.rows):
                self._pool.set_focus(int(arrangement.rows[0]))
        elif first >= 0:
            self.grid.show_first(self._pool.row_of(first))
        self.arranged.emit()

    def _looks_elsewhere(self) -> bool:
        """Whether images are shown, and the focused one is not among those in sight."""
        grid, position = self.grid, self.grid.position_of(self._pool.focus)
        seen = position >= 0 and grid.cell_rect(position).intersects(grid.viewport().rect())
        return len(grid.rows) > 0 and not seen

    def _offer(self) -> None:
        """Fill the bar with what can be chosen now."""
        pool, bar = self._pool, self.bar
        bar.set_orders(order_choices(pool), self._wanted.order)
        bar.set_groups(group_choices(pool), self.group)
        bar.set_descending(self._wanted.descending)
        bar.set_stacking(insight_lacks(pool, COPIES), self.stacked)
        wanted = sorted(self._arranger.insights)
        awaited = [tr(INSIGHTS[name].title) for name in wanted if pool.insight(name) is None]
        bar.set_note(tr("Computing: {what}…", what=", ".join(awaited)) if awaited else "")
        self._count()

    def _count(self) -> None:
        self.bar.set_counts(counts(self._pool), self.show_what)

    def _on_failed(self, name: str, sentence: str) -> None:
        if name in self._arranger.insights:
            self.bar.set_note(sentence)

    # What the pool tells

    def _on_reset(self) -> None:
        top = self.grid.first_shown
        if top >= 0 and self.grid.verticalScrollBar().value() > 0:
            self._first = int(self._ids[self.grid.rows[top]])
        self._wanted = replace(self._wanted, opened=frozenset())
        self.grid.take(nothing(len(self._pool)))
        self._follow_batch()

    def _follow_batch(self) -> None:
        """Show a batch that has just come, and everything while there is none."""
        number = self._pool.batch.number if self._pool.batch is not None else None
        came, self._batch = number not in (None, self._batch), number
        if came or (number is None and self.show_what is Show.BATCH):
            with QSignalBlocker(self.bar.tabs):
                self.set_show(Show.BATCH if came else Show.ALL)
        if came:
            self._first = FRONT
        self.refresh()

    def _on_highlight(self) -> None:
        if self.show_what is Show.HIGHLIGHT:
            self.refresh()
        else:
            self._count()

    def _on_columns(self, names: frozenset[str]) -> None:
        depends = set(DEPENDS[self.show_what]) | {f"insight:{name}" for name in self._arranger.insights}
        if self._wanted.order == SIMILARITY:
            depends.add(SIMILARITY)
        if self._wanted.order == Order.LABEL or self.group == Group.LABEL:
            depends.add("label")
        if self.group == Group.STATE:
            depends.add("state")
        if "picks" in names:
            self._follow_batch()
        elif names & (depends | {"metadata"}):
            self.refresh()
        elif names & {"counts", "label", "insights"}:
            self._offer()
        elif names & {"state", "status", "visible", "marks"}:
            self._count()

    def reveal(self, row: int) -> None:
        """Show ``row`` where it stands in the order, among all samples where it is not among those that show."""
        if self.grid.position_of(row) < 0:
            self.set_show(Show.ALL)
        self.grid.unfold_around(row)
        self.grid.setFocus()

    def next_after(self, row: int) -> int:
        """The row shown after ``row`` (itself at the end), for auto-advance; -1 where ``row`` is not shown."""
        return self.neighbour(row, 1)

    def neighbour(self, row: int, step: int) -> int:
        """The row ``step`` places after ``row``, or before; at the ends the last; -1 where ``row`` is not shown."""
        position, rows = self.grid.position_of(row), self.grid.rows
        return -1 if position < 0 else int(rows[min(max(position + step, 0), len(rows) - 1)])

    def _show_menu(self, row: int, where: QPoint) -> None:
        do = SampleActions(
            self.opened.emit,
            self.decide_requested.emit,
            self.mark_requested.emit,
            self.filter_requested.emit,
            self.menu_more,
            self.look_asked.emit,
        )
        show_menu(self, self._pool, row, where, do)

    # The spot to come back to

    def spot(self) -> dict[str, object]:
        """What is shown and where, to be kept as JSON."""
        top = self.grid.first_shown
        return {
            "show": self.show_what.value,
            "order": self._wanted.order,
            "descending": self._wanted.descending,
            "group": self.group,
            "stacked": self.stacked,
            "cell": self.grid.cell,
            "top": int(self._pool.ids[self.grid.rows[top]]) if top >= 0 else -1,
        }

    def restore_spot(self, spot: Mapping[str, object]) -> None:
        """Go back to a `spot`; what makes no sense here is left as it is."""
        if spot.get("show") in [show.value for show in Show]:
            with QSignalBlocker(self.bar.tabs):
                self.set_show(Show(str(spot["show"])))
        orders = {choice.key for choice in order_choices(self._pool) if not choice.lacks}
        groups = {choice.key for choice in group_choices(self._pool) if not choice.lacks}
        order, group = spot.get("order"), spot.get("group")
        stacked = spot.get("stacked") is True and not insight_lacks(self._pool, COPIES)
        wanted = replace(self._wanted, stacked=stacked)
        if isinstance(order, str) and order in orders:
            wanted = replace(wanted, order=order, descending=spot.get("descending") is True)
        if isinstance(group, str) and group in groups:
            wanted = replace(wanted, group=group)
        cell, top = spot.get("cell"), spot.get("top")
        if isinstance(cell, int):
            self.grid.set_cell(cell)
        self._first = top if isinstance(top, int) else -1
        self._want(wanted)

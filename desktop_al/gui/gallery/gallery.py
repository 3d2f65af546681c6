"""The gallery panel: which samples to show, in which sections and order, how large."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop_al.domain.context import Context
from desktop_al.gui.gallery.arrange import Arrangement, Request, arrange, nothing
from desktop_al.gui.gallery.bar import GalleryBar
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.gallery.names import NameOrder
from desktop_al.gui.gallery.orders import (
    INSIGHT,
    Group,
    Order,
    begins_descending,
    group_choices,
    insight_lacks,
    order_choices,
    sections_of,
    sort_keys,
)
from desktop_al.gui.gallery.shown import DEPENDS, EMPTY_TEXTS, FILTERED, Show, counts, rows_of
from desktop_al.gui.i18n import tr
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.sample_menu import Rows, SampleActions, show_menu
from desktop_al.gui.text import readable
from desktop_al.gui.thumbs import ThumbLoader

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights

LANE = "gallery"
COPIES = "copies"
SIMILARITY = INSIGHT + "similarity"
# Up to so many samples are arranged at once, in a few milliseconds; more than that, on a lane.
AT_ONCE = 20_000
# In place of a sample id: scroll to the front.
FRONT = -2


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
        self._pool, self._thumbs, self._bridge, self._insights = pool, thumbs, bridge, insights
        self._batch: int | None = None
        self.menu_more: Callable[[QMenu, Rows], None] | None = None
        self._order, self._descending, self._group = str(Order.RANK), False, str(Group.NONE)
        self._stacked = False
        self._opened: frozenset[int] = frozenset()
        self._shown_group = ""
        self._ids = pool.ids
        self._query = ""
        self._before_query = (str(Order.RANK), False)
        self._wanted: frozenset[str] = frozenset()
        self._settled = True
        self._first = -1
        self._names = NameOrder()
        self.grid = GridView(pool, thumbs, self)
        self.bar = GalleryBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.grid, 1)
        self.setFocusProxy(self.grid)
        self._connect()
        self._on_reset()

    def _connect(self) -> None:
        bar, grid, pool = self.bar, self.grid, self._pool
        bar.slider.setValue(grid.cell)
        bar.show_chosen.connect(self.refresh)
        bar.order_chosen.connect(self.set_order)
        bar.group_chosen.connect(self.set_group)
        bar.direction_asked.connect(lambda: self.set_order(self._order, not self._descending))
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
        if self._insights is not None:
            self._insights.failed.connect(self._on_failed)
            self._insights.state_changed.connect(self._on_insight)

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
        return self._order, self._descending

    def set_order(self, key: str, descending: bool | None = None) -> None:
        """Sort by ``key``, an `Order`, "insight:NAME" or "meta:NAME"; by default in its most useful direction."""
        self._order = str(key)
        self._descending = begins_descending(self._order) if descending is None else descending
        self._want()
        self.refresh()

    @property
    def group(self) -> str:
        """By what is sectioned, "" for nothing."""
        return self._group

    def set_group(self, key: str) -> None:
        """Section by ``key``, a `Group`, "insight:NAME" or "meta:NAME"."""
        self._group = str(key)
        self._want()
        self.refresh()

    @property
    def stacked(self) -> bool:
        """Whether near-duplicates lie on stacks."""
        return self._stacked

    def set_stacked(self, on: bool) -> None:
        """Stack near-duplicates, or let each have its own cell."""
        self._stacked, self._opened = on, frozenset()
        self._want()
        self.refresh()

    def toggle_stack(self, row: int) -> None:
        """Spread out the stack that ``row`` belongs to, or fold it."""
        copies = self._pool.insight(COPIES)
        if self._stacked and copies is not None and copies.codes is not None and copies.codes[row] >= 0:
            self._opened ^= {int(copies.codes[row])}
            self.refresh()

    def _want(self) -> None:
        """Ask for the insights that are shown now, and no longer for others."""
        keys = [self._order, self._group, INSIGHT + COPIES if self._stacked else ""]
        wanted = frozenset(key.removeprefix(INSIGHT) for key in keys if key.startswith(INSIGHT) and key != SIMILARITY)
        if self._insights is not None:
            for name in self._wanted - wanted:
                self._insights.release(name, LANE)
            for name in wanted:
                self._insights.want(name, LANE)
        self._wanted = wanted

    # Similar images

    def find_similar(self, row: int) -> None:
        """Sort everything by how much it is like the image in ``row``."""
        if 0 <= row < len(self._pool) and self._insights is not None:
            name = readable(self._pool.path(row).name)
            self.bar.set_note(tr("Looking for similar images…"))
            self._insights.similar(np.array([row], np.int64), partial(self._show_similar, name, row), self.bar.set_note)

    def find_similar_to(self, file: Path) -> None:
        """Sort everything by how much it is like the image in ``file``, which need not be in the pool."""
        if self._insights is not None:
            name = readable(file.name)
            self.bar.set_note(tr("Looking for similar images…"))
            self._insights.similar(file, partial(self._show_similar, name, -1), self.bar.set_note)

    def _show_similar(self, name: str, row: int) -> None:
        if not self._query:
            self._before_query = self.order
        self._query = name
        pixmap = self._thumbs.pixmap(int(self._pool.ids[row])) if 0 <= row < len(self._pool) else None
        self.bar.set_query(name, pixmap)
        with QSignalBlocker(self.bar.tabs):
            self.set_show(Show.ALL)
        self._first = FRONT
        self.set_order(SIMILARITY)
        if row >= 0:
            self._pool.set_focus(row)

    def end_query(self) -> None:
        """Forget what the images were to be like, and sort as before."""
        self._query = ""
        self.bar.set_query("", None)
        self.set_order(*self._before_query)

    # Arranging

    @property
    def settled(self) -> bool:
        """Whether what was asked for shows; it takes a moment where there are many samples."""
        return self._settled

    def refresh(self) -> None:
        """Arrange the samples anew, and count them."""
        pool = self._pool
        copies = pool.insight(COPIES) if self._stacked else None
        keys = sort_keys(pool, self._order, self._names)
        request = Request(
            len(pool),
            rows_of(pool, self.show_what),
            keys,
            self._descending,
            sections_of(pool, self._group) if self._group else None,
            copies.codes if copies is not None else None,
            self._opened,
        )
        self._ids = pool.ids
        self._offer()
        if self._bridge is None or len(pool) <= AT_ONCE:
            if self._bridge is not None:
                self._bridge.supersede(LANE)
            self._take(arrange(request))
            return

        def work(ctx: Context) -> Arrangement:
            ctx.check()
            return arrange(request)

        self._settled = False
        self._bridge.run(tr("Arrange the gallery"), work, lane=LANE, key=LANE, quiet=True, on_done=self._take)

    def _take(self, arrangement: Arrangement) -> None:
        if len(arrangement.positions) != len(self._pool):
            return
        self._settled = True
        everything = self.show_what is Show.ALL and len(self._pool) > 0
        self.grid.empty_text = tr(FILTERED if everything else EMPTY_TEXTS[self.show_what])
        same, self._shown_group = self._group == self._shown_group, self._group
        self.grid.take(arrangement, self.grid.folded if same and self._group else frozenset())
        first, self._first = self._first, -1
        if first == FRONT:
            self.grid.verticalScrollBar().setValue(0)
        elif first >= 0:
            self.grid.show_first(self._pool.row_of(first))
        self.arranged.emit()

    def _offer(self) -> None:
        """Fill the bar with what can be chosen now."""
        pool, bar = self._pool, self.bar
        bar.set_orders(order_choices(pool), self._order)
        bar.set_groups(group_choices(pool), self._group)
        bar.set_descending(self._descending)
        bar.set_stacking(insight_lacks(pool, COPIES), self._stacked)
        awaited = [tr(INSIGHTS[name].title) for name in sorted(self._wanted) if pool.insight(name) is None]
        bar.set_note(tr("Computing: {what}…", what=", ".join(awaited)) if awaited else "")
        self._count()

    def _count(self) -> None:
        self.bar.set_counts(counts(self._pool), self.show_what)

    def _on_insight(self, name: str) -> None:
        """The search for similar images came to an end, however it ended."""
        if INSIGHT + name == SIMILARITY and self._insights is not None and self._insights.state(name) != "computing":
            self.bar.set_note("")

    def _on_failed(self, name: str, sentence: str) -> None:
        if name in self._wanted:
            self.bar.set_note(sentence)

    # What the pool tells

    def _on_reset(self) -> None:
        top = self.grid.first_shown
        if top >= 0 and self.grid.verticalScrollBar().value() > 0:
            self._first = int(self._ids[self.grid.rows[top]])
        self._opened = frozenset()
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
        depends = set(DEPENDS[self.show_what]) | {f"insight:{name}" for name in self._wanted}
        if self._order == SIMILARITY:
            depends.add(SIMILARITY)
        if self._order == Order.LABEL or self._group == Group.LABEL:
            depends.add("label")
        if self._group == Group.STATE:
            depends.add("state")
        if "picks" in names:
            self._follow_batch()
        elif names & (depends | {"metadata"}):
            self.refresh()
        elif names & {"counts", "label", "insights"}:
            self._offer()
        elif names & {"state", "status", "visible", "marks"}:
            self._count()

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
            "order": self._order,
            "descending": self._descending,
            "group": self._group,
            "stacked": self._stacked,
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
        if isinstance(order, str) and order in orders:
            self._order, self._descending = order, spot.get("descending") is True
        if isinstance(group, str) and group in groups:
            self._group = group
        self._stacked = spot.get("stacked") is True and not insight_lacks(self._pool, COPIES)
        cell, top = spot.get("cell"), spot.get("top")
        if isinstance(cell, int):
            self.grid.set_cell(cell)
        self._first = top if isinstance(top, int) else -1
        self._want()
        self.refresh()

"""The gallery panel: which samples to show, in which order, how large."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QTabBar, QVBoxLayout, QWidget

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.grid import LARGEST, SMALLEST, GridView
from desktop_al.gui.pool import Mark, Pool
from desktop_al.gui.sample_menu import SampleActions, show_menu
from desktop_al.gui.theme import SMALL, TIGHT
from desktop_al.gui.thumbs import ThumbLoader


class Show(StrEnum):
    """What the gallery shows."""

    BATCH = "Batch"
    ALL = "All"
    HIGHLIGHT = "Highlighted"
    LABELLED = "Labelled"
    VETOED = "Vetoed"
    UNREADABLE = "Unreadable"


class Order(StrEnum):
    """In which order."""

    RANK = "By rank"
    ADDED = "As added"
    LABEL = "By label"
    STATE = "By state"


# What most pools have nothing of; its tab is there while they do.
RARE = frozenset({Show.VETOED, Show.UNREADABLE})
EMPTY_TEXTS = {
    Show.BATCH: "No batch yet. Choose a strategy and a budget in the batch panel, then press Select.",
    Show.ALL: "No images yet. Drop a folder on the window, or use File › Add images.",
    Show.HIGHLIGHT: "Nothing is highlighted. Draw a lasso on the map, or click thumbnails with Ctrl or Shift.",
    Show.LABELLED: "No labels yet. Export a batch, have it labelled, then use File › Import labels.",
    Show.VETOED: "Nothing is vetoed. V leaves the focused image out of the batch.",
    Show.UNREADABLE: "Every image that was looked at can be read.",
}


def rows_shown(pool: Pool, show: Show) -> NDArray[np.int64]:
    """The rows (m,) of ``pool`` that ``show`` stands for; those of a batch in rank order."""
    if show is Show.BATCH:
        return pool.pick_order
    if show is Show.UNREADABLE:
        return pool.unreadable
    mask = {
        Show.ALL: pool.visible,
        Show.HIGHLIGHT: pool.highlight,
        Show.LABELLED: pool.state == SampleState.LABELLED,
        Show.VETOED: pool.mark == Mark.VETOED,
    }[show]
    return np.flatnonzero(mask).astype(np.int64)


def ordered(pool: Pool, rows: NDArray[np.int64], order: Order) -> NDArray[np.int64]:
    """``rows`` sorted by ``order``; ties stay in the order of samples, and picks come first by rank."""
    if order is Order.ADDED:
        return np.sort(rows)
    keys = {
        Order.RANK: np.where(pool.rank[rows] >= 0, pool.rank[rows], np.iinfo(np.int32).max),
        Order.LABEL: np.where(pool.label_code[rows] >= 0, pool.label_code[rows], np.iinfo(np.int32).max),
        Order.STATE: -pool.state[rows].astype(np.int32),
    }[order]
    result: NDArray[np.int64] = rows[np.argsort(keys, kind="stable")]
    return result


class GalleryWidget(QWidget):
    """A virtual grid of thumbnails, linked both ways with the map through ``pool``.

    Signals: ``opened(row)`` asks for a large view; ``decide_requested(rows, decision)`` and
    ``mark_requested(rows, mark)`` come from the context menu.
    """

    opened = Signal(int)
    decide_requested = Signal(object, object)
    mark_requested = Signal(object, object)
    filter_requested = Signal(str)

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._batch: int | None = None
        self.grid = GridView(pool, thumbs, self)
        self._tabs = QTabBar(self)
        self._order = QComboBox(self)
        self._size = QSlider(Qt.Orientation.Horizontal, self)
        self._build_header()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(self.grid, 1)
        self.setFocusProxy(self.grid)
        self._connect()
        self._follow_batch()

    def _build_header(self) -> None:
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(True)
        self._tabs.setAccessibleName("What the gallery shows")
        for show in Show:
            self._tabs.addTab(show.value)
        self._order.addItems([order.value for order in Order])
        self._order.setAccessibleName("Order of the gallery")
        self._order.setToolTip("Order of the gallery")
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setValue(self.grid.cell)
        self._size.setFixedWidth(96)
        self._size.setAccessibleName("Thumbnail size")
        self._size.setToolTip("Thumbnail size (Ctrl + wheel)")

    def _header(self) -> QWidget:
        header = QWidget(self)
        row = QHBoxLayout(header)
        row.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        row.setSpacing(SMALL)
        row.addWidget(self._tabs, 1)
        row.addWidget(self._order)
        row.addWidget(self._size)
        return header

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self.refresh)
        self._order.currentIndexChanged.connect(self.refresh)
        self._size.valueChanged.connect(self.grid.set_cell)
        self.grid.cell_changed.connect(self._size.setValue)
        self.grid.opened.connect(self.opened)
        self.grid.menu_requested.connect(self._show_menu)
        self._pool.reset.connect(self._follow_batch)
        self._pool.highlight_changed.connect(self._on_highlight)
        self._pool.columns_changed.connect(self._on_columns)

    @property
    def show_what(self) -> Show:
        """What is shown."""
        return list(Show)[self._tabs.currentIndex()]

    def set_show(self, show: Show) -> None:
        """Show ``show``."""
        index = list(Show).index(show)
        self._tabs.setTabVisible(index, True)
        self._tabs.setCurrentIndex(index)

    def set_order(self, order: Order) -> None:
        """Sort by ``order``."""
        self._order.setCurrentIndex(list(Order).index(order))

    def refresh(self) -> None:
        """Read the rows again, and the counts on the tabs."""
        show, order = self.show_what, list(Order)[self._order.currentIndex()]
        self.grid.empty_text = EMPTY_TEXTS[show]
        self.grid.set_rows(ordered(self._pool, rows_shown(self._pool, show), order))
        self._count()

    def _count(self) -> None:
        pool = self._pool
        counts = {
            Show.BATCH: len(pool.picks),
            Show.ALL: int(np.count_nonzero(pool.visible)),
            Show.HIGHLIGHT: int(np.count_nonzero(pool.highlight)),
            Show.LABELLED: int(np.count_nonzero(pool.state == SampleState.LABELLED)),
            Show.VETOED: int(np.count_nonzero(pool.mark == Mark.VETOED)),
            Show.UNREADABLE: len(pool.unreadable),
        }
        for index, show in enumerate(Show):
            self._tabs.setTabText(index, f"{show.value}  {counts[show]:,}")
            self._tabs.setTabVisible(index, show not in RARE or counts[show] > 0 or self.show_what is show)

    def _follow_batch(self) -> None:
        """Show a batch that has just come, and everything while there is none."""
        number = self._pool.batch.number if self._pool.batch is not None else None
        came, self._batch = number not in (None, self._batch), number
        if came or (number is None and self.show_what is Show.BATCH):
            self.set_show(Show.BATCH if came else Show.ALL)
        self.refresh()
        if came:
            self.grid.verticalScrollBar().setValue(0)
            self.grid.ensure_visible(self._pool.focus)

    def _on_highlight(self) -> None:
        if self.show_what is Show.HIGHLIGHT:
            self.refresh()
        else:
            self._count()

    def _on_columns(self, names: frozenset[str]) -> None:
        depends = {
            Show.BATCH: set(),
            Show.ALL: {"visible"},
            Show.HIGHLIGHT: set(),
            Show.LABELLED: {"state", "label"},
            Show.VETOED: {"marks"},
            Show.UNREADABLE: {"status"},
        }
        if "picks" in names:
            self._follow_batch()
        elif names & depends[self.show_what]:
            self.refresh()
        elif names & {"state", "status", "visible", "marks"}:
            self._count()

    def next_after(self, row: int) -> int:
        """The row shown after ``row`` (itself at the end), for auto-advance; -1 where ``row`` is not shown."""
        position = self.grid.position_of(row)
        if position < 0:
            return -1
        return int(self.grid.rows[min(position + 1, len(self.grid.rows) - 1)])

    def _show_menu(self, row: int, where: QPoint) -> None:
        do = SampleActions(
            self.opened.emit, self.decide_requested.emit, self.mark_requested.emit, self.filter_requested.emit
        )
        show_menu(self, self._pool, row, where, do)

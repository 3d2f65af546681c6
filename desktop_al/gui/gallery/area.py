"""The scrolled plane of the grid: an arrangement laid out by arithmetic, folded, scrolled and found by points."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop_al.gui.gallery.arrange import Arrangement, nothing
from desktop_al.gui.gallery.cell import CAPTION_HEIGHT
from desktop_al.gui.gallery.header import HEADER_HEIGHT
from desktop_al.gui.gallery.layout import GridLayout
from desktop_al.gui.theme import SMALL

SMALLEST, LARGEST = 48, 256
NAMED_FROM = 72
# In a window that is full of other things, at least a part of one line shows.
LOWEST = 64


class GridArea(QAbstractScrollArea):
    """Knows where every sample of an `Arrangement` lies. Signal: ``cell_changed(side)``."""

    cell_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.arrangement = nothing()
        self._folded = np.zeros(0, bool)
        self._layout: GridLayout | None = None
        self._cell = 112
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setMinimumHeight(LOWEST)

    def sizeHint(self) -> QSize:
        """As high as one line of images."""
        caption = CAPTION_HEIGHT if self._cell >= NAMED_FROM else 0
        return QSize(super().sizeHint().width(), SMALL + self._cell + caption)

    @property
    def kept(self) -> int:
        """The row that stays in view where it shows, -1 for none."""
        return -1

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the pool that are shown, in order."""
        return self.arrangement.rows

    def lay(self, arrangement: Arrangement, folded: frozenset[int]) -> None:
        """Lay out ``arrangement``; ``folded`` are section codes."""
        self.arrangement = arrangement
        self._folded = np.isin(arrangement.codes, np.fromiter(folded, np.int64, len(folded)))
        self._lay_again()

    def _lay_again(self) -> None:
        self._layout = None
        self._update_range()
        self.ensure_visible(self.kept)
        self.viewport().update()

    def position_of(self, row: int) -> int:
        """Where ``row`` stands among the shown rows, -1 where it does not."""
        return self.arrangement.position_of(row)

    # Sections

    @property
    def folded(self) -> frozenset[int]:
        """The codes of the sections that are folded."""
        return frozenset(self.arrangement.codes[self._folded].tolist())

    def fold(self, section: int, folded: bool) -> None:
        """Fold ``section``, or all of them with -1, or unfold."""
        if self.arrangement.sections is None:
            return
        self._folded = self._folded.copy()
        self._folded[slice(None) if section < 0 else section] = folded
        self._lay_again()

    def is_folded(self, section: int) -> bool:
        """Whether ``section`` shows its header only."""
        return bool(self._folded[section])

    # Geometry

    @property
    def cell(self) -> int:
        """The side of a thumbnail in pixels."""
        return self._cell

    def set_cell(self, side: int) -> None:
        """Change the size of the thumbnails; the focused sample, else the one at the top, stays in view."""
        side = min(max(side, SMALLEST), LARGEST)
        if side == self._cell:
            return
        keep = self._anchor(self.layout_now(), self.viewport().height())
        self._cell, self._layout = side, None
        self.updateGeometry()
        self._update_range()
        self._keep_in_view(keep)
        self.viewport().update()
        self.cell_changed.emit(side)

    def layout_now(self) -> GridLayout:
        """The geometry as it is."""
        width = self.viewport().width()
        if self._layout is None or self._layout.width != width:
            self._layout = GridLayout(
                self.arrangement.counts,
                self._folded,
                width=width,
                cell=self._cell,
                caption=CAPTION_HEIGHT if self._cell >= NAMED_FROM else 0,
                gap=SMALL,
                header=HEADER_HEIGHT if self.arrangement.sections is not None else 0,
            )
        return self._layout

    def shown(self) -> list[range]:
        """The positions whose cells are in view, by section."""
        return self.layout_now().visible(self.top, self.top + self.viewport().height())

    @property
    def first_shown(self) -> int:
        """The first position of the first line of which half or more is in view, -1 where there is none."""
        return self._first_of(self.layout_now(), self.shown())

    def _first_of(self, layout: GridLayout, shown: list[range]) -> int:
        if not shown:
            return -1
        first = shown[0].start
        _, y, _, height = layout.rect(first)
        return first if y + height // 2 > self.top + layout.header else layout.moved(first, 0, 1)

    def _anchor(self, layout: GridLayout, height: int) -> int:
        """The position that stays in view: of the focused sample where ``layout`` shows it, else the first shown."""
        shown, kept = layout.visible(self.top, self.top + height), self.position_of(self.kept)
        return kept if any(kept in cells for cells in shown) else self._first_of(layout, shown)

    def _keep_in_view(self, position: int) -> None:
        if 0 <= position < len(self.rows):
            self._show_position(position)

    def cell_rect(self, position: int) -> QRect:
        """Where the cell of ``position`` lies in the viewport."""
        x, y, width, height = self.layout_now().rect(position)
        return QRect(x, y - self.top, width, height)

    def header_rect(self, section: int) -> QRect:
        """Where the header of ``section`` shows: it sticks to the top until the next one pushes it out."""
        layout, top = self.layout_now(), self.top
        y = layout.header_top(section) - top
        if y < 0:
            y = min(0, layout.header_top(section + 1) - layout.header - top) if section + 1 < layout.sections else 0
        return QRect(0, y, self.viewport().width(), layout.header)

    def position_at(self, point: QPoint) -> int:
        """The position whose cell lies at ``point`` of the viewport, -1 for none."""
        return -1 if self.header_at(point) >= 0 else self.layout_now().index_at(point.x(), point.y() + self.top)

    def header_at(self, point: QPoint) -> int:
        """The section whose header lies at ``point`` of the viewport, -1 for none."""
        shown = self.layout_now().headers(self.top, self.top + self.viewport().height())
        return next((section for section in shown if self.header_rect(section).contains(point)), -1)

    # Scrolling

    @property
    def top(self) -> int:
        """The height at which the viewport begins, in content coordinates."""
        return self.verticalScrollBar().value()

    def ensure_visible(self, row: int) -> None:
        """Scroll so that ``row`` shows."""
        position = self.position_of(row)
        if position >= 0:
            self._show_position(position)

    def show_first(self, row: int) -> None:
        """Scroll so that ``row`` is in the first line."""
        position = self.position_of(row)
        if position >= 0:
            layout = self.layout_now()
            self.verticalScrollBar().setValue(layout.rect(position)[1] - layout.gap - layout.header)

    def _show_position(self, position: int) -> None:
        layout = self.layout_now()
        _, y, _, height = layout.rect(position)
        above, bar = layout.gap + layout.header, self.verticalScrollBar()
        if y - above < bar.value():
            bar.setValue(y - above)
        elif y + height + layout.gap > bar.value() + self.viewport().height():
            # Of a line that does not fit its top shows: the images say more than their names.
            bar.setValue(min(y - above, y + height + layout.gap - self.viewport().height()))

    def _update_range(self) -> None:
        layout = self.layout_now()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, layout.pitch // 3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in view what was in view while the columns change: the focused sample, else the one at the top."""
        super().resizeEvent(event)
        # The layout is that of the old width until it is asked for anew.
        keep = self._anchor(self._layout, event.oldSize().height()) if self._layout is not None else -1
        self._update_range()
        self._keep_in_view(keep)

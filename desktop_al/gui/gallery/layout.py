"""The geometry of the grid: which cell lies where. Arithmetic over sections, at any number of samples."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray


class GridLayout:
    """Sections of cells below each other, each with a header; one section without a header is a plain grid.

    Positions count the samples of all sections, those of folded sections too, whose cells take no room. Every query
    costs O(log sections), whatever the number of samples; making a layout costs O(sections).

    Parameters
    ----------
    counts
        (g,) int64 samples in each section, none of them empty.
    folded
        (g,) bool which sections show their header only.
    width
        Of the viewport, in pixels like all that follow.
    cell, caption, gap
        A cell is ``cell`` wide and ``cell`` + ``caption`` high; ``gap`` lies between cells.
    header
        The height of the headers, 0 for none.
    """

    def __init__(
        self,
        counts: NDArray[np.int64],
        folded: NDArray[np.bool_],
        *,
        width: int,
        cell: int,
        caption: int,
        gap: int,
        header: int = 0,
    ) -> None:
        self.width, self.cell, self.caption, self.gap, self.header = width, cell, caption, gap, header
        self.columns = max(1, (width - gap) // (cell + gap))
        self.left = max(gap, (width - self.columns * (cell + gap) + gap) // 2)
        self.pitch = cell + caption + gap
        lines = np.where(folded, 0, -(-counts // self.columns))
        self._starts = _sums(counts)
        self._lines = _sums(lines)
        self._tops = gap + _sums(header + lines * self.pitch)

    @cached_property
    def count(self) -> int:
        """How many samples there are, those of folded sections included."""
        return int(self._starts[-1])

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self._starts) - 1

    @property
    def height(self) -> int:
        """The height of everything."""
        return int(self._tops[-1])

    @property
    def lines(self) -> int:
        """How many lines of cells show in all sections."""
        return int(self._lines[-1])

    def section_of(self, position: int) -> int:
        """The section of the sample at ``position``."""
        return int(np.searchsorted(self._starts, position, "right")) - 1

    def section_at(self, y: int) -> int:
        """The section at height ``y`` in content coordinates, the nearest one outside; -1 where there is none."""
        return min(max(int(np.searchsorted(self._tops, y, "right")) - 1, 0), self.sections - 1)

    def header_top(self, section: int) -> int:
        """Where the header of ``section`` begins in content coordinates."""
        return int(self._tops[section])

    def positions(self, section: int) -> range:
        """The positions of the samples of ``section``."""
        return range(int(self._starts[section]), int(self._starts[section + 1]))

    def line_of(self, position: int) -> tuple[int, int]:
        """The line of ``position``, counted over all that show, and its column; the next line for what is folded."""
        section = self.section_of(position)
        first, last = int(self._lines[section]), int(self._lines[section + 1])
        if first == last:
            return first, 0
        line, column = divmod(position - int(self._starts[section]), self.columns)
        return first + line, column

    def position_in(self, line: int, column: int) -> int:
        """The position in ``line`` at ``column``, the nearest there is in that line; -1 where nothing shows."""
        if not self.lines:
            return -1
        line = min(max(line, 0), self.lines - 1)
        section = int(np.searchsorted(self._lines, line, "right")) - 1
        first = int(self._starts[section]) + (line - int(self._lines[section])) * self.columns
        return min(first + min(max(column, 0), self.columns - 1), int(self._starts[section + 1]) - 1)

    def moved(self, position: int, across: int, down: int) -> int:
        """Where ``across`` cells and ``down`` lines lead from ``position``; folded sections are stepped over."""
        line, column = self.line_of(position)
        if down:
            return self.position_in(line + down, column)
        there = min(max(position + across, 0), self.count - 1)
        if not across or self.section_of(there) == self.section_of(position):
            return there
        # Over the edge of a section: on to the end of the line before, or to the start of the line after.
        beyond = line + (1 if across > 0 else -1)
        if not 0 <= beyond < self.lines:
            return position
        return self.position_in(beyond, 0 if across > 0 else self.columns)

    def rect(self, position: int) -> tuple[int, int, int, int]:
        """``(x, y, width, height)`` of a cell in content coordinates; of the header where its section is folded."""
        section = self.section_of(position)
        top = int(self._tops[section])
        if self._lines[section] == self._lines[section + 1]:
            return 0, top, self.width, self.header
        line, column = divmod(position - int(self._starts[section]), self.columns)
        x = self.left + column * (self.cell + self.gap)
        return x, top + self.header + line * self.pitch, self.cell, self.cell + self.caption

    def corners(self, part: range) -> list[tuple[int, int]]:
        """The corners of the cells at ``part``, consecutive positions of one unfolded section."""
        section = self.section_of(part.start)
        start, top = int(self._starts[section]), int(self._tops[section]) + self.header
        step, columns, pitch = self.cell + self.gap, self.columns, self.pitch
        return [
            (self.left + (i % columns) * step, top + (i // columns) * pitch)
            for i in range(part.start - start, part.stop - start)
        ]

    def index_at(self, x: int, y: int) -> int:
        """The position at a point in content coordinates; -1 between cells, on headers and outside."""
        section = self.section_at(y)
        if section < 0:
            return -1
        column, dx = divmod(x - self.left, self.cell + self.gap)
        line, dy = divmod(y - int(self._tops[section]) - self.header, self.pitch)
        if not (0 <= column < self.columns and line >= 0 and dx < self.cell and dy < self.cell + self.caption):
            return -1
        if line >= int(self._lines[section + 1] - self._lines[section]):
            return -1
        index = int(self._starts[section]) + line * self.columns + column
        return index if index < int(self._starts[section + 1]) else -1

    def header_at(self, y: int) -> int:
        """The section whose header lies at height ``y`` in content coordinates, -1 where none does."""
        section = self.section_at(y)
        return section if section >= 0 and 0 <= y - int(self._tops[section]) < self.header else -1

    def visible(self, top: int, bottom: int) -> list[range]:
        """The positions whose cells show between ``top`` and ``bottom`` in content coordinates, by section."""
        if not self.sections or bottom <= top:
            return []
        found = []
        for section in range(self.section_at(top), self.section_at(bottom) + 1):
            origin = int(self._tops[section]) + self.header
            lines = int(self._lines[section + 1] - self._lines[section])
            first = min(max(0, (top - origin) // self.pitch), lines)
            last = min(max(0, (bottom - origin) // self.pitch + 1), lines)
            start, end = int(self._starts[section]), int(self._starts[section + 1])
            cells = range(start + first * self.columns, min(start + last * self.columns, end))
            if len(cells):
                found.append(cells)
        return found

    def inside(self, x0: int, y0: int, x1: int, y1: int) -> NDArray[np.int64]:
        """The positions (m,), in order, of the cells that a rectangle in content coordinates touches."""
        step, found = self.cell + self.gap, [np.empty(0, np.int64)]
        first = max(0, -(-(x0 - self.left - self.cell + 1) // step))
        last = min(self.columns - 1, (x1 - self.left) // step)
        if not self.sections or last < first or y1 < y0:
            return found[0]
        columns = np.arange(first, last + 1)
        height = self.cell + self.caption
        for section in range(self.section_at(y0), self.section_at(y1) + 1):
            origin, lines = int(self._tops[section]) + self.header, int(self._lines[section + 1] - self._lines[section])
            top = max(0, -(-(y0 - origin - height + 1) // self.pitch))
            bottom = min(lines - 1, (y1 - origin) // self.pitch)
            start, end = int(self._starts[section]), int(self._starts[section + 1])
            places = (np.arange(top, bottom + 1)[:, None] * self.columns + columns).ravel() + start
            found.append(places[places < end])
        return np.concatenate(found)

    def headers(self, top: int, bottom: int) -> range:
        """The sections whose headers or cells show between ``top`` and ``bottom``; none where there are no headers."""
        if not self.header or not self.sections:
            return range(0)
        return range(self.section_at(top), self.section_at(bottom) + 1)


def plain(count: int, *, width: int, cell: int, caption: int, gap: int) -> GridLayout:
    """A grid of ``count`` cells without sections."""
    counts = np.array([count] if count else [], np.int64)
    return GridLayout(counts, np.zeros(len(counts), bool), width=width, cell=cell, caption=caption, gap=gap)


def _sums(parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each part begins when all are laid end to end, and where the last one ends: (g + 1,)."""
    sums = np.zeros(len(parts) + 1, np.int64)
    np.cumsum(parts, out=sums[1:])
    return sums

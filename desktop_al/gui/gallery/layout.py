"""The geometry of the grid: which cell lies where. Pure arithmetic, O(1) for any number of samples."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridLayout:
    """``count`` cells of ``cell`` x (``cell`` + ``caption``) pixels, ``gap`` apart, in a viewport of ``width``."""

    count: int
    width: int
    cell: int
    caption: int
    gap: int

    @property
    def columns(self) -> int:
        """Cells beside each other; at least one."""
        return max(1, (self.width - self.gap) // (self.cell + self.gap))

    @property
    def left(self) -> int:
        """The margin that centres the cells."""
        return max(self.gap, (self.width - self.columns * (self.cell + self.gap) + self.gap) // 2)

    @property
    def pitch(self) -> int:
        """The height of one line of cells, its gap included."""
        return self.cell + self.caption + self.gap

    @property
    def height(self) -> int:
        """The height of everything."""
        return -(-self.count // self.columns) * self.pitch + self.gap

    def rect(self, index: int) -> tuple[int, int, int, int]:
        """``(x, y, width, height)`` of cell ``index`` in content coordinates."""
        line, column = divmod(index, self.columns)
        return (
            self.left + column * (self.cell + self.gap),
            self.gap + line * self.pitch,
            self.cell,
            self.cell + self.caption,
        )

    def index_at(self, x: int, y: int) -> int:
        """The cell at a point in content coordinates; -1 between cells and outside."""
        column, dx = divmod(x - self.left, self.cell + self.gap)
        line, dy = divmod(y - self.gap, self.pitch)
        index = line * self.columns + column
        inside = 0 <= column < self.columns and line >= 0 and dx < self.cell and dy < self.cell + self.caption
        return index if inside and index < self.count else -1

    def visible(self, top: int, bottom: int) -> range:
        """The cells that show between ``top`` and ``bottom`` in content coordinates."""
        first = max(0, (top - self.gap) // self.pitch) * self.columns
        last = (max(0, bottom - self.gap) // self.pitch + 1) * self.columns
        return range(min(first, self.count), min(last, self.count))

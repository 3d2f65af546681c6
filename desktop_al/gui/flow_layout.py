"""A layout that puts widgets side by side and goes on in the next line where the width ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


def as_wide_as_now(widget: QWidget, least: QSize) -> QSize:
    """The least size of ``widget`` whose own is ``least``: as high as the lines take at the width that it has.

    Qt would ask for as many lines as it takes at the least width, of which there are far more.
    """
    return QSize(least.width(), widget.heightForWidth(max(widget.width(), least.width())))


def lay_out_now(part: QWidget) -> None:
    """Give ``part``, in which a text has changed, and what it lies in their sizes at once, and ``part`` once more.

    Qt comes to it one after the other, and a form keeps the heights that its lines had before it got its own: pictures
    between would show the end of the text cut off.
    """
    outer: QWidget | None = part
    around = []
    while outer is not None and not outer.isWindow():
        around.append(outer)
        outer = outer.parentWidget()
    for each in (*around, part):
        layout = each.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()


@contextmanager
def laid_out_later(layout: QLayout) -> Iterator[None]:
    """Show and hide what stands in ``layout`` meanwhile; it comes to it once, with the next turn of the loop.

    Qt would lay out the whole window for each widget that is shown.
    """
    layout.setEnabled(False)
    try:
        yield
    finally:
        layout.setEnabled(True)


class FlowLayout(QLayout):
    """Lines of widgets from left to right, or from right to left where the language runs so.

    With ``fill`` the widgets of a line share what room it has left.
    """

    def __init__(self, gap: int, parent: QWidget | None = None, fill: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._fill = fill
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take ``item`` in at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at ``index``, None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give up the item at ``index``."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no room that it does not need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items in ``rect``."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """The least size."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Room for the largest item."""
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def lines(self, width: int) -> int:
        """How many lines there are at ``width``."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands on each line of ``width``, and how large."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        room = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(width, item.minimumSize().width()), 10_000))
            if not lines or size.width() > room:
                lines.append([])
                room = width
            lines[-1].append((item, size))
            room -= size.width() + self.spacing()
        return lines

    def _filled(self, line: list[tuple[QLayoutItem, QSize]], width: int) -> list[tuple[QLayoutItem, QSize]]:
        """The widgets of ``line`` as wide as it takes to fill ``width``, of the same width where that is enough."""
        room = width - (len(line) - 1) * self.spacing()
        if all(size.width() <= room // len(line) for _, size in line):
            return [(item, QSize(room // len(line), size.height())) for item, size in line]
        more = (room - sum(size.width() for _, size in line)) // len(line)
        return [(item, size + QSize(max(0, more), 0)) for item, size in line]

    def _arrange(self, rect: QRect, move: bool) -> int:
        parent = self.parentWidget()
        turned = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        y = rect.y()
        for line in self._lines(rect.width()):
            x = rect.x()
            for item, size in self._filled(line, rect.width()) if self._fill else line:
                if move:
                    left = rect.right() + 1 - (x - rect.x()) - size.width() if turned else x
                    item.setGeometry(QRect(QPoint(left, y), size))
                x += size.width() + self.spacing()
            y += max(size.height() for _, size in line) + self.spacing()
        return max(0, y - self.spacing() - rect.y())

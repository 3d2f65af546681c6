"""A layout of two groups of controls: beside one another, or one above the other where there is no room for that."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget


class HalvesLayout(QBoxLayout):
    """Rows `first` and `second`; the first takes the room that is left where ``stretch`` is set."""

    def __init__(self, gap: int, parent: QWidget | None = None, stretch: bool = False) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, parent)
        self.setSpacing(gap)
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        for half in (self.first, self.second):
            half.setSpacing(gap)
        self.addLayout(self.first, 1 if stretch else 0)
        self.addLayout(self.second, 0 if stretch else 1)

    def _fits(self, width: int) -> bool:
        edges = self.contentsMargins()
        halves = self.first.minimumSize().width() + self.second.minimumSize().width()
        return halves + self.spacing() + edges.left() + edges.right() <= width

    def _turn(self, beside: bool) -> None:
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self.direction() != way:
            self.setDirection(way)

    def setGeometry(self, rect: QRect) -> None:
        """Place the halves in ``rect``."""
        self._turn(self._fits(rect.width()))
        super().setGeometry(rect)

    def minimumSize(self) -> QSize:
        """Room for the wider half; the height is that for the width there is."""
        edges = self.contentsMargins()
        sizes = self.first.minimumSize(), self.second.minimumSize()
        return QSize(
            max(size.width() for size in sizes) + edges.left() + edges.right(),
            max(size.height() for size in sizes) + edges.top() + edges.bottom(),
        )

    def hasHeightForWidth(self) -> bool:
        """The halves lie above one another where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of one line, or of two."""
        edges = self.contentsMargins()
        heights = [self.first.sizeHint().height(), self.second.sizeHint().height()]
        inner = max(heights) if self._fits(width) else sum(heights) + self.spacing()
        return inner + edges.top() + edges.bottom()

    def minimumHeightForWidth(self, width: int) -> int:
        """As much as it takes."""
        return self.heightForWidth(width)

    def sizeHint(self) -> QSize:
        """One line."""
        edges = self.contentsMargins()
        sizes = self.first.sizeHint(), self.second.sizeHint()
        return QSize(
            sum(size.width() for size in sizes) + self.spacing() + edges.left() + edges.right(),
            max(size.height() for size in sizes) + edges.top() + edges.bottom(),
        )

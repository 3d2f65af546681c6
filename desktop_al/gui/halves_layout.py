"""A layout of two groups of controls: beside one another, or one above the other where there is no room for that."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStyle, QWidget

from desktop_al.gui.theme import TIGHT


class HalvesLayout(QBoxLayout):
    """Rows `first`, which is never squeezed, and `second`; with ``stretch`` the first takes the room that is left."""

    def __init__(self, gap: int, parent: QWidget | None = None, stretch: bool = False) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight, parent)
        self._gap = gap
        self.whole = False
        """Whether they lie beside one another only where nothing of the second is squeezed."""
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        for half in (self.first, self.second):
            half.setSpacing(gap)
        self.addLayout(self.first, 1 if stretch else 0)
        self.addLayout(self.second, 0 if stretch else 1)

    def set_gap(self, gap: int) -> None:
        """Put ``gap`` pixels between the halves where they lie beside one another."""
        self._gap = gap
        self.setSpacing(gap)

    @property
    def least_beside(self) -> int:
        """The width from which on the halves lie beside one another."""
        edges = self.contentsMargins()
        second = self.second.sizeHint() if self.whole else self.second.minimumSize()
        halves = self.first.sizeHint().width() + second.width()
        return halves + self._gap + edges.left() + edges.right()

    def _fits(self, width: int) -> bool:
        return self.least_beside <= width

    def _turn(self, beside: bool) -> None:
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self.direction() != way:
            self.setDirection(way)
            self.setSpacing(self._gap if beside else min(self._gap, TIGHT))

    def setGeometry(self, rect: QRect) -> None:
        """Place the halves in ``rect``."""
        beside = self._fits(rect.width())
        self._turn(beside)
        super().setGeometry(rect)
        wide = self.first.sizeHint().width()
        if beside and self.first.geometry().width() < wide:
            # Qt would squeeze what can be squeezed of both before it squeezes all of the second.
            inner, parent = self.contentsRect(), self.parentWidget()
            way = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
            first = QRect(inner.x(), inner.y(), wide, inner.height())
            for half, place in ((self.first, first), (self.second, inner.adjusted(wide + self._gap, 0, 0, 0))):
                half.setGeometry(QStyle.visualRect(way, inner, place))

    def minimumSize(self) -> QSize:
        """Room for the wider half; the height is that for the width there is."""
        edges = self.contentsMargins()
        least = max(half.minimumSize().width() for half in (self.first, self.second)) + edges.left() + edges.right()
        return QSize(least, self.heightForWidth(max(least, self.geometry().width())))

    def hasHeightForWidth(self) -> bool:
        """The halves lie above one another where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of one line, or of two."""
        edges = self.contentsMargins()
        heights = [self.first.sizeHint().height(), self.second.sizeHint().height()]
        inner = max(heights) if self._fits(width) else sum(heights) + min(self._gap, TIGHT)
        return inner + edges.top() + edges.bottom()

    def minimumHeightForWidth(self, width: int) -> int:
        """As much as it takes."""
        return self.heightForWidth(width)

    def sizeHint(self) -> QSize:
        """One line."""
        edges = self.contentsMargins()
        sizes = self.first.sizeHint(), self.second.sizeHint()
        return QSize(
            sum(size.width() for size in sizes) + self._gap + edges.left() + edges.right(),
            max(size.height() for size in sizes) + edges.top() + edges.bottom(),
        )

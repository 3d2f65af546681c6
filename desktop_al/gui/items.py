"""What our lists and tables have in common: where a cell is, how one row stands out, the keys that act on a row."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

Index = QModelIndex | QPersistentModelIndex
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def counted(parent: Index | None, count: int) -> int:
    """How many rows or columns a model without a tree has below ``parent``: ``count``, but none below a cell."""
    return 0 if parent is not None and parent.isValid() else count


def lettering(bold: bool = False, italic: bool = False) -> QFont:
    """The font of a cell that stands out."""
    font = QFont()
    font.setBold(bold)
    font.setItalic(italic)
    return font

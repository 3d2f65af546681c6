"""A chip that says how many classes have no chip of their own, and lists them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_al.gui.class_chip import class_icon
from desktop_al.gui.i18n import number, tr, trn
from desktop_al.gui.text import readable, shortened

# A longer list is searched faster by writing the name.
MOST_LISTED = 40


class MoreClasses(QToolButton):
    """Lists the classes that are on no key.

    Signals: ``chosen(name)`` a class is to be given; ``asked`` a person wants to write the name instead.
    """

    chosen = Signal(str)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[tuple[str, int], ...] = ()
        self._list = QMenu(self)
        self._list.aboutToShow.connect(self._fill)
        self.setMenu(self._list)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("kind", "class")
        self.hide()

    def show_classes(self, classes: Sequence[tuple[str, int]], count: int) -> None:
        """Offer ``classes``, each with its code, to ``count`` images; those that are used most come first."""
        self._classes = tuple(classes)
        self.setVisible(bool(classes))
        self.setEnabled(count > 0)
        self.setText(f"+{number(len(classes))}")
        said = trn("{count:,} more class", "{count:,} more classes", len(classes))
        self.setAccessibleName(said)
        self.setToolTip(said)

    def _fill(self) -> None:
        menu = self._list
        menu.clear()
        for name, code in sorted(self._classes[:MOST_LISTED]):
            action = menu.addAction(shortened(readable(name)).replace("&", "&&"), partial(self.chosen.emit, name))
            action.setIcon(class_icon(code, self.devicePixelRatioF()))
        if len(self._classes) > MOST_LISTED:
            menu.addSeparator()
            menu.addAction(tr("By its &name…"), self.asked.emit)

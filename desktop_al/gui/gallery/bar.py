"""The bar above the gallery: what it shows, how that is sectioned and sorted, how large it is."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSizePolicy,
    QSlider,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.gallery.area import LARGEST, SMALLEST
from desktop_al.gui.gallery.like_chip import LikeChip
from desktop_al.gui.gallery.orders import Choice
from desktop_al.gui.gallery.shown import RARE, TITLES, Show
from desktop_al.gui.halves_layout import HalvesLayout
from desktop_al.gui.i18n import number, tr
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import SMALL, TIGHT, theme_watch

ICON_SIDE = 16
LEAST_SLIDER, SLIDER = 28, 72
BOX_WIDTH = 116
# In less room than this the slider gives way to the tabs; Ctrl and the wheel do the same.
ROOM_FOR_SLIDER = 560


class GalleryBar(QWidget):
    """Asks; the `GalleryWidget` does.

    Signals: ``show_chosen``; ``order_chosen(key)``; ``group_chosen(key)``; ``direction_asked``; ``stacked(on)``;
    ``size_chosen(side)``; ``query_dropped`` the images are no longer to be sorted by what they are like.
    """

    show_chosen = Signal()
    order_chosen = Signal(str)
    group_chosen = Signal(str)
    direction_asked = Signal()
    stacked = Signal(bool)
    size_chosen = Signal(int)
    query_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setAccessibleName(tr("What the gallery shows"))
        for show in Show:
            self.tabs.addTab(tr(TITLES[show]))
        self.note = QLabel(self)
        self.note.setProperty("kind", "muted")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setContentsMargins(SMALL, 0, SMALL, TIGHT)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.hide()
        self.chip = LikeChip(self)
        self.chip.hide()
        self.groups = _menu(tr("Groups of the gallery"), self)
        self.orders = _menu(tr("Order of the gallery"), self)
        self.direction = QToolButton(self)
        self.stack = QToolButton(self)
        self.stack.setCheckable(True)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(SMALLEST, LARGEST)
        self.slider.setMinimumWidth(LEAST_SLIDER)
        self.slider.setMaximumWidth(SLIDER)
        self.slider.setAccessibleName(tr("Thumbnail size"))
        self.slider.setToolTip(tr("Thumbnail size (Ctrl + wheel)"))
        self._descending = False
        self._lay_out()
        self._connect()
        self._colour()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        halves = self._halves = HalvesLayout(TIGHT, stretch=True)
        halves.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        column.addLayout(halves)
        column.addWidget(self.note)
        halves.first.addWidget(self.tabs, 1)
        row = halves.second
        row.addWidget(self.chip)
        row.addWidget(self.groups)
        row.addWidget(self.stack)
        row.addSpacing(TIGHT)
        row.addWidget(self.orders)
        row.addWidget(self.direction)
        row.addSpacing(TIGHT)
        row.addWidget(self.slider)
        row.addStretch(1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self.show_chosen)
        self.groups.activated.connect(lambda index: self.group_chosen.emit(self.groups.itemData(index)))
        self.orders.activated.connect(lambda index: self.order_chosen.emit(self.orders.itemData(index)))
        self.direction.clicked.connect(self.direction_asked)
        self.stack.toggled.connect(self.stacked)
        self.slider.valueChanged.connect(self.size_chosen)
        self.chip.clicked.connect(self.query_dropped)
        theme_watch().changed.connect(self._colour)

    def _colour(self) -> None:
        self.stack.setIcon(icon("stack"))
        self.direction.setIcon(icon("sort-down" if self._descending else "sort-up"))
        for button in (self.stack, self.direction):
            button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask anew how much room the tabs need: while they are out of sight Qt tells nobody that they have grown."""
        super().showEvent(event)
        self.tabs.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the tabs where there is little."""
        super().resizeEvent(event)
        self.slider.setVisible(self.width() >= ROOM_FOR_SLIDER)

    def set_descending(self, descending: bool) -> None:
        """Tell in which direction the order goes."""
        self._descending = descending
        name = tr("Largest or last first") if descending else tr("Smallest or first first")
        self.direction.setAccessibleName(name)
        self.direction.setToolTip(tr("{direction}; click to turn the order round", direction=name))
        self._colour()

    def set_orders(self, choices: Sequence[Choice], key: str) -> None:
        """Offer ``choices`` of orders, with ``key`` chosen."""
        _offer(self.orders, choices, key, tr("Sort by {title}"))

    def set_groups(self, choices: Sequence[Choice], key: str) -> None:
        """Offer ``choices`` of sections, with ``key`` chosen."""
        _offer(self.groups, choices, key, tr("Group by {title}"))

    def set_stacking(self, lacks: str, on: bool) -> None:
        """Tell whether near-duplicates are stacked, and why they cannot be, "" where they can."""
        with QSignalBlocker(self.stack):
            self.stack.setChecked(on)
        self.stack.setEnabled(not lacks)
        self.stack.setAccessibleName(tr("Stack near-duplicates"))
        tip = tr("Stack near-duplicates: one cell stands for them, S or its count spreads them out")
        self.stack.setToolTip(f"{tip}\n{lacks}" if lacks else tip)

    def set_counts(self, counts: Mapping[Show, int], current: Show) -> None:
        """Write the counts on the tabs, and hide those that have nothing."""
        for index, show in enumerate(Show):
            visible = show not in RARE or counts[show] > 0 or current is show
            # Told what it does already, Qt forgets that a text written out of sight needs other room.
            if visible != self.tabs.isTabVisible(index):
                self.tabs.setTabVisible(index, visible)
        for index, show in enumerate(Show):
            self.tabs.setTabText(index, f"{tr(TITLES[show])}  {number(counts[show])}")
            self.tabs.setAccessibleTabName(index, f"{tr(TITLES[show])}, {number(counts[show])}")

    def set_note(self, text: str) -> None:
        """Say what is under way, nothing with ""."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def set_query(self, name: str, pixmap: QPixmap | None) -> None:
        """Show what the images are to be like, nothing with ""."""
        self.chip.setVisible(bool(name))
        self._halves.whole = bool(name)
        if not name:
            return
        self.chip.set_words(tr("Like {name}", name=name))
        self.chip.setIcon(icon("similar") if pixmap is None else pixmap)
        self.chip.setAccessibleName(tr("Similar to {name}: press to end the search", name=name))
        self.chip.setToolTip(tr("Sorted by likeness to {name}; click to end", name=name))


def _menu(name: str, parent: QWidget) -> QComboBox:
    box = ElidedChoice(parent)
    box.setAccessibleName(name)
    box.setMinimumContentsLength(5)
    box.setMaximumWidth(BOX_WIDTH)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    # After a click the arrows still go through the images, and not through the list.
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box


def _offer(box: QComboBox, choices: Sequence[Choice], key: str, whole: str) -> None:
    """Fill ``box``; what cannot be used yet stands there greyed, with the reason."""
    with QSignalBlocker(box):
        if [box.itemData(index) for index in range(box.count())] != [choice.key for choice in choices]:
            box.clear()
            for choice in choices:
                box.addItem(choice.title, choice.key)
        model = box.model()
        assert isinstance(model, QStandardItemModel)
        for index, choice in enumerate(choices):
            item = model.item(index)
            item.setText(choice.title)
            item.setEnabled(not choice.lacks)
            item.setToolTip(f"{choice.tip}\n{choice.lacks}" if choice.lacks else choice.tip)
        chosen = max(0, box.findData(key))
        box.setCurrentIndex(chosen)
        box.setToolTip(whole.format(title=box.itemText(chosen)))
    box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + 2 * SMALL)

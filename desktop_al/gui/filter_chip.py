"""One filter as a chip: what it says, how many images fit it, on or off, and a cross to take it away."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_words import title
from desktop_al.gui.i18n import number, tr, trn
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import Theme, theme_watch

LONGEST = 42
ICON = 14


class ChipButton(QToolButton):
    """The part of a chip that switches it; signals ``edited`` on a double click or F2, ``removed`` on Delete."""

    edited = Signal()
    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the chip away, F2 writes it anew."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edited.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Write the filter anew."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.edited.emit()


class FilterChip(QFrame):
    """Shows ``chip``. Signals: ``toggled``, ``removed``, ``edited``, ``turned`` (what does not fit is wanted)."""

    toggled = Signal()
    removed = Signal()
    edited = Signal()
    turned = Signal()

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = chip
        self.setProperty("kind", "chip")
        self.setProperty("off", not chip.on)
        self._wrong: FilterError | None = None
        self._title = title(chip.text) if chip.samples is None else chip.text
        short = self._title if len(self._title) <= LONGEST else f"{self._title[: LONGEST - 1]}…"
        self._short = short
        self.button = ChipButton(self)
        self.button.setCheckable(True)
        self.button.setChecked(chip.on)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(ICON, ICON))
        self.button.setProperty("kind", "chip")
        if not chip.on:
            # Told by more than the colour.
            font = QFont(self.button.font())
            font.setStrikeOut(True)
            self.button.setFont(font)
        self.cross = QToolButton(self)
        self.cross.setProperty("kind", "chip")
        self.cross.setIconSize(QSize(ICON, ICON))
        self.cross.setToolTip(tr("Remove this filter (Delete)"))
        self.cross.setAccessibleName(tr("Remove filter {what}", what=self._title))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 1, 2, 1)
        row.setSpacing(0)
        row.addWidget(self.button)
        row.addWidget(self.cross)
        self.button.clicked.connect(self.toggled)
        self.button.edited.connect(self._edit)
        self.button.removed.connect(self.removed)
        self.cross.clicked.connect(self.removed)
        theme_watch().changed.connect(self._colour)
        self.say(None, None)

    def say(self, count: int | None, wrong: FilterError | None) -> None:
        """Show how many images fit, None while that is not known, and what is wrong with the filter."""
        self._wrong = wrong
        self.button.setText(self._short if count is None else f"{self._short} · {number(count)}")
        fit = tr("wrong") if wrong is not None else ""
        if count is not None:
            fit = trn("{count:,} image fits", "{count:,} images fit", count)
        state = tr("on") if self.chip.on else tr("off")
        name = tr("Filter {what}", what=self._title)
        self.button.setAccessibleName(", ".join(part for part in (name, fit, state) if part))
        act = tr("Click to switch it off or on, double-click to change it")
        self.button.setToolTip("\n".join(part for part in (str(wrong) if wrong else self.chip.text, fit, act) if part))
        self._colour()

    def _colour(self) -> None:
        theme = Theme.current()
        if self._wrong is not None:
            self.button.setIcon(icon("warning", theme.warning))
        elif self.chip.on:
            self.button.setIcon(icon("check", theme.accent))
        else:
            self.button.setIcon(icon("stop", theme.faint))
        self.cross.setIcon(icon("reject", theme.muted))

    def _edit(self) -> None:
        if self.chip.samples is None:
            self.edited.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the chip."""
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """What can be done with the chip."""
        menu = QMenu(self)
        menu.addAction(tr("Switch &off") if self.chip.on else tr("Switch &on"), self.toggled.emit)
        if self.chip.samples is None:
            menu.addAction(tr("&Change…\tF2"), self.edited.emit)
            menu.addAction(tr("&Turn round"), self.turned.emit)
        menu.addAction(tr("&Remove\tDel"), self.removed.emit)
        return menu

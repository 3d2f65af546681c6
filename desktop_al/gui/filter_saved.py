"""Saved filters in the bar: a menu of them, and a line to give the present ones a name."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.filter_words import title
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.name_field import NameField
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import SMALL, TIGHT, theme_watch

NAME_WIDTH = 220
LONGEST = 60


class SavedFilters(QToolButton):
    """Offers the saved filters of ``pool`` and saves those of ``model``; ``naming`` is the line to write a name in.

    Signals: ``save_asked(name, expression)``; ``forget_asked(name)``; ``refused(sentence)`` a filter cannot be saved or
    used; ``left`` a person is done with the line.
    """

    save_asked = Signal(str, str)
    forget_asked = Signal(str)
    refused = Signal(str)
    left = Signal()

    def __init__(self, model: FilterModel, pool: Pool, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._pool = model, pool
        self.setText(tr("Saved"))
        self.setProperty("kind", "menu")
        self.setToolTip(tr("Filters that were saved by name, and saving those of now"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.setToolTipsVisible(True)
        self.setMenu(self.choices)
        self.choices.aboutToShow.connect(self.fill)
        self.naming = QWidget(parent)
        self.name = NameField(lambda: tuple(self._pool.saved_filters), self.naming)
        self._build_naming()
        pool.columns_changed.connect(self._on_columns)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _build_naming(self) -> None:
        hint, keep = QLabel(tr("Save these filters as"), self.naming), QPushButton(tr("Save"), self.naming)
        hint.setProperty("kind", "muted")
        keep.setProperty("kind", "compact")
        keep.setToolTip(tr("A filter that has this name already is replaced"))
        keep.clicked.connect(lambda: self._keep(self.name.text().strip()))
        self.name.setFixedWidth(NAME_WIDTH)
        self.name.setAccessibleName(tr("Name of the saved filter"))
        self.name.submitted.connect(self._keep)
        self.name.left.connect(self._leave)
        row = QHBoxLayout(self.naming)
        row.setContentsMargins(TIGHT, 0, 0, 0)
        row.setSpacing(SMALL)
        for widget in (hint, self.name, keep):
            row.addWidget(widget)
        row.addStretch(1)
        self.naming.hide()

    def _colour(self) -> None:
        self.setIcon(icon("map-saved"))

    def _on_columns(self, names: frozenset[str]) -> None:
        if "filters" in names:
            self.show_whether()

    def show_whether(self) -> None:
        """Be there while there is something to save or to use."""
        self.setVisible(bool(self._model.chips or self._pool.saved_filters))

    def fill(self) -> None:
        """Offer what is saved now."""
        menu = self.choices
        menu.clear()
        for name, text in self._pool.saved_filters.items():
            action = menu.addAction(_shown(name), partial(self.use, name))
            action.setToolTip(title(text))
        menu.addSeparator()
        save = menu.addAction(tr("&Save these filters…"), self.ask_name)
        save.setEnabled(bool(self._model.filters))
        forget = menu.addMenu(tr("&Forget"))
        forget.setEnabled(bool(self._pool.saved_filters))
        for name in self._pool.saved_filters:
            forget.addAction(_shown(name), partial(self.forget_asked.emit, name))

    def use(self, name: str) -> None:
        """Filter by what is saved under ``name``."""
        try:
            self._model.apply_saved(name)
        except FilterError as error:
            self.refused.emit(str(error))

    def ask_name(self) -> None:
        """Let a person name the filters of now."""
        if self._model.filters:
            self.naming.show()
            self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _keep(self, name: str) -> None:
        if not name:
            return
        try:
            self.save_asked.emit(name, self._model.where())
        except FilterError as error:
            self.refused.emit(str(error))
        self.naming.hide()

    def _leave(self) -> None:
        self.naming.hide()
        self.left.emit()


def _shown(name: str) -> str:
    """``name`` as a menu shows it: an ampersand is no mark of a key."""
    text = readable(name)
    return (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…").replace("&", "&&")

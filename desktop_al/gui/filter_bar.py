"""The bar above the map that filters: a line to write in, a chip for each filter, and how much is shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_al.domain.errors import FilterError
from desktop_al.gui.announce import announce
from desktop_al.gui.eliding import Elided
from desktop_al.gui.filter_chip import FilterChip
from desktop_al.gui.filter_line import FilterLine
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.filter_saved import SavedFilters
from desktop_al.gui.flow_layout import FlowLayout, as_wide_as_now, laid_out_later
from desktop_al.gui.halves_layout import HalvesLayout
from desktop_al.gui.i18n import number, tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import icon
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told
from desktop_al.gui.theme import SMALL, TIGHT, Theme, theme_watch
from desktop_al.jobs.where_columns import LazyColumns
from desktop_al.jobs.where_syntax import Not
from desktop_al.jobs.where_text import parse

if TYPE_CHECKING:
    from desktop_al.gui.filter_chips import Chip, Chips

LEAST_SCOPE = 76
PREVIEW_MS = 180
# So long new chips wait for their counts; and those that change the height of the bar, for the picture of the map,
# which would be held up by laying the window out.
COUNTS_MS = 40
PICTURE_MS = 100
LINE_WIDTH = 560


class FilterBar(QWidget):
    """Shows and changes the filters of ``model``.

    Signals: ``left`` Escape in the empty line; ``scope_asked(on)`` whether Select is to pick among what is shown.
    """

    left = Signal()
    scope_asked = Signal(bool)

    def __init__(self, model: FilterModel, pool: Pool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._pool = model, pool
        self.map_draws: Callable[[], bool] = lambda: False
        self._edited: Chip | None = None
        self._laid_out: Chips | None = None
        self._meant = (0, 0)
        self.line = FilterLine(lambda: LazyColumns(model.columns.lazy()), self, lambda: pool.saved_filters)
        self.chips: list[FilterChip] = []
        self._column = QVBoxLayout(self)
        self._flow_widget = QWidget(self)
        self._flow = FlowLayout(TIGHT, self._flow_widget)
        self.shown = Elided("", self)
        self.scope = QToolButton(self)
        self.saved = SavedFilters(model, pool, self)
        self.clear = QPushButton(tr("Clear all"), self)
        self._problem = QWidget(self)
        self.sentence = QLabel(self._problem)
        self.instead = QPushButton(self._problem)
        self._mark = IconView(16, self._problem)
        self._preview = QTimer(self)
        self._preview.setSingleShot(True)
        self._preview.setInterval(PREVIEW_MS)
        self._chips_wait = QTimer(self)
        self._chips_wait.setSingleShot(True)
        self._build()
        self._connect()
        self._colour()
        self._lay_out()

    def _build(self) -> None:
        self.setObjectName("filterBar")
        self.setAccessibleName(tr("Filters"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.line)
        self.line.setMaximumWidth(LINE_WIDTH)
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._flow_widget.setSizePolicy(policy)
        self.shown.setProperty("kind", "muted")
        self.scope.setCheckable(True)
        self.scope.setText(tr("Select among these"))
        self.scope.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # Of its words the middle is left out where the window is narrow; its tip says more.
        self.scope.setMinimumWidth(LEAST_SCOPE)
        self.scope.setToolTip(tr("Pick the next batch only among the images that are shown"))
        self.clear.setProperty("kind", "flat")
        self.clear.setToolTip(tr("Show every image again"))
        halves = HalvesLayout(SMALL, stretch=True)
        halves.first.addWidget(self.line, 1)
        halves.first.addStretch(0)
        row = halves.second
        row.addWidget(self.shown)
        row.addWidget(self.saved)
        row.addWidget(self.scope)
        row.addWidget(self.clear)
        problem = QHBoxLayout(self._problem)
        problem.setContentsMargins(TIGHT, 0, 0, 0)
        problem.setSpacing(SMALL)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.sentence.setTextInteractionFlags(selectable)
        self.instead.setProperty("kind", "flat")
        problem.addWidget(self._mark)
        problem.addWidget(self.sentence, 1)
        problem.addWidget(self.instead)
        self._problem.hide()
        column = self._column
        column.setContentsMargins(SMALL, TIGHT, SMALL, TIGHT)
        column.setSpacing(TIGHT)
        column.addLayout(halves)
        column.addWidget(self._problem)
        column.addWidget(self.saved.naming)
        column.addWidget(self._flow_widget)

    def _connect(self) -> None:
        model, line = self._model, self.line
        model.changed.connect(self._on_changed)
        model.counted.connect(self._on_counted)
        line.submitted.connect(self.submit)
        line.left.connect(self.left)
        line.entered.connect(model.prepare)
        line.textEdited.connect(self._on_edited)
        self._preview.timeout.connect(self._count_typed)
        self._chips_wait.timeout.connect(self._lay_out)
        self.scope.clicked.connect(self.scope_asked)
        self.clear.clicked.connect(lambda: model.clear())
        self.saved.refused.connect(self.say)
        self.saved.left.connect(self.left)
        self.instead.clicked.connect(self._put_instead)
        theme_watch().changed.connect(self._colour)

    def _colour(self) -> None:
        self.scope.setIcon(icon("scope"))
        self._mark.show_icon(icon("warning", Theme.current().warning))

    def minimumSizeHint(self) -> QSize:
        """High enough for the chips at the width there is."""
        return as_wide_as_now(self, super().minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell how high the chips are now."""
        super().resizeEvent(event)
        self.updateGeometry()

    # Writing

    def submit(self, text: str) -> None:
        """Filter by ``text`` too, or say what is wrong with it."""
        self._preview.stop()
        self.say("")
        if not text.strip():
            return

        def done(hint: str) -> None:
            self.line.remember(text.strip())
            # Unlike `clear`, this is no step that the line itself could undo.
            self.line.setText("")
            self._edited = None
            self.say(hint)

        if self._edited is not None and self._model.place_of(self._edited) >= 0:
            self._model.replace(self._edited, text, self._refuse, done)
        else:
            self._model.add(text, self._refuse, done)

    def add(self, text: str) -> None:
        """Filter by ``text`` too, as another part of the window asked for."""
        self.say("")
        self._model.add(text, lambda error: self.say(told(str(error))), self.say)

    def _refuse(self, error: FilterError) -> None:
        self.say(told(str(error)), error.instead[0] if error.instead else "")
        self.line.setFocus()
        self._meant = error.start, error.end - error.start
        self.line.setSelection(*self._meant)

    def say(self, sentence: str, instead: str = "") -> None:
        """Show ``sentence`` below the line, with ``instead`` as what could be written in place of the selection."""
        self.sentence.setText(sentence)
        self.instead.setText(tr("Write {what}", what=instead))
        self.instead.setProperty("word", instead)
        self.instead.setVisible(bool(instead))
        self._problem.setVisible(bool(sentence))
        self.line.setAccessibleDescription(sentence)

    def _put_instead(self) -> None:
        self.line.setSelection(*self._meant)
        self.line.insert(str(self.instead.property("word")))
        self.say("")
        self.line.setFocus()

    def _on_edited(self, text: str) -> None:
        self.say("")
        if text.strip():
            self._preview.start()
        else:
            self._preview.stop()
            self._edited = None

    def _count_typed(self) -> None:
        text = self.line.text()

        def say(count: str) -> None:
            if self.line.text() == text:
                self.line.say_count(count)

        self._model.try_out(text, lambda _error: say(""), lambda _hint, count: say(number(count)))

    def edit(self, place: int) -> None:
        """Write the chip at ``place`` anew."""
        self._edited = self._model.chips[place]
        self.line.setText(self._edited.text)
        self.line.setFocus()
        self.line.selectAll()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count nothing for who has gone."""
        self._preview.stop()
        super().hideEvent(event)

    # Showing

    def _on_changed(self) -> None:
        self.scope.setChecked(self._model.scopes)
        if self._laid_out is self._model.chips:
            self._say_counts()
        elif not self._chips_wait.isActive():
            self._chips_wait.start(COUNTS_MS)

    def _on_counted(self) -> None:
        grows = bool(self._laid_out) != bool(self._model.chips)
        if grows and self.map_draws():
            self._chips_wait.start(PICTURE_MS)
        else:
            self._lay_out()

    def on_picture(self) -> None:
        """Lay out the chips that waited for the picture of the map, once that is painted."""
        if self._chips_wait.isActive():
            self._chips_wait.start(0)

    def _lay_out(self) -> None:
        self._chips_wait.stop()
        if self._laid_out is not self._model.chips:
            self._make_chips()
        self._say_counts()

    def _make_chips(self) -> None:
        focused = next(
            (place for place, chip in enumerate(self.chips) if chip.isAncestorOf(self.focusWidget() or self)), -1
        )
        for old in self.chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.chips = []
        for chip in self._model.chips:
            widget = FilterChip(chip, self._flow_widget)
            widget.toggled.connect(partial(self._at, chip, self._model.toggle))
            widget.removed.connect(partial(self._at, chip, self._model.remove))
            widget.edited.connect(partial(self._at, chip, self.edit))
            widget.turned.connect(partial(self._at, chip, self._turn))
            self._flow.addWidget(widget)
            widget.show()
            self.chips.append(widget)
        if focused >= 0:
            after = self.chips[min(focused, len(self.chips) - 1)].button if self.chips else self.line
            after.setFocus()
        self._laid_out = self._model.chips
        self._flow_widget.updateGeometry()

    def _at(self, chip: "Chip", do: Callable[[int], None]) -> None:
        # One that still shows may have gone from the model.
        place = self._model.place_of(chip)
        if place >= 0:
            do(place)

    def _turn(self, place: int) -> None:
        chip = self._model.chips[place]
        self._model.replace(chip, turned(chip.text), self._refuse)

    def _say_counts(self) -> None:
        for widget, count, error in zip(self.chips, self._model.counts, self._model.errors, strict=True):
            widget.say(count, error)
        self.scope.setEnabled(bool(self._model.filters))
        some, said = bool(self.chips), tr("{shown:,} of {all:,} shown", shown=self._model.shown, all=len(self._pool))
        if some and said != self.shown.text():
            announce(self, said)
        self.shown.setText(said)
        self.shown.set_short(number(self._model.shown))
        with laid_out_later(self._column):
            for part in (self._flow_widget, self.clear, self.scope, self.shown):
                part.setVisible(some)
            self.saved.show_whether()


def turned(text: str) -> str:
    """The filter that holds where ``text`` does not."""
    node = parse(text)
    return text[slice(*node.part.at)] if isinstance(node, Not) else f"not ({text.strip()})"

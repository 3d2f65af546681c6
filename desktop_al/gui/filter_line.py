"""The line that a filter is written in, with what can stand at its cursor offered below."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop_al.gui.choice_list import Choice, ChoiceList
from desktop_al.gui.filter_complete import Place, choices_at, place_in, saved_at
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import SMALL, Theme, theme_watch
from desktop_al.jobs.where_columns import Column

ROWS = 9
LEAST_WIDTH, POPUP_WIDTH = 200, 380
MOST_KEPT = 30


class FilterLine(QLineEdit):
    """Signals: ``submitted(text)`` on Enter; ``left`` on Escape, once nothing else is to leave; ``entered``."""

    submitted = Signal(str)
    left = Signal()
    entered = Signal()

    def __init__(
        self,
        columns: Callable[[], Mapping[str, Column]],
        parent: QWidget | None = None,
        saved: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        super().__init__(parent)
        self._columns, self._saved = columns, saved
        self._popup: ChoiceList | None = None
        self._place = Place("column", 0, "")
        self.history: list[str] = []
        self._back = 0
        self._mark = self.addAction(icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        self._mark.setText(tr("Filter"))
        self._count = QLabel(self)
        self._count.setProperty("kind", "small")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setPlaceholderText(tr('Filter: a word, or label == "cat" and width >= 800'))
        self.setAccessibleName(tr("Filter"))
        self.setAccessibleDescription(tr("Enter filters; the arrow keys go through what is offered"))
        self.setMinimumWidth(LEAST_WIDTH)
        self.textEdited.connect(lambda _text: self.offer())
        self.textChanged.connect(lambda _text: self.say_count(""))
        self.cursorPositionChanged.connect(self._on_cursor)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        self._mark.setIcon(icon("filter", Theme.current().muted))

    def say_count(self, text: str) -> None:
        """Show ``text`` at the end of the line."""
        self._count.setText(text)
        self._place_count()

    def _place_count(self) -> None:
        self._count.adjustSize()
        width = self._count.width() if self._count.text() else 0
        self._count.move(self.width() - width - SMALL, (self.height() - self._count.height()) // 2)
        self.setTextMargins(0, 0, width + SMALL if width else 0, 0)

    # What is offered

    @property
    def offered(self) -> Sequence[Choice]:
        """What is offered now, nothing while the list is hidden."""
        return self._popup.choices if self._popup is not None and self._popup.isVisible() else ()

    def offer(self) -> None:
        """Show what can stand at the cursor."""
        columns = self._columns()
        self._place = place_in(self.text(), self.cursorPosition(), columns)
        choices = [*saved_at(self._place, self._saved()), *choices_at(self._place, columns)]
        whole = [choice for choice in choices if choice.text == self._place.prefix]
        if not choices or (len(choices) == 1 and whole):
            self.hide_offer()
            return
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = ChoiceList(tr("What can be written here"), ROWS, self.window())
            self._popup.setProperty("kind", "choices")
            self._popup.chosen.connect(self._insert)
        self._popup.set_choices(choices, first=False)
        self._popup.resize(max(POPUP_WIDTH, self.width()), self._popup.height())
        self._popup.move(self.mapTo(self.window(), QPoint(0, self.height() + 2)))
        self._popup.show()
        self._popup.raise_()

    def hide_offer(self) -> None:
        """Offer nothing."""
        if self._popup is not None:
            self._popup.hide()

    def _on_cursor(self, _old: int, _new: int) -> None:
        if self.offered and not self.text()[self._place.start : self.cursorPosition()].startswith(self._place.prefix):
            self.hide_offer()

    def _insert(self, choice: Choice) -> None:
        text, cursor = self.text(), self.cursorPosition()
        before, after = text[: self._place.start], text[cursor:]
        # What was open or half a word before the cursor goes; a space that is there already is not doubled.
        value = str(choice.value)
        after = after.removeprefix(" ") if value.endswith(" ") else after
        self.setText(before + value + after)
        self.setCursorPosition(len(before + value))
        self.textEdited.emit(self.text())

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through what is offered, take it, submit, or leave."""
        key, held = event.key(), event.modifiers()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Space and held & Qt.KeyboardModifier.ControlModifier:
            self.offer()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif enter and not self._take():
            self.hide_offer()
            self.submitted.emit(self.text())
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif not enter:
            super().keyPressEvent(event)

    def event(self, event: object) -> bool:
        """Let Tab take what is offered first; with nothing to undo here, let the window undo a filter."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.ShortcutOverride and self._passes(event):
            event.ignore()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            popup = self._popup
            if self.offered and popup is not None and (self._place.prefix or popup.current is not None):
                if popup.current is None:
                    popup.step(1)
                if self._take():
                    return True
        return super().event(event)  # type: ignore[arg-type]  # passed through as Qt gave it

    def _passes(self, event: QKeyEvent) -> bool:
        """Whether the window is to undo or redo, since there is nothing of that kind in the line."""
        keys = QKeySequence.StandardKey
        return (event.matches(keys.Undo) and not self.isUndoAvailable()) or (
            event.matches(keys.Redo) and not self.isRedoAvailable()
        )

    def _take(self) -> bool:
        """Take what is current among what is offered; returns whether something is."""
        popup = self._popup
        return bool(self.offered) and popup is not None and popup.take()

    def _move(self, by: int) -> None:
        if self.offered and self._popup is not None:
            self._popup.step(by)
        elif by < 0 and self.history:
            self._recall(-1)
        elif self._back < 0:
            self._recall(1)
        else:
            self.offer()
            if self.offered and self._popup is not None:
                self._popup.step(1)

    def _recall(self, by: int) -> None:
        """Write a filter of before; after the last one, nothing."""
        self._back = min(max(self._back + by, -len(self.history)), 0)
        self.setText(self.history[self._back] if self._back < 0 else "")
        self.textEdited.emit(self.text()) if not self._back else self.hide_offer()

    def remember(self, text: str) -> None:
        """Keep ``text`` for the arrow keys."""
        self.history = [*(kept for kept in self.history if kept != text), text][-MOST_KEPT:]
        self._back = 0

    def _escape(self) -> None:
        if self.offered:
            self.hide_offer()
        elif self.text():
            self.clear()
            self.textEdited.emit("")
            self.hide_offer()
        else:
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that somebody is about to write."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Offer nothing to whoever is elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.hide_offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the count at the end."""
        super().resizeEvent(event)
        self._place_count()

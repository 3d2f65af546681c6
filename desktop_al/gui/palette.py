"""The command palette: everything that can be done, found by a few letters of its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_al.gui import fuzzy
from desktop_al.gui.choice_list import Choice, ChoiceList
from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.theme import MEDIUM, SMALL, Theme, theme_watch

WIDTH, MARGIN, ROWS = 620, 24, 11
VEIL = 110
OF_WORDS = 0.4
"""What a match in the explanation counts beside one in the name."""
OF_ALSO = 0.8
"""And one in another word for it."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. ``group`` says where it belongs, ``why_not`` why it cannot be done now ("" where it can).

    ``words`` explain it and ``also`` are other words for it, divided by commas; both are searched and not shown.
    """

    key: str
    text: str
    run: Callable[[], object]
    group: str = ""
    keys: str = ""
    icon: str = ""
    words: str = ""
    why_not: str = ""
    also: str = ""


def _fit(query: str, command: Command) -> fuzzy.Match | None:
    """How ``command`` fits ``query``: by its name, else by another word for it or by its explanation."""
    best = fuzzy.match(query, command.text)
    if best is not None:
        return best
    found = [fuzzy.match(query, other.strip()) for other in command.also.split(",")]
    scores = [match.score * OF_ALSO for match in found if match is not None]
    every = fuzzy.match(query, f"{command.text} {command.group} {command.words} {command.also}")
    if every is None:
        return fuzzy.Match(max(scores), frozenset()) if scores else None
    marks = frozenset(at for at in every.marks if at < len(command.text))
    return fuzzy.Match(max([*scores, every.score * OF_WORDS]), marks)


def ranked(commands: Sequence[Command], query: str, recent: Sequence[str] = ()) -> list[Choice]:
    """Those of ``commands`` that fit ``query``, the best first; of those that fit alike, the one used last."""
    found: list[tuple[float, int, Command, frozenset[int]]] = []
    for place, command in enumerate(commands):
        score, marks = 0.0, frozenset[int]()
        if query.strip():
            fit = _fit(query, command)
            if fit is None:
                continue
            score, marks = fit.score, fit.marks
        # What was used lately, and what can be used at all, comes before what fits about as well.
        score += 12 - recent.index(command.key) if command.key in recent else 0
        score -= 6 if command.why_not else 0
        found.append((score, place, command, marks))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [
        Choice(
            command.text,
            command.keys,
            command.why_not or command.group,
            command.icon,
            not command.why_not,
            marks,
            command,
        )
        for _, _, command, marks in found
    ]


class Palette(QWidget):
    """Lies over ``window`` while it is open. Signal: ``closed``."""

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._commands: Sequence[Command] = ()
        self._fallback: Callable[[str], Command | None] = lambda _query: None
        self._recent: list[str] = []
        self._before: QWidget | None = None
        self.setAccessibleName(tr("Commands"))
        self.card = QFrame(self)
        self.card.setObjectName("palette")
        self.line = QLineEdit(self.card)
        self._mark = self.line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._mark.setText(tr("Search commands"))
        self.list = ChoiceList(tr("Commands that fit"), ROWS, self.card)
        self.list.setProperty("kind", "palette")
        self._none = QLabel(tr("Nothing is called like this."), self.card)
        self._column = QVBoxLayout(self.card)
        self._build()
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list.chosen.connect(self._run)
        window.installEventFilter(self)
        theme_watch().changed.connect(self._colour)
        self._colour()
        self.hide()

    def _build(self) -> None:
        self.line.setPlaceholderText(tr("What do you want to do?"))
        self.line.setAccessibleName(tr("Search commands"))
        self._none.setProperty("kind", "muted")
        self._none.setContentsMargins(MEDIUM, SMALL, MEDIUM, MEDIUM)
        hint = QLabel(tr("↑ ↓ choose · Enter does it · Esc closes"), self.card)
        hint.setProperty("kind", "small")
        foot = QHBoxLayout()
        foot.setContentsMargins(MEDIUM, 0, MEDIUM, SMALL)
        foot.addWidget(hint)
        column = self._column
        column.setContentsMargins(SMALL, SMALL, SMALL, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self._none)
        column.addLayout(foot)

    def _colour(self) -> None:
        theme = Theme.current()
        self._mark.setIcon(icon("search", theme.muted))

    def open(self, commands: Sequence[Command], fallback: Callable[[str], Command | None] | None = None) -> None:
        """Offer ``commands``; ``fallback`` may make another one of what was typed, offered last."""
        self._commands = commands
        self._fallback = fallback or (lambda _query: None)
        self._before = QApplication.focusWidget()
        self._search("")
        self._place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        """Hide it and give the focus back."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            # Before it hides, when Qt would give the keys to whatever comes next, and tell of that.
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        if self.isHidden():
            # The line closed it as the keys left it.
            return
        self.hide()
        # Not as it opens: that would be told instead of the line that gets the keys.
        self.line.clear()
        self.closed.emit()

    @property
    def shown(self) -> bool:
        """Whether it is open."""
        return not self.isHidden()

    def _search(self, query: str) -> None:
        choices = ranked(self._commands, query, self._recent)
        other = self._fallback(query.strip()) if query.strip() else None
        if other is not None:
            choices.append(Choice(other.text, other.keys, other.group, other.icon, value=other))
        self.list.set_choices(choices)
        self.list.setVisible(bool(choices))
        self._none.setVisible(not choices)
        self._place()

    def _run(self, choice: Choice) -> None:
        command: Command = choice.value
        self._recent = [command.key, *(key for key in self._recent if key != command.key)][:10]
        self.close_palette()
        command.run()

    def _place(self) -> None:
        window = self.window()
        self.setGeometry(window.rect())
        width = min(WIDTH, window.width() - 2 * MARGIN)
        self.card.setFixedWidth(width)
        self._column.activate()
        self.card.resize(width, self._column.totalSizeHint().height())
        self.card.move((window.width() - width) // 2, max(MARGIN, window.height() // 9))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Steer the list from the line; follow the window's size; close when the focus goes elsewhere."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.shown:
            self._place()
        elif watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        elif watched is self.line and event.type() == QEvent.Type.FocusOut and self._left():
            self._before = None
            self.close_palette()
        return super().eventFilter(watched, event)

    def _left(self) -> bool:
        """Whether another control of the same window has the focus now."""
        other = QApplication.focusWidget()
        return self.shown and other is not None and not self.isAncestorOf(other)

    def _press(self, event: QKeyEvent) -> bool:
        """Do what a key means to the list; returns whether it means anything."""
        key = event.key()
        steps: dict[int, int] = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        if key in steps:
            self.list.step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list.take()
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside it closes it."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_palette()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a veil over the window."""
        veil = QColor(Theme.current().canvas if Theme.current().dark else Theme.current().text)
        veil.setAlpha(VEIL if Theme.current().dark else VEIL // 2)
        QPainter(self).fillRect(self.rect(), veil)

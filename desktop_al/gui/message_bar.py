"""Messages inside the window: one sentence, details to read and to copy, one thing to do about it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.announce import announce
from desktop_al.gui.flow_layout import FlowLayout
from desktop_al.gui.i18n import tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import icon
from desktop_al.gui.text import readable, unbroken, write_wrapping
from desktop_al.gui.theme import MEDIUM, RADIUS, SMALL, TIGHT, Theme, theme_watch

GOES_AFTER_MS = 8000
# So wide at the least is the sentence beside the buttons; else they stand below it.
LEAST_SENTENCE = 240
# Of the style sheet below.
EDGES = 4
KINDS = {"info": "info", "ok": "check", "warning": "warning", "error": "warning"}


class Buttons(QWidget):
    """What can be done about a message: on one line, or on several where it is narrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.flow = FlowLayout(SMALL, self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """All of them on one line."""
        sizes = [item.sizeHint() for at in range(self.flow.count()) if (item := self.flow.itemAt(at)) is not None]
        shown = [size for size in sizes if not size.isEmpty()]
        width = sum(size.width() for size in shown) + SMALL * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))


class MessageBar(QFrame):
    """Shows one message at a time; a newer one takes its place. Successes go by themselves, problems stay.

    Signal: ``changed`` it shows something else, and may need another size.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName(tr("Message"))
        self._kind = "info"
        self._action: Callable[[], object] | None = None
        self._mark = IconView(18, self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._row, self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight), Buttons(self)
        self._act = self._button("", self._run_action)
        self._more = self._button(tr("Details"), self._toggle_details)
        self._copy = self._button(tr("Copy"), self.copy_text)
        self._close = self._button(tr("Dismiss"), self.dismiss)
        self._details = QPlainTextEdit(self)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(tr("Details of the message"))
        self._details.setFixedHeight(140)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._lay_out()
        theme_watch().changed.connect(self._colour)
        self.hide()

    def _button(self, text: str, clicked: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "flat")
        button.clicked.connect(clicked)
        return button

    def _lay_out(self) -> None:
        said = QHBoxLayout()
        said.setSpacing(SMALL)
        said.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        said.addWidget(self._sentence, 1)
        for button in (self._act, self._more, self._copy, self._close):
            self._buttons.flow.addWidget(button)
        row = self._row
        row.setSpacing(SMALL)
        row.addLayout(said, 1)
        row.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignVCenter)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        column.setSpacing(TIGHT)
        column.addLayout(row)
        column.addWidget(self._details)

    @property
    def sentence(self) -> str:
        """The sentence that is shown, "" while none is."""
        return "" if self.isHidden() else unbroken(self._sentence.text())

    @property
    def kind(self) -> str:
        """The kind of the message: info, ok, warning or error."""
        return self._kind

    def show_message(
        self,
        kind: str,
        sentence: str,
        details: str = "",
        action: str = "",
        run: Callable[[], object] | None = None,
    ) -> None:
        """Show ``sentence``; ``kind`` is info, ok, warning or error; ``action`` names a button that calls ``run``."""
        self._kind, self._action = kind, run
        write_wrapping(self._sentence, readable(sentence))
        self._details.setPlainText(readable_lines(details))
        self._details.hide()
        self._act.setText(action)
        self._act.setVisible(bool(action))
        self._more.setVisible(bool(details))
        self._copy.setVisible(kind in {"warning", "error"})
        self._colour()
        self.show()
        announce(self, readable(sentence), urgent=kind in {"warning", "error"})
        self.changed.emit()
        if kind in {"info", "ok"} and not action:
            self._timer.start(GOES_AFTER_MS)
        else:
            self._timer.stop()

    def wanted_width(self) -> int:
        """How wide it would be with all on one line."""
        words = self._sentence.fontMetrics().horizontalAdvance(self._sentence.text())
        edges = MEDIUM + 3 * SMALL + self._mark.sizeHint().width() + 2 * self.frameWidth() + EDGES
        return words + self._buttons.sizeHint().width() + edges

    def height_at(self, width: int) -> int:
        """How high it is at ``width``; the buttons go below a sentence that they would squeeze there."""
        beside = width >= LEAST_SENTENCE + self._buttons.sizeHint().width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != direction:
            # Only then: each time, what it lies over would be laid out anew, and ask for its height again, for ever.
            self._row.setDirection(direction)
            self._row.setSpacing(SMALL if beside else 0)
        self._column.activate()
        return self.heightForWidth(width)

    def dismiss(self) -> None:
        """Hide the message."""
        self._timer.stop()
        self.hide()

    def _run_action(self) -> None:
        run = self._action
        self.dismiss()
        if run is not None:
            run()

    def _toggle_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self.changed.emit()

    def copy_text(self) -> None:
        """Copy the sentence and its details."""
        details = self._details.toPlainText()
        QGuiApplication.clipboard().setText(
            "\n\n".join(text for text in (unbroken(self._sentence.text()), details) if text)
        )

    def _colour(self) -> None:
        theme = Theme.current()
        colour = {"info": theme.accent, "ok": theme.ok, "warning": theme.warning, "error": theme.error}[self._kind]
        back = theme.error_back if self._kind == "error" else theme.raised
        self.setStyleSheet(
            f"#messageBar {{ background: {back}; border: 1px solid {theme.line}; border-left: 3px solid {colour};"
            f" border-radius: {RADIUS}px; }}"
        )
        self._mark.show_icon(icon(KINDS[self._kind], colour))


def readable_lines(text: str) -> str:
    """``text`` line by line as a window can show it."""
    return "\n".join(readable(line) for line in text.splitlines())

"""Messages inline, above the map: one sentence, details to read and to copy, one thing to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.icons import icon
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT, Theme, theme_watch

GOES_AFTER_MS = 8000
KINDS = {"info": "info", "ok": "check", "warning": "warning", "error": "warning"}


class MessageBar(QFrame):
    """Shows one message at a time; a newer one takes its place. Successes go by themselves, problems stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName(tr("Message"))
        self._kind = "info"
        self._action: Callable[[], object] | None = None
        self._mark = QLabel(self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
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
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._sentence, 1)
        for button in (self._act, self._more, self._copy, self._close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        column.setSpacing(TIGHT)
        column.addLayout(row)
        column.addWidget(self._details)

    @property
    def sentence(self) -> str:
        """The sentence that is shown, "" while none is."""
        return "" if self.isHidden() else self._sentence.text()

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
        self._sentence.setText(readable(sentence))
        self._details.setPlainText(readable_lines(details))
        self._details.hide()
        self._act.setText(action)
        self._act.setVisible(bool(action))
        self._more.setVisible(bool(details))
        self._copy.setVisible(kind in {"warning", "error"})
        self._colour()
        self.show()
        if kind in {"info", "ok"} and not action:
            self._timer.start(GOES_AFTER_MS)
        else:
            self._timer.stop()

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
        self._details.setVisible(not self._details.isVisible())

    def copy_text(self) -> None:
        """Copy the sentence and its details."""
        details = self._details.toPlainText()
        QGuiApplication.clipboard().setText("\n\n".join(text for text in (self._sentence.text(), details) if text))

    def _colour(self) -> None:
        theme = Theme.current()
        colour = {"info": theme.accent, "ok": theme.ok, "warning": theme.warning, "error": theme.error}[self._kind]
        back = theme.error_back if self._kind == "error" else theme.raised
        self.setStyleSheet(
            f"#messageBar {{ background: {back}; border: 0; border-left: 3px solid {colour};"
            f" border-bottom: 1px solid {theme.line}; }}"
        )
        self._mark.setPixmap(icon(KINDS[self._kind], colour).pixmap(18, 18))


def readable_lines(text: str) -> str:
    """``text`` line by line as a window can show it."""
    return "\n".join(readable(line) for line in text.splitlines())

"""Offers to trust one model file that was refused, after saying what that means."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_al.domain.errors import UntrustedModelError
from desktop_al.gui.i18n import tr
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable, write_wrapping
from desktop_al.gui.theme import MEDIUM, SMALL


class TrustOffer(QFrame):
    """Why the file was refused, what trust would mean, and the button that gives it.

    Signal: ``accepted(content)`` the file with this SHA-256, the one that was refused, is trusted.
    """

    accepted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = ""
        self.setProperty("kind", "note")
        self.reason = QLabel(self)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.meaning = QLabel(
            tr(
                "If you trust it, its code runs with your rights: it can read, change and send what you can. Trust it "
                "only if it comes from somebody you know. This holds for this very file, as it is now, and on this "
                "computer; once it changes, you are asked again."
            ),
            self,
        )
        self.button = QPushButton(tr("Trust this very file"), self)
        self.button.clicked.connect(lambda: self.accepted.emit(self._content))
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        column.setSpacing(SMALL)
        for label in (self.reason, self.meaning):
            label.setWordWrap(True)
            column.addWidget(label)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def offer(self, error: Exception) -> bool:
        """Show the offer where ``error`` asks for trust; return whether it does."""
        if not isinstance(error, UntrustedModelError):
            return False
        self._content = error.content
        reason = readable(told(str(error)))
        write_wrapping(self.reason, reason)
        self.button.setAccessibleDescription(f"{reason} {self.meaning.text()}")
        self.show()
        return True

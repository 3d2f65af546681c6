"""What asks for a few choices beside the work: a sheet inside the window, which blocks nothing and explains inline."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.announce import announce
from desktop_al.gui.i18n import tr
from desktop_al.gui.items import RETURNS
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable, unbroken, write_wrapping
from desktop_al.gui.theme import LARGE, MEDIUM, SMALL, Theme

DETAILS_HEIGHT = 96
# The border, and the room within it.
EDGE = 2


class Sheet(QFrame):
    """A sheet at the edge of its window, as high as what it says; the rest of the window stays at hand.

    Return acts on the primary button and Escape leaves it; the keys go back to where they were before. There is one
    at a time: another one takes its place. Without a window it stands alone. What is in ``column`` scrolls where the
    window is low, what is in ``foot`` stays in sight.

    Signal: ``finished`` it was left, either way.
    """

    finished = Signal()

    def __init__(self, title: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setProperty("kind", "sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._before: QWidget | None = None
        self._inner = QWidget(self)
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(LARGE, LARGE, LARGE, MEDIUM)
        self.column.setSpacing(MEDIUM)
        # A sheet is made wider by its heading: a least width of its own would overrule what the rest needs.
        self.heading = QLabel(title, self)
        self.heading.setProperty("kind", "title")
        self.column.addWidget(self.heading)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inner)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(LARGE, 0, LARGE, LARGE)
        self.foot.setSpacing(MEDIUM)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(self.foot)
        self._action = action
        self.hide()

    def finish_layout(self) -> None:
        """Add the problem line and the buttons below what was added to ``column``; they come last in the tab order."""
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self.details.setAccessibleName(tr("Details of the message"))
        self.copy_problem = QPushButton(tr("Copy the message"), self)
        self.copy_problem.setProperty("kind", "flat")
        self.copy_problem.clicked.connect(self._copy)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.rejected.connect(self.reject)
        self.act = QPushButton(self._action, self)
        self.act.setProperty("kind", "primary")
        self.buttons.addButton(self.act, QDialogButtonBox.ButtonRole.AcceptRole)
        aside = QHBoxLayout()
        aside.addWidget(self.copy_problem)
        aside.addStretch(1)
        self.foot.addWidget(self.problem)
        self.foot.addWidget(self.details)
        self.foot.addLayout(aside)
        self.foot.addWidget(self.buttons)
        for part in (self.problem, self.details, self.copy_problem):
            part.hide()

    # Coming and going

    def open(self) -> None:
        """Show the sheet in place of another one and give it the keys."""
        self._before = QApplication.focusWidget()
        window = self.parentWidget()
        if window is not None:
            for other in window.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly):
                if other is not self and not other.isHidden():
                    self._before = other._before
                    other._leave()
            window.installEventFilter(self)
        self._place()
        self.show()
        if window is not None:
            self.raise_()
        first = next((part for part in self._inner.findChildren(QWidget) if _takes_keys(part)), None)
        leave = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        (first or (self.act if self.act.isEnabled() else leave)).setFocus(Qt.FocusReason.PopupFocusReason)

    def accept(self) -> None:
        """Leave the sheet, since what it asked for is done."""
        self._give_back()
        self._leave()

    def reject(self) -> None:
        """Leave the sheet without doing anything."""
        self._give_back()
        self._leave()

    def _leave(self) -> None:
        window = self.parentWidget()
        if window is not None:
            window.removeEventFilter(self)
        self.close()
        self.finished.emit()

    def _give_back(self) -> None:
        """Give the keys back where the sheet has them."""
        here, before = QApplication.focusWidget(), self._before
        if here is None or self.isAncestorOf(here):
            try:
                if before is not None and before.isVisible():
                    before.setFocus(Qt.FocusReason.PopupFocusReason)
            except RuntimeError:  # what had the keys before is gone
                return

    def event(self, event: QEvent) -> bool:
        """Grow with what comes to show; take Escape, Return and letters before the window's own keys do."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_own(event):
            event.accept()
            return True
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()
        return handled

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the edge of the window when it changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and watched is self.parentWidget():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on Return, leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        elif event.key() in RETURNS:
            here = QApplication.focusWidget()
            button = here if isinstance(here, QPushButton) else self.act
            if button.isEnabled():
                button.click()
        else:
            # No key of the sheet falls through to what lies below it.
            event.accept()

    def _place(self) -> None:
        """Take the place at the edge of the window, and the height that the content needs."""
        window = self.parentWidget()
        room = window.rect() if window is not None else None
        if isinstance(window, QMainWindow) and room is not None:
            room = window.rect().adjusted(0, window.menuBar().height(), 0, -window.statusBar().height())
        width = max(self._inner.minimumSizeHint().width(), self.foot.minimumSize().width()) + 2 * EDGE
        width = max(width, self.minimumWidth())
        if room is not None:
            width = min(width, room.width())
        height = sum(_height(layout, width - 2 * EDGE) for layout in (self.column, self.foot)) + 2 * EDGE
        height = max(height, self.minimumHeight())
        if room is None:
            self.resize(width, max(height, self.height() if self.isVisible() else 0))
            return
        # A bar that shows for an instant would make the content narrower, thus higher, and so stay for good.
        fits = height <= room.height() - 2 * SMALL
        policy = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)
        height = min(height, room.height() - 2 * SMALL)
        left = room.left() + SMALL if self.isRightToLeft() else room.right() + 1 - width - SMALL
        self.setGeometry(max(room.left(), left), room.top() + SMALL, width, height)

    # What is wrong

    def show_problem(self, sentence: str, kind: str = "error", details: str = "") -> None:
        """Show ``sentence`` inline, or nothing with ""; ``kind`` is error or warning; ``details`` say more of it."""
        theme = Theme.current()
        self.problem.setStyleSheet(f"color: {theme.error if kind == 'error' else theme.warning};")
        write_wrapping(self.problem, readable(sentence))
        self.problem.setVisible(bool(sentence))
        self.details.setPlainText(details)
        self.details.setVisible(bool(sentence) and bool(details))
        self.copy_problem.setVisible(bool(sentence) and kind == "error")
        if self.isVisible():
            announce(self, readable(sentence), urgent=True)

    def show_fault(self, error: Exception) -> None:
        """Show what ``error``, one of the world's faults, says, and what it comes from."""
        self.show_problem(told(str(error)), details=str(error.__cause__) if error.__cause__ is not None else "")

    def _copy(self) -> None:
        texts = unbroken(self.problem.text()), self.details.toPlainText()
        QGuiApplication.clipboard().setText("\n\n".join(text for text in texts if text))


def shown_sheet(window: QWidget) -> Sheet | None:
    """The sheet that is open in ``window``."""
    sheets = window.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next((sheet for sheet in sheets if not sheet.isHidden()), None)


def _height(layout: QLayout, width: int) -> int:
    """What ``layout`` needs at ``width``: more where words wrap."""
    wrapped = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
    return max(wrapped, layout.totalMinimumSize().height())


def _is_own(event: QKeyEvent) -> bool:
    """Whether a key is one of the sheet: a letter would decide about images that nobody looks at meanwhile."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    written = bool(event.text()) and event.text().isprintable() and not held
    return written or event.key() in (Qt.Key.Key_Escape, *RETURNS)


def _takes_keys(part: QWidget) -> bool:
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.isEnabled() and not part.isHidden()

"""The start page: drop folders, open a recent project, or look at the demo."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_al.gui.eliding import Elided
from desktop_al.gui.i18n import tr
from desktop_al.gui.icon_view import IconView
from desktop_al.gui.icons import APP_ICON, icon
from desktop_al.gui.text import readable
from desktop_al.gui.theme import HUGE, LARGE, MEDIUM, RADIUS, SMALL, TIGHT, Theme, theme_watch

WIDTH = 820
SHOWN_RECENT = 6


class DropZone(QWidget):
    """Says that folders can be dropped; lights up while they hover. The window takes the drop itself."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hot = False
        self._mark = IconView(48, self)
        self._title, self._hint = QLabel(tr("Drop image folders here"), self), QLabel(self)
        self._title.setProperty("kind", "title")
        self._hint.setText(tr("They are read, never changed. Nothing leaves this computer."))
        self._hint.setProperty("kind", "muted")
        button = QPushButton(tr("Choose folders…"), self)
        button.setProperty("kind", "primary")
        button.setToolTip(tr("Choose image folders and make a project of them"))
        button.clicked.connect(self.clicked)
        self.button = button
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, HUGE, LARGE, HUGE)
        column.setSpacing(SMALL)
        for widget in (self._mark, self._title, self._hint, button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.insertSpacing(3, SMALL)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        self._mark.show_icon(icon("folder-add", Theme.current().accent))

    def set_hot(self, hot: bool) -> None:
        """Light up, or not."""
        self._hot = hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed outline."""
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.accent if self._hot else theme.faint), 2.0 if self._hot else 1.4, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(theme.hover if self._hot else theme.raised))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 2 * RADIUS, 2 * RADIUS)


class Entry(QPushButton):
    """A large button with an icon, a name and a line below it."""

    def __init__(self, mark: str, name: str, line: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark_name = mark
        self.setAccessibleName(name)
        self.setAccessibleDescription(line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mark, title, below = IconView(24, self), Elided(readable(name), self), Elided(readable(line), self)
        below.setProperty("kind", "small")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        row.setSpacing(MEDIUM)
        row.addWidget(self._mark)
        row.addLayout(texts, 1)
        for label in (self._mark, title, below):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme_watch().changed.connect(self._colour)
        self._colour()

    def sizeHint(self) -> QSize:
        """Make room for two lines."""
        return QSize(260, 54)

    def _colour(self) -> None:
        self._mark.show_icon(icon(self._mark_name, Theme.current().muted))


class StartPage(QScrollArea):
    """What is shown while no project is open.

    Signals: ``choose_folders``, ``open_project``, ``open_demo`` and ``open_recent(Path)``.
    """

    choose_folders = Signal()
    open_project = Signal()
    open_demo = Signal()
    open_recent = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Start page"))
        self._inner = QWidget(self)
        self._inner.setMaximumWidth(WIDTH)
        self.drop_zone = DropZone(self._inner)
        self.drop_zone.clicked.connect(self.choose_folders)
        self.demo = Entry("demo", tr("Look at the demo"), tr("Some 3,800 emoji, ready in about a minute"), self._inner)
        self.demo.clicked.connect(self.open_demo)
        self._open = Entry("project", tr("Open a project…"), tr("A folder that ends in .alproject"), self._inner)
        self._open.clicked.connect(self.open_project)
        self._recent_title = QLabel(tr("Recent projects"), self._inner)
        self._recent_title.setProperty("kind", "muted")
        self._recent = QGridLayout()
        self._recent.setSpacing(SMALL)
        self.entries: list[Entry] = []
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(HUGE, HUGE, HUGE, HUGE)
        column.setSpacing(LARGE)
        column.addStretch(1)
        column.addLayout(self._head())
        column.addWidget(self.drop_zone)
        pair = QHBoxLayout()
        pair.setSpacing(SMALL)
        pair.addWidget(self.demo, 1)
        pair.addWidget(self._open, 1)
        column.addLayout(pair)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addStretch(2)
        outer = QWidget(self)
        line = QHBoxLayout(outer)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(self._inner, 100)
        line.addStretch(1)
        self.setWidget(outer)

    def _head(self) -> QHBoxLayout:
        mark = IconView(56, self._inner)
        mark.show_icon(icon(APP_ICON))
        name, claim = (
            QLabel("Desktop AL", self._inner),
            QLabel(tr("Pick the images whose labels buy the most."), self._inner),
        )
        name.setProperty("kind", "display")
        claim.setProperty("kind", "muted")
        texts = QVBoxLayout()
        texts.setSpacing(TIGHT)
        texts.addWidget(name)
        texts.addWidget(claim)
        head = QHBoxLayout()
        head.setSpacing(LARGE)
        head.addWidget(mark)
        head.addLayout(texts, 1)
        return head

    def set_recent(self, projects: Sequence[Path]) -> None:
        """Show ``projects``, newest first."""
        for entry in self.entries:
            self._recent.removeWidget(entry)
            entry.deleteLater()
        self.entries = []
        for place, path in enumerate(projects[:SHOWN_RECENT]):
            entry = Entry("project", path.stem, str(path.parent), self._inner)
            entry.clicked.connect(lambda _checked=False, path=path: self.open_recent.emit(path))
            self.entries.append(entry)
            self._recent.addWidget(entry, place // 2, place % 2)
        for column in (0, 1):
            self._recent.setColumnStretch(column, 1)
        self._recent_title.setVisible(bool(self.entries))

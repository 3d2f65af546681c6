"""What a drop of files on the window means, and the sign that says so while they are dragged over it."""

from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable, unbroken, wrapping
from desktop_al.gui.theme import LARGE, MEDIUM, RADIUS, Theme, theme_watch

WIDTH = 420
VEIL = 150


class Drop(Enum):
    """What dropped files ask for; the last two only tell why nothing is done with them."""

    OPEN = auto()
    CREATE = auto()
    ADD = auto()
    SIMILAR = auto()
    IMPORT = auto()
    EMBED_FIRST = auto()
    NOTHING = auto()


def local_paths(data: QMimeData) -> list[Path]:
    """The files of this machine in what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def is_project(path: Path) -> bool:
    """Whether ``path`` is the folder of a project."""
    return path.suffix == ".alproject"


def folders_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The folders among ``paths`` that are no projects."""
    return tuple(path for path in paths if path.is_dir() and not is_project(path))


def meaning(paths: Sequence[Path], project: bool, pool: Pool) -> Drop:
    """What ``paths`` ask for where a ``project`` is open or not, with the images of ``pool``."""
    if any(map(is_project, paths)):
        return Drop.OPEN
    if folders_of(paths):
        return Drop.ADD if project else Drop.CREATE
    if len(paths) != 1 or not project:
        return Drop.NOTHING
    if len(pool) and _is_image(paths[0]):
        return Drop.SIMILAR if pool.counts.embedded else Drop.EMBED_FIRST
    return Drop.IMPORT


def why_nothing(drop: Drop) -> str:
    """Why nothing is done with what was dropped."""
    if drop is Drop.EMBED_FIRST:
        return tr("Embed the images first; then those like a file are found.")
    return tr("Only folders of images can be dropped here; choose their folder.")


def offer(drop: Drop, paths: Sequence[Path]) -> str:
    """What will be done with ``paths`` if they are dropped."""
    if drop is Drop.OPEN:
        return tr("Drop to open the project {name}", name=next(filter(is_project, paths)).stem)
    if drop is Drop.CREATE:
        return tr("Drop to make a project of these images")
    if drop is Drop.ADD:
        folders = folders_of(paths)
        if len(folders) == 1:
            return tr("Drop to add the folder {name} to the pool", name=folders[0].name)
        return tr("Drop to add {count:,} folders to the pool", count=len(folders))
    if drop is Drop.SIMILAR:
        return tr("Drop to find the images most like {name}", name=paths[0].name)
    if drop is Drop.IMPORT:
        return tr("Drop to import the labels or metadata in {name}", name=paths[0].name)
    return why_nothing(drop)


def _is_image(path: Path) -> bool:
    from desktop_al.media.scan import IMAGE_ENDINGS

    return path.suffix.lower() in IMAGE_ENDINGS


class DropSign(QWidget):
    """Lies over ``window`` while files are dragged over it; what lies below it takes the drag."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sentence = QLabel(self)
        self._sentence.setObjectName("palette")
        self._sentence.setProperty("kind", "title")
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self._sentence.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignCenter)
        theme_watch().changed.connect(self.update)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said now, "" while nothing is dragged."""
        return "" if self.isHidden() else unbroken(self._sentence.text())

    def say(self, sentence: str) -> None:
        """Say ``sentence`` over the whole window."""
        self._sentence.setText(wrapping(readable(sentence)))
        self.setGeometry(self.window().rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a veil and an edge, which say that the whole window takes the drop."""
        theme = Theme.current()
        veil = QColor(theme.canvas)
        veil.setAlpha(VEIL)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(veil)
        painter.setPen(QPen(QColor(theme.accent), 2.0, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(3, 3, -3, -3), RADIUS, RADIUS)

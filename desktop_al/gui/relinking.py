"""Image folders that are not where they were: they are told of, and a person says where they lie now."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QListWidget, QListWidgetItem, QWidget

from desktop_al.domain.records import Source
from desktop_al.gui import operations
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.session import Session
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.text import readable

RELINK = later("Say where it lies…")
LIST_WIDTH, LIST_HEIGHT = 480, 160
Run = Callable[[int, Path], None]
Found = Sequence[tuple[Source, bool]]


def look(session: Session, messages: MessageBar, act: Callable[[], object]) -> None:
    """Show one message where folders of the project are not there, with ``act`` to do about it."""

    def show(found: Found) -> None:
        gone = [source for source, there in found if not there]
        if gone:
            root, count = readable(gone[0].root), len(gone)
            sentence = tr(
                "The image folder “{root}” of this project is not there: connect its disk, or say where it lies now.",
                root=root,
            )
            if count > 1:
                sentence = tr(
                    "{count:,} image folders of this project are not there, “{root}” among them: connect their disks, "
                    "or say where they lie now.",
                    count=count,
                    root=root,
                )
            messages.show_message("warning", sentence, action=tr(RELINK), run=act)

    session.run(operations.look_for_folders(), show)


def ask(session: Session, window: QWidget, run: Run) -> None:
    """Ask which folder lies elsewhere now, where there are several, then where; ``run`` takes both."""

    def choose(found: Found) -> None:
        gone = [source for source, there in found if not there]
        one = gone if len(gone) == 1 else [source for source, _ in found]
        if len(one) == 1:
            ask_place(window, one[0], run)
        elif found:
            FolderChooser(found, run, window).open()

    session.run(operations.look_for_folders(), choose)


def ask_place(window: QWidget, source: Source, run: Run) -> None:
    """Ask where ``source`` lies now; ``run`` takes it and the place."""
    title = tr("Where does “{root}” lie now?", root=readable(source.root))
    folder = QFileDialog.getExistingDirectory(window, title)
    if folder:
        run(source.id, Path(folder))


class FolderChooser(Sheet):
    """Lists the folders of ``found``, those that are not there first, and asks where the chosen one lies now."""

    def __init__(self, found: Found, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(tr("Folders of the project"), tr("Say where it lies now…"), parent)
        self._run = run
        self._sources = [source for source, _ in sorted(found, key=lambda entry: entry[1])]
        there = dict(found)
        self.column.addWidget(QLabel(tr("Which folder was moved or renamed?"), self))
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Folders of the project"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setMinimumSize(LIST_WIDTH, LIST_HEIGHT)
        for source in self._sources:
            root = readable(source.root)
            item = QListWidgetItem(root if there[source] else tr("{root} (not there)", root=root), self.list)
            item.setToolTip(root)
        self.list.setCurrentRow(0)
        self.column.addWidget(self.list)
        self.finish_layout()
        self.act.clicked.connect(self._ask)

    def _ask(self) -> None:
        source = self._sources[self.list.currentRow()]
        window = self.parentWidget()
        self.accept()
        ask_place(window or self, source, self._run)

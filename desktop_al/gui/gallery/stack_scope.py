"""Lets an action on a folded stack be about all that lie on it, where a person works in the gallery."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_al.gui.gallery.marking import NO_ROWS

if TYPE_CHECKING:
    from desktop_al.gui.gallery.gallery import GalleryWidget


class StackScope(QObject):
    """Tells the pool which rows the focused cell of ``gallery`` stands for.

    Only from when the keys were in the gallery until they are in ``other``: on a map each copy is a point of its own.
    """

    def __init__(self, gallery: "GalleryWidget", other: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._gallery, self._other = gallery, other
        self._pool = gallery.pool
        self._here = gallery.grid.hasFocus()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_keys)
        self._pool.focus_changed.connect(self._tell)
        gallery.arranged.connect(self._tell)

    def _on_keys(self, _before: QWidget | None, now: QWidget | None) -> None:
        here = self._here
        if now is self._gallery.grid:
            here = True
        elif now is not None and (now is self._other or self._other.isAncestorOf(now)):
            here = False
        if here != self._here:
            self._here = here
            self._tell()

    def _tell(self, _row: int = -1) -> None:
        rows = self._gallery.grid.stack_of(self._pool.focus) if self._here else NO_ROWS
        self._pool.set_stack(rows)

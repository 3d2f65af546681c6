"""What looks closer at a sample, wherever it is asked for: the loupe, comparisons, similar images, its file."""

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from desktop_al.domain.context import Context
from desktop_al.gui import files
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.i18n import tr
from desktop_al.gui.loupe.loupe import Loupe
from desktop_al.gui.loupe.picture import Picture, read_picture
from desktop_al.gui.nearest import Nearest
from desktop_al.gui.preview import VIEW_LANE
from desktop_al.gui.session import Session
from desktop_al.gui.targets import lit_rows
from desktop_al.gui.thumbs import ThumbLoader


class Looking(QObject):
    """Does what is named in `desktop_al.gui.looking_actions`.

    Signals: ``gallery_asked`` it is to come to the front; ``map_asked(row)`` the map is to go there;
    ``said(kind, text)``; ``changed`` the loupe opened or closed.
    """

    gallery_asked = Signal()
    map_asked = Signal(int)
    changed = Signal()
    said = Signal(str, str)

    def __init__(self, session: Session, thumbs: ThumbLoader, gallery: GalleryWidget, window: QMainWindow) -> None:
        super().__init__(window)
        self._session, self._pool, self._gallery = session, session.pool, gallery
        finder = Nearest(session, self)
        self.loupe = Loupe(session.pool, thumbs, session.bridge, gallery.grid, finder, window)
        self.loupe.said.connect(self.said)
        self.loupe.similar_asked.connect(partial(self.do, "find_similar"))
        for told in (self.loupe.opened, self.loupe.closed):
            told.connect(self.changed)
        session.closed.connect(self.loupe.leave)

    @property
    def alone(self) -> bool:
        """Whether what is done now is about the image in the loupe alone, whatever is highlighted below it."""
        return self.loupe.isVisible()

    def do(self, name: str, row: int = -1) -> None:
        """Do ``name`` to the sample in ``row``, -1 for the focused one."""
        row = row if row >= 0 else self._pool.focus
        if not 0 <= row < len(self._pool):
            return
        steps = {
            "enlarge": self._enlarge,
            "side_by_side": self._side_by_side,
            "compare_nearest": self._compare,
            "find_similar": self._find_similar,
            "on_map": self._on_map,
            "in_gallery": self._in_gallery,
            "show_file": lambda row: files.reveal(self._pool.path(row)),
            "copy_path": lambda row: files.copy_path(self._pool.path(row)),
            "copy_image": self._copy_image,
        }
        steps[name](row)

    def _enlarge(self, row: int) -> None:
        if self.loupe.isVisible():
            self.loupe.leave()
        else:
            self.loupe.open(row)

    def _side_by_side(self, row: int) -> None:
        """Show what is lit, in the order of the gallery; the focused one first where it is among them."""
        lit = lit_rows(self._pool)
        places = np.array([self._gallery.grid.position_of(int(each)) for each in lit[:2000]], np.int64)
        ordered = lit[:2000][np.argsort(np.where(places < 0, np.iinfo(np.int64).max, places), kind="stable")]
        if self._pool.highlight[row]:
            start = int(np.flatnonzero(ordered == row)[0]) if row in ordered else 0
            ordered = np.concatenate([ordered[start:], ordered[:start]])
        if len(ordered) > 1:
            self.loupe.open_several(ordered.tolist())
        else:
            self.said.emit("info", tr("Highlight two to four images to see them side by side."))

    def _compare(self, row: int) -> None:
        if self.loupe.isVisible():
            self.loupe.toggle_compare()
        else:
            self.loupe.compare(row)

    def _find_similar(self, row: int) -> None:
        self.loupe.leave()
        self.gallery_asked.emit()
        self._gallery.find_similar(row)

    def _on_map(self, row: int) -> None:
        if np.isnan(self._pool.xy[row]).any():
            self.said.emit("info", tr("This image is not on the map yet: update the map."))
            return
        self.loupe.leave()
        self._pool.set_focus(row)
        self.map_asked.emit(row)

    def _in_gallery(self, row: int) -> None:
        self.loupe.leave()
        self._pool.set_focus(row)
        self.gallery_asked.emit()
        self._gallery.reveal(row)
        if not self._pool.visible[row]:
            self.said.emit("info", tr("A filter hides this image in the gallery: take a chip off to see it there."))

    def find_similar_to(self, file: Path) -> None:
        """Sort the gallery by likeness to ``file``, which need not be in the pool."""
        self.loupe.leave()
        self.gallery_asked.emit()
        self._gallery.find_similar_to(file)

    def _copy_image(self, row: int) -> None:
        path = self._pool.path(row)

        def work(ctx: Context) -> Picture:
            return read_picture(path, True, ctx)

        def take(picture: Picture) -> None:
            if picture.levels:
                files.copy_image(picture.levels[0])
            else:
                self.said.emit("warning", picture.sentence)

        self._session.bridge.run(tr("Copy the image"), work, lane=VIEW_LANE, key="copy", quiet=True, on_done=take)

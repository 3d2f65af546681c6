"""Images like one: what was asked for, and the order to go back to once it is not wanted any more."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_al.gui.gallery.arranger import SIMILARITY
from desktop_al.gui.gallery.bar import GalleryBar
from desktop_al.gui.gallery.orders import INSIGHT
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.thumbs import ThumbLoader

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights


class Search(QObject):
    """Looks for similar images through ``insights`` and says so in ``bar``.

    Signal: ``found(row)`` the pool knows how like each image is to the one in ``row``, -1 for a file.
    """

    found = Signal(int)

    def __init__(
        self,
        pool: Pool,
        thumbs: ThumbLoader,
        bar: GalleryBar,
        insights: "Insights | None",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pool, self._thumbs, self._bar, self._insights = pool, thumbs, bar, insights
        self.query = ""
        """The name of the image that others are to be like, "" for none."""
        if insights is not None:
            insights.state_changed.connect(self._on_state)

    def like_row(self, row: int) -> None:
        """Look for images like the one in ``row``."""
        if 0 <= row < len(self._pool) and self._insights is not None:
            name = readable(self._pool.path(row).name)
            self._bar.set_note(tr("Looking for similar images…"))
            self._insights.similar(np.array([row], np.int64), partial(self._show, name, row), self._bar.set_note)

    def like_file(self, file: Path) -> None:
        """Look for images like the one in ``file``, which need not be in the pool."""
        if self._insights is not None:
            self._bar.set_note(tr("Looking for similar images…"))
            self._insights.similar(file, partial(self._show, readable(file.name), -1), self._bar.set_note)

    def _show(self, name: str, row: int) -> None:
        self.query = name
        pixmap = self._thumbs.pixmap(int(self._pool.ids[row])) if 0 <= row < len(self._pool) else None
        self._bar.set_query(name, pixmap)
        self.found.emit(row)

    def end(self) -> None:
        """Forget what the images were to be like."""
        self.query = ""
        self._bar.set_query("", None)

    def _on_state(self, name: str) -> None:
        """The search came to an end, however it ended."""
        if INSIGHT + name == SIMILARITY and self._insights is not None and self._insights.state(name) != "computing":
            self._bar.set_note("")

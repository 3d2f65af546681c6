"""The card beside a small thumbnail that the mouse rests on: the image larger, its name and its state."""

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from desktop_al.gui.map.colouring import ColourBy
from desktop_al.gui.map.hover_card import PICTURE, HoverCard
from desktop_al.gui.pool import Pool
from desktop_al.gui.thumbs import ThumbLoader

PAUSE_MS = 450


class HoverPreview(QObject):
    """Shows the card over the window of ``view``, so that it has room beside a low panel, too."""

    def __init__(self, pool: Pool, thumbs: ThumbLoader, view: QWidget) -> None:
        super().__init__(view)
        self._pool, self._thumbs, self._view = pool, thumbs, view
        self._row, self._at = -1, QPoint()
        self.card: HoverCard | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show)
        thumbs.ready.connect(self._on_thumbnail)
        pool.reset.connect(self.leave)

    def point(self, row: int, side: int, at: QPoint) -> None:
        """The mouse is at ``at`` of the view, over the thumbnail of ``row``, ``side`` wide; -1 for none."""
        if row < 0 or side >= PICTURE:
            self.leave()
            return
        self._at = at
        if row != self._row:
            self._row = row
            if self.card is not None and self.card.isVisible():
                self._show()
            else:
                self._pause.start()

    def leave(self) -> None:
        """Show nothing."""
        self._row = -1
        self._pause.stop()
        if self.card is not None:
            self.card.hide()

    def _show(self) -> None:
        row, window = self._row, self._view.window()
        if not 0 <= row < len(self._pool) or not self._view.isVisible():
            return
        if self.card is None or self.card.parentWidget() is not window:
            # A panel that floats is a window of its own.
            if self.card is not None:
                self.card.deleteLater()
            self.card = HoverCard(window)
        sample = int(self._pool.ids[row])
        pixmap = self._thumbs.pixmap(sample)
        self.card.show_row(self._pool, row, ColourBy(), pixmap, self._view.mapTo(window, self._at))
        if self._thumbs.failed(sample):
            self.card.set_unreadable()

    def _on_thumbnail(self, sample: int) -> None:
        if self.card is not None and self.card.isVisible() and self._pool.row_of(sample) == self._row:
            self._show()

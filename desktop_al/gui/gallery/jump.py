"""A small line over the grid to go to an image by its file name, or by its place as "#120"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr
from desktop_al.gui.theme import SMALL

if TYPE_CHECKING:
    from desktop_al.gui.gallery.grid import GridView
    from desktop_al.gui.job_bridge import JobBridge
    from desktop_al.gui.pool import Pool

LANE = "gallery jump"
WIDTH = 240
SLICE = 4096
# So few are looked through at once, in a few milliseconds.
AT_ONCE = 20_000


def find_place(
    relpaths: Sequence[str], rows: NDArray[np.int64], start: int, text: str, ctx: Context | None = None
) -> int:
    """The first place from ``start`` on, round the end, whose file name begins with ``text``, else contains it; or -1.

    ``rows`` (m,) are those of ``relpaths`` in their order; capitals are no different. "#N" is the N-th place.
    """
    text, m = text.strip().lower(), len(rows)
    if not text or not m:
        return -1
    if text[0] == "#" and text[1:].isdecimal():
        return min(max(int(text[1:]), 1), m) - 1
    within = -1
    order = np.roll(np.arange(m), -start)
    for begin in range(0, m, SLICE):
        if ctx is not None:
            ctx.check()
        part = order[begin : begin + SLICE]
        for place, row in zip(part.tolist(), rows[part].tolist(), strict=True):
            name = relpaths[row].rpartition("/")[2].lower()
            if name.startswith(text):
                return int(place)
            if within < 0 and text in name:
                within = place
    return within


class JumpLine(QLineEdit):
    """Goes along while a person writes; Enter goes to the next one, Escape leaves.

    Signal: ``missed(sentence)`` nothing is called that, "" once something is.
    """

    missed = Signal(str)

    def __init__(self, grid: "GridView", pool: "Pool", bridge: "JobBridge | None") -> None:
        super().__init__(grid)
        self._grid, self._pool, self._bridge = grid, pool, bridge
        self.setProperty("kind", "slim")
        self.setFixedWidth(WIDTH)
        self.setPlaceholderText(tr("File name, or #number"))
        self.setAccessibleName(tr("Go to an image by its file name or place"))
        self.textEdited.connect(lambda _text: self._look(0))
        grid.jump_asked.connect(self.ask)
        self.hide()

    def ask(self) -> None:
        """Let a person write."""
        self.move(self._grid.viewport().width() - WIDTH - SMALL, SMALL)
        self.clear()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Give the keys back to the grid."""
        self.hide()
        self.missed.emit("")
        self._grid.setFocus()

    def _look(self, further: int) -> None:
        """Look from the focused image on, or ``further`` after it."""
        rows, samples, text = self._grid.rows, self._pool.samples, self.text()
        if samples is None or not len(rows):
            return
        start = (max(self._grid.position_of(self._pool.focus), 0) + further) % len(rows)
        if self._bridge is None or len(rows) <= AT_ONCE:
            self._go(rows, find_place(samples.relpaths, rows, start, text))
            return

        def work(ctx: Context) -> int:
            return find_place(samples.relpaths, rows, start, text, ctx)

        self._bridge.run(
            tr("Look for a file name"),
            work,
            lane=LANE,
            key=LANE,
            quiet=True,
            on_done=lambda place: self._go(rows, place),
        )

    def _go(self, rows: NDArray[np.int64], place: int) -> None:
        if rows is not self._grid.rows:
            return
        if place >= 0:
            self._pool.set_focus(int(rows[place]))
        sought = self.text().strip()
        self.missed.emit(tr("No image here is called “{name}”.", name=sought) if sought and place < 0 else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on or leave."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._look(1)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

"""The spot to come back to: where the person was in every part of the window, kept with the project.

A project may come from somebody else: each part takes of its spot only what makes sense, and leaves the rest.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow

from desktop_al.domain.records import SampleState
from desktop_al.gui import operations
from desktop_al.gui.areas import tabs_below
from desktop_al.gui.i18n import trn
from desktop_al.gui.pool import Pool
from desktop_al.gui.session import Session
from desktop_al.jobs.packing import pack_ids, unpack_ids

KEEP_MS = 15_000
LONGEST = 500_000
SCROLLED = ("gallery",)
LEAST_PANEL, MOST_PANEL = 60, 4_000
UPRIGHT = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


class Spotted(Protocol):
    """A part of the window that can tell where the person is in it, as JSON, and go back there."""

    def spot(self) -> dict[str, Any]:
        """Where the person is."""
        ...

    def restore_spot(self, spot: Mapping[str, Any]) -> None:
        """Go back there; what makes no sense is left out."""
        ...


class PoolSpot:
    """The focus and the highlight of ``pool``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._packed: tuple[NDArray[np.bool_], NDArray[np.int64], str] | None = None

    def spot(self) -> dict[str, Any]:
        """The focused sample and the highlighted ones."""
        pool = self._pool
        known = self._packed
        if known is None or known[0] is not pool.highlight or known[1] is not pool.ids:
            known = self._packed = pool.highlight, pool.ids, pack_mask(pool.ids[pool.highlight])
        return {"focus": int(pool.ids[pool.focus]) if pool.focus >= 0 else -1, "highlight": known[2]}

    def restore_spot(self, spot: Mapping[str, Any]) -> None:
        """Highlight and focus what is still there."""
        pool, packed, focus = self._pool, spot.get("highlight"), spot.get("focus")
        if isinstance(packed, str) and len(pool):
            rows = pool.rows_of(unpack_mask(packed, int(pool.ids[-1])))
            pool.set_highlight(rows[rows >= 0])
        if isinstance(focus, int):
            pool.set_focus(pool.row_of(focus))


class PanelSpot:
    """Which panels are in sight and how large they are; where they are docked is a matter of the person's window."""

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        self._window, self._docks = window, docks

    def spot(self) -> dict[str, Any]:
        """The panels that are open, those in front, and their sizes."""
        front = [name for name, dock in self._docks.items() if not dock.visibleRegion().isEmpty()]
        sizes = {name: self._size(self._docks[name]) for name in front}
        opened = [name for name, dock in self._docks.items() if not dock.isHidden()]
        return {"open": opened, "front": front, "sizes": sizes}

    def restore_spot(self, spot: Mapping[str, Any]) -> None:
        """Open and close panels, and bring those to the front that were there."""
        opened, front, sizes = spot.get("open"), spot.get("front"), spot.get("sizes")
        if isinstance(opened, list):
            for name, dock in self._docks.items():
                dock.setVisible(name in opened)
        for name, dock in self._docks.items():
            if isinstance(front, list) and name in front and not dock.isHidden():
                dock.raise_()
        for name, size in sizes.items() if isinstance(sizes, dict) else ():
            if name in self._docks and isinstance(size, int) and LEAST_PANEL <= size <= MOST_PANEL:
                dock = self._docks[name]
                upright = self._upright(dock)
                way = Qt.Orientation.Horizontal if upright else Qt.Orientation.Vertical
                self._window.resizeDocks([dock], [size + (0 if upright else tabs_below(self._window, dock))], way)

    def _upright(self, dock: QDockWidget) -> bool:
        return self._window.dockWidgetArea(dock) in UPRIGHT

    def _size(self, dock: QDockWidget) -> int:
        return dock.width() if self._upright(dock) else dock.height()


class SpotKeeper(QObject):
    """Keeps the spots of ``parts`` (in the order in which they are to be restored) with the project of ``session``.

    They are kept now and then, and when the project is closed. Signal: ``restored(sentence)`` where one is again.
    """

    restored = Signal(str)

    def __init__(self, session: Session, parts: Mapping[str, Spotted], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._parts = session, parts
        self._kept = ""
        self._timer = QTimer(self)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self.keep)
        session.opened.connect(self.restore)
        session.leaving.connect(self._on_leaving)

    def collect(self) -> dict[str, dict[str, Any]]:
        """The spot of every part."""
        return {"session": {"batch": self._session.chosen_batch}} | {
            name: part.spot() for name, part in self._parts.items()
        }

    def restore(self) -> None:
        """Bring every part to where it was when the project was closed."""
        self._restore(tuple(self._parts))
        # Coming back is no step to undo.
        self._session.undo_stack.clear()
        self._kept = ""
        self._timer.start()
        # The panels find their sizes now, and what was scrolled to moves with them.
        QTimer.singleShot(0, self, lambda: self._restore(SCROLLED))
        if sentence := self._where():
            self.restored.emit(sentence)

    def _restore(self, names: tuple[str, ...]) -> None:
        spot = self._session.spot
        for name in names:
            if name in spot and name in self._parts:
                self._parts[name].restore_spot(spot[name])

    def _where(self) -> str:
        """Where a review goes on, "" where none is under way."""
        pool = self._session.pool
        left = int(np.count_nonzero((pool.rank >= 0) & (pool.state == SampleState.PENDING)))
        if "pool" not in self._session.spot or pool.batch is None or not 0 < left < len(pool.picks):
            return ""
        return trn(
            "You are back where you left: {count:,} pick of batch {number} is still to be decided.",
            "You are back where you left: {count:,} picks of batch {number} are still to be decided.",
            left,
            number=pool.batch.number,
        )

    def keep(self) -> None:
        """Keep the spot, where it is another one than the last that was kept."""
        if self._session.project is None or self._session.closing:
            return
        sections = self.collect()
        text = json.dumps(sections)
        if text != self._kept:
            self._kept = text
            self._session.run(operations.keep_spot(sections), on_error=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        # Said once: a disk that is full stays so for a while.
        self._timer.stop()
        self._session.bridge.failed.emit(operations.keep_spot({}).name, error)

    def _on_leaving(self) -> None:
        self._timer.stop()
        self._session.spot = self.collect()


def pack_mask(ids: NDArray[np.int64]) -> str:
    """Ids (m,), ascending, as text; "" where that would be too long to keep."""
    text = pack_ids(ids)
    return text if len(text) <= LONGEST else ""


def unpack_mask(text: str, most: int) -> NDArray[np.int64]:
    """The ids up to ``most`` that `pack_mask` made ``text`` of, none where it is damaged."""
    try:
        return unpack_ids(text, most)
    except (ValueError, zlib.error):
        return np.empty(0, np.int64)

"""The images at hand in the loupe: what shows, what comes next, and the memory they may take."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.loupe.picture import Picture, read_picture
from desktop_al.gui.pool import Pool

if TYPE_CHECKING:
    from desktop_al.jobs.runner import Job

MOST_BYTES = 640 * 2**20
# What shows does not wait for what is fetched ahead, nor for an image in its full size; as many are decoded ahead
# beside each other as there are processors that have nothing else to do.
NOW, AHEAD, FULL = "now", "ahead", "full"
AHEAD_LANES = max(1, min(3, (os.cpu_count() or 2) - 2))
LANES = {NOW: "loupe", FULL: "loupe full", AHEAD: "loupe ahead"}


@dataclass(frozen=True, slots=True)
class Wish:
    """An image that is to be at hand; ``urgency`` is a name of `LANES`."""

    row: int
    urgency: str


class PictureStore(QObject):
    """Decodes on lanes of its own and keeps what was used last, by the content of the file.

    A file that has other content after a scan is read again; all else is still at hand, whatever the scan found.
    Signal: ``ready(sample)``.
    """

    ready = Signal(object)

    def __init__(self, pool: Pool, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._bridge = pool, bridge
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._open: dict[tuple[str, bool], Job] = {}
        self._wished: dict[tuple[str, bool], str] = {}
        self._lanes = cycle(range(AHEAD_LANES))
        pool.reset.connect(self._on_reset)
        pool.columns_changed.connect(self._on_columns)

    def _key(self, row: int) -> str:
        """What the picture of ``row`` is kept by: its content; its path and size while that is not known."""
        samples = self._pool.samples
        assert samples is not None
        return self._pool.thumb_key(row) or f"{self._pool.path(row)}\n{int(samples.sizes[row])}"

    def picture(self, sample: int) -> Picture | None:
        """The image of ``sample`` as good as it is at hand."""
        row = self._pool.row_of(sample)
        key = self._key(row) if row >= 0 else ""
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    @property
    def bytes(self) -> int:
        """The memory that the images take."""
        return sum(picture.bytes for picture in self._pictures.values())

    def want(self, wishes: Sequence[Wish]) -> None:
        """Have ``wishes`` at hand, the first ones first; what was wished for before and waits is called off."""
        asked = {(self._key(wish.row), wish.urgency == FULL): wish for wish in reversed(wishes)}
        asked = dict(reversed(asked.items()))
        for key in [key for key in self._open if key not in asked]:
            self._open.pop(key).ctx.cancel()
        before, self._wished = self._wished, {key: wish.urgency for key, wish in asked.items()}
        for key, wish in asked.items():
            held = self._pictures.get(key[0])
            enough = held is not None and (held.final or not key[1])
            # What was read ahead and did not fit is not read again for the same wish.
            refused = held is None and wish.urgency == AHEAD and before.get(key) == AHEAD
            if not enough and not refused and key not in self._open:
                self._fetch(key, wish)

    def _fetch(self, key: tuple[str, bool], wish: Wish) -> None:
        path, sample = self._pool.path(wish.row), int(self._pool.ids[wish.row])

        def work(ctx: Context) -> Picture:
            return read_picture(path, key[1], ctx)

        def take(picture: Picture) -> None:
            self._pictures[key[0]] = picture
            self._pictures.move_to_end(key[0])
            self._shrink()
            self.ready.emit(sample)

        def ended() -> None:
            if self._open.get(key) is job:
                del self._open[key]

        turn = next(self._lanes) if wish.urgency == AHEAD else 0
        lane = LANES[wish.urgency] + (f" {turn + 1}" if turn else "")
        job = self._open[key] = self._bridge.run(
            tr("Read an image"), work, lane=lane, quiet=True, on_done=take, on_end=ended
        )

    def _shrink(self) -> None:
        """Drop what was used longest ago, but nothing of what shows."""
        shown = {key for (key, _), urgency in self._wished.items() if urgency != AHEAD}
        for key in list(self._pictures):
            if self.bytes <= MOST_BYTES:
                return
            if key not in shown:
                del self._pictures[key]

    def _on_columns(self, names: frozenset[str]) -> None:
        if "status" in names:
            self._try_again()

    def _on_reset(self) -> None:
        if len(self._pool):
            self._try_again()
        else:
            self.clear()

    def _try_again(self) -> None:
        """Forget the files that could not be read: they may be there by now."""
        for key in [key for key, picture in self._pictures.items() if picture.sentence]:
            del self._pictures[key]

    def clear(self) -> None:
        """Forget everything and call off what waits."""
        for job in self._open.values():
            job.ctx.cancel()
        self._open.clear()
        self._pictures.clear()
        self._wished.clear()

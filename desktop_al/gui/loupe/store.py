"""The images at hand in the loupe: what shows, what comes next, and the memory they may take."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
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
# What shows does not wait for what is fetched ahead, nor for an image in its full size.
LANES = {"now": "loupe", "ahead": "loupe ahead", "full": "loupe full"}


@dataclass(frozen=True, slots=True)
class Wish:
    """An image that is to be at hand; ``urgency`` is a name of `LANES`."""

    row: int
    urgency: str


class PictureStore(QObject):
    """Decodes on lanes of its own and keeps what was used last. Signal: ``ready(sample)``."""

    ready = Signal(object)

    def __init__(self, pool: Pool, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool, self._bridge = pool, bridge
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._open: dict[tuple[int, bool], Job] = {}
        self._keep: frozenset[int] = frozenset()
        pool.reset.connect(self.clear)

    def picture(self, sample: int) -> Picture | None:
        """The image of ``sample`` as good as it is at hand."""
        picture = self._pictures.get(sample)
        if picture is not None:
            self._pictures.move_to_end(sample)
        return picture

    @property
    def bytes(self) -> int:
        """The memory that the images take."""
        return sum(picture.bytes for picture in self._pictures.values())

    def want(self, wishes: Sequence[Wish]) -> None:
        """Have ``wishes`` at hand, the first ones first; what was wished for before and waits is called off."""
        ids = self._pool.ids
        asked = {(int(ids[wish.row]), wish.urgency == "full"): wish for wish in wishes}
        self._keep = frozenset(sample for sample, _ in asked)
        for key in [key for key in self._open if key not in asked]:
            self._open.pop(key).ctx.cancel()
        for key, wish in asked.items():
            held = self._pictures.get(key[0])
            enough = held is not None and (held.final or not key[1])
            if not enough and key not in self._open:
                self._fetch(key, wish)

    def _fetch(self, key: tuple[int, bool], wish: Wish) -> None:
        sample, full = key
        path = self._pool.path(wish.row)

        def work(ctx: Context) -> Picture:
            return read_picture(path, full, ctx)

        def take(picture: Picture) -> None:
            self._pictures[sample] = picture
            self._pictures.move_to_end(sample)
            self._shrink()
            self.ready.emit(sample)

        def ended() -> None:
            self._open.pop(key, None)

        self._open[key] = self._bridge.run(
            tr("Read an image"), work, lane=LANES[wish.urgency], quiet=True, on_done=take, on_end=ended
        )

    def _shrink(self) -> None:
        """Drop what was used longest ago, but nothing of what was wished for last."""
        for sample in list(self._pictures):
            if self.bytes <= MOST_BYTES:
                return
            if sample not in self._keep:
                del self._pictures[sample]

    def clear(self) -> None:
        """Forget everything and call off what waits."""
        for job in self._open.values():
            job.ctx.cancel()
        self._open.clear()
        self._pictures.clear()
        self._keep = frozenset()

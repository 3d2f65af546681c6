"""Has the samples arranged as the gallery asks for: at once where they are few, else on a lane."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_al.domain.context import Context
from desktop_al.gui.gallery.arrange import Arrangement, Request, arrange
from desktop_al.gui.gallery.names import NameOrder
from desktop_al.gui.gallery.orders import INSIGHT, Group, Order, sections_of, sort_keys
from desktop_al.gui.gallery.shown import Show, rows_of
from desktop_al.gui.i18n import tr
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights

LANE = "gallery"
COPIES = "copies"
SIMILARITY = INSIGHT + "similarity"
# Up to so many samples are arranged at once, in a few milliseconds; more than that, on a lane.
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a person wants the samples: ``order`` an `Order`, ``group`` a `Group`, or "insight:NAME" or "meta:NAME"."""

    order: str = str(Order.RANK)
    descending: bool = False
    group: str = str(Group.NONE)
    stacked: bool = False
    opened: frozenset[int] = frozenset()

    @property
    def insights(self) -> frozenset[str]:
        """The insights that have to be computed for it."""
        keys = [self.order, self.group, INSIGHT + COPIES if self.stacked else ""]
        return frozenset(key.removeprefix(INSIGHT) for key in keys if key.startswith(INSIGHT) and key != SIMILARITY)


class Arranger(QObject):
    """Arranges the samples of ``pool``, and sees to it that the insights are there that this takes.

    Without a ``bridge`` everything is arranged at once, whatever its size. Signal: ``arranged(Arrangement)``.
    """

    arranged = Signal(object)

    def __init__(
        self, pool: Pool, bridge: JobBridge | None, insights: "Insights | None", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pool, self._bridge, self._insights = pool, bridge, insights
        self._names = NameOrder()
        self.insights: frozenset[str] = frozenset()
        """The insights that are wanted now."""
        self.settled = True
        """Whether what was asked for was delivered."""

    def want(self, wanted: Wanted) -> None:
        """Ask for the insights of ``wanted``, and no longer for others."""
        if self._insights is not None:
            for name in self.insights - wanted.insights:
                self._insights.release(name, LANE)
            for name in wanted.insights:
                self._insights.want(name, LANE)
        self.insights = wanted.insights

    def request(self, show: Show, wanted: Wanted) -> Request:
        """What to arrange now."""
        pool = self._pool
        copies = pool.insight(COPIES) if wanted.stacked else None
        return Request(
            len(pool),
            rows_of(pool, show),
            sort_keys(pool, wanted.order, self._names),
            wanted.descending,
            sections_of(pool, wanted.group) if wanted.group else None,
            copies.codes if copies is not None else None,
            wanted.opened,
        )

    def ask(self, show: Show, wanted: Wanted) -> None:
        """Arrange anew; what was asked for before is called off."""
        request, bridge = self.request(show, wanted), self._bridge
        if bridge is None or request.total <= AT_ONCE:
            if bridge is not None:
                bridge.supersede(LANE)
            self._take(arrange(request))
            return

        def work(ctx: Context) -> Arrangement:
            ctx.check()
            return arrange(request)

        self.settled = False
        bridge.run(tr("Arrange the gallery"), work, lane=LANE, key=LANE, quiet=True, on_done=self._take)

    def _take(self, arrangement: Arrangement) -> None:
        if len(arrangement.positions) == len(self._pool):
            self.settled = True
            self.arranged.emit(arrangement)

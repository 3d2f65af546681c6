"""What a job shows before it is done, and what becomes of it where it never is."""

from typing import TYPE_CHECKING

from desktop_al.domain.context import Context
from desktop_al.domain.records import Change
from desktop_al.domain.results import PartialBatch, PartialMap
from desktop_al.domain.sentence import say
from desktop_al.gui.early_picks import show_early
from desktop_al.gui.i18n import tr
from desktop_al.jobs.runner import QUICK

if TYPE_CHECKING:
    from desktop_al.gui.session import Session


class Partials:
    """Takes in what one job of ``session`` publishes on its way; ``done`` is for it to tell that it came to its end.

    ``leaves`` are the kinds of facts, see `Change`, that may be others where the job is stopped half-way.
    """

    def __init__(self, session: "Session", leaves: frozenset[str]) -> None:
        self._session, self._leaves = session, leaves
        self.done = False

    def take(self, partial: object) -> None:
        """Show ``partial`` at once."""
        session = self._session
        if isinstance(partial, PartialMap):
            session.pool.set_positions(partial.ids, partial.xy)
            # What was embedded so far is committed: its counts, sizes and unreadable files can be shown.
            session.refresh({"samples"})
        elif isinstance(partial, PartialBatch):
            show_early(session.pool, partial)

    def end(self) -> None:
        """Show what the project holds by now, where the job ended before it was done.

        The first map of all stays as it was last shown: the project has none yet to put in its place.
        """
        session, project, leaves = self._session, self._session.project, self._leaves
        if self.done or not leaves or project is None or session.closing:
            return

        def work(ctx: Context) -> frozenset[str]:
            return leaves - {"projection"} if project.projection() is None else leaves

        session.bridge.run(tr("Read"), work, lane=QUICK, quiet=True, on_done=self._tell)

    def _tell(self, kinds: frozenset[str]) -> None:
        if kinds:
            self._session.take_change(Change(kinds, say("Stopped; what was done so far stays.")))

"""Grow the highlight: the nearest images of each highlighted one are highlighted too."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.insights import SIMILAR
from desktop_al.gui.pool import Pool
from desktop_al.gui.session import Session

GROWN_BY = 8
"""So many neighbours of each highlighted image join."""
KEY = "grow"


def grow(session: Session, tell: Callable[[str], None], by: int = GROWN_BY) -> None:
    """Highlight the ``by`` nearest images of each highlighted one too, of those that are shown; one step to undo.

    Nearest is meant in the embedding space. Nothing happens where the highlight is another one by the time they are
    found. ``tell`` takes a sentence where nothing is to be added.
    """
    project, pool, bridge = session.project, session.pool, session.bridge
    before = pool.highlight
    ids = pool.ids[before]
    if project is None or len(ids) == 0:
        return

    def work(ctx: Context) -> NDArray[np.int64]:
        from desktop_al.jobs.similar import neighbours_of

        return neighbours_of(project, ids, by, ctx)

    def show(found: NDArray[np.int64]) -> None:
        if pool.highlight is before:
            _add(pool, found, tell)

    bridge.run(tr("Grow the highlight"), work, lane=SIMILAR, key=KEY, on_done=show)


def _add(pool: Pool, ids: NDArray[np.int64], tell: Callable[[str], None]) -> None:
    rows = pool.rows_of(ids)
    rows = rows[rows >= 0]
    rows = rows[pool.visible[rows] & ~pool.highlight[rows]]
    if len(rows) == 0:
        tell(tr("The nearest images of all that is highlighted are highlighted already, or not shown."))
        return
    pool.set_highlight(rows, "add")
    tell(trn("{count:,} image joined the highlight.", "{count:,} images joined the highlight.", len(rows)))

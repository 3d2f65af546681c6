"""How a batch serves a pool, brought up to date when some of its members are exchanged."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.servers import Servers
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing


class Exchange:
    """The `Standing` of a batch that changes."""

    def __init__(self, similarity: Similarity) -> None:
        self._similarity, self._servers = similarity, Servers(similarity)

    def standing(self, members: NDArray[np.int64], ctx: Context = SILENT) -> Standing:
        """How the pool positions ``members`` (m,), none twice, serve the pool.

        ``by`` names the one of the lowest position among equals, so that it does not depend on their order.
        """
        servers, before = self._servers, self._similarity.before(ctx).similarity
        servers.change(members, ctx)
        values = np.where(np.arange(2) < servers.depth[:, None], servers.values[:, :2], np.uint16(0))
        first, next_best = values[:, 0], values[:, 1]
        better = first > before
        rank = np.full(len(before), -1, dtype=np.int64)
        rank[members] = np.arange(len(members))
        return Standing(
            best=np.where(better, first, before),
            second=np.where(better, np.maximum(before, next_best), first),
            by=np.where(better, rank[servers.who[:, 0]], -1),
        )


def standing_of(similarity: Similarity, members: NDArray[np.int64], ctx: Context = SILENT) -> Standing:
    """As `Exchange.standing`, for one batch."""
    return Exchange(similarity).standing(members, ctx)

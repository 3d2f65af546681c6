"""How a batch serves a pool after a few of its members were exchanged, without measuring the others again."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.kernel import grid_norms, inner, similar
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing, standing
from desktop_al.numerics.threads import over_blocks

_ROWS = 4096
# Up to 256 MB of vectors are kept between exchanges.
_KEPT = 2**27
# Beyond this share of exchanged members it is faster to measure everything again.
_MANY = 0.125


@njit(nogil=True, cache=True)
def _exchange(  # type: ignore[no-untyped-def]  # numba infers the types
    vectors, norms, gone, gone_norms, come, come_norms, who, scale, best, second, by, again
):
    """Let the vectors ``come``, of positions ``who``, join; mark ``again`` where one of ``gone`` may have served."""
    for i in range(vectors.shape[0]):
        norm = norms[i]
        for a in range(len(gone)):
            product = inner(vectors[i], gone[a])
            value = similar(norm + gone_norms[a] - product - product, scale)
            if value > 0 and value >= second[i]:
                again[i] = True
        if again[i]:
            continue
        for a in range(len(come)):
            product = inner(vectors[i], come[a])
            value = similar(norm + come_norms[a] - product - product, scale)
            if value > best[i]:
                second[i], best[i], by[i] = best[i], value, who[a]
            elif value > second[i] or value == best[i]:
                second[i] = value
            if value == best[i] and by[i] >= 0 and who[a] < by[i]:
                by[i] = who[a]


def standing_of(similarity: Similarity, members: NDArray[np.int64], ctx: Context = SILENT) -> Standing:
    """How the pool positions ``members`` (m,) serve the pool; ``by`` names the one of the lowest position among equals.

    So it does not depend on the order of the members.
    """
    order = np.argsort(members)
    before = similarity.before(ctx).similarity
    found = standing(similarity.pool, similarity.pool.subset(members[order]), similarity.scale, before, ctx)
    return Standing(found.best, found.second, _ranks(found.by, order))


class Exchange:
    """The `Standing` of a batch that changes; each answer is what `standing_of` says, bit for bit."""

    def __init__(self, similarity: Similarity) -> None:
        self._similarity = similarity
        self._members: NDArray[np.int64] | None = None
        self._standing: Standing | None = None
        self._vectors: NDArray[np.int16] | None = None
        self._norms = np.zeros(0, dtype=np.float32)

    def standing(self, members: NDArray[np.int64], ctx: Context = SILENT) -> Standing:
        """How the pool positions ``members`` (m,) serve the pool."""
        if self._members is None or self._standing is None:
            pool = self._similarity.pool
            if len(pool) * pool.dim <= _KEPT:
                self._vectors = pool.integers()
                self._norms = grid_norms(self._vectors)
            return self._keep(members, standing_of(self._similarity, members, ctx))
        gone, come = np.setdiff1d(self._members, members), np.setdiff1d(members, self._members)
        if len(gone) + len(come) > _MANY * len(members):
            return self._keep(members, standing_of(self._similarity, members, ctx))
        places = np.append(self._members, -1)[self._standing.by]
        found = Standing(self._standing.best.copy(), self._standing.second.copy(), places)
        again = np.zeros(len(self._similarity), dtype=np.bool_)
        self._measure(found, gone, come, again, ctx)
        self._measure_again(found, members, np.flatnonzero(again), ctx)
        rank = np.full(len(self._similarity) + 1, -1, dtype=np.int64)
        rank[members] = np.arange(len(members))
        return self._keep(members, Standing(found.best, found.second, rank[found.by]))

    def _keep(self, members: NDArray[np.int64], found: Standing) -> Standing:
        self._members, self._standing = members.copy(), found
        return found

    def _measure(
        self,
        found: Standing,
        gone: NDArray[np.int64],
        come: NDArray[np.int64],
        again: NDArray[np.bool_],
        ctx: Context,
    ) -> None:
        """Bring ``found`` up to date where none of ``gone`` served, and mark the other samples in ``again``."""
        pool, scale = self._similarity.pool, self._similarity.scale
        out, into = pool.subset(gone).integers(), pool.subset(come).integers()
        out_norms, into_norms = grid_norms(out), grid_norms(into)

        def work(start: int, stop: int) -> None:
            if self._vectors is None:
                rows = pool.integers(start, stop)
                norms = grid_norms(rows)
            else:
                rows, norms = self._vectors[start:stop], self._norms[start:stop]
            part = slice(start, stop)
            _exchange(
                rows, norms, out, out_norms, into, into_norms, come, scale,
                found.best[part], found.second[part], found.by[part], again[part],
            )  # fmt: skip

        over_blocks(len(pool), _ROWS, work, ctx)

    def _measure_again(
        self, found: Standing, members: NDArray[np.int64], rows: NDArray[np.int64], ctx: Context
    ) -> None:
        """Measure the samples ``rows`` against all ``members``."""
        pool = self._similarity.pool
        ordered = np.sort(members)
        before = self._similarity.before(ctx).similarity[rows]
        part = standing(pool.subset(rows), pool.subset(ordered), self._similarity.scale, before, ctx)
        found.best[rows], found.second[rows] = part.best, part.second
        found.by[rows] = np.append(ordered, -1)[part.by]


def _ranks(by: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    ranks: NDArray[np.int64] = np.append(order, -1)[by]
    return ranks

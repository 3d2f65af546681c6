"""The similarities of a pool under one bandwidth, kept where they fit, so that every question to them costs little."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import accelerator
from desktop_al.numerics.bandwidth import COPY, middle_distance
from desktop_al.numerics.coverage import Served, climb, climb_parts, components_of, mean, serve
from desktop_al.numerics.density import edge_spacing, spacing
from desktop_al.numerics.far_edges import with_far_edges
from desktop_al.numerics.greedy_sparse import Edges, edges_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE, factor, kernel

DENSE_LIMIT = 20_000
"""The largest pool whose similarities are kept as a dense kernel (2 n^2 bytes).

Up to here exact neighbours cost as much as the kernel. Beyond, a graph of 64 neighbours loses a thousandth of the value
while a pick stands for some 25 samples; where it stands for more, see `far_edges`.
"""

_BLOCK, _MANY = 2048, 256


@njit(nogil=True, cache=True)
def _climb_rows(dense, order, rows, served, sums):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let the samples ``order`` join one after the other; add to ``sums`` the similarity of ``rows`` after each."""
    for j in range(len(order)):
        similar = dense[order[j]]
        total = np.int64(0)
        for i in range(len(rows)):
            best = max(served[i], similar[rows[i]])
            served[i] = best
            total += best
        sums[j] += total


class Similarity:
    """The kernel over a pool (n) and the references (labelled samples and earlier picks) that serve it already.

    `before` is computed once and says how the references serve the pool; `dense` is the whole kernel, for pools of up
    to `DENSE_LIMIT` samples. ``bandwidth`` is a distance between unit vectors.
    """

    def __init__(self, pool: GridVectors, references: GridVectors, bandwidth: float) -> None:
        self.pool, self.references, self.bandwidth = pool, references, bandwidth
        self.scale = factor(bandwidth, pool.norm)
        self._before: Served | None = None
        self._dense: NDArray[np.uint16] | None = None
        self._edges: Edges | None = None
        self._far: tuple[NDArray[np.int32], int | None, Edges] | None = None
        self._spacing: NDArray[np.float64] | None = None
        self._copies: NDArray[np.int64] | None = None
        self._axes: NDArray[np.float32] | None = None
        self._climbed: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._climbed_some: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None = None
        self._narrow: Similarity | None = None
        self._wide: Similarity | None = None

    def __len__(self) -> int:
        return len(self.pool)

    @property
    def fits(self) -> bool:
        """Whether the pool is small enough for a dense kernel."""
        return len(self.pool) <= DENSE_LIMIT

    def widened(self, ratio: float) -> "Similarity":
        """The same pool and references under ``ratio`` times the bandwidth; the last one asked for is kept."""
        bandwidth = ratio * self.bandwidth
        if self._wide is None or self._wide.bandwidth != bandwidth:
            self._wide = Similarity(self.pool, self.references, bandwidth)
            self._wide._narrow = self
        return self._wide

    def before(self, ctx: Context = SILENT) -> Served:
        """How the references serve the pool."""
        if self._before is None:
            axes = self.components(len(self.references), ctx)
            self._before = serve(self.pool, self.references, self.scale, ctx, axes)
        return self._before

    def dense(self, ctx: Context = SILENT) -> NDArray[np.uint16]:
        """The (n, n) kernel, uint16, computed once."""
        if self._dense is None:
            self._dense = accelerator.full_kernel(self.pool, self.scale, ctx)
        return self._dense

    @property
    def kept(self) -> NDArray[np.uint16] | None:
        """The dense kernel where it was computed already."""
        return self._dense

    def edges(self, neighbours: NDArray[np.int32], ctx: Context = SILENT) -> Edges:
        """The graph ``neighbours`` (n, k) with the kernel along its edges, computed once for each graph."""
        if self._edges is None or self._edges.indices is not neighbours:
            values = accelerator.edge_kernel(self.pool.integers(), neighbours, self.scale, ctx)
            known = None if self._narrow is None else self._narrow._edges
            if known is not None and known.indices is neighbours:
                self._edges = replace(known, values=values)
            else:
                self._edges = edges_of(neighbours, values)
        return self._edges

    def far_edges(self, neighbours: NDArray[np.int32], count: int | None, ctx: Context = SILENT) -> Edges:
        """As `edges`, with edges as far as ``count`` picks need them, None for an unknown number; kept as well."""
        if self._far is None or self._far[0] is not neighbours or self._far[1] != count:
            self._far = neighbours, count, with_far_edges(self, neighbours, count, ctx)
        return self._far[2]

    def spacing(self, neighbours: NDArray[np.int32] | None = None, ctx: Context = SILENT) -> NDArray[np.float64]:
        """The mean distance of each sample to its 20 nearest, (n,) float64, computed once: exact, or over a graph."""
        if self._spacing is None:
            if self.fits or neighbours is None:
                self._spacing = spacing(self.pool)
            else:
                self._spacing = edge_spacing(self.pool, neighbours, ctx=ctx)
        return self._spacing

    def copies(self, neighbours: NDArray[np.int32] | None = None, ctx: Context = SILENT) -> NDArray[np.int64]:
        """How many samples each is nearly the same as, itself included, (n,) int64, computed once.

        Those no farther than a tenth of the median distance: all of them, or those along the edges of a graph.
        """
        if self._copies is None:
            ratio = COPY * middle_distance(self.pool) / self.bandwidth
            least = round(ONE * math.exp(-(ratio**2)))
            if self.fits or neighbours is None:
                dense, self._copies = self.dense(ctx), np.empty(len(self), dtype=np.int64)
                for start in range(0, len(self), _BLOCK):
                    self._copies[start : start + _BLOCK] = (dense[start : start + _BLOCK] >= least).sum(axis=1)
            else:
                self._copies = 1 + (self.edges(neighbours, ctx).values >= least).sum(axis=1)
        return self._copies

    def columns(self, rows: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.uint16]:
        """The kernel between pool positions ``rows`` (p,) and ``members`` (q,), (p, q) uint16."""
        if self._dense is not None:
            return self._dense[np.ix_(rows, members)]
        return kernel(self.pool.subset(rows).block(), self.pool.subset(members).block(), self.scale)

    def after(self, members: NDArray[np.int64], ctx: Context = SILENT) -> Served:
        """How the pool positions ``members`` alone serve the pool."""
        return serve(self.pool, self.pool.subset(members), self.scale, ctx, self.components(len(members), ctx))

    def coverage(self, members: NDArray[np.int64], ctx: Context = SILENT) -> float:
        """The exact coverage of the pool by the references and the pool positions ``members``."""
        return float(self.trace(members, np.arange(len(self.pool)), ctx)[-1])

    def trace(self, order: NDArray[np.int64], rows: NDArray[np.int64], ctx: Context = SILENT) -> NDArray[np.float64]:
        """The mean similarity over ``rows`` after 0, 1, ... len(order) picks, (len(order) + 1,) float64, exact."""
        before = self.before(ctx).similarity
        unit = ONE * max(1, len(rows))
        if self._dense is None:
            if np.array_equal(rows, np.arange(len(self))):
                return self.climb(order, ctx) / unit
            return self._climb_some(order, rows, ctx) / unit
        sums, served = np.zeros(len(order), dtype=np.int64), before[rows]
        for at in range(0, len(order), _BLOCK):
            ctx.check()
            _climb_rows(self._dense, order[at : at + _BLOCK], rows, served, sums[at : at + _BLOCK])
        return np.concatenate([[mean(before[rows])], sums / unit])

    def traces(
        self, order: NDArray[np.int64], parts: Sequence[NDArray[np.int64]], ctx: Context = SILENT
    ) -> NDArray[np.float64]:
        """As `trace` over each of ``parts``, of at least one row each: (len(parts), len(order) + 1) float64."""
        if self._dense is not None or not parts:
            return np.array([self.trace(order, rows, ctx) for rows in parts]).reshape(len(parts), len(order) + 1)
        rows, sizes = np.concatenate(parts), np.array([len(rows) for rows in parts], dtype=np.int64)
        edges = np.concatenate([[0], sizes.cumsum()])
        served, axes = self.before(ctx).similarity[rows], self.components(len(order), ctx)
        sums = climb_parts(self.pool.subset(rows), edges, self.pool.subset(order), self.scale, served, ctx, axes)
        found: NDArray[np.float64] = sums / (ONE * sizes)[:, None]
        return found

    def climb(self, order: NDArray[np.int64], ctx: Context = SILENT) -> NDArray[np.int64]:
        """How the picks ``order`` (h,) serve the whole pool one by one; kept until another order is asked for."""
        if self._climbed is None or not np.array_equal(self._climbed[0], order):
            members, before = self.pool.subset(order), self.before(ctx).similarity
            found = climb(self.pool, members, self.scale, before, ctx, self.components(len(order), ctx))
            self._climbed = order.copy(), found
        return self._climbed[1]

    def _climb_some(self, order: NDArray[np.int64], rows: NDArray[np.int64], ctx: Context) -> NDArray[np.int64]:
        """As `climb` over ``rows``; the last answer is kept as well."""
        known = self._climbed_some
        if known is None or not np.array_equal(known[0], order) or not np.array_equal(known[1], rows):
            parts, axes = (self.pool.subset(rows), self.pool.subset(order)), self.components(len(order), ctx)
            found = climb(*parts, self.scale, self.before(ctx).similarity[rows], ctx, axes)
            known = self._climbed_some = order.copy(), rows.copy(), found
        return known[2]

    def components(self, members: int, ctx: Context = SILENT) -> NDArray[np.float32] | None:
        """The axes that save comparisons in full, where so many ``members`` and the pool are worth them."""
        if self._narrow is not None:
            return self._narrow.components(members, ctx)
        if self._axes is None and not self.fits and members >= _MANY:
            self._axes = components_of(self.pool, ctx)
        return self._axes

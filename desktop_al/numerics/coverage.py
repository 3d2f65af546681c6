"""Coverage: how similar each sample of the pool is to the nearest of a set, exact, block by block on a few threads.

Most pairs need not be compared in full. Principal components keep distances or shorten them, so that what is too far
apart to serve a sample better in some dozen of them is too far apart in all (Hwang, Han and Ahn, CVPR 2012); only
what is left is measured, and the result is the same bit for bit.
"""

import threading
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import pca
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import ONE, grid_norms, inner, similar
from desktop_al.numerics.short import COMPONENTS, scores, short_members, short_rows, tile_of
from desktop_al.numerics.threads import over_blocks
from desktop_al.numerics.whole_products import LANES, ROWS, inner_products, panels_of

STAGE = "Measuring coverage"
_ROWS, _COLUMNS = 1024, 512
_LANE = 32
_FIT_ROWS = 8192
_MARGIN = 1.5e-3
"""Above what rounding short vectors to whole numbers adds to a squared distance between them, less than 1.2e-3."""
_WORTH = 4
"""Where more than one pair in four must be measured, plain products are the cheaper way."""


@dataclass(frozen=True, slots=True)
class Served:
    """How a set serves a pool: ``similarity`` (n,) uint16 in units of 1/`ONE`, ``by`` (n,) int64 positions in the set.

    ``by`` is the first of the nearest, -1 where the similarity is zero.
    """

    similarity: NDArray[np.uint16]
    by: NDArray[np.int64]

    @property
    def coverage(self) -> float:
        """The mean similarity over the pool, in [0, 1]; 0 for an empty pool."""
        return mean(self.similarity)


def mean(similarity: NDArray[np.uint16]) -> float:
    """The mean of similarities in units of 1/`ONE`, exact before the division; 0 for none."""
    if len(similarity) == 0:
        return 0.0
    return int(similarity.sum(dtype=np.int64)) / (ONE * len(similarity))


@njit(nogil=True, cache=True)
def _raise_to(found, row_norms, member_norms, scale, offset, similarity, by, rises):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let the members numbered from ``offset`` serve in their order the rows that they serve better.

    ``found`` (b, m) are their inner products; ``rises`` (n,) gathers what each member adds.
    """
    values = np.empty(found.shape[1], np.uint16)
    for i in range(found.shape[0]):
        for j in range(len(values)):
            squared = row_norms[i] + member_norms[offset + j] - found[i, j] - found[i, j]
            values[j] = similar(squared, scale)
        best, who = similarity[i], by[i]
        for j in range(len(values)):
            if values[j] > best:
                rises[offset + j] += np.int64(values[j]) - np.int64(best)
                best, who = values[j], offset + j
        similarity[i], by[i] = best, who


@njit(nogil=True, cache=True)
def _raise_where_near(  # type: ignore[no-untyped-def]  # numba infers the types
    short, panels, count, halves, cuts, rows, row_norms, members, member_norms, scale, offset, similarity, by, rises
):
    """As `_raise_to`, measuring only pairs whose short vectors are near enough; returns how many they were.

    ``short`` (b, q) is padded to whole groups of rows, and ``panels`` hold the short vectors of the ``count`` members.
    Half their squared distance is the half of the row less the score. ``cuts`` holds, per similarity, half the squared
    distance from which on nothing is larger.
    """
    measured = 0
    found = np.empty((ROWS, len(panels) * LANES), np.float32)
    for first in range(0, len(similarity), ROWS):
        scores(short[first : first + ROWS], panels, found)
        for i in range(first, min(first + ROWS, len(similarity))):
            score = found[i - first, :count]
            best, who = similarity[i], by[i]
            least = halves[i] - cuts[best]
            for left in range(0, len(score), _LANE):
                right = min(left + _LANE, len(score))
                near = 0
                for j in range(left, right):
                    near += score[j] > least
                if near == 0:
                    continue
                for j in range(left, right):
                    if score[j] > least:
                        measured += 1
                        product = inner(rows[i], members[offset + j])
                        value = similar(row_norms[i] + member_norms[offset + j] - product - product, scale)
                        if value > best:
                            rises[offset + j] += np.int64(value) - np.int64(best)
                            best, who = value, offset + j
                            least = halves[i] - cuts[best]
            similarity[i], by[i] = best, who
    return measured


def cuts_of(scale: np.float32) -> NDArray[np.float32]:
    """Half the squared grid distance from which on no similarity exceeds 0, 1, ... `ONE`, (ONE + 1,) float32."""
    least = (np.arange(ONE + 1) + 0.5) / ONE
    # The kernel in float32 is off by less than a thousandth of its exponent's unit.
    cuts = ((1e-3 - np.log(least)) / float(scale) + _MARGIN) / 2
    cuts[ONE] = -1e9
    return cuts.astype(np.float32)


class Members:
    """The set that serves, with its short vectors where they are worth it."""

    def __init__(self, members: GridVectors, scale: np.float32, components: NDArray[np.float32] | None) -> None:
        self.scale, self.integers = scale, members.integers()
        self.norms = grid_norms(self.integers)
        self.axes = None if components is None else tile_of(components)
        self._lost = 0
        if self.axes is not None:
            self.cuts = cuts_of(scale)
            self.short = short_members(self.integers, self.axes)

    def serve(
        self,
        rows: NDArray[np.int16],
        spans: list[tuple[int, int]],
        similarity: NDArray[np.uint16],
        by: NDArray[np.int64],
        rises: NDArray[np.int64],
    ) -> None:
        """Let the members ``spans`` serve ``rows`` (b, d)."""
        norms, near = grid_norms(rows), self.axes is not None and self._lost <= _WORTH
        if near and self.axes is not None:
            short, halves = short_rows(rows, self.axes)
        measured = 0
        for start, stop in spans:
            if near:
                measured += _raise_where_near(
                    short, panels_of(self.short[start:stop]), stop - start, halves, self.cuts, rows, norms,
                    self.integers, self.norms, self.scale, start, similarity, by, rises,
                )  # fmt: skip
                if stop >= _COLUMNS and measured * _WORTH > len(rows) * stop:
                    # Only the time it takes depends on this, so that threads may disagree.
                    self._lost, near = self._lost + 1, False
            else:
                found = inner_products(rows, self.integers[start:stop])
                _raise_to(found, norms, self.norms, self.scale, start, similarity, by, rises)
        if near:
            self._lost = 0


def components_of(pool: GridVectors, ctx: Context = SILENT) -> NDArray[np.float32] | None:
    """The axes (63, d) along which the vectors of ``pool`` differ most; None where there are hardly more in all."""
    if pool.dim < 2 * COMPONENTS or len(pool) < 2 * COMPONENTS:
        return None
    some = np.linspace(0, len(pool) - 1, min(len(pool), _FIT_ROWS)).astype(np.int64)
    return pca.fit(pool.subset(some).block(), COMPONENTS, ctx=ctx).components


def serve(
    pool: GridVectors,
    members: GridVectors,
    scale: np.float32,
    ctx: Context = SILENT,
    components: NDArray[np.float32] | None = None,
) -> Served:
    """How the vectors ``members`` serve each vector of ``pool``.

    Memory is O(n + m d + block^2). ``scale`` comes from `kernel.factor`; ``components``, which `components_of` finds,
    make it faster where there are many members and change nothing else.
    """
    served = Served(np.zeros(len(pool), dtype=np.uint16), np.full(len(pool), -1, dtype=np.int64))
    _run(pool, Members(members, scale, components), served, np.zeros(len(members), dtype=np.int64), ctx)
    return served


def climb(
    pool: GridVectors,
    members: GridVectors,
    scale: np.float32,
    before: NDArray[np.uint16],
    ctx: Context = SILENT,
    components: NDArray[np.float32] | None = None,
) -> NDArray[np.int64]:
    """Let ``members`` join one by one in a pool that is served by ``before`` (n,) uint16; the rest is as in `serve`.

    Returns the summed similarities of the pool, in units of 1/`ONE`, after 0, 1, ... m members, (m + 1,) int64.
    """
    served = Served(before.copy(), np.full(len(pool), -1, dtype=np.int64))
    rises = np.zeros(len(members), dtype=np.int64)
    _run(pool, Members(members, scale, components), served, rises, ctx)
    sums: NDArray[np.int64] = np.concatenate([[before.sum(dtype=np.int64)], rises]).cumsum()
    return sums


def climb_parts(
    pool: GridVectors,
    edges: NDArray[np.int64],
    members: GridVectors,
    scale: np.float32,
    before: NDArray[np.uint16],
    ctx: Context = SILENT,
    components: NDArray[np.float32] | None = None,
) -> NDArray[np.int64]:
    """As `climb` for each of the parts of ``pool`` between ``edges`` (p + 1,): (p, m + 1) int64."""
    given = Members(members, scale, components)
    spans = _spans(len(members))
    rises = np.zeros((len(edges) - 1, len(members) + 1), dtype=np.int64)

    def work(start: int, stop: int) -> None:
        for part in range(start, stop):
            for left in range(int(edges[part]), int(edges[part + 1]), _ROWS):
                ctx.check()
                right = min(left + _ROWS, int(edges[part + 1]))
                similarity, by = before[left:right].copy(), np.full(right - left, -1, dtype=np.int64)
                rises[part, 0] += similarity.sum(dtype=np.int64)
                given.serve(pool.integers(left, right), spans, similarity, by, rises[part, 1:])

    over_blocks(len(rises), 1, work, ctx, STAGE, "parts")
    sums: NDArray[np.int64] = rises.cumsum(axis=1)
    return sums


def _spans(members: int) -> list[tuple[int, int]]:
    return list(pairwise([*range(0, members, _COLUMNS), members]))


def _run(
    pool: GridVectors,
    members: Members,
    served: Served,
    rises: NDArray[np.int64],
    ctx: Context,
) -> None:
    """Let ``members`` serve ``pool`` on all cores, block by block."""
    spans = _spans(len(rises))
    lock = threading.Lock()

    def work(start: int, stop: int) -> None:
        ctx.check()
        rows, mine = pool.integers(start, stop), np.zeros_like(rises)
        similarity, by = served.similarity[start:stop], served.by[start:stop]
        members.serve(rows, spans, similarity, by, mine)
        with lock:
            rises.__iadd__(mine)

    over_blocks(len(pool), _ROWS, work, ctx, STAGE, "images")

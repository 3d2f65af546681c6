"""The few members of a set that serve each sample of a pool best, kept up while members come and go.

Each sample has a list of a few members, the most similar first and equals by their position. Who leaves is struck
off, so that lists get shorter and still hold the best; only where fewer than two are left, all members are measured
again. Whoever comes is measured in full only where a short vector does not show that it is too far away for the list.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.coverage import Members
from desktop_al.numerics.kernel import grid_norms, inner, similar
from desktop_al.numerics.short import SHORT, scores, short_rows
from desktop_al.numerics.threads import over_blocks
from desktop_al.numerics.whole_products import LANES, ROWS, inner_products, panels_of

if TYPE_CHECKING:
    from desktop_al.numerics.similarity import Similarity

STAGE = "Weighing picks"
_NEEDED = 2
_ROWS, _COLUMNS, _LANE = 2048, 512, 32
_WORTH = 4
"""Where more than one pair in four must be measured, plain products are the cheaper way."""
# Up to 256 MB of vectors are kept between changes.
_KEPT = 2**27


@njit(nogil=True, cache=True)
def _insert(value, member, values, who, depth, whole):  # type: ignore[no-untyped-def]  # numba infers the types
    """Put ``member`` on a list of which ``depth`` places are known; returns the depth, and whether all are on it.

    A list that is not ``whole`` may lack members that come behind those on it; a full one is not.
    """
    at = depth
    while at > 0 and (values[at - 1] < value or (values[at - 1] == value and who[at - 1] > member)):
        at -= 1
    if value == 0 or (at == depth and not whole):
        return depth, whole
    depth = min(depth + 1, len(values))
    for place in range(depth - 1, at, -1):
        values[place], who[place] = values[place - 1], who[place - 1]
    values[at], who[at] = value, member
    return depth, whole and depth < len(values)


@njit(nogil=True, cache=True)
def _least(values, depth, whole):  # type: ignore[no-untyped-def]  # numba infers the types
    """What a similarity must exceed to get on a list: nothing exceeds 65535."""
    if whole:
        return 0
    return int(values[depth - 1]) - 1 if depth > 0 else 65535


@njit(nogil=True, cache=True)
def _meet_near(  # type: ignore[no-untyped-def]  # numba infers the types
    short, panels, halves, cuts, rows, norms, members, member_norms, scale, positions, values, who, depth, whole
):
    """Put the members at ``positions`` (m,) on the lists of ``rows`` (b, d) where short vectors are near enough.

    Returns how many pairs were measured in full; see `coverage` for how the short vectors tell.
    """
    measured = 0
    found = np.empty((ROWS, len(panels) * LANES), np.float32)
    for first in range(0, len(rows), ROWS):
        scores(short[first : first + ROWS], panels, found)
        for i in range(first, min(first + ROWS, len(rows))):
            score = found[i - first, : len(members)]
            least = halves[i] - cuts[_least(values[i], depth[i], whole[i])]
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
                        product = inner(rows[i], members[j])
                        value = similar(norms[i] + member_norms[j] - product - product, scale)
                        depth[i], whole[i] = _insert(value, positions[j], values[i], who[i], depth[i], whole[i])
                        least = halves[i] - cuts[_least(values[i], depth[i], whole[i])]
    return measured


@njit(nogil=True, cache=True)
def _meet_all(found, norms, member_norms, scale, positions, values, who, depth, whole):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `_meet_near`, from the inner products ``found`` (b, m) of all pairs."""
    near = np.empty(found.shape[1], np.uint16)
    for i in range(found.shape[0]):
        for j in range(len(near)):
            near[j] = similar(norms[i] + member_norms[j] - found[i, j] - found[i, j], scale)
        for j in range(len(near)):
            if near[j] > _least(values[i], depth[i], whole[i]):
                depth[i], whole[i] = _insert(near[j], positions[j], values[i], who[i], depth[i], whole[i])


@njit(nogil=True, cache=True)
def _meet_known(dense, rows, positions, values, who, depth, whole):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `_meet_near`, where the similarities ``dense`` of the whole pool are known; ``rows`` are its samples."""
    for position in positions:
        near = dense[position]
        for i in range(len(rows)):
            value = near[rows[i]]
            if value > _least(values[i], depth[i], whole[i]):
                depth[i], whole[i] = _insert(value, position, values[i], who[i], depth[i], whole[i])


@njit(nogil=True, cache=True)
def _strike(gone, values, who, depth):  # type: ignore[no-untyped-def]  # numba infers the types
    """Strike off all lists the members that ``gone`` (n,) bool marks."""
    for i in range(len(depth)):
        kept = 0
        for place in range(depth[i]):
            if not gone[who[i, place]]:
                values[i, kept], who[i, kept] = values[i, place], who[i, place]
                kept += 1
        depth[i] = kept


class _Lists(NamedTuple):
    values: NDArray[np.uint16]
    who: NDArray[np.int32]
    depth: NDArray[np.int64]
    whole: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Samples as they are measured: ``vectors`` (b, d), their ``norms`` (b,), and their short vectors where there are.

    ``short`` is padded to whole groups of rows, ``halves`` (b,) are half the squared norms of short vectors.
    """

    vectors: NDArray[np.int16]
    norms: NDArray[np.float32]
    short: NDArray[np.int16] | None
    halves: NDArray[np.float32] | None

    def part(self, at: slice | NDArray[np.int64]) -> "_Rows":
        """The samples ``at``; a slice begins with a whole group."""
        if self.short is None or self.halves is None:
            return _Rows(self.vectors[at], self.norms[at], None, None)
        if isinstance(at, slice):
            padded: slice | NDArray[np.int64] = slice(at.start, at.stop + -(at.stop - at.start) % ROWS)
        else:
            padded = np.concatenate([at, np.zeros(-len(at) % ROWS, dtype=np.int64)])
        return _Rows(self.vectors[at], self.norms[at], self.short[padded], self.halves[at])


def _rows_of(vectors: NDArray[np.int16], axes: NDArray[np.float32] | None, ctx: Context = SILENT) -> _Rows:
    n = len(vectors)
    if axes is None:
        return _Rows(vectors, grid_norms(vectors), None, None)
    norms, halves = np.empty(n, dtype=np.float32), np.empty(n, dtype=np.float32)
    short = np.empty((n + -n % ROWS, SHORT), dtype=np.int16)

    def work(start: int, stop: int) -> None:
        norms[start:stop] = grid_norms(vectors[start:stop])
        # Only the last block is padded.
        short[start : stop + -stop % ROWS], halves[start:stop] = short_rows(vectors[start:stop], axes)

    over_blocks(n, _ROWS, work, ctx)
    return _Rows(vectors, norms, short, halves)


class Servers:
    """The lists of a pool, of ``listed`` places each, for a set of ``members``, positions in it.

    ``values`` (n, listed) uint16 are similarities in units of 1/`ONE` and ``who`` (n, listed) int32 the members that
    have them; the first ``depth`` (n,) are known: at least two or, where ``whole`` (n,) bool says so, all that serve.
    """

    def __init__(self, similarity: "Similarity", listed: int = 4) -> None:
        n = len(similarity)
        self._similarity = similarity
        self.members: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.values, self.who = np.zeros((n, listed), dtype=np.uint16), np.full((n, listed), -1, dtype=np.int32)
        self.depth, self.whole = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.bool_)
        self._kept: _Rows | None = None
        self._plain = False

    def change(self, members: NDArray[np.int64], ctx: Context = SILENT) -> None:
        """Let ``members`` be the set from now on; raises `CancelledError`, and the next call begins anew."""
        before, wanted = self.members, np.unique(members)
        gone, come = np.setdiff1d(before, wanted), np.setdiff1d(wanted, before)
        self.members = np.zeros(0, dtype=np.int64)
        if len(come) + len(gone) >= len(wanted):
            self._forget(None)
            self._meet(wanted, None, ctx)
        else:
            marks = np.zeros(len(self.depth), dtype=np.bool_)
            marks[gone] = True
            _strike(marks, self.values, self.who, self.depth)
            self._meet(come, None, ctx)
            bare = np.flatnonzero((self.depth < _NEEDED) & ~self.whole)
            self._forget(bare)
            self._meet(wanted, bare, ctx)
        self.members = wanted

    def _forget(self, rows: NDArray[np.int64] | None) -> None:
        at = slice(None) if rows is None else rows
        self.depth[at], self.whole[at] = 0, True

    def _meet(self, positions: NDArray[np.int64], rows: NDArray[np.int64] | None, ctx: Context) -> None:
        """Put the members ``positions``, ascending, on the lists of ``rows``, None for all."""
        total = len(self.depth) if rows is None else len(rows)
        if not len(positions) or not total:
            return
        known = self._similarity.kept
        members = None if known is not None else self._vectors_of(positions, ctx)

        def work(start: int, stop: int) -> None:
            ctx.check()
            at: slice | NDArray[np.int64] = slice(start, stop) if rows is None else rows[start:stop]
            lists = _Lists(self.values[at], self.who[at], self.depth[at], self.whole[at])
            if members is None:
                _meet_known(known, np.arange(start, stop) if rows is None else at, positions, *lists)
            else:
                self._measure(at, members, positions, lists)
            if rows is not None:
                # These were copies.
                self.values[at], self.who[at], self.depth[at], self.whole[at] = lists

        over_blocks(total, _ROWS, work, ctx, STAGE, "images")

    def _vectors_of(self, positions: NDArray[np.int64], ctx: Context) -> Members:
        similarity, pool = self._similarity, self._similarity.pool
        members = Members(pool.subset(positions), similarity.scale, similarity.components(len(positions), ctx))
        if self._kept is None and len(pool) * pool.dim <= _KEPT:
            self._kept = _rows_of(pool.integers(), members.axes, ctx)
        return members

    def _measure(
        self, at: slice | NDArray[np.int64], members: Members, positions: NDArray[np.int64], lists: _Lists
    ) -> None:
        """Put the members, whose vectors are ``members``, on the ``lists`` of the samples ``at``."""
        pool = self._similarity.pool
        if self._kept is not None:
            rows = self._kept.part(at)
        elif isinstance(at, slice):
            rows = _rows_of(pool.integers(at.start, at.stop), members.axes)
        else:
            rows = _rows_of(pool.subset(at).integers(), members.axes)
        measured = 0
        for start in range(0, len(positions), _COLUMNS):
            span = slice(start, start + _COLUMNS)
            them, norms, whom = members.integers[span], members.norms[span], positions[span]
            if members.axes is None or rows.short is None or self._plain:
                found = inner_products(rows.vectors, them)
                _meet_all(found, rows.norms, norms, members.scale, whom, *lists)
                continue
            measured += _meet_near(
                rows.short, panels_of(members.short[span]), rows.halves, members.cuts, rows.vectors, rows.norms, them,
                norms, members.scale, whom, *lists,
            )  # fmt: skip
            # Only the time it takes depends on this, so that threads may disagree.
            self._plain |= start > 0 and measured * _WORTH > len(rows.vectors) * (start + len(them))

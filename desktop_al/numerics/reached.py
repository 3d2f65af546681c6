"""Which pick of a ranking comes near to each sample first, exact; most pairs are told apart by short vectors."""

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.coverage import Members
from desktop_al.numerics.kernel import grid_norms, inner, similar
from desktop_al.numerics.short import scores, short_rows
from desktop_al.numerics.threads import over_blocks
from desktop_al.numerics.whole_products import LANES, ROWS, inner_products, panels_of

if TYPE_CHECKING:
    from desktop_al.numerics.similarity import Similarity

_ROWS, _COLUMNS = 1024, 512


@njit(nogil=True, cache=True)
def _first_near(  # type: ignore[no-untyped-def]  # numba infers the types
    short, panels, halves, cut, rows, norms, members, member_norms, scale, offset, least, first
):
    """Write to ``first`` (b,) the first of the members in ``panels`` whose similarity is ``least`` or more.

    Samples that have one, which are those with a ``first`` below ``offset``, are passed over; see `coverage` for how
    short vectors tell which pairs are to be measured.
    """
    found = np.empty((ROWS, len(panels) * LANES), np.float32)
    count = min(len(members) - offset, len(panels) * LANES)
    for start in range(0, len(rows), ROWS):
        stop, open_ = min(start + ROWS, len(rows)), False
        for i in range(start, stop):
            open_ |= first[i] >= offset
        if not open_:
            continue
        scores(short[start : start + ROWS], panels, found)
        for i in range(start, stop):
            score, bound = found[i - start, :count], halves[i] - cut
            if first[i] < offset:
                continue
            for j in range(len(score)):
                if score[j] > bound:
                    product = inner(rows[i], members[offset + j])
                    if similar(norms[i] + member_norms[offset + j] - product - product, scale) >= least:
                        first[i] = offset + j
                        break


@njit(nogil=True, cache=True)
def _first_of(found, norms, member_norms, scale, offset, least, first):  # type: ignore[no-untyped-def]  # numba infers the types
    """As `_first_near`, from the inner products ``found`` (b, m) of all pairs."""
    for i in range(len(found)):
        if first[i] < offset:
            continue
        for j in range(found.shape[1]):
            squared = norms[i] + member_norms[offset + j] - found[i, j] - found[i, j]
            if similar(squared, scale) >= least:
                first[i] = offset + j
                break


def first_reaching(
    similarity: "Similarity",
    rows: NDArray[np.int64],
    order: NDArray[np.int64],
    least: int,
    ctx: Context = SILENT,
) -> NDArray[np.int64]:
    """The place in ``order`` (h,) of the first whose similarity to each of ``rows`` (r,) is ``least`` or more.

    (r,) int64, h for none; ``rows`` and ``order`` are positions in the pool, ``least`` is in units of 1/`ONE`, above 0.
    """
    first = np.full(len(rows), len(order), dtype=np.int64)
    if similarity.kept is not None:
        for start in range(0, len(order), _COLUMNS):
            near = similarity.columns(rows, order[start : start + _COLUMNS]) >= least
            fresh = near.any(axis=1) & (first == len(order))
            first[fresh] = start + near[fresh].argmax(axis=1)
        return first
    pool = similarity.pool
    members = Members(pool.subset(order), similarity.scale, similarity.components(len(order), ctx))

    def work(start: int, stop: int) -> None:
        vectors = pool.subset(rows[start:stop]).integers()
        norms, mine = grid_norms(vectors), first[start:stop]
        if members.axes is not None:
            short, halves = short_rows(vectors, members.axes)
        for at in range(0, len(order), _COLUMNS):
            if members.axes is not None:
                panels = panels_of(members.short[at : at + _COLUMNS])
                _first_near(
                    short, panels, halves, members.cuts[least - 1], vectors, norms, members.integers, members.norms,
                    members.scale, at, least, mine,
                )  # fmt: skip
                continue
            found = inner_products(vectors, members.integers[at : at + _COLUMNS])
            _first_of(found, norms, members.norms, members.scale, at, least, mine)

    over_blocks(len(rows), _ROWS, work, ctx)
    return first

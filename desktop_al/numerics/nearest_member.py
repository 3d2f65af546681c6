"""The nearest of a set to each vector of a pool, kept up to date as members come and go.

Distances are those between grid vectors (see `desktop_al.numerics.grid`): exact, so that they give the similarities of
`desktop_al.numerics.coverage` bit for bit.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.grid import GridVectors, squared_norms
from desktop_al.numerics.kernel import similar

_ROWS, _COLUMNS = 4096, 1024
STAGE = "Comparing with labelled images"


@dataclass(frozen=True, slots=True, eq=False)
class NearestMember:
    """For each of n vectors the squared grid distance to the nearest member, (n,) float32, and its number, (n,) int64.

    Infinite and -1 without members. Of members that are equally near the first one that joined counts.
    """

    squared: NDArray[np.float32]
    by: NDArray[np.int64]

    @staticmethod
    def none(n: int) -> "NearestMember":
        """Of n vectors and no member."""
        return NearestMember(np.full(n, np.inf, np.float32), np.full(n, -1, np.int64))


@njit(nogil=True, cache=True)
def _keep_nearest(products, norms, member_norms, numbers, squared, by):  # type: ignore[no-untyped-def]  # numba infers the types
    """Let members with the inner ``products`` (b, m) join."""
    for i in range(products.shape[0]):
        least, who, norm = squared[i], by[i], norms[i]
        for j in range(products.shape[1]):
            value = norm + member_norms[j] - products[i, j] - products[i, j]
            if value < least:
                least, who = value, numbers[j]
        squared[i], by[i] = least, who


def joined(
    before: NearestMember,
    pool: GridVectors,
    members: GridVectors,
    numbers: NDArray[np.int64],
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> NearestMember:
    """``before`` after ``members`` (m, d), called ``numbers`` (m,), joined; exact, O(n m d) time.

    Raises
    ------
    EmbeddingError
        A vector is not finite or zero.
    CancelledError
        ``ctx`` was cancelled.
    """
    squared, by = before.squared.copy(), before.by.copy()
    if len(members) == 0:
        return NearestMember(squared, by)
    tiles = [(start, block, squared_norms(block)) for start, block in members.blocks(_COLUMNS)]
    # The products use all threads themselves.
    for start, rows in pool.blocks(_ROWS):
        part, norms = slice(start, start + len(rows)), squared_norms(rows)
        for left, columns, member_norms in tiles:
            ctx.check()
            named = numbers[left : left + len(columns)]
            _keep_nearest(rows @ columns.T, norms, member_norms, named, squared[part], by[part])
        ctx.report(stage, start + len(rows), len(pool), "images")
    return NearestMember(squared, by)


def left(
    before: NearestMember,
    pool: GridVectors,
    gone: NDArray[np.int64],
    members: GridVectors,
    numbers: NDArray[np.int64],
    ctx: Context = SILENT,
    stage: str = STAGE,
) -> NearestMember:
    """``before`` after the members ``gone`` left; ``members`` called ``numbers`` are those that stay.

    Only vectors that had one of ``gone`` for their nearest are compared again.
    """
    lost = np.flatnonzero(np.isin(before.by, gone))
    squared, by = before.squared.copy(), before.by.copy()
    again = joined(NearestMember.none(len(lost)), pool.subset(lost), members, numbers, ctx, stage)
    squared[lost], by[lost] = again.squared, again.by
    return NearestMember(squared, by)


@njit(nogil=True, cache=True)
def similarities(squared: NDArray[np.float32], scale: np.float32) -> NDArray[np.uint16]:
    """The kernel at squared grid distances (n,), in units of 1/`ONE`; ``scale`` comes from `kernel.factor`."""
    out = np.empty(len(squared), np.uint16)
    for i in range(len(squared)):
        out[i] = similar(squared[i], scale)
    return out

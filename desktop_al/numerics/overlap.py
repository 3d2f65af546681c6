"""How far two neighbourhoods of the same samples agree."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.threads import over_blocks

_BLOCK = 16_384


@njit(nogil=True, cache=True)
def _jaccard(one, other, k, start, stop, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the overlap of the first ``k`` entries from 0 on of each row of ``one`` and ``other``."""
    mine, theirs = np.empty(k, np.int64), np.empty(k, np.int64)
    for i in range(start, stop):
        m = t = both = 0
        for e in range(one.shape[1]):
            if one[i, e] >= 0 and m < k:
                mine[m] = one[i, e]
                m += 1
        for e in range(other.shape[1]):
            if other[i, e] >= 0 and t < k:
                theirs[t] = other[i, e]
                t += 1
        for a in range(m):
            for b in range(t):
                if mine[a] == theirs[b]:
                    both += 1
                    break
        out[i] = both / (m + t - both) if m + t else np.nan


def jaccard(one: NDArray[np.integer], other: NDArray[np.integer], k: int, ctx: Context = SILENT) -> NDArray[np.float64]:
    """The Jaccard index (1901) of the ``k`` nearest by two graphs, (n,) in [0, 1]: what both have over what either has.

    ``one`` and ``other`` (n, >= k) hold numbers of samples, nearest first, none twice; those below 0 are passed over.
    NaN where both have none.
    """
    out = np.empty(len(one))

    def work(start: int, stop: int) -> None:
        _jaccard(one, other, k, start, stop, out)

    over_blocks(len(one), _BLOCK, work, ctx, "Comparing neighbourhoods", "images")
    return out

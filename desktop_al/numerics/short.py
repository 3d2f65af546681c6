"""Short vectors: what is too far apart in them is so in all axes, and most pairs need not be measured in full.

They are whole numbers, for which products cost least; what rounding adds is allowed for where they are compared.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from desktop_al.numerics.grid import UNITS, squared_norms
from desktop_al.numerics.products import AXES, ROWS, products
from desktop_al.numerics.whole_products import LANES, whole_products
from desktop_al.numerics.whole_products import ROWS as WHOLE_ROWS

COMPONENTS = 63
SHORT = COMPONENTS + 1
"""The axes of a short vector: one more takes the norm along, so that a product is a score."""

_FINE = 2**14
"""A coordinate of 1, of which products of unit vectors and of their norms fit into 32 bits."""
_STEP = np.float32(1 / _FINE**2)


@njit(nogil=True, cache=True)
def shorten(rows, tile, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the inner products of grid vectors ``rows`` (b, d) int16 with the columns of ``tile`` to ``out`` (b, c)."""
    group = np.zeros((ROWS, tile.shape[0]), np.float32)
    scores = np.empty((ROWS, tile.shape[1]), np.float32)
    for first in range(0, len(rows), ROWS):
        taken = min(ROWS, len(rows) - first)
        for i in range(taken):
            for j in range(rows.shape[1]):
                group[i, j] = rows[first + i, j] * np.float32(1 / UNITS)
        products(group, tile, tile.shape[1], scores)
        for i in range(taken):
            for j in range(out.shape[1]):
                out[first + i, j] = scores[i, j]


def tile_of(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Vectors (m, d) as the columns of a tile for `products`, axes without values at its end where they are needed."""
    tile = np.zeros((vectors.shape[1] + -vectors.shape[1] % AXES, len(vectors)), np.float32)
    tile[: vectors.shape[1]] = vectors.T
    return tile


def _rounded(short: NDArray[np.float32]) -> NDArray[np.int16]:
    found: NDArray[np.int16] = np.rint(short * np.float32(_FINE)).astype(np.int16)
    return found


def short_rows(vectors: NDArray[np.int16], axes: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """The short vectors of grid vectors (n, d), padded to whole groups of rows, and half their squared norms (n,).

    ``axes`` is the tile of the components. The last axis is 1.
    """
    n = len(vectors)
    short = np.zeros((n + -n % WHOLE_ROWS, SHORT), np.float32)
    short[:, -1] = 1
    shorten(vectors, axes, short[:n, :-1])
    return _rounded(short), squared_norms(short[:n, :-1]) / np.float32(2)


def short_members(vectors: NDArray[np.int16], axes: NDArray[np.float32]) -> NDArray[np.int16]:
    """As the first of `short_rows`, not padded, and ending with minus half the squared norm."""
    short = np.empty((len(vectors), SHORT), np.float32)
    shorten(vectors, axes, short[:, :-1])
    short[:, -1] = squared_norms(short[:, :-1]) / np.float32(-2)
    return _rounded(short)


@njit(nogil=True, cache=True)
def scores(rows, panels, out):  # type: ignore[no-untyped-def]  # numba infers the types
    """Write the scores of short ``rows`` (4, q) beside the members in ``panels`` to ``out`` (4, c) float32.

    ``out`` has a column for each place in the panels. Half the squared distance between short vectors is half the
    squared norm of the row less the score.
    """
    found = np.empty((WHOLE_ROWS, LANES), np.int32)
    for p in range(len(panels)):
        whole_products(rows, panels[p], found)
        for r in range(WHOLE_ROWS):
            line, to = found[r], out[r, p * LANES : (p + 1) * LANES]
            for c in range(LANES):
                to[c] = np.float32(line[c]) * _STEP

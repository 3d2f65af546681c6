"""The kernels that read a column of the pool to colour by it: count codes, find quantiles, turn numbers into codes.

A million values in a few milliseconds, with the interpreter free. The slow references are numpy's, in the tests.
"""

import math

import numba
import numpy as np
from numpy.typing import NDArray

BINS = 4096

kernel = numba.njit(nogil=True, cache=True)


@kernel
def count_codes(codes, names):  # type: ignore[no-untyped-def]
    """How many of ``codes`` (n,) int32, from -1 to ``names`` - 1, are each: (names + 1,) int64, those of -1 first."""
    counts = np.zeros(names + 1, np.int64)
    for i in range(len(codes)):
        counts[codes[i] + 1] += 1
    return counts


@kernel
def translate(codes, table):  # type: ignore[no-untyped-def]
    """``table[codes + 1]`` (n,) uint8."""
    found = np.empty(len(codes), np.uint8)
    for i in range(len(codes)):
        found[i] = table[codes[i] + 1]
    return found


@kernel
def extent(values):  # type: ignore[no-untyped-def]
    """How many of ``values`` (n,) float64 are finite, their least and their greatest."""
    count, least, most = 0, np.inf, -np.inf
    for i in range(len(values)):
        value = values[i]
        if math.isfinite(value):
            count += 1
            least, most = min(least, value), max(most, value)
    return count, least, most


@kernel
def binned(values, least, per):  # type: ignore[no-untyped-def]
    """How many finite ``values`` (n,) lie in each of `BINS` bins above ``least``, of which ``per`` make a unit."""
    counts = np.zeros(BINS, np.int64)
    for i in range(len(values)):
        value = values[i]
        if math.isfinite(value):
            counts[min(int((value - least) * per), BINS - 1)] += 1
    return counts


@kernel
def members(values, least, per, first, last, count):  # type: ignore[no-untyped-def]
    """The ``count`` finite ``values`` that lie in the bins from ``first`` to ``last``."""
    found = np.empty(count, np.float64)
    at = 0
    for i in range(len(values)):
        value = values[i]
        if math.isfinite(value) and first <= min(int((value - least) * per), BINS - 1) <= last:
            found[at] = value
            at += 1
    return found


@kernel
def encode(values, low, width, levels, none):  # type: ignore[no-untyped-def]
    """The level (n,) uint8 of each of ``values`` between ``low`` and ``low`` + ``width``, ``none`` where it is none.

    Levels run from 0 to ``levels`` - 1, to the nearest; what lies beyond has the first or the last. With it, how many
    values have each, (levels,) int64.
    """
    codes, counts = np.empty(len(values), np.uint8), np.zeros(levels, np.int64)
    for i in range(len(values)):
        value = values[i]
        if math.isfinite(value):
            level = int(min(max((value - low) / width * (levels - 1) + 0.5, 0.0), levels - 1.0))
            codes[i] = level
            counts[level] += 1
        else:
            codes[i] = none
    return codes, counts


def quantiles(values: NDArray[np.float64], shares: tuple[float, ...]) -> tuple[float, ...]:
    """The quantiles of the finite ``values`` (n,), of which there is one at least, as `numpy.quantile` gives them."""
    count, least, most = extent(values)
    per = BINS / (most - least) if most > least else 0.0
    if not 0 < per < math.inf:
        finite = values[np.isfinite(values)]
        return tuple(float(value) for value in np.quantile(finite, shares))
    below = np.concatenate([[0], np.cumsum(binned(values, least, per))])
    found = []
    for share in shares:
        place = share * (count - 1)
        rank = min(math.floor(place), count - 1)
        after = min(rank + 1, count - 1)
        first, last = (int(np.searchsorted(below, at, "right")) - 1 for at in (rank, after))
        inside = members(values, least, per, first, last, int(below[last + 1] - below[first]))
        offset = int(below[first])
        inside.partition((rank - offset, after - offset))
        a, b = float(inside[rank - offset]), float(inside[after - offset])
        part = place - rank
        # As numpy interpolates, so that the same values give the same bounds to the last bit.
        found.append(b - (b - a) * (1 - part) if part >= 0.5 else a + (b - a) * part)
    return tuple(found)

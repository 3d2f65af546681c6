"""The compiled inner loop of the layout: one epoch of stochastic gradient descent over some of the vertices.

Every vertex reads where the others stood when the epoch began and writes its own new place alone, and its random
numbers depend on seed, epoch and vertex only. So the result is the same for any number of threads.

The force between two vertices is a function of their squared distance alone. It is read from a table over the binary
representation of that distance (`STEPS` values per power of two, interpolated), many times cheaper than a power.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

MANTISSA_BITS = 5
STEPS = 1 << MANTISSA_BITS
LOWEST_EXPONENT, HIGHEST_EXPONENT = -40, 40
CLIP = 4.0
SOFTENING = 1e-3
_SHIFT = 23 - MANTISSA_BITS
_BASE = (LOWEST_EXPONENT + 127) << MANTISSA_BITS
_LENGTH = (HIGHEST_EXPONENT - LOWEST_EXPONENT) << MANTISSA_BITS
_FRACTION = np.float32(1.0 / (1 << _SHIFT))
_MASK = (1 << _SHIFT) - 1
_MIX_1, _MIX_2, _GOLDEN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0x9E3779B97F4A7C15)


def force_tables(a: float, b: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tabulate attraction and repulsion, per unit of offset, by squared distance d2 for the curve 1 / (1 + a d2^b)."""
    exponents = np.arange(LOWEST_EXPONENT, HIGHEST_EXPONENT)[:, None]
    d2 = np.append(np.ldexp(1.0 + np.arange(STEPS) / STEPS, exponents).ravel(), np.ldexp(1.0, HIGHEST_EXPONENT))
    curve = 1.0 + a * d2**b
    attraction = -2.0 * a * b * d2 ** (b - 1.0) / curve
    repulsion = 2.0 * b / ((SOFTENING + d2) * curve)
    return attraction.astype(np.float32), repulsion.astype(np.float32)


@numba.njit(nogil=True, cache=True, inline="always")
def _force(table: NDArray[np.float32], d2: Any) -> Any:
    bits = np.int64(np.float32(d2).view(np.int32))
    place = (bits >> _SHIFT) - _BASE
    if place < 0:
        return table[0]
    if place >= _LENGTH:
        return table[_LENGTH]
    part = np.float32(bits & _MASK) * _FRACTION
    return table[place] + part * (table[place + 1] - table[place])


@numba.njit(nogil=True, cache=True, inline="always")
def _clipped(value: Any) -> Any:
    return min(max(value, np.float32(-CLIP)), np.float32(CLIP))


@numba.njit(nogil=True, cache=True)
def advance(
    start: int,
    stop: int,
    epoch: int,
    rate: float,
    pulls: int,
    negatives: int,
    seed: int,
    starts: NDArray[np.int64],
    heads: NDArray[np.int32],
    periods: NDArray[np.float32],
    due: NDArray[np.float32],
    attraction: NDArray[np.float32],
    repulsion: NDArray[np.float32],
    old: NDArray[np.float32],
    new: NDArray[np.float32],
) -> None:
    """Move the vertices ``start`` to ``stop``: read ``old`` (n, 2), write their rows of ``new`` (n, 2).

    Edge e is followed whenever its time ``due[e]`` (in epochs) has come, and again ``periods[e]`` later: ``pulls``
    steps of attraction, then ``negatives`` steps of repulsion from vertices drawn at random.
    """
    count = np.uint64(old.shape[0])
    step = np.float32(rate)
    now = np.float32(epoch)
    for vertex in range(start, stop):
        state = (np.uint64(seed) + _GOLDEN * np.uint64(epoch + 1)) ^ (_MIX_1 * np.uint64(vertex + 1))
        x, y = old[vertex, 0], old[vertex, 1]
        for edge in range(starts[vertex], starts[vertex + 1]):
            if due[edge] > now:
                continue
            due[edge] += periods[edge]
            other = heads[edge]
            for _ in range(pulls):
                dx, dy = x - old[other, 0], y - old[other, 1]
                d2 = dx * dx + dy * dy
                if d2 > np.float32(0.0):
                    force = _force(attraction, d2)
                    x += step * _clipped(force * dx)
                    y += step * _clipped(force * dy)
            for _ in range(negatives):
                # splitmix64 (Steele, Lea and Flood 2014)
                state += _GOLDEN
                mixed = (state ^ (state >> np.uint64(30))) * _MIX_1
                mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
                drawn = np.int64(((mixed >> np.uint64(32)) * count) >> np.uint64(32))
                if drawn == vertex:
                    continue
                dx, dy = x - old[drawn, 0], y - old[drawn, 1]
                d2 = dx * dx + dy * dy
                if d2 > np.float32(0.0):
                    force = _force(repulsion, d2)
                    x += step * _clipped(force * dx)
                    y += step * _clipped(force * dy)
        new[vertex, 0] = x
        new[vertex, 1] = y

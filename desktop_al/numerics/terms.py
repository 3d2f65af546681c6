"""The integer terms of the objective: weights of samples, modular scores, and balance over strata."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LN2 = 0.6931471805599453
_SERIES = 15
# Sums of gains must stay within 63 bits.
_MOST = 2**60


@dataclass(frozen=True, slots=True)
class Terms:
    """Gains beside that of coverage, all in the integer units of coverage.

    Attributes
    ----------
    scores : (n,) int64, what each sample adds whenever it is picked; empty for none.
    strata : (n,) int32, the stratum of each sample, -1 for none; empty where there is no balance.
    steps : (m,) int64; from ``steps[starts[c]]`` on, what the first, second, ... pick of stratum c adds; it only falls.
    starts : (g,) int64.
    """

    scores: NDArray[np.int64]
    strata: NDArray[np.int32]
    steps: NDArray[np.int64]
    starts: NDArray[np.int64]


NO_TERMS = Terms(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))


def fixed_weights(weights: NDArray[np.floating]) -> NDArray[np.uint32]:
    """Positive weights (n,) as integers of mean 2^16, at least 1, so that sums of them are exact."""
    values = np.asarray(weights, dtype=np.float64)
    if len(values) == 0:
        return np.zeros(0, dtype=np.uint32)
    whole: NDArray[np.uint32] = np.clip(np.rint(values / values.mean() * 65536), 1, 2**32 - 1).astype(np.uint32)
    return whole


def modular(scores: NDArray[np.float64], unit: float) -> NDArray[np.int64]:
    """Scores in shares of the whole coverage, (n,) of at least 0, in units of which it has ``unit``."""
    whole: NDArray[np.int64] = np.rint(np.clip(scores * unit, 0, _MOST)).astype(np.int64)
    return whole


def balance_steps(
    strata: NDArray[np.int32],
    counts: NDArray[np.int64],
    targets: NDArray[np.float64],
    shares: NDArray[np.float64],
    weight: float,
    unit: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The gains of b sum_c o_c log(1 + n_c / t_c), pick by pick, as ``steps`` and ``starts`` of `Terms`.

    Parameters
    ----------
    strata : (n,) of the pool, -1 for none.
    counts, targets, shares : (g,) the n_c before any pick, t_c > 0 and o_c >= 0.
    weight : b, in shares of the whole coverage, of which ``unit`` is the value.
    """
    sizes = np.bincount(strata[strata >= 0], minlength=len(counts)).astype(np.int64) + 1
    starts = np.cumsum(sizes) - sizes
    steps = np.empty(int(sizes.sum()), dtype=np.int64)
    for c, (start, size) in enumerate(zip(starts.tolist(), sizes.tolist(), strict=True)):
        filled = targets[c] + counts[c] + np.arange(size, dtype=np.float64)
        gains = weight * shares[c] * unit * logarithm((filled + 1) / filled)
        whole = np.rint(np.minimum(gains, _MOST)).astype(np.int64)
        steps[start : start + size] = np.minimum.accumulate(whole)
    return steps, starts


def logarithm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The natural logarithm of positive values by plain IEEE steps: that of a library differs between processors."""
    mantissa, exponent = np.frexp(values)
    z = (mantissa - 1) / (mantissa + 1)
    square = z * z
    total = np.zeros_like(z)
    for power in range(2 * _SERIES + 1, 0, -2):
        total = total * square + 1 / power
    found: NDArray[np.float64] = 2 * z * total + exponent * _LN2
    return found

"""How many samples to pick: the elasticity of held-out coverage, its confidence band, and a second opinion."""

import math

import numpy as np
from numpy.typing import NDArray

ELASTICITY = 0.1
"""Stop where 10 % more labels would buy less than 1 % more coverage."""

MOST_POINTS = 200
_CONFIDENCE = 0.95
_DELTA_COVERAGE = 0.9
_LEAST_GROWTH = 1.1
_TINY = 1e-9


def elasticity(curve: NDArray[np.float64], labelled: int = 0, complete: bool = False) -> NDArray[np.float64]:
    """The relative rise of coverage over the relative rise of labels at 0, 1, ... picks.

    Parameters
    ----------
    curve : (h + 1,) coverage after 0 to h picks.
    labelled : the number of labels and earlier picks that came before.
    complete : whether no curve can be longer, so that its last slopes are taken over what is left of it.

    Returns
    -------
    (m,) float64, d ln F / d ln(|L| + k), that is (|L| + k) dF/dk / F, as the mean slope while the labels grow by half:
    over less, the noise of a few picks decides. 1 where there is no label yet; m is less than h + 1 by the look-ahead.
    """
    h = len(curve) - 1
    k = np.arange(h)
    ahead = k + np.maximum(1, np.rint((labelled + k) / 2).astype(np.int64))
    if complete:
        ahead = np.minimum(ahead, h)
        kept = (labelled + ahead) >= _LEAST_GROWTH * (labelled + k)
    else:
        kept = ahead <= h
    k, ahead = k[kept], ahead[kept]
    growth = np.log((labelled + ahead) / np.maximum(1, labelled + k))
    rise = np.log(np.maximum(curve[ahead], _TINY) / np.maximum(curve[k], _TINY))
    first = labelled + k == 0
    found: NDArray[np.float64] = np.where(first, 1.0, rise / np.where(first, 1.0, growth))
    return found


def elastic_stop(curve: NDArray[np.float64], labelled: int = 0, complete: bool = False) -> int | None:
    """The number of picks from which on 10 % more labels buy less than 1 % more coverage.

    "From which on", because coverage that a single pick gives to everything makes the curve look flat at its start.
    None where the curve ends before half as many picks again confirm the stop; a ``complete`` curve needs no
    confirmation. At least 1.
    """
    above = np.flatnonzero(elasticity(curve, labelled, complete) >= ELASTICITY)
    stop = max(1, int(above[-1]) + 1 if len(above) else 1)
    horizon = len(curve) - 1
    confirmed = stop + (labelled + stop) // 2 + max(16, stop // 2)
    if not complete and horizon < confirmed:
        return None
    return min(stop, max(1, horizon))


def hoeffding(samples: int) -> float:
    """Half the width of the 95 % confidence band of a mean of ``samples`` independent values in [0, 1]."""
    return math.sqrt(math.log(2 / (1 - _CONFIDENCE)) / (2 * samples)) if samples else 1.0


def second_opinion(shares: NDArray[np.float64], gaps: NDArray[np.float64], duplicate_radius: float) -> int | None:
    """The least number of picks that leaves at most a tenth of the pool beyond the bandwidth, None if none does.

    Parameters
    ----------
    shares : (h + 1,) share of the held-out samples within the bandwidth of a label or pick, after 0 to h picks.
    gaps : (h,) distance of each pick to the nearest label or earlier pick; from the first gap below
        ``duplicate_radius`` on, more picks only repeat.
    """
    reached = np.flatnonzero(shares >= _DELTA_COVERAGE)
    repeats = np.flatnonzero(gaps < duplicate_radius)
    ends = [int(found[0]) for found in (reached, repeats) if len(found)]
    return max(1, min(ends)) if ends else None


def points(horizon: int, marks: tuple[int, ...] = ()) -> NDArray[np.int64]:
    """At most `MOST_POINTS` counts from 0 to ``horizon`` to keep a curve at, denser at its start, with ``marks``."""
    if horizon < MOST_POINTS:
        return np.arange(horizon + 1, dtype=np.int64)
    wanted = {1, *(mark for mark in marks if 0 <= mark <= horizon)}
    spread = np.linspace(0.0, 1.0, MOST_POINTS - len(wanted)) ** 2 * horizon
    kept = set(np.rint(spread).astype(np.int64).tolist()) | wanted
    return np.asarray(sorted(kept), dtype=np.int64)

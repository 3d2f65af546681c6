"""How many samples to pick: where coverage of held-out samples rises too slowly, how sure that is, what it costs."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ELASTICITY = 0.1
"""Stop where 10 % more labels would buy less than 1 % more coverage."""

MOST_POINTS = 200
_CONFIDENCE = 0.95
_RESAMPLES = 200
# Several divisions of a small pool hold the same samples: however many parts, they vary as so many independent ones.
_INDEPENDENT = 20
# Where the rise hovers about a tenth, a hair would move the answer far: it is the mean over demands from three quarters
# to four thirds of that. What a person asks for is asked for as it is.
_ABOUT, _JUST = tuple(((4 / 3) ** np.linspace(-1, 1, 9)).tolist()), (1.0,)
_DELTA_COVERAGE = 0.9
_LEAST_GROWTH = 1.1
_TINY = 1e-9
_NEAR_PEAK = 0.9
_MOST_OF_IT = 0.9
# Less than a unit or two of the kernel is left to cover.
_COVERED = 1 - 5e-5


Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What held-out samples say of a ranking.

    ``parts`` (p, h + 1) is the coverage of each part of the held-out samples after 0 to h picks, ``random`` (p, h + 1)
    that of as many random picks, ``sizes`` (p,) the samples of each part. ``chance`` is the mean similarity of two
    samples of the pool: what a label covers of images that it has nothing to do with. ``labelled`` counts the labels
    and earlier picks before; ``whole`` is what to answer where no number of picks is enough; ``complete`` says that no
    ranking can be longer.
    """

    parts: NDArray[np.float64]
    random: NDArray[np.float64]
    sizes: NDArray[np.float64]
    chance: float
    labelled: int
    whole: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """A budget with the interval that holds 95 % of what other weightings of the held-out samples would say.

    ``ends`` is False where coverage rises to the last image of the pool: the budget is then what brings nine tenths of
    what labelling all would, and ``high`` is all.
    """

    count: int
    low: int
    high: int
    ends: bool = True


def _weighted(weights: NDArray[np.float64], parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The product of ``weights`` (r, p) and ``parts`` (p, h) in one order of summation, alike on every processor."""
    total = np.zeros((len(weights), parts.shape[1]))
    for part in range(len(parts)):
        total += weights[:, part, None] * parts[part]
    return total


def _look_ahead(h: int, labelled: int, complete: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The counts that a slope can be taken at, and where it is taken to: the labels grow by half between the two."""
    k = np.arange(h)
    ahead = k + np.maximum(1, np.rint((labelled + k) / 2).astype(np.int64))
    if complete:
        ahead = np.minimum(ahead, h)
        kept = (labelled + ahead) >= _LEAST_GROWTH * (labelled + k)
    else:
        kept = ahead <= h
    return k[kept], ahead[kept]


def elasticity(
    curves: NDArray[np.float64], labelled: int = 0, complete: bool = False, chance: float = 0.0
) -> NDArray[np.float64]:
    """The relative rise of coverage beyond chance over the relative rise of labels, at 0, 1, ... picks.

    Parameters
    ----------
    curves : (..., h + 1) coverage after 0 to h picks.
    labelled : the number of labels and earlier picks that came before.
    complete : whether no curve can be longer, so that its last slopes are taken over what is left of it.
    chance : the coverage that any image gives to any other. It is taken off, as in Cohen's kappa: in embeddings whose
        distances are all alike it makes up most of the coverage, and its share would pass for saturation.

    Returns
    -------
    (..., m) float64, d ln(F - chance) / d ln(|L| + k), as the mean slope while the labels grow by half: over less,
    the noise of a few picks decides. 1 where there is no label or nothing beyond chance yet, 0 where all is covered;
    m is less than h + 1 by the look-ahead.
    """
    k, ahead = _look_ahead(curves.shape[-1] - 1, labelled, complete)
    beyond = curves - chance
    growth = np.log((labelled + ahead) / np.maximum(1, labelled + k))
    rise = np.log(np.maximum(beyond[..., ahead], _TINY) / np.maximum(beyond[..., k], _TINY))
    nothing = (beyond[..., k] <= 0) | (labelled + k == 0)
    found: NDArray[np.float64] = np.where(nothing, 1.0, rise / np.where(labelled + k == 0, 1.0, growth))
    return np.where(curves[..., k] >= _COVERED, 0.0, found)


def elastic_stop(evidence: Evidence) -> Stop | None:
    """Where 10 % more labels begin to buy less than 1 % more coverage beyond chance; see `_stop`.

    In a small pool of images that differ much they may buy more up to the last image, by a hair or by far. Then the
    answer is the first count that brings nine tenths of the coverage beyond chance that labelling all would bring.
    """

    def worth(curves: NDArray[np.float64]) -> NDArray[np.float64]:
        return elasticity(curves, evidence.labelled, evidence.complete, evidence.chance) / ELASTICITY

    def most_of_it(curve: Curve) -> float:
        beyond = curve - evidence.chance
        return float(np.argmax(beyond >= _MOST_OF_IT * beyond[-1])) if beyond[-1] > _TINY else math.inf

    return _stop(evidence, worth, most_of_it, _ABOUT)


def image_stop(evidence: Evidence, pool: int, least: float) -> Stop | None:
    """Where a label begins to stand for fewer than ``least`` images of the ``pool``: n dF/dk < m; see `_stop`."""

    def worth(curves: NDArray[np.float64]) -> NDArray[np.float64]:
        k, ahead = _look_ahead(curves.shape[-1] - 1, evidence.labelled, evidence.complete)
        return np.asarray(pool / least * (curves[..., ahead] - curves[..., k]) / (ahead - k))

    return _stop(evidence, worth, lambda _: math.inf, _JUST)


def _stop(
    evidence: Evidence,
    worth: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    endless: Callable[[Curve], float],
    demands: tuple[float, ...],
) -> Stop | None:
    """The first count at which more labels are ``worth`` less than 1, around the greatest lead over random picks.

    The curve of a pool of a few groups of many clusters is flat after the first picks and steep again later, and that
    of any small pool rises once more at its end, where the last candidates are used up; neither is where selecting
    ends. So the search starts where the picks lead random ones by the most, at the last count that comes near to it:
    on to the first count that is not worth it, or back to the last one that is. ``endless`` answers where none is.

    The answer is the geometric mean over random weightings of the held-out parts (the Bayesian bootstrap of Rubin,
    Annals of Statistics 1981), and over ``demands`` about 1: where the rule hangs on a hair, it moves smoothly and not
    by leaps. The interval is that of the weightings, by the demand in the middle.
    None where the curves end too early to be sure; complete ones never do. At least 1.
    """
    rng = np.random.default_rng(0)
    parts = len(evidence.sizes)
    draws = rng.dirichlet(np.full(parts, min(1.0, _INDEPENDENT / parts)), _RESAMPLES) * evidence.sizes
    draws /= draws.sum(axis=1, keepdims=True)
    curves = _weighted(draws, evidence.parts)
    worths, lead = worth(curves), curves - _weighted(draws, evidence.random)
    measured = worths.shape[1]
    found, ends = np.empty((2, len(draws), len(demands)))
    wanted = np.asarray(demands)[:, None]
    for row in range(len(draws)):
        if measured == 0:
            # The labels cannot grow by a tenth any more, or the curves end before they do.
            found[row] = ends[row] = 1 if evidence.complete else math.inf
            continue
        ahead = lead[row, :measured]
        peak = start = int(ahead.argmax())
        if ahead[peak] > 0:
            start = int(np.flatnonzero(ahead >= _NEAR_PEAK * ahead[peak])[-1])
        covered = np.flatnonzero(curves[row] >= _COVERED)
        last = min(evidence.whole, covered[0] if len(covered) else evidence.whole)
        most = min(last, endless(curves[row]))
        stops = _crosses(worths[row], start, wanted)
        found[row], ends[row] = np.where(stops < 0, most, stops), np.where(stops < 0, last, stops)
        sure = (stops >= 0) & (np.maximum(peak, stops) + np.maximum(16, stops) <= measured)
        if not evidence.complete:
            found[row, ~sure] = math.inf
    if not np.isfinite(found).all():
        return None
    found, ends, plain = np.maximum(found, 1), np.maximum(ends, 1), len(demands) // 2
    tail = 100 * (1 - _CONFIDENCE) / 2
    low, high = np.percentile(found[:, plain], tail), np.percentile(ends[:, plain], 100 - tail)
    count = round(math.exp(float(np.log(found).mean())))
    endings = float(np.mean(found == ends))
    return Stop(count, min(count, math.floor(low)), max(count, math.ceil(high)), endings > 1 / 2)


def _crosses(worths: Curve, start: int, demands: Curve) -> NDArray[np.int64]:
    """Where ``worths`` (m,) fall below each of ``demands`` (d, 1): (d,) places, -1 for nowhere.

    That is the first place below from ``start`` on, or the one after the last place before it that is not below.
    """
    below, before = worths[start:] < demands, worths[:start][::-1] >= demands
    later = np.where(below.any(axis=1), start + below.argmax(axis=1), -1)
    earlier = np.where(before.any(axis=1), start - before.argmax(axis=1), 0) if start else 0
    return np.where(below[:, 0], earlier, later)


def hoeffding(samples: int) -> float:
    """Half the width of the 95 % confidence band of a mean of ``samples`` independent values in [0, 1]."""
    return math.sqrt(math.log(2 / (1 - _CONFIDENCE)) / (2 * samples)) if samples else 1.0


def second_opinion(shares: NDArray[np.float64], gaps: NDArray[np.float64], minimum_distance: float) -> int | None:
    """The least number of picks that leaves at most a tenth of the pool beyond the bandwidth, None if none does.

    Parameters
    ----------
    shares : (h + 1,) share of the samples within the bandwidth of a label or pick, after 0 to h picks.
    gaps : (h,) distance of each pick to the nearest label or earlier pick; from the first gap below
        ``minimum_distance`` on, more picks only repeat.
    """
    reached = np.flatnonzero(shares >= _DELTA_COVERAGE)
    repeats = np.flatnonzero(gaps < minimum_distance)
    ends = [int(found[0]) for found in (reached, repeats) if len(found)]
    return max(1, min(ends)) if ends else None


def costs(
    labels: NDArray[np.integer], seconds: float, price: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What ``labels`` (p,) cost, such as the counts of a curve: hours (p,) and money (p,) in the currency of ``price``.

    ``seconds`` is the time and ``price`` the money that one label takes. Raises `ValueError` where one is negative or
    not finite.
    """
    if not (0 <= seconds < math.inf and 0 <= price < math.inf):
        raise ValueError(f"seconds and price of a label must be finite and not negative: {seconds}, {price}")
    counts = np.asarray(labels, dtype=np.float64)
    return counts * seconds / 3600, counts * price


def points(horizon: int, marks: tuple[int, ...] = ()) -> NDArray[np.int64]:
    """At most `MOST_POINTS` counts from 0 to ``horizon`` to keep a curve at, denser at its start, with ``marks``."""
    if horizon < MOST_POINTS:
        return np.arange(horizon + 1, dtype=np.int64)
    wanted = {1, *(mark for mark in marks if 0 <= mark <= horizon)}
    spread = np.linspace(0.0, 1.0, MOST_POINTS - len(wanted)) ** 2 * horizon
    kept = set(np.rint(spread).astype(np.int64).tolist()) | wanted
    return np.asarray(sorted(kept), dtype=np.int64)

"""The automatic strategy: coverage of what is in doubt by a wide kernel, where rare classes and outskirts count more.

No single published strategy wins on every pool: herding wins on balanced ones, and on pools with a dense majority and
rare outskirts k-center does, since it goes where nothing is known. This one is weighted coverage throughout:

- by a kernel that is wide while labels are few. To a linear classifier on frozen embeddings a label speaks for much
  more than its neighbourhood, and coverage by a narrow kernel digs where labels have settled the matter. Its width
  falls with the fourth root of the labels, as the room of each does where a pool has four dimensions, from about twice
  the median distance at a handful down to the bandwidth at about a thousand;
- with labels, weighed by calibrated uncertainty (UHerding, Bae et al. 2024), with a floor;
- rare classes counting more: a sample weighs by sum_c p_c / sqrt(n_c), n_c being the expected number of samples of
  class c; by the root, since the n_c are uncertain;
- outskirts counting more in a pool that is a dense mass with far ones: a sample weighs by the 2.5th power of its
  spacing, the mean distance to its nearest. The tail of the spacing tells such pools from even ones before there is any
  label, and says how much of that weight counts. Rare classes are found out there as by k-center, while a crowd out
  there counts for more than a stray.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import Sentence, say
from desktop_al.numerics.bandwidth import FIRST_BUDGET, middle_distance
from desktop_al.numerics.beliefs import margin_uncertainty
from desktop_al.numerics.outskirts import quantiles, tail
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.coverage import greedy, integer_weights

# The width of the kernel in median distances, times the fourth root of the labels.
_WIDE = 3.0
# Ratios are multiples of 1/64, so that no last bit decides a similarity.
_RATIOS = 64
# A spacing beyond so many times the median is no rarer than one at it, and one below the inverse no more common.
_FARTHEST = 4.0
# What lies as far out as this share of the pool, and from how much on it is worth a word that it counts for more.
_FAR, _TELLING = 0.99, 1.1


def class_weights(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The weight of each row (n, c), (n,) float64: the mean over its classes of how much they count.

    A class counts by the root of its rarity, which is the mean column sum over its own.
    """
    found = np.asarray(probabilities, dtype=np.float64)
    expected = found.sum(axis=0)
    there = expected > 0
    counts = np.sqrt(expected[there].mean() / expected[there])
    return np.asarray((found[:, there] * counts).sum(axis=1), dtype=np.float64)


def place_weights(spacing: NDArray[np.float64], middle: float, heavy: float) -> NDArray[np.float64]:
    """How much samples of a ``spacing`` (n,) count, (n,) float64, 1 at the usual one, ``middle``.

    The spacing to the power of 2.5 at ``heavy`` 1, one for all at 0, and a mean of both between. Products and roots are
    the same on every processor; powers need not be. No sample counts for more than 32 usual ones, however far it
    strays, and none for less than a 32nd.
    """
    ratio = np.clip(spacing / middle, 1 / _FARTHEST, _FARTHEST)
    return np.asarray((1 - heavy) + heavy * ratio * ratio * np.sqrt(ratio), dtype=np.float64)


def places_of(given: StrategyInput, ctx: Context = SILENT) -> tuple[NDArray[np.float64] | None, float]:
    """How much the places of the pool count, None where it has no tail, and how much its farthest hundredth does.

    Copies count once in the tail and in what is usual.
    """
    spacing = given.similarity.spacing(given.neighbours, ctx)
    copies = given.similarity.copies(given.neighbours, ctx)
    heavy = tail(spacing, copies)
    if heavy == 0:
        return None, 1.0
    places = place_weights(spacing, quantiles(spacing, [0.5], copies)[0], heavy)
    return places, quantiles(places, [_FAR], copies)[0]


def objective_weights(given: StrategyInput, places: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """What each sample of the pool weighs, ``given.weights`` included, (n,) float64; None for all alike.

    ``places`` (n,) are those of `places_of`.
    """
    weights = None if given.weights is None else np.asarray(given.weights, dtype=np.float64)
    if places is not None:
        weights = places if weights is None else weights * places
    if _doubts(given):
        assert given.beliefs is not None
        probabilities = given.beliefs.probabilities
        doubts = margin_uncertainty(probabilities) * class_weights(probabilities)
        weights = doubts if weights is None else weights * doubts
    return weights


def widening(given: StrategyInput) -> float:
    """How many times as wide as the bandwidth the kernel is, for the labels, earlier picks and picks asked for."""
    labels = len(given.references) + (FIRST_BUDGET if given.asked is None else given.asked)
    width = _WIDE * middle_distance(given.pool) / math.sqrt(math.sqrt(max(1, labels)))
    return max(1.0, round(_RATIOS * width / given.similarity.bandwidth) / _RATIOS)


def _doubts(given: StrategyInput) -> bool:
    return given.beliefs is not None and len(given.references) > 0


def _account(given: StrategyInput, times: float) -> Sentence:
    """What it did and why; ``times`` says how much the outskirts count, 1 being as much as a usual place."""
    if times < _TELLING:
        if _doubts(given):
            return say("Covered what the model doubts, rare classes counting more; no images lie far from the rest.")
        return say("Covered the pool; no images lie far from the rest.")
    if _doubts(given):
        return say(
            "Reached out, since the pool is dense with rare outskirts: covered what the model doubts, rare classes "
            "counting more, and the farthest hundredth of the images {times:.1f} times as much as a usual one.",
            times=times,
        )
    return say(
        "Reached out, since the pool is dense with rare outskirts: covered the pool, the farthest hundredth of the "
        "images counting {times:.1f} times as much as a usual one.",
        times=times,
    )


@dataclass(frozen=True, slots=True)
class Auto:
    """The default: needs nothing, uses labels as soon as there are some."""

    name: str = "auto"
    summary: str = "Let the pool and the labels decide: cover what is in doubt, and reach out where rare classes live."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset({"labels", "probabilities"})
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by greedy gain in coverage by the wide kernel, samples weighed by doubt, class and place."""
        places, times = places_of(given, ctx)
        under = replace(given, weights=objective_weights(given, places))
        if (ratio := widening(given)) > 1:
            under = replace(under, similarity=given.similarity.widened(ratio))
        ranker = greedy(under, integer_weights(under, ctx), ctx)
        ranker.account = _account(given, times)
        return ranker

"""The automatic strategy: coverage of what is in doubt, where rare classes count more, that reaches out to rarity.

No single published strategy wins on every pool: herding wins on balanced ones, and on pools with a dense majority and
rare outskirts k-center does, since it goes where nothing is known. The tail of the spacing tells the two apart before
there is any label; all that follows is scaled by it, from 0 for an even pool to 1 for a dense mass with far outskirts:

- while there are no labels, coverage of places more than of images: a sample weighs by the inverse of its kernel
  density, by the root of that in an even pool, so that a crowd counts for less;
- with labels, coverage weighed by calibrated uncertainty (UHerding, Bae et al. 2024), with a floor;
- rare classes counting more: a sample weighs by sum_c p_c / n_c, n_c being the expected number of samples of class c,
  by the root of n_c in an even pool: no class is far rarer there, and the n_c are uncertain;
- a share of picks that reach out to the farthest samples (k-center), in a pool with a tail: the larger, the more labels
  are the only ones of their class, since as many classes are likely still to be found (Good 1953), and the more labels
  on its outskirts serve rare classes. While all labels are of one class it grows in any pool;
- a kernel up to one and a half times as wide in a pool with a tail: the bandwidth is that of the dense mass, and on the
  outskirts, where samples lie farther apart, each would stand for itself alone.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import Sentence, say, template
from desktop_al.numerics.beliefs import margin_uncertainty
from desktop_al.numerics.outskirts import outness, rarity_outside, spacing_beside, tail
from desktop_al.strategies.base import Option, Ranker, StrategyInput
from desktop_al.strategies.coverage import greedy, integer_weights
from desktop_al.strategies.reaching import Reaching

_COLD_SHARE = 0.7
# Where half of the labels are the only ones of their class, every pick should reach out.
_ONCE = 2.0
# How much wider the kernel is at a tail of 1; ratios are multiples of 1/64, so that no last bit decides a similarity.
_WIDER, _RATIOS = 0.5, 64
# A ratio below the first says nothing, one above the second says that every pick should reach out.
_NEUTRAL, _FULL = math.log(1.1), math.log(2.0)
_MOST_LABELLED = 512
# What it did where no pick reached out, and where some did.
_EVENLY = (
    template("Covered the pool, crowds of similar images counting for less; {why}."),
    template(
        "Reached out with {share:.0%} of the picks, since {why}; with the others covered the pool, crowds "
        "of similar images counting for less."
    ),
)
_COVERED = (
    template("Covered the pool; {why}."),
    template("Reached out with {share:.0%} of the picks, since {why}; with the others covered the pool."),
)
_DOUBTS = (
    template("Covered what the model doubts, rare classes counting more; {why}."),
    template(
        "Reached out with {share:.0%} of the picks, since {why}; with the others covered what the model doubts, rare "
        "classes counting more."
    ),
)


def tempered(rarity: NDArray[np.float64], heavy: float) -> NDArray[np.float64]:
    """How much places or classes of a ``rarity`` (m,), 1 the usual one, count: its root at ``heavy`` 0, itself at 1.

    A mean of both between, not a power: roots and sums are the same on every processor.
    """
    return (1 - heavy) * np.sqrt(rarity) + heavy * rarity


def class_weights(probabilities: NDArray[np.floating], heavy: float = 1.0) -> NDArray[np.float64]:
    """The weight of each row (n, c), (n,) float64: the mean over its classes of how much they count.

    A class is the rarer the smaller its column sum; with ``heavy`` at 1 all classes weigh the same.
    """
    found = np.asarray(probabilities, dtype=np.float64)
    expected = found.sum(axis=0)
    there = expected > 0
    counts = tempered(expected[there].mean() / expected[there], heavy)
    return np.asarray((found[:, there] * counts).sum(axis=1), dtype=np.float64)


def objective_weights(given: StrategyInput, heavy: float, ctx: Context = SILENT) -> NDArray[np.float64] | None:
    """What each sample of the pool weighs, ``given.weights`` included, (n,) float64; None for all alike.

    ``heavy``, in [0, 1], is the tail of the pool.
    """
    if given.beliefs is not None and len(given.references):
        probabilities = given.beliefs.probabilities
        weights = margin_uncertainty(probabilities) * class_weights(probabilities, heavy)
    elif given.known is None or len(given.known.rows) == 0:
        crowding = given.similarity.crowding(given.neighbours, ctx)
        weights = tempered(crowding.mean() / crowding, heavy)
    else:
        return given.weights
    return weights if given.weights is None else weights * np.asarray(given.weights, dtype=np.float64)


def widening(heavy: float) -> float:
    """How many times as wide as the bandwidth the kernel is in a pool whose tail is ``heavy``."""
    return 1 + round(_WIDER * heavy * _RATIOS) / _RATIOS


@dataclass(frozen=True, slots=True)
class Reach:
    """The share of picks that reach out, in [0, 1], and why, in words."""

    share: float
    why: Sentence


def reach(given: StrategyInput, spacing: NDArray[np.float64], heavy: float, ctx: Context = SILENT) -> Reach:
    """How much to reach out on what is known; ``spacing`` (n,) is that of the pool, ``heavy`` its tail."""
    known = given.known
    if known is None or len(known.rows) == 0:
        share = _COLD_SHARE * heavy
        return Reach(
            share, say("the pool is dense with rare outskirts") if share else say("no images lie far from the rest")
        )
    classes, m = len(np.unique(known.codes)), len(known.codes)
    if classes == 1:
        # Were there two classes of equal size, so many labels alike would come with this probability.
        share = 1.0 - 0.5 ** (m - 1)
        one = say("the one label there is tells nothing of rarity")
        return Reach(share, one if m == 1 else say("all {count:,} labels are alike", count=m))
    if heavy == 0:
        return Reach(0.0, say("no images lie far from the rest"))
    once = int((np.unique(known.codes, return_counts=True)[1] == 1).sum())
    unseen = min(1.0, _ONCE * once / m)
    at = np.arange(m)
    if m > _MOST_LABELLED:
        at = np.sort(np.random.default_rng(0).choice(m, _MOST_LABELLED, replace=False))
    out = outness(spacing_beside(given.references.subset(known.rows[at]), given.pool, ctx=ctx), spacing)
    ratio = rarity_outside(out, known.codes[at], float(outness(spacing, spacing).mean()))
    served = float(np.clip((math.log(ratio) - _NEUTRAL) / (_FULL - _NEUTRAL), 0.0, 1.0))
    share = heavy * (unseen + (1 - unseen) * served)
    if share == 0:
        return Reach(
            0.0, say("of the {count:,} classes seen, rare ones are no more frequent on the outskirts", count=classes)
        )
    if unseen > served:
        return Reach(
            share,
            say(
                "{once:.0%} of the labels are the only ones of their class, and the next may be of a new one",
                once=once / m,
            ),
        )
    return Reach(
        share,
        say("a label from the outskirts serves rare classes {ratio:.1f} times as much as one from inside", ratio=ratio),
    )


def _account(given: StrategyInput, found: Reach) -> Sentence:
    """What it did and why."""
    if found.share >= 1:
        return say(
            "Reached out with every pick to what is farthest from all labels and picks, since {why}.", why=found.why
        )
    alone, beside = _EVENLY
    if given.known is not None and len(given.known.rows):
        alone, beside = _COVERED
    if given.beliefs is not None and len(given.references):
        alone, beside = _DOUBTS
    if found.share == 0:
        return Sentence(alone, values={"why": found.why})
    return Sentence(beside, values={"share": found.share, "why": found.why})


@dataclass(frozen=True, slots=True)
class Auto:
    """The default: needs nothing, uses labels as soon as there are some."""

    name: str = "auto"
    summary: str = "Let the pool and the labels decide: cover what is in doubt, and reach out where rare classes live."
    needs: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset({"labels", "probabilities"})
    options: tuple[Option, ...] = ()

    def start(self, given: StrategyInput, ctx: Context = SILENT) -> Ranker:
        """Rank by weighted coverage, with as many picks that reach out as the evidence asks for."""
        spacing = given.similarity.spacing(given.neighbours, ctx)
        heavy = tail(spacing, given.similarity.copies(given.neighbours, ctx))
        found = reach(given, spacing, heavy, ctx)
        if (ratio := widening(heavy)) > 1:
            given = replace(given, similarity=given.similarity.widened(ratio))
        weights = objective_weights(given, heavy, ctx)
        ranker = greedy(given, integer_weights(replace(given, weights=weights), ctx), ctx)
        if found.share > 0:
            return Reaching(ranker, given, spacing, found.share, _account(given, found), ctx)
        ranker.account = _account(given, found)
        return ranker

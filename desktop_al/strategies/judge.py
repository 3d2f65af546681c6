"""Judges a ranking: held-out coverage along it, beside random, with what nothing could exceed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.sentence import say
from desktop_al.numerics.budget import hoeffding, points, second_opinion
from desktop_al.numerics.certificate import bounds
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.reached import first_reaching
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Ranker, StrategyInput
from desktop_al.strategies.budget_words import Chosen, note, stop_advice
from desktop_al.strategies.held_out import HeldOut

DRAWS = 10
_RANDOM_ROWS = 8_000
_DUPLICATE_SHARE = 0.1
# Beside a budget that a person asked for, the automatic one is looked for up to here.
_SOUGHT = 4096


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a batch is worth.

    ``coverage`` and ``budget`` are the JSON objects of ``select --json``; ``certificate`` is an upper bound of the
    coverage that any batch of this size can reach.
    """

    coverage: dict[str, Any]
    budget: dict[str, Any]
    certificate: float


def judge(
    held: HeldOut,
    yardstick: HeldOut,
    given: StrategyInput,
    ranker: Ranker,
    best: NDArray[np.int64],
    count: int,
    sought: int,
    rule: str,
    wanted: int | None,
    least_images: float = 0.0,
    ctx: Context = SILENT,
) -> Verdict:
    """Judge the ranking of ``ranker``, of which ``count`` are the batch; ``best`` is the ranking by plain coverage.

    ``held`` holds out samples from rankings by the strategy, ``yardstick`` from ones by plain coverage. The automatic
    budget is looked for among ``sought`` picks, which limits may keep the ranking from having.
    """
    similarity, n = given.similarity, len(given.pool)
    order, horizon = ranker.indices, len(ranker.indices)
    ended = count == horizon < sought
    if wanted is not None and held is not yardstick:
        sought = min(sought, _SOUGHT)
    stop = yardstick.elastic(sought, 0.0, ctx)
    asked = yardstick.elastic(sought, least_images, ctx) if least_images > 0 else stop
    heldout = held.curve(horizon, ctx)
    exact = similarity.trace(order, np.arange(n), ctx)
    random = _random(similarity, horizon, given.seed, ctx)
    kept = points(horizon, (count,))
    limit = bounds(similarity, best, np.append(kept, count), given.neighbours, ctx)
    some = _some(n, given.seed)
    shares, gaps = _reach(similarity, order, some, ctx)
    apart = max(_DUPLICATE_SHARE * similarity.bandwidth, given.limits.minimum_distance)
    buys = _next_batch(heldout, count)
    curve = {
        "k": kept.tolist(),
        "coverage": exact[kept].tolist(),
        **_banded(heldout, kept, hoeffding(held.size)),
        "random": random.mean(axis=0)[kept].tolist(),
        "random_sd": random.std(axis=0)[kept].tolist(),
        "certificate": limit[:-1].tolist(),
    }
    budget = {
        "rule": rule,
        "asked": wanted,
        "count": count,
        "elastic": None if stop is None else stop.count,
        "interval": None if asked is None else [asked.low, asked.high],
        "second_opinion": second_opinion(shares, gaps, apart),
        "second_opinion_rule": say("delta coverage"),
        "least_images": least_images,
        "next_batch_buys": buys,
        "stop_advice": stop_advice(count, stop, buys),
        "horizon": horizon,
        "bandwidth": similarity.bandwidth,
        "chance": yardstick.chance,
        "heldout_samples": held.size,
        "curve": curve,
        "note": note(Chosen(count, wanted, n, yardstick.distinct, asked, least_images, ended)),
        "account": ranker.account,
    }
    coverage: dict[str, Any] = {
        "before": float(exact[0]),
        "after": float(exact[count]),
        "random_mean": float(random[:, count].mean()),
        "random_sd": float(random[:, count].std()),
        "certificate": float(limit[-1]),
        "pool": n,
    }
    return Verdict(coverage, budget, float(limit[-1]))


def _some(n: int, seed: int) -> NDArray[np.int64]:
    return np.sort(np.random.default_rng([seed, 4]).choice(n, min(n, _RANDOM_ROWS), replace=False))


def _random(similarity: Similarity, horizon: int, seed: int, ctx: Context) -> NDArray[np.float64]:
    """The coverage of `DRAWS` random batches of 0 to ``horizon`` samples, (draws, horizon + 1).

    Over the whole pool where it fits a dense kernel, else over a random 8,000 of it.
    """
    n = len(similarity)
    rows = np.arange(n) if similarity.fits else _some(n, seed)
    draws = [np.random.default_rng([seed, 3, draw]).permutation(n)[:horizon] for draw in range(DRAWS)]
    return np.array([similarity.trace(draw, rows, ctx) for draw in draws])


def _next_batch(heldout: NDArray[np.float64], count: int) -> float | None:
    """The share of held-out coverage that as many picks again would buy, None where too few are left to tell."""
    if count >= len(heldout) - 1:
        return None
    return max(0.0, float(heldout[min(2 * count, len(heldout) - 1)] - heldout[count]))


def _banded(heldout: NDArray[np.float64], kept: NDArray[np.int64], band: float) -> dict[str, list[float | None]]:
    """Held-out coverage and its band at ``kept``; None past the end, where too few are left to hold any out."""
    values = [float(heldout[k]) if k < len(heldout) else None for k in kept]
    return {
        "heldout": list(values),
        "low": [None if value is None else max(0.0, value - band) for value in values],
        "high": [None if value is None else min(1.0, value + band) for value in values],
    }


def _reach(
    similarity: Similarity, order: NDArray[np.int64], rows: NDArray[np.int64], ctx: Context
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of ``rows`` within the bandwidth after each pick, and the distance of each pick to what came before."""
    near = round(ONE * float(np.exp(-1)))
    later = 1 + first_reaching(similarity, rows, order, near, ctx)
    later[similarity.before().similarity[rows] >= near] = 0
    # Of the last place nothing was reached.
    shares = np.bincount(later, minlength=len(order) + 2)[:-1].cumsum() / len(rows)
    block = 512
    among = similarity.before().similarity[order].copy()
    for start in range(0, len(order), block):
        values = np.tril(similarity.columns(order[start : start + block], order[: start + block]), k=start - 1)
        among[start : start + block] = np.maximum(among[start : start + block], values.max(axis=1))
    with np.errstate(divide="ignore"):
        gaps = similarity.bandwidth * np.sqrt(-np.log(among / ONE))
    return shares, gaps

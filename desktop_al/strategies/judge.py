"""Judges a ranking: held-out coverage along it, beside random, with what nothing could exceed."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.budget import elastic_stop, hoeffding, points, second_opinion
from desktop_al.numerics.certificate import bounds
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Ranker, Strategy, StrategyInput

DRAWS = 10
_LARGE_REFERENCE = 20_000
_RANDOM_ROWS = 8_000
_DUPLICATE_SHARE = 0.1
_JUDGED, _MOST_DIVISIONS = 24_000, 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a batch is worth.

    ``coverage`` and ``budget`` are the JSON objects of ``select --json``; ``certificate`` is an upper bound of the
    coverage that any batch of this size can reach.
    """

    coverage: dict[str, Any]
    budget: dict[str, Any]
    certificate: float


def folds_of(n: int) -> list[NDArray[np.int64]]:
    """The parts of a pool of ``n`` to hold out, each (m,) int64 in order.

    Halves, each judged by the ranking of the other, of several divisions where the pool is small, for one division of a
    few thousand samples moves the budget by a fifth; one random reference set where that is large enough alone. They
    are the same for each seed, so that the budget is too.
    """
    if n < 2:
        return []
    rng = np.random.default_rng(n)
    if n > 2 * _LARGE_REFERENCE:
        return [np.sort(rng.permutation(n)[:_LARGE_REFERENCE])]
    folds = []
    for _ in range(int(np.clip(_JUDGED // n, 1, _MOST_DIVISIONS))):
        shuffled = rng.permutation(n)
        folds += [np.sort(shuffled[: n // 2]), np.sort(shuffled[n // 2 :])]
    return folds


class HeldOut:
    """Rankings that neither weigh nor pick a part of the pool, and the coverage of that part along them.

    A picked sample covers itself, which says nothing about others; what is held out here is never picked.
    """

    def __init__(self, strategy: Strategy, given: StrategyInput, ctx: Context = SILENT) -> None:
        self._similarity, self._labelled = given.similarity, len(given.references)
        self._folds = folds_of(len(given.pool))
        self._rankers: list[Ranker] = []
        for fold in self._folds:
            held_out = np.zeros(len(given.pool), dtype=bool)
            held_out[fold] = True
            self._rankers.append(strategy.start(replace(given, held_out=held_out), ctx))

    @property
    def size(self) -> int:
        """The number of different held-out samples that are judged."""
        return min(len(self._similarity), self._judged)

    @property
    def _judged(self) -> int:
        return sum(len(fold) for fold in self._folds)

    @property
    def longest(self) -> int:
        """The number of picks that every ranking can reach."""
        return min((len(self._similarity) - len(fold) for fold in self._folds), default=0)

    def curve(self, horizon: int, ctx: Context = SILENT) -> NDArray[np.float64]:
        """Held-out coverage after 0 to ``horizon`` picks, at most `longest`."""
        horizon = min(horizon, self.longest)
        total = np.zeros(horizon + 1)
        for fold, ranker in zip(self._folds, self._rankers, strict=True):
            ranker.extend(horizon, ctx)
            found = self._similarity.trace(ranker.indices[:horizon], fold, ctx)
            # Where limits end a ranking early, its coverage stays.
            total += len(fold) * np.pad(found, (0, horizon + 1 - len(found)), mode="edge")
        curve: NDArray[np.float64] = total / max(1, self._judged)
        return curve

    def stop(self, horizon: int, ctx: Context = SILENT) -> tuple[int, int]:
        """The automatic budget, and the horizon, at least ``horizon``, at which ranking shows that it is one."""
        while True:
            complete = horizon >= self.longest
            stop = elastic_stop(self.curve(horizon, ctx), self._labelled, complete)
            if stop is not None:
                return stop, max(horizon, 2 * stop)
            horizon *= 2


def random_coverage(similarity: Similarity, count: int, seed: int, ctx: Context = SILENT) -> tuple[float, float]:
    """Mean and standard deviation of the coverage of `DRAWS` random batches of ``count``.

    Over the whole pool where it fits a dense kernel, else over a random 20,000 of it.
    """
    rows = np.arange(len(similarity))
    if not similarity.fits:
        rows = np.sort(np.random.default_rng([seed, 2]).choice(len(rows), _LARGE_REFERENCE, replace=False))
    found = [similarity.trace(draw, rows, ctx)[-1] for draw in _draws(len(similarity), count, seed)]
    return float(np.mean(found)), float(np.std(found))


def _draws(n: int, count: int, seed: int) -> list[NDArray[np.int64]]:
    return [np.random.default_rng([seed, 3, draw]).permutation(n)[:count] for draw in range(DRAWS)]


def judge(
    held: HeldOut,
    given: StrategyInput,
    ranker: Ranker,
    best: NDArray[np.int64],
    count: int,
    rule: str,
    wanted: int | None,
    ctx: Context = SILENT,
) -> Verdict:
    """Judge the ranking of ``ranker``, of which ``count`` are the batch; ``best`` is the ranking by plain coverage."""
    similarity, n = given.similarity, len(given.pool)
    order, horizon = ranker.indices, len(ranker.indices)
    heldout = held.curve(horizon, ctx)
    stop = elastic_stop(heldout, len(given.references), complete=len(heldout) <= horizon)
    exact = similarity.trace(order, np.arange(n), ctx)
    some = np.sort(np.random.default_rng([given.seed, 4]).choice(n, min(n, _RANDOM_ROWS), replace=False))
    random = np.array([similarity.trace(draw, some, ctx) for draw in _draws(n, horizon, given.seed)])
    kept = points(horizon, (count,))
    limit = bounds(similarity, best, np.append(kept, count), given.neighbours, ctx)
    mean, spread = random_coverage(similarity, count, given.seed, ctx)
    shares, gaps = _reach(similarity, order, some)
    opinion = second_opinion(shares, gaps, _DUPLICATE_SHARE * similarity.bandwidth)
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
        "elastic": stop,
        "second_opinion": opinion,
        "horizon": horizon,
        "bandwidth": similarity.bandwidth,
        "heldout_samples": held.size,
        "curve": curve,
        "note": _note(count, wanted, n, stop),
    }
    coverage = {
        "before": float(exact[0]),
        "after": float(exact[count]),
        "random_mean": mean,
        "random_sd": spread,
        "certificate": float(limit[-1]),
        "pool": n,
    }
    return Verdict(coverage, budget, float(limit[-1]))


def _banded(heldout: NDArray[np.float64], kept: NDArray[np.int64], band: float) -> dict[str, list[float | None]]:
    """Held-out coverage and its band at ``kept``; None past the end, where too few are left to hold any out."""
    values = [float(heldout[k]) if k < len(heldout) else None for k in kept]
    return {
        "heldout": list(values),
        "low": [None if value is None else max(0.0, value - band) for value in values],
        "high": [None if value is None else min(1.0, value + band) for value in values],
    }


def _reach(
    similarity: Similarity, order: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of ``rows`` within the bandwidth after each pick, and the distance of each pick to what came before."""
    near = round(ONE * float(np.exp(-1)))
    served = similarity.before().similarity[rows].copy()
    shares = np.empty(len(order) + 1)
    shares[0] = (served >= near).mean()
    block = 512
    for start in range(0, len(order), block):
        values = similarity.columns(rows, order[start : start + block])
        for j in range(values.shape[1]):
            np.maximum(served, values[:, j], out=served)
            shares[start + j + 1] = (served >= near).mean()
    among = similarity.before().similarity[order].copy()
    for start in range(0, len(order), block):
        values = np.tril(similarity.columns(order[start : start + block], order[: start + block]), k=start - 1)
        among[start : start + block] = np.maximum(among[start : start + block], values.max(axis=1))
    with np.errstate(divide="ignore"):
        gaps = similarity.bandwidth * np.sqrt(-np.log(among / ONE))
    return shares, gaps


def _note(count: int, wanted: int | None, pool: int, stop: int | None) -> str:
    """One sentence on how the budget came about."""
    if wanted is None:
        picks = "pick" if count == 1 else "picks"
        return f"From {count:,} {picks} on, 10 % more labels would buy less than 1 % more coverage."
    if wanted > pool:
        return f"{wanted:,} images were asked for and the pool holds {pool:,}: the batch takes them all."
    if wanted > count:
        return f"{wanted:,} images were asked for, and the limits leave no more than {count:,}."
    if stop is None:
        return f"{wanted:,} images were asked for; more would still buy coverage."
    return f"{wanted:,} images were asked for; by coverage alone {stop:,} would do."

"""Rankings that neither weigh nor pick a part of the pool, and what that part says of them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.budget import Evidence, Stop, elastic_stop, image_stop
from desktop_al.numerics.content import content_order
from desktop_al.numerics.copies import copy_groups, copy_groups_along
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Ranker, Strategy, StrategyInput, require_neighbours

STAGE = "Judging on images held out"
FURTHEST = 10_000
"""An automatic budget is looked for up to here: more images than one batch is labelled in."""

_SHARE = 5
_LARGE_REFERENCE = 20_000
# Of a small pool the mean over many divisions is what stays when its samples are dealt otherwise, as with copies.
# Rankings of all divisions take time that grows with the square of its size.
_RANKED, _USUAL, _PAIRS = 30_000, 100, 64_000_000
_PARTS, _FEW = 20, 2
_CROWD = 2048
_PIECE = 1024


def folds_of(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The parts of a pool to hold out, each (m,) int64 in order, given the near-copy ``groups`` (n,) of its samples.

    Fifths, each judged by the ranking of the rest, of several divisions where the pool is small, for one division
    moves the budget; one random reference set where that is large enough alone. A group is held out as a whole: a
    sample whose copy may be picked is not held out. The parts are the same for each seed, so that the budget is too.
    """
    n, count = len(groups), int(groups.max()) + 1 if len(groups) else 0
    if count < 2:
        return []
    rng = np.random.default_rng(0)
    if n > 2 * _LARGE_REFERENCE:
        dealt = rng.permutation(count)
        sizes = np.bincount(groups, minlength=count)[dealt]
        chosen = dealt[: max(1, int(np.searchsorted(np.cumsum(sizes), _LARGE_REFERENCE, side="right")))]
        inside = np.zeros(count, dtype=np.bool_)
        inside[chosen] = True
        return [np.flatnonzero(inside[groups])]
    share = min(_SHARE, count)
    # As many as samples, where that takes no longer than it does for some hundreds.
    rankings = max(2, min(_RANKED // count, _USUAL), min(count, _PAIRS // count**2))
    folds = []
    for _ in range(max(1, rankings // share)):
        dealt = rng.permutation(count) % share
        folds += [np.flatnonzero(dealt[groups] == part) for part in range(share)]
    return folds[: max(2, rankings)]


class HeldOut:
    """The coverage of held-out samples along rankings that know nothing of them.

    A picked sample covers itself, which says nothing about others; what is held out here is never picked. ``like``
    hands on what was found about the same pool; then there are two rankings at most, enough for a curve.
    """

    def __init__(
        self, strategy: Strategy, given: StrategyInput, ctx: Context = SILENT, like: "HeldOut | None" = None
    ) -> None:
        self._similarity, self._labelled = given.similarity, len(given.references)
        n = len(given.pool)
        if like is None:
            # Whatever is drawn here is drawn in this order, so that shuffling a pool moves no budget.
            self._order = content_order(given.pool)
            self._groups: NDArray[np.int64] = _groups(given, ctx)[self._order]
        else:
            self._order, self._groups = like._order, like._groups
        firsts, numbers = np.unique(self._groups, return_index=True, return_inverse=True)[1:]
        self._firsts: NDArray[np.int64] = self._order[np.sort(firsts)]
        self.chance: float = _chance(self._similarity, self._firsts) if like is None else like.chance
        # Groups numbered by their first members in this order.
        ranks = np.argsort(np.argsort(firsts))[numbers.reshape(-1)]
        self._folds = [self._order[fold] for fold in folds_of(ranks)[: None if like is None else _FEW]]
        if given.scores is None:
            given = replace(given, scores=_tie_breaks(self._order))
        self._rankers: list[Ranker] = []
        self._random: list[NDArray[np.int64]] = []
        for number, (fold, quiet) in enumerate(zip(self._folds, self._each("Dividing the pool", ctx), strict=True)):
            held_out = np.zeros(n, dtype=bool)
            held_out[fold] = True
            # One seed for all, so that strategies that draw have one curve as well.
            self._rankers.append(strategy.start(replace(given, held_out=held_out, seed=0), quiet))
            free = self._firsts[~held_out[self._firsts]]
            self._random.append(np.random.default_rng([number, 6]).permutation(free))
        self._last: Evidence | None = None

    @property
    def size(self) -> int:
        """The number of different held-out samples that are judged."""
        return len(np.unique(np.concatenate(self._folds))) if self._folds else 0

    @property
    def distinct(self) -> int:
        """The number of samples in the pool when near-copies count once."""
        return len(self._firsts)

    @property
    def longest(self) -> int:
        """The number of picks that every ranking can make before it repeats itself."""
        return min((len(free) for free in self._random), default=0)

    def evidence(self, horizon: int, ctx: Context = SILENT) -> Evidence:
        """What the held-out samples say of the first ``horizon`` picks, of at most `longest`."""
        horizon = min(horizon, self.longest)
        if self._last is None or self._last.parts.shape[1] != horizon + 1:
            self._last = self._measure(horizon, ctx)
        return self._last

    def _measure(self, horizon: int, ctx: Context) -> Evidence:
        parts, random, sizes = [np.zeros((0, horizon + 1))], [np.zeros((0, horizon + 1))], []
        pieces = -(-_PARTS // max(1, len(self._folds)))
        each = self._each(STAGE, ctx)
        for fold, ranker, drawn, quiet in zip(self._folds, self._rankers, self._random, each, strict=True):
            ranker.extend(horizon, quiet)
            split = np.array_split(fold, min(pieces, len(fold)))
            parts.append(self._along(ranker.indices, split, horizon, quiet))
            random.append(self._along(drawn, split, horizon, quiet))
            sizes += [float(len(piece)) for piece in split]
        return Evidence(
            parts=np.concatenate(parts),
            random=np.concatenate(random),
            sizes=np.array(sizes),
            chance=self.chance,
            labelled=self._labelled,
            whole=min(len(self._firsts), FURTHEST),
            complete=horizon >= min(self.longest, FURTHEST),
        )

    def _each(self, stage: str, ctx: Context) -> Iterator[Context]:
        """What each division reports to: where there are several, how many are through and nothing of its own."""
        several = len(self._folds) > 1
        for number in range(len(self._folds)):
            if several:
                ctx.report(stage, number, len(self._folds))
            yield ctx.quiet() if several else ctx

    def _along(
        self, order: NDArray[np.int64], parts: list[NDArray[np.int64]], horizon: int, ctx: Context
    ) -> NDArray[np.float64]:
        """The coverage of each of ``parts`` along ``order``, (p, horizon + 1)."""
        found = self._similarity.traces(order[:horizon], parts, ctx)
        # Where limits end a ranking early, its coverage stays.
        return np.pad(found, ((0, 0), (0, horizon + 1 - found.shape[1])), mode="edge")

    def curve(self, horizon: int, ctx: Context = SILENT) -> NDArray[np.float64]:
        """Held-out coverage after 0 to ``horizon`` picks, at most `longest`."""
        horizon = min(horizon, self.longest)
        last = self._last
        if last is not None and last.parts.shape[1] == horizon + 1 and len(last.sizes):
            known: NDArray[np.float64] = (last.sizes[:, None] * last.parts).sum(axis=0) / last.sizes.sum()
            return known
        total, judged = np.zeros(horizon + 1), 0
        for fold, ranker, quiet in zip(self._folds, self._rankers, self._each(STAGE, ctx), strict=True):
            ranker.extend(horizon, quiet)
            pieces = np.array_split(fold, -(-len(fold) // _PIECE))
            sizes = np.array([[len(piece)] for piece in pieces])
            total += (sizes * self._along(ranker.indices, pieces, horizon, quiet)).sum(axis=0)
            judged += len(fold)
        mean: NDArray[np.float64] = total / max(1, judged)
        return mean

    def elastic(self, horizon: int, least_images: float = 0.0, ctx: Context = SILENT) -> Stop | None:
        """The automatic budget by the first ``horizon`` picks: by elasticity, or by images that a label stands for.

        None where the horizon is too near to be sure.
        """
        evidence = self.evidence(horizon, ctx)
        if not len(evidence.sizes):
            return Stop(1, 1, 1)
        if least_images > 0:
            return image_stop(evidence, len(self._similarity), least_images)
        return elastic_stop(evidence)

    def stop(self, horizon: int, least_images: float = 0.0, ctx: Context = SILENT) -> tuple[Stop, int]:
        """The automatic budget, and the horizon, at least ``horizon``, at which ranking shows that it is one."""
        while True:
            stop = self.elastic(horizon, least_images, ctx)
            if stop is not None:
                return stop, max(horizon, 2 * stop.count)
            horizon = min(2 * horizon, FURTHEST)


def _tie_breaks(order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores (n,) float64 that decide between equal gains by content, and else nothing.

    Two lone samples always gain the same by each other, and which of them is ranked must not depend on their rows. The
    scores differ by four of the integer units of coverage, where the samples of a pool weigh 2^16 on average, so that
    they still differ when a fifth of the pool weighs nothing; a single sample counts 2^32 of them.
    """
    scores = np.empty(len(order))
    scores[order] = np.arange(len(order), 0, -1) * (4 / (2**16 * ONE * max(1, len(order))))
    return scores


def _groups(given: StrategyInput, ctx: Context) -> NDArray[np.int64]:
    """The near-copy groups of a pool: exact, or over its graph."""
    similarity = given.similarity
    if similarity.fits:
        return copy_groups(similarity.dense(ctx))
    edges = similarity.edges(require_neighbours(given), ctx)
    return copy_groups_along(edges.indices, edges.values)


def _chance(similarity: Similarity, members: NDArray[np.int64]) -> float:
    """The mean similarity of two different samples of ``members``, which are in random order, or of some thousands."""
    if len(members) < 2:
        return 0.0
    if len(members) > _CROWD:
        members = members[:_CROWD]
    values, m = similarity.columns(members, members), len(members)
    both = int(values.sum(dtype=np.int64)) - int(np.trace(values, dtype=np.int64))
    return both / (m * (m - 1) * ONE)

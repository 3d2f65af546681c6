"""`select`: the selection as a function of arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.beliefs import require_probabilities
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import DENSE_LIMIT
from desktop_al.strategies.arrays import (
    Names,
    Rows,
    Vectors,
    labelled_of,
    limits_of,
    numbers_of,
    positions_of,
    rows_of,
    vectors_from,
)
from desktop_al.strategies.engine import Request, rank
from desktop_al.strategies.mixed import ORIGINS
from desktop_al.strategies.registry import strategy as strategy_named


@dataclass(frozen=True, slots=True)
class Picks:
    """What was selected.

    ``indices`` (k,) int64 are rows of the embeddings in rank order, ``gains`` (k,) float64 what each adds in the units
    of the strategy; ``coverage`` holds before, after, random_mean and random_sd; ``certificate`` is what no k rows can
    exceed; ``budget`` holds the rule, the curve and the second opinion; ``origins`` says of each row whether it is a
    "pin", a "random" pick or one of the "strategy".
    """

    indices: NDArray[np.int64]
    gains: NDArray[np.float64]
    coverage: Mapping[str, Any]
    certificate: float
    budget: Mapping[str, Any]
    origins: tuple[str, ...] = ()


def select(
    embeddings: NDArray[np.floating],
    count: str | int = "auto",
    labelled: Rows = (),
    labels: Names | None = None,
    probabilities: NDArray[np.floating] | None = None,
    strategy: str = "auto",
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    *,
    classes: Names | None = None,
    like: Rows | Vectors | None = None,
    random_share: float = 0.0,
    groups: Names | None = None,
    group_cap: int = 1,
    minimum_distance: float = 0.0,
    pins: Rows = (),
    vetoes: Rows = (),
    protected: Rows | Vectors | None = None,
    least_images: float = 0.0,
    weights: Sequence[float] | NDArray[np.floating] | None = None,
    judged: bool = True,
    ctx: Context = SILENT,
) -> Picks:
    """Select the rows whose labels buy the most.

    Parameters
    ----------
    embeddings : (n, d) array of any float dtype, possibly memory-mapped; rows are scaled to unit norm block by block.
    count : "auto", a number, or a share of the unlabelled rows like "5%".
    labelled : rows that have a label already; they are never picked, and what they cover counts as covered.
    labels : their classes, any hashables, None for a row that was picked and has no label yet. An automatic count is
        never below the number of classes. Strategies that ask for probabilities get those of a probe fitted on them.
    probabilities : (n, c) class probabilities of your own model for every row, instead of the probe's; columns are
        ordered as ``classes`` or, without these, as the sorted labels. Labels, if given, say how far they are to be
        flattened.
    strategy : "auto" or another name that `desktop_al.strategies.registry.strategies` lists.
    seed : decides every random draw; the same seed gives the same picks.
    options : options of the strategy, for example ``{"density": 2}``.
    classes : all classes, those that no label has yet included.
    like : rows, or embeddings (q, d), that the strategy "similar" looks for.
    random_share : the share of picks that are drawn at random, spread over the ranking.
    groups : the group of every row (video, patient, session), None for none; at most ``group_cap`` of one group are
        labelled and picked together.
    minimum_distance : Euclidean between unit embeddings, kept between picks and to labelled rows; 0 for none.
    pins : rows that come first, whatever the strategy thinks of them; no limit keeps them out.
    vetoes : rows that are not picked.
    protected : rows, or embeddings (p, d), of a validation or test set; neither they nor their near duplicates, nearer
        than a tenth of the bandwidth, are picked.
    least_images : with an automatic count, go on while each label stands for at least so many images; 0 for the
        default rule.
    weights : (n,) positive numbers, how much each row matters to strategies that weigh the pool.
    judged : False leaves ``coverage`` and ``budget`` empty and ``certificate`` NaN, which is many times faster; the
        picks are the same. With an automatic count it changes nothing.
    ctx : progress and cancel.

    Returns
    -------
    Picks

    Raises
    ------
    SelectionError
        Where the request does not fit the arrays.
    EmbeddingError
        Where a row is not finite or zero.
    """
    chosen = strategy_named(strategy)
    everything = GridVectors(numbers_of(embeddings))
    n = len(everything)
    table = None if probabilities is None else np.asanyarray(probabilities)
    if table is not None:
        require_probabilities(table, n)
    found = labelled_of(labelled, labels, classes, None if table is None else table.shape[1], n)
    candidates = np.setdiff1d(np.arange(n), found.rows)
    pool, references = everything.subset(candidates), everything.subset(found.rows)
    pinned, vetoed = positions_of(pins, candidates, n, say("Pins")), rows_of(vetoes, n, say("Vetoes"))
    held = None if protected is None else vectors_from(say("Protected images"), protected, everything)
    known, matter = found.known, None if weights is None else np.asarray(weights, dtype=np.float64)
    if matter is not None and matter.shape != (n,):
        raise SelectionError(say("Weights must be {n:,} numbers above 0, one for each of the embeddings.", n=n))
    request = Request(
        count=count,
        seed=seed,
        options=options,
        weights=None if matter is None else matter[candidates],
        classes=found.classes,
        neighbours=_neighbours(pool, ctx),
        known=known,
        probabilities=None if table is None else table[candidates],
        known_probabilities=None if table is None or known is None else table[found.rows[known.rows]],
        limits=limits_of(
            pool,
            references,
            np.flatnonzero(np.isin(candidates, vetoed)),
            held,
            groups,
            group_cap,
            minimum_distance,
            ctx,
        ),
        queries=None if like is None else vectors_from(say("Images to look for"), like, everything),
        pins=tuple(pinned.tolist()),
        random_share=random_share,
        least_images=least_images,
        judged=judged,
    )
    ranking = rank(chosen, pool, references, request, ctx)
    return Picks(
        indices=candidates[ranking.order[: ranking.count]],
        gains=ranking.gains[: ranking.count],
        coverage=ranking.verdict.coverage,
        certificate=ranking.verdict.certificate,
        budget=ranking.verdict.budget,
        origins=tuple(ORIGINS[code] for code in ranking.origins[: ranking.count]),
    )


def _neighbours(pool: GridVectors, ctx: Context) -> NDArray[np.int32] | None:
    """The neighbours of a pool that is too large for a dense kernel."""
    if len(pool) <= DENSE_LIMIT:
        return None
    from desktop_al.numerics.neighbours import neighbours

    if pool.is_unit():
        return neighbours(pool.matrix, rows=pool.rows, ctx=ctx).indices
    return neighbours(pool.block(), ctx=ctx).indices

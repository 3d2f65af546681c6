"""`select`: the selection as a function of arrays."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import DENSE_LIMIT
from desktop_al.strategies.engine import Request, rank
from desktop_al.strategies.registry import strategy as strategy_named

_LOWEST_UNCERTAINTY = 0.05


@dataclass(frozen=True, slots=True)
class Picks:
    """What was selected.

    ``indices`` (k,) int64 are rows of the embeddings in rank order, ``gains`` (k,) float64 what each adds in the units
    of the strategy; ``coverage`` holds before, after, random_mean and random_sd; ``certificate`` is what no k rows can
    exceed; ``budget`` holds the rule, the curve and the second opinion.
    """

    indices: NDArray[np.int64]
    gains: NDArray[np.float64]
    coverage: Mapping[str, Any]
    certificate: float
    budget: Mapping[str, Any]


def select(
    embeddings: NDArray[np.floating],
    count: str | int = "auto",
    labelled: Sequence[int] | NDArray[np.integer] = (),
    labels: Sequence[Hashable] | None = None,
    probabilities: NDArray[np.floating] | None = None,
    strategy: str = "auto",
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    judged: bool = True,
    ctx: Context = SILENT,
) -> Picks:
    """Select the rows whose labels buy the most.

    Parameters
    ----------
    embeddings : (n, d) array of any float dtype, possibly memory-mapped; rows are scaled to unit norm block by block.
    count : "auto", a number, or a share of the unlabelled rows like "5%".
    labelled : rows that have a label already; they are never picked, and what they cover counts as covered.
    labels : their classes, any hashables; an automatic count is never below the number of classes.
    probabilities : (n, c) class probabilities of a model for every row. With labelled rows, uncertain rows
        weigh more: by one less the margin between the two likeliest classes, at least 0.05.
    strategy : "auto" (which is "coverage"), "coverage", "k-center" or "random".
    seed : decides every random draw; the same seed gives the same picks.
    options : options of the strategy, for example ``{"density": 2}``.
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
    matrix = np.asanyarray(embeddings)
    everything = GridVectors(matrix)
    known = _labelled_rows(labelled, labels, len(everything))
    candidates = np.setdiff1d(np.arange(len(everything)), known)
    pool, references = everything.subset(candidates), everything.subset(known)
    weights = None
    if probabilities is not None:
        uncertainty = uncertainties(np.asarray(probabilities), len(everything))
        weights = uncertainty[candidates] if len(known) else None
    request = Request(
        count=count,
        seed=seed,
        options=options,
        weights=weights,
        classes=len(set(labels)) if labels is not None else 0,
        neighbours=_neighbours(pool, ctx),
        judged=judged,
    )
    ranking = rank(strategy_named(strategy), pool, references, request, ctx)
    return Picks(
        indices=candidates[ranking.order[: ranking.count]],
        gains=ranking.gains[: ranking.count],
        coverage=ranking.verdict.coverage,
        certificate=ranking.verdict.certificate,
        budget=ranking.verdict.budget,
    )


def uncertainties(probabilities: NDArray[np.floating], n: int) -> NDArray[np.float64]:
    """One less the margin between the two largest of each row (n, c), in [0.05, 1]; raises `SelectionError`."""
    if probabilities.ndim != 2 or len(probabilities) != n or probabilities.shape[1] < 2:
        raise SelectionError(
            f"Probabilities must have one row for each of the {n} embeddings and at least two classes, and "
            f"this array has the shape {probabilities.shape}."
        )
    values = probabilities.astype(np.float64)
    if not np.isfinite(values).all() or (values < 0).any() or (np.abs(values.sum(axis=1) - 1) > 1e-2).any():
        raise SelectionError("Each row of the probabilities must hold numbers of at least 0 that sum to 1.")
    top = np.partition(values, -2, axis=1)[:, -2:]
    clipped: NDArray[np.float64] = np.clip(1 - (top[:, 1] - top[:, 0]), _LOWEST_UNCERTAINTY, 1)
    return clipped


def _labelled_rows(
    labelled: Sequence[int] | NDArray[np.integer], labels: Sequence[Hashable] | None, n: int
) -> NDArray[np.int64]:
    rows = np.asarray(labelled)
    if rows.size and rows.dtype.kind not in "iu":
        raise SelectionError("Labelled rows must be given as row numbers.")
    rows = rows.astype(np.int64)
    if labels is not None and len(labels) != len(rows):
        raise SelectionError(f"There are {len(rows)} labelled rows and {len(labels)} labels; they must be as many.")
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        raise SelectionError(f"Labelled rows must lie between 0 and {n - 1}, the rows of the embeddings.")
    return np.unique(rows)


def _neighbours(pool: GridVectors, ctx: Context) -> NDArray[np.int32] | None:
    """The neighbours of a pool that is too large for a dense kernel."""
    if len(pool) <= DENSE_LIMIT:
        return None
    from desktop_al.numerics.neighbours import neighbours

    return neighbours(pool.matrix, rows=pool.rows, ctx=ctx).indices

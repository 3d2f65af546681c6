"""Why each pick was picked: what it stands for, and the nearest labelled sample."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import Decision, Ids, PickRecord
from desktop_al.jobs.select_inputs import Inputs
from desktop_al.numerics.coverage import Served
from desktop_al.numerics.grid import GridVectors, squared_distances
from desktop_al.numerics.similarity import Similarity

_SHOWN = 8
_BLOCK = 2048


def nearest_of(
    vectors: GridVectors, members: GridVectors, ctx: Context = SILENT
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest of ``members`` (at least one) for each vector: positions (n,) int64, distances (n,) float64."""
    rows = vectors.block()
    best = np.full(len(rows), np.inf, dtype=np.float32)
    who = np.zeros(len(rows), dtype=np.int64)
    for offset, columns in members.blocks(_BLOCK):
        ctx.check()
        squared = squared_distances(rows, columns)
        near = squared.argmin(axis=1)
        value = squared[np.arange(len(rows)), near]
        better = value < best
        best[better], who[better] = value[better], offset + near[better]
    return who, np.sqrt(np.maximum(best, 0).astype(np.float64)) / vectors.norm


def stands_for(served: Served, before: Served, picks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """For each pick, the pool positions that it serves best, and better than any reference, nearest first.

    The pick itself is left out, though it stands for itself too.
    """
    mine = (served.similarity > before.similarity) & (served.by >= 0)
    mine[picks] = False
    positions = np.flatnonzero(mine)
    # By pick, then by falling similarity, then by position.
    order = np.lexsort((positions, -served.similarity[positions].astype(np.int64), served.by[positions]))
    positions = positions[order]
    edges = np.searchsorted(served.by[positions], np.arange(len(picks) + 1))
    return [positions[a:b] for a, b in pairwise(edges)]


def pick_records(
    similarity: Similarity,
    inputs: Inputs,
    order: NDArray[np.int64],
    gains: NDArray[np.float64],
    served: Served,
    decisions: Mapping[int, Decision],
    ctx: Context = SILENT,
) -> tuple[PickRecord, ...]:
    """The picks ``order`` (k,), positions in the pool, with their rationale.

    ``served`` says how they serve the pool (`Similarity.after`); ``decisions`` by sample id are kept.
    """
    groups = stands_for(served, similarity.before(ctx), order)
    labelled: Ids = inputs.references[inputs.labelled]
    who, away = np.zeros(0, dtype=np.int64), np.zeros(0)
    if len(labelled):
        members = similarity.references.subset(np.flatnonzero(inputs.labelled))
        who, away = nearest_of(similarity.pool.subset(order), members, ctx)
    records = []
    for at, position in enumerate(order):
        sample = int(inputs.pool[position])
        records.append(
            PickRecord(
                rank=at + 1,
                sample=sample,
                gain=float(gains[at]),
                stands_for=1 + len(groups[at]),
                stands_for_nearest=tuple(inputs.pool[groups[at][:_SHOWN]].tolist()),
                nearest_labelled=int(labelled[who[at]]) if len(labelled) else None,
                nearest_labelled_distance=float(away[at]) if len(labelled) else None,
                uncertainty=None,
                stratum=None,
                decision=decisions.get(sample, Decision.PENDING),
            )
        )
    return tuple(records)

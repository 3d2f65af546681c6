"""Why each pick was picked: what it stands for, what is near it, what the labels foretell, and what its veto costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import Decision, Ids, PickRecord
from desktop_al.jobs.select_inputs import Inputs
from desktop_al.jobs.strata import Strata
from desktop_al.numerics.beliefs import margin_uncertainty
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing, nearest, nearest_among
from desktop_al.strategies.mixed import ORIGINS

_SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The k picks of a batch as they were ranked.

    ``places`` (k,) int64 are positions in the pool, ``gains`` (k,) float64, ``origins`` (k,) uint8 codes of
    `desktop_al.strategies.mixed.ORIGINS`; ``standing`` says how they serve the pool. ``foretold`` (k, c) float32 holds
    the probability of each of ``classes``, None where the labels foretell nothing.
    """

    similarity: Similarity
    inputs: Inputs
    places: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
    standing: Standing
    strata: Strata | None = None
    foretold: NDArray[np.float32] | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The nearest of ``ids`` to each pick; a sample of -1 stands for none."""

    samples: Ids
    distances: NDArray[np.float64]

    def of(self, at: int) -> tuple[int, float] | tuple[None, None]:
        sample = int(self.samples[at])
        return (None, None) if sample < 0 else (sample, float(self.distances[at]))


def stands_for(standing: Standing, picks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """For each pick, the pool positions that it serves best, and better than any reference, nearest first.

    The pick itself is left out, though it stands for itself too.
    """
    mine = standing.by >= 0
    mine[picks] = False
    positions = np.flatnonzero(mine)
    # By pick, then by falling similarity, then by position; 16 bits are sorted in time that is linear.
    positions = positions[np.argsort(ONE - standing.best[positions], kind="stable")]
    by = standing.by[positions].astype(np.uint16 if len(picks) <= ONE else np.int64)
    positions = positions[np.argsort(by, kind="stable")]
    edges = np.searchsorted(standing.by[positions], np.arange(len(picks) + 1))
    return [positions[a:b] for a, b in pairwise(edges)]


def pick_records(chosen: Chosen, decisions: Mapping[int, Decision], ctx: Context = SILENT) -> tuple[PickRecord, ...]:
    """The picks with their rationale; ``decisions`` by sample id are kept."""
    groups = stands_for(chosen.standing, chosen.places)
    costs = chosen.standing.veto_costs(len(chosen.places))
    labelled, earlier = nearest_labelled(chosen, ctx), _nearest_earlier(chosen, ctx)
    uncertainty = predicted = None
    if chosen.foretold is not None:
        uncertainty, predicted = margin_uncertainty(chosen.foretold), chosen.foretold.argmax(axis=1)
    kept = surviving(len(chosen.places))
    records = []
    for at, position in enumerate(chosen.places):
        sample = int(chosen.inputs.pool[position])
        label, label_distance = labelled.of(at)
        pick, pick_distance = earlier.of(at)
        records.append(
            PickRecord(
                rank=at + 1,
                sample=sample,
                gain=float(chosen.gains[at]),
                stands_for=1 + len(groups[at]),
                stands_for_nearest=tuple(chosen.inputs.pool[groups[at][:_SHOWN]].tolist()),
                nearest_labelled=label,
                nearest_labelled_distance=label_distance,
                uncertainty=None if uncertainty is None else float(uncertainty[at]),
                stratum=None if chosen.strata is None else chosen.strata.name_of(int(position)),
                decision=decisions.get(sample, Decision.PENDING),
                predicted=None if predicted is None else chosen.classes[predicted[at]],
                nearest_earlier=pick,
                nearest_earlier_distance=pick_distance,
                survives=at < kept,
                origin=ORIGINS[chosen.origins[at]],
                veto_cost=float(costs[at]),
            )
        )
    return tuple(records)


def surviving(count: int) -> int:
    """How many of ``count`` picks are left in a batch 10 % smaller; rankings are nested, so they are the first."""
    return count * 9 // 10


def nearest_labelled(chosen: Chosen, ctx: Context = SILENT) -> _Near:
    """The nearest labelled sample to each pick."""
    return _nearest_reference(chosen, chosen.inputs.labelled, ctx)


def _nearest_earlier(chosen: Chosen, ctx: Context) -> _Near:
    """The nearest pick to each: one of a better rank, or one of an earlier batch that has no label yet."""
    before = _nearest_reference(chosen, ~chosen.inputs.labelled, ctx)
    who, away = nearest_among(chosen.similarity.pool.subset(chosen.places), earlier=True, ctx=ctx)
    mine = np.where(who >= 0, chosen.inputs.pool[chosen.places[who]], -1)
    nearer = away <= before.distances
    return _Near(np.where(nearer, mine, before.samples), np.where(nearer, away, before.distances))


def _nearest_reference(chosen: Chosen, which: NDArray[np.bool_], ctx: Context) -> _Near:
    at = np.flatnonzero(which)
    members = chosen.similarity.references.subset(at)
    who, away = nearest(chosen.similarity.pool.subset(chosen.places), members, ctx)
    if not len(at):
        return _Near(who, away)
    return _Near(np.where(who >= 0, chosen.inputs.references[at[who]], -1), away)

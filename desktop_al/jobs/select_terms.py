"""What a selection heeds beside coverage: labels, groups, protected samples, strata, priorities, as of when it ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError, SelectionUsageError
from desktop_al.domain.records import EmbeddingTable
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.columns import coded, shares
from desktop_al.jobs.foretold import foretold_codes
from desktop_al.jobs.packing import pack_column, unpack_column
from desktop_al.jobs.select_inputs import Inputs, vectors_of
from desktop_al.jobs.strata import LABEL, Strata, strata_of
from desktop_al.numerics.duplicates import groups_of, near_any
from desktop_al.numerics.grid import GridVectors
from desktop_al.store.project import Project

DUPLICATES = "duplicates"


@dataclass(frozen=True, slots=True)
class Terms:
    """Columns beside the samples of a selection; n samples are in its pool, m of its references have a label.

    ``codes`` (m,) int32 are the labels, of ``classes``, of which some may have no label among them. ``groups`` (n,)
    int32, -1 for none, and ``room`` (g,) int64 are those of `desktop_al.strategies.base.Limits`; ``protected`` (n,)
    bool bars protected samples and what is nearly the same. ``priorities`` (n,) float64 are from 0 to 1. ``own`` says
    that the probabilities come from the user's own model.
    """

    codes: NDArray[np.int32]
    classes: tuple[str, ...]
    groups: NDArray[np.int32] | None = None
    room: NDArray[np.int64] | None = None
    protected: NDArray[np.bool_] | None = None
    strata: Strata | None = None
    priorities: NDArray[np.float64] | None = None
    own: bool = False


def gather_terms(
    project: Project,
    spec: SelectSpec,
    inputs: Inputs,
    table: EmbeddingTable,
    duplicate_radius: float,
    graph: NDArray[np.int32] | None = None,
    ctx: Context = SILENT,
) -> Terms:
    """The terms of a selection now; images nearer than ``duplicate_radius`` count as the same.

    Raises
    ------
    SelectionError
        A column, stratum or target is not there or does not fit, or everything is protected.
    """
    labels = project.labels()
    codes = labels.codes[np.searchsorted(labels.ids, inputs.references[inputs.labelled])]
    pool, references = vectors_of(table, inputs.pool), vectors_of(table, inputs.references)
    groups, room = _groups(project, spec, inputs, pool, references, duplicate_radius, graph, ctx)
    return Terms(
        codes=codes,
        classes=labels.classes,
        groups=groups,
        room=room,
        protected=_protected(inputs, pool, vectors_of(table, inputs.protected), duplicate_radius, ctx),
        strata=_strata(project, spec, inputs, pool, references, codes, labels.classes, ctx),
        priorities=_priorities(project, spec, inputs),
    )


def _priorities(project: Project, spec: SelectSpec, inputs: Inputs) -> NDArray[np.float64] | None:
    aims = spec.aims
    if not (np.isfinite(aims.priority_weight) and aims.priority_weight >= 0):
        raise SelectionUsageError(
            say(
                "The weight of a priority must be a number of at least 0, and {weight} is not.",
                weight=aims.priority_weight,
            )
        )
    if not aims.priority:
        return None
    return shares(project, aims.priority, inputs.pool)


def _protected(
    inputs: Inputs, pool: GridVectors, protected: GridVectors, radius: float, ctx: Context
) -> NDArray[np.bool_] | None:
    if len(protected) == 0:
        return None
    barred = np.isin(inputs.pool, inputs.protected)
    rest = np.flatnonzero(~barred)
    barred[rest] = near_any(pool.subset(rest), protected, radius, ctx)
    if barred.all():
        raise SelectionError(
            say("Every image that may be picked is protected or nearly the same as one that is; protect fewer images.")
        )
    return barred


def _groups(
    project: Project,
    spec: SelectSpec,
    inputs: Inputs,
    pool: GridVectors,
    references: GridVectors,
    radius: float,
    graph: NDArray[np.int32] | None,
    ctx: Context,
) -> tuple[NDArray[np.int32] | None, NDArray[np.int64] | None]:
    """The group of each sample of the pool, and how many more of each may be picked."""
    limits = spec.constraints
    if not limits.group_by:
        return None, None
    if limits.group_cap < 1:
        raise SelectionUsageError(
            say("At least one image of each group must be allowed, and {cap} is less.", cap=limits.group_cap)
        )
    if limits.group_by == DUPLICATES:
        mine, theirs = _duplicates(pool, references, radius, graph, ctx)
    else:
        column = coded(project, limits.group_by)
        mine, theirs = column.of(inputs.pool), column.of(inputs.references)
    count = max(int(mine.max(initial=-1)), int(theirs.max(initial=-1))) + 1
    taken = np.bincount(theirs[theirs >= 0], minlength=count)
    return mine, limits.group_cap - taken.astype(np.int64)


def _duplicates(
    pool: GridVectors, references: GridVectors, radius: float, graph: NDArray[np.int32] | None, ctx: Context
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Groups of near-duplicates in the pool; a reference belongs to the group of the nearest sample of the pool."""
    from desktop_al.numerics.summary import nearest

    mine = groups_of(pool, radius, graph, ctx)
    who, away = nearest(references, pool, ctx)
    return mine, np.where(away < radius, mine[np.maximum(who, 0)], -1).astype(np.int32)


def _strata(
    project: Project,
    spec: SelectSpec,
    inputs: Inputs,
    pool: GridVectors,
    references: GridVectors,
    codes: NDArray[np.int32],
    classes: tuple[str, ...],
    ctx: Context,
) -> Strata | None:
    aims = spec.aims
    if not (np.isfinite(aims.balance) and aims.balance >= 0):
        raise SelectionUsageError(
            say("The weight of the balance must be a number of at least 0, and {weight} is not.", weight=aims.balance)
        )
    if not aims.strata:
        if aims.targets or aims.balance:
            raise SelectionUsageError(say("Targets and a balance need strata: name the column of the strata as well."))
        return None
    if aims.strata == LABEL:
        mine, theirs = foretold_codes(pool, references, inputs.labelled, codes, classes, ctx)
        return strata_of(LABEL, classes, mine, theirs, aims.targets)
    column = coded(project, aims.strata)
    return strata_of(aims.strata, column.names, column.of(inputs.pool), column.of(inputs.references), aims.targets)


def pack_terms(terms: Terms) -> dict[str, Any]:
    """The terms as JSON can hold them, bit for bit."""
    strata = terms.strata
    return {
        "codes": pack_column(terms.codes),
        "class_names": list(terms.classes),
        "groups": pack_column(terms.groups),
        "room": pack_column(terms.room),
        "barred": pack_column(None if terms.protected is None else np.packbits(terms.protected)),
        "strata": None if strata is None else strata.pack(),
        "priorities": pack_column(terms.priorities),
        "own_probabilities": terms.own,
    }


def unpack_terms(kept: Mapping[str, Any], pool: int) -> Terms | None:
    """The inverse of `pack_terms` for a ``pool`` of so many samples; None where a record of format 1 kept none."""
    if "codes" not in kept:
        return None
    barred = unpack_column(kept["barred"])
    codes = unpack_column(kept["codes"])
    return Terms(
        codes=np.zeros(0, dtype=np.int32) if codes is None else codes,
        classes=tuple(kept["class_names"]),
        groups=unpack_column(kept["groups"]),
        room=unpack_column(kept["room"]),
        protected=None if barred is None else np.unpackbits(barred, count=pool).astype(bool),
        strata=None if kept["strata"] is None else Strata.unpack(kept["strata"]),
        priorities=unpack_column(kept["priorities"]),
        own=bool(kept["own_probabilities"]),
    )

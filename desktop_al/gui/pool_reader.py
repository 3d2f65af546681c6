"""Reads columns of the project for the pool; runs on a lane, never on the GUI thread."""

from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import (
    BatchRecord,
    CodedColumn,
    Counts,
    LabelTable,
    PickRecord,
    Projection,
    SampleTable,
    TagTable,
)
from desktop_al.gui.columns import Column
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.store.project import Project
from desktop_al.store.shared_reading import SharedReading

EVERYTHING = frozenset(
    {"samples", "metadata", "labels", "models", "embeddings", "projection", "batches", "decisions"}
    | {"tags", "notes", "highlights", "filters"},
)
# Up to so many samples all metadata are read before anything is shown: it takes no time that one would notice.
READ_AT_ONCE = 50_000


def read_first(project: Project, batch: int | None = None) -> tuple[PoolPatch, frozenset[str]]:
    """Read what the window needs to be used, with the picks of ``batch``, and what `read_pool` is still to read.

    In a large pool the metadata fields are there by name only, without values, and come later.
    """
    with ThreadPoolExecutor(1, "beside the samples") as beside:
        # SQLite reads with the interpreter free: two cores do this in little more than half the time.
        tables = beside.submit(_tables, project, EVERYTHING, batch)
        reading = SharedReading(project)
        helped = beside.submit(reading.help)
        reading.help()
        helped.result()
        samples = reading.table()
        patch = _patch(project, samples, EVERYTHING, tables.result())
    if len(samples) <= READ_AT_ONCE:
        patch["metadata"] = _metadata(samples.ids, project.coded_metadata())
        return PoolPatch(**patch), frozenset()
    kinds = project.metadata_kinds()
    patch["metadata"] = _outline(len(samples), kinds)
    return PoolPatch(**patch), frozenset({"metadata"} if kinds else ())


def read_pool(
    project: Project,
    kinds: Set[str] = EVERYTHING,
    batch: int | None = None,
    shown: NDArray[np.int64] | None = None,
) -> PoolPatch:
    """Read what a change of ``kinds`` (see `Change`) touched.

    Parameters
    ----------
    project
        The open project.
    kinds
        What changed; the default reads everything.
    batch
        The number of the batch to show, None for the last.
    shown
        The ids of the samples that the pool has. Where the project has others by now, a job has committed them and
        has not told yet: then they are read too, for columns of other rows would fit nothing.
    """
    samples = project.samples()
    if shown is not None and not np.array_equal(samples.ids, shown):
        kinds = kinds | {"samples"}
    patch = _patch(project, samples, kinds, _tables(project, kinds, batch))
    # New samples need the values of all fields.
    if kinds & {"samples", "metadata"}:
        patch["metadata"] = _metadata(samples.ids, project.coded_metadata())
    return PoolPatch(**patch)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What was read beside the samples, by kind; None for what was not asked for."""

    counts: Counts
    projection: Projection | None = None
    labels: LabelTable | None = None
    batches: tuple[BatchRecord, ...] | None = None
    batch: BatchRecord | None = None
    picks: Sequence[PickRecord] = ()
    decisions: tuple[NDArray[np.int64], NDArray[np.uint8]] | None = None
    tags: TagTable | None = None
    notes: Mapping[int, str] | None = None
    highlights: Mapping[str, NDArray[np.int64]] | None = None
    filters: Mapping[str, str] | None = None


def _tables(project: Project, kinds: Set[str], batch: int | None) -> _Tables:
    """Read the tables of ``kinds``; where "samples" are among them, all but the projection."""
    every = "samples" in kinds
    known: tuple[BatchRecord, ...] | None = None
    shown: BatchRecord | None = None
    picks: Sequence[PickRecord] = ()
    decisions = None
    if every or "batches" in kinds:
        known = tuple(project.batches())
        shown, picks = _batch(project, known, batch)
    elif "decisions" in kinds and (last := tuple(project.batches())):
        decisions = project.decisions(_shown(last, batch).number)
    return _Tables(
        counts=project.counts(),
        projection=project.projection() if "projection" in kinds else None,
        labels=project.labels() if every or "labels" in kinds else None,
        batches=known,
        batch=shown,
        picks=picks,
        decisions=decisions,
        tags=project.tags() if every or "tags" in kinds else None,
        notes=project.notes() if every or "notes" in kinds else None,
        highlights=project.highlights() if every or "highlights" in kinds else None,
        filters=project.filters() if every or "filters" in kinds else None,
    )


def _patch(project: Project, samples: SampleTable, kinds: Set[str], tables: _Tables) -> dict[str, Any]:
    """The fields of a patch, all but the metadata: ``tables`` as columns over ``samples``."""
    ids = samples.ids
    state_ids, state = project.states()
    patch: dict[str, Any] = {
        "state": _aligned(ids, state_ids, state, 0, np.uint8),
        "counts": tables.counts,
        "samples": samples if "samples" in kinds else None,
        "decisions": tables.decisions,
        "notes": tables.notes,
        "saved_highlights": tables.highlights,
        "saved_filters": tables.filters,
    }
    if "projection" in kinds:
        patch["xy"] = _positions(ids, tables.projection)
    if tables.labels is not None:
        patch["label_code"], patch["classes"] = _labels(ids, tables.labels)
    if tables.batches is not None:
        patch |= {"batches": tables.batches, "batch": tables.batch, "picks": tables.picks}
    if tables.tags is not None:
        patch |= {"tags": tag_mask(ids, tables.tags), "tag_names": tables.tags.names}
    return patch


def tag_mask(ids: NDArray[np.int64], table: TagTable) -> NDArray[np.uint64]:
    """The tags of the samples ``ids`` (n,), ascending, as bits: bit i for ``table.names[i]``."""
    mask = np.zeros(len(ids), np.uint64)
    for place, members in enumerate(table.members):
        rows = np.searchsorted(ids, members)
        mask[rows[np.isin(members, ids)]] |= np.uint64(1 << place)
    return mask


def _aligned(ids: NDArray[np.int64], known: NDArray[np.int64], values: NDArray[Any], fill: Any, dtype: Any) -> Any:
    """``values`` of the samples ``known`` (both in order of id) as a column over ``ids``, ``fill`` elsewhere."""
    if len(ids) == len(known) and np.array_equal(ids, known):
        return values.astype(dtype)
    column = np.full(len(ids), fill, dtype)
    if len(ids) and len(known):
        rows = np.minimum(np.searchsorted(ids, known), len(ids) - 1)
        mine = ids[rows] == known
        column[rows[mine]] = values[mine]
    return column


def _positions(ids: NDArray[np.int64], projection: Projection | None) -> NDArray[np.float64]:
    xy = np.full((len(ids), 2), np.nan)
    if projection is not None:
        for axis in (0, 1):
            xy[:, axis] = _aligned(ids, projection.ids, projection.xy[:, axis], np.nan, np.float64)
    return xy


def _labels(ids: NDArray[np.int64], labels: LabelTable) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    return _aligned(ids, labels.ids, labels.codes, -1, np.int32), labels.classes


def _metadata(ids: NDArray[np.int64], fields: Mapping[str, CodedColumn]) -> dict[str, Column]:
    return {name: _column(ids, field) for name, field in fields.items()}


def _column(ids: NDArray[np.int64], field: CodedColumn) -> Column:
    if field.values is not None:
        return Column(field.name, None, (), _aligned(ids, field.ids, field.values, np.nan, np.float64))
    assert field.codes is not None
    return Column(field.name, _aligned(ids, field.ids, field.codes, -1, np.int32), field.names, None)


def _outline(n: int, kinds: Mapping[str, bool]) -> dict[str, Column]:
    """The fields by name, numeric or not, for ``n`` samples that have no value yet."""
    codes, values = np.full(n, -1, np.int32), np.full(n, np.nan)
    return {
        name: Column(name, None, (), values) if numeric else Column(name, codes, (), None)
        for name, numeric in kinds.items()
    }


def _batch(
    project: Project, batches: tuple[BatchRecord, ...], number: int | None
) -> tuple[BatchRecord | None, Sequence[PickRecord]]:
    if not batches:
        return None, ()
    shown = _shown(batches, number)
    return shown, project.pick_table(shown.number)


def _shown(batches: tuple[BatchRecord, ...], number: int | None) -> BatchRecord:
    return next((batch for batch in batches if batch.number == number), batches[-1])

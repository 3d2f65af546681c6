"""The columns that a filter may name, read from a project on disk; those of the window come from its pool."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import Ids, SampleState, SampleStatus, TagTable
from desktop_al.jobs.insights import DEPENDS, InsightSpec, run_insight
from desktop_al.jobs.where_columns import Categories, Column, Lazy, Numbers, Sets
from desktop_al.jobs.where_texts import Texts
from desktop_al.store.project import Project

STATES = tuple(state.name.lower() for state in SampleState)
SHADOWING = frozenset({"source", "path", "name", "state", "label", "width", "height", "size"})
"""The columns of every sample that metadata of the same name give way to."""
STATUSES = tuple(status.name.lower() for status in SampleStatus)


def lazy_columns(project: Project) -> dict[str, Lazy]:
    """Every column of ``project`` by name.

    Metadata give way to the columns of every sample, and go before what came to the language later.
    """
    samples = project.samples()
    found = {
        "source": Lazy(lambda: sources(samples.source_ids, {key: root.name for key, root in samples.roots.items()})),
        "path": Lazy(lambda: Texts(samples.relpaths)),
        "name": Lazy(lambda: Texts(samples.relpaths, last=True)),
        "state": Lazy(lambda: Categories(project.states()[1], STATES)),
        "label": Lazy(lambda: _labels(project, samples.ids)),
        "width": Lazy(lambda: pixels(samples.widths)),
        "height": Lazy(lambda: pixels(samples.heights)),
        "size": Lazy(lambda: Numbers(samples.sizes)),
    }
    for name in project.metadata_names():
        found.setdefault(name, Lazy(lambda name=name: _metadata(project, samples.ids, name)))  # type: ignore[misc]  # bound
    found.setdefault("id", Lazy(lambda: Numbers(samples.ids)))
    found.setdefault("status", Lazy(lambda: Categories(samples.status, STATUSES)))
    marked = Lazy(lambda: tag_sets(samples.ids, project.tags()))
    found.setdefault("tag", marked)
    found.setdefault("tags", marked)
    found.setdefault("note", Lazy(lambda: noted(samples.ids, project.notes())))
    for name in DEPENDS:
        found.setdefault(name, Lazy(lambda name=name: _insight(project, samples.ids, name)))  # type: ignore[misc]  # bound
    return found


def tag_sets(ids: Ids, tags: TagTable) -> Sets:
    """The tags of each of the samples ``ids`` (n,), ascending."""
    bits = np.zeros(len(ids), np.uint64)
    for place, members in enumerate(tags.members):
        bits[np.searchsorted(ids, members[np.isin(members, ids)])] |= np.uint64(1 << place)
    return Sets(bits, tags.names)


def noted(ids: Ids, notes: Mapping[int, str]) -> Categories:
    """The note on each of the samples ``ids`` (n,), ascending; most have none."""
    known = np.fromiter(notes, np.int64, len(notes))
    texts, codes = np.unique(np.array(list(notes.values()), dtype=object).astype(str), return_inverse=True)
    here = np.isin(known, ids)
    column = np.full(len(ids), -1, np.int32)
    column[np.searchsorted(ids, known[here])] = codes[here]
    return Categories(column, tuple(texts.tolist()))


def sources(source_ids: NDArray[np.int32], names: Mapping[int, str]) -> Categories:
    """The name of the source of each sample."""
    known = sorted(names)
    codes = np.searchsorted(np.array(known, np.int64), source_ids).astype(np.int32)
    return Categories(codes, tuple(names[source] for source in known))


def pixels(lengths: NDArray[np.int32]) -> Numbers:
    """Widths or heights, of which 0 is unknown."""
    return Numbers(np.where(lengths > 0, lengths, np.nan))


def _aligned(ids: Ids, known: Ids, values: NDArray[Any], fill: float, dtype: type) -> NDArray[Any]:
    column: NDArray[Any] = np.full(len(ids), fill, dtype)
    column[np.searchsorted(ids, known)] = values
    return column


def _insight(project: Project, ids: Ids, name: str) -> Column:
    found = run_insight(project, InsightSpec(name))
    if found.values is not None:
        return Numbers(_aligned(ids, found.ids, found.values, np.nan, np.float64))
    assert found.codes is not None
    return of_insight(found.names, _aligned(ids, found.ids, found.codes, -1, np.int32))


def of_insight(names: tuple[str, ...], codes: NDArray[np.int32]) -> Column:
    """A categorical insight: clusters and groups of copies have numbers for names, and are compared as such."""
    if names == tuple(map(str, range(1, len(names) + 1))):
        return Numbers(np.where(codes >= 0, codes + 1.0, np.nan))
    return Categories(codes, names)


def _labels(project: Project, ids: Ids) -> Categories:
    labels = project.labels()
    return Categories(_aligned(ids, labels.ids, labels.codes, -1, np.int32), labels.classes)


def _metadata(project: Project, ids: Ids, name: str) -> Column:
    field = project.coded_metadata(name)[name]
    if field.values is not None:
        return Numbers(_aligned(ids, field.ids, field.values, np.nan, np.float64))
    assert field.codes is not None
    return Categories(_aligned(ids, field.ids, field.codes, -1, np.int32), field.names)

"""What insights are made of: embeddings, labels, picks, the bandwidth, and columns that are kept once computed."""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.records import EmbeddingTable, Ids, SampleState
from desktop_al.domain.sentence import say
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.grid import GridVectors
from desktop_al.store.project import Project

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """The embedded samples that have a label: ``ids`` (m,), ascending, and their ``codes`` (m,) into ``classes``."""

    ids: Ids
    codes: NDArray[np.int32]
    classes: tuple[str, ...]


def embedded(project: Project) -> EmbeddingTable:
    """The embeddings of the active model; raises `EmbeddingError` where there are none."""
    table = project.embeddings()
    if len(table) == 0:
        raise EmbeddingError(say("No image of this project is embedded yet: embed the images first."))
    return table


def all_vectors(table: EmbeddingTable) -> GridVectors:
    """The vectors of all samples of ``table``, in its order."""
    return GridVectors(table.matrix, table.rows)


def labelled(project: Project, table: EmbeddingTable) -> Labelled:
    """The labels of embedded samples."""
    labels = project.labels()
    has = np.isin(labels.ids, table.ids, assume_unique=True)
    return Labelled(labels.ids[has], labels.codes[has], labels.classes)


def picked(project: Project, table: EmbeddingTable) -> Ids:
    """The embedded samples without a label that are picks of any batch and were not rejected, ascending."""
    ids, states = project.states()
    return np.intersect1d(
        ids[np.isin(states, (SampleState.PENDING, SampleState.ACCEPTED))], table.ids, assume_unique=True
    )


def bandwidth_of(project: Project, table: EmbeddingTable, references: Ids) -> float:
    """The bandwidth of the last batch of the model of ``table``; before the first, the one that it would begin with."""
    found = [batch.budget.get("bandwidth") for batch in project.batches() if batch.model_key == table.model_key]
    if found and found[-1]:
        return float(found[-1])
    return bandwidth(all_vectors(table), vectors_of(table, references), FIRST_BUDGET)


def key_of(table: EmbeddingTable, *arrays: NDArray[Any], also: str = "") -> str:
    """A hash over the embeddings, ``arrays`` and ``also``: what a kept column depends on."""
    digest = xxhash.xxh3_64(table.digest.encode())
    for array in arrays:
        digest.update(str(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(also.encode())
    return digest.hexdigest()


def kept(project: Project, model_key: str, kind: str, key: str, ids: Ids, compute: Callable[[], Arrays]) -> Arrays:
    """The arrays kept as ``kind`` of a model with this ``key``; else what ``compute`` gives, kept from then on.

    Row i of each belongs to ``ids[i]``. Those of a project that is open for reading go with it.
    """
    saved = project.array(model_key, kind)
    if saved is not None and saved.input_hash == key and np.array_equal(saved.ids, ids):
        return saved.arrays
    known = _unsaved.get(project, {}).get(kind)
    if known is not None and known[0] == key:
        return known[1]
    found = compute()
    if project.mode == "w":
        project.save_array(model_key, kind, ids, found, {}, 0, key)
    else:
        _unsaved.setdefault(project, {})[kind] = (key, found)
    return found


_unsaved: "weakref.WeakKeyDictionary[Project, dict[str, tuple[str, Arrays]]]" = weakref.WeakKeyDictionary()

"""What a selection starts from: the samples that may be picked, and those that are labelled or picked already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError, SelectionError
from desktop_al.domain.records import EmbeddingTable, Ids, SampleState, SampleStatus
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.packing import pack_ids, unpack_ids
from desktop_al.jobs.where import matching, project_columns
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.neighbours import neighbours
from desktop_al.numerics.similarity import DENSE_LIMIT
from desktop_al.store.project import Project

_NEIGHBOURS = 64
_TOLD = 200  # characters of a filter that an error repeats


@dataclass(frozen=True, slots=True)
class Inputs:
    """Sample ids of the pool and of the references, both ascending int64.

    ``labelled`` (r,) bool marks the references that have a label, the others being earlier picks. ``protected`` are the
    embedded samples that must stay unseen, wherever they are, ascending. ``filtered`` counts what could be picked but
    for the filter, None where that is not known any more.
    """

    model_key: str
    pool: Ids
    references: Ids
    labelled: NDArray[np.bool_]
    protected: Ids
    filtered: int | None = None


def gather(project: Project, spec: SelectSpec) -> Inputs:
    """The inputs of a selection now.

    The pool holds the present, embedded samples that are neither labelled nor picked before (a rejected pick counts)
    and that fit ``where`` or are pinned; references are all embedded samples that are labelled, accepted or pending,
    but for protected ones: what is held out teaches nothing.

    Raises
    ------
    EmbeddingError
        Nothing is embedded.
    SelectionError
        A filter is wrong, or nothing is left to select from.
    """
    table = project.embeddings()
    if len(table) == 0:
        raise EmbeddingError(say("No image of this project is embedded yet: embed the images before you select."))
    where, protect = spec.where.strip(), spec.constraints.protect.strip()
    ids, columns = project_columns(project) if where or protect else (project.states()[0], {})
    at = np.searchsorted(ids, table.ids)
    fits = matching(where, columns, len(ids))[at] | np.isin(table.ids, spec.constraints.pins)
    state = project.states()[1][at]
    samples = project.samples()
    present = samples.status[np.searchsorted(samples.ids, table.ids)] == SampleStatus.PRESENT
    free = present & (state == SampleState.UNLABELLED)
    if not free.any():
        raise SelectionError(
            say("There is nothing to select from: every embedded image is labelled, picked or rejected.")
        )
    if not (free & fits).any():
        text = where if len(where) <= _TOLD else f"{where[:_TOLD]}…"
        raise SelectionError(say("No image that can be picked fits the filter “{where}”; loosen it.", where=text))
    protected = matching(protect, columns, len(ids))[at] if protect else np.zeros(len(at), dtype=bool)
    reference = (state >= SampleState.PENDING) & ~protected
    return Inputs(
        model_key=table.model_key,
        pool=table.ids[free & fits],
        references=table.ids[reference],
        labelled=state[reference] == SampleState.LABELLED,
        protected=table.ids[protected],
        filtered=int((free & ~fits).sum()),
    )


def vectors_of(table: EmbeddingTable, ids: Ids) -> GridVectors:
    """The vectors of ``ids``, ascending; raises KeyError where one is not embedded."""
    at = np.searchsorted(table.ids, ids)
    if len(ids) and (at[-1] >= len(table) or not np.array_equal(table.ids[np.minimum(at, len(table) - 1)], ids)):
        raise KeyError("a sample has no embedding")
    return GridVectors(table.matrix, table.rows[at])


def graph_of(
    project: Project, table: EmbeddingTable, inputs: Inputs, ctx: Context = SILENT, fresh: bool = False
) -> NDArray[np.int32] | None:
    """The neighbours of each sample of the pool as pool positions, (n, k) int32 with -1 for none.

    None for a pool that is small enough for a dense kernel. The stored graph serves where it holds the whole pool,
    unless a ``fresh`` one is asked for.
    """
    n = len(inputs.pool)
    if n <= DENSE_LIMIT:
        return None
    stored = None if fresh else project.neighbours(inputs.model_key)
    if stored is not None:
        at = np.minimum(np.searchsorted(stored.ids, inputs.pool), len(stored.ids) - 1)
        if np.array_equal(stored.ids[at], inputs.pool):
            position = np.full(len(stored.ids), -1, dtype=np.int32)
            position[at] = np.arange(n, dtype=np.int32)
            graph: NDArray[np.int32] = position[stored.indices[at]]
            return graph
    return neighbours(table.matrix, _NEIGHBOURS, vectors_of(table, inputs.pool).rows, ctx=ctx).indices


def hash_of(
    project: Project, table: EmbeddingTable, inputs: Inputs, graph: NDArray[np.int32] | None, like: tuple[int, ...] = ()
) -> str:
    """A hash over the model, the samples with their contents, and the graph: what a replay compares first."""
    digest = xxhash.xxh3_64(inputs.model_key.encode())
    index = project.current_vectors(inputs.model_key)
    for ids in (inputs.pool, inputs.references, np.unique(np.asarray(like, dtype=np.int64))):
        digest.update(ids.astype("<i8").tobytes())
        digest.update(index.words_of(vectors_of(table, ids).rows).astype("<u8").tobytes())
    if graph is not None:
        digest.update(graph.astype("<i4").tobytes())
    return digest.hexdigest()


def pack_inputs(inputs: Inputs) -> dict[str, str]:
    """The samples of a selection as short text, for the record of its run."""
    return {
        "pool": pack_ids(inputs.pool),
        "references": pack_ids(inputs.references),
        "labelled": pack_ids(inputs.references[inputs.labelled]),
        "protected": pack_ids(inputs.protected),
    }


def unpack_inputs(model_key: str, kept: Mapping[str, Any]) -> Inputs:
    """The inputs that `pack_inputs` packed."""
    references = unpack_ids(kept["references"])
    # Records of format 1 knew no protected samples.
    protected = unpack_ids(kept["protected"]) if "protected" in kept else np.zeros(0, dtype=np.int64)
    labelled = np.isin(references, unpack_ids(kept["labelled"]))
    return Inputs(model_key, unpack_ids(kept["pool"]), references, labelled, protected)

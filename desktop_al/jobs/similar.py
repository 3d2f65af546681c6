"""Similar images: the nearest of one sample, and how like each sample is to some, or to a file from anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError, UsageError
from desktop_al.domain.records import EmbeddingTable, Ids
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.jobs.graph import graph_of, stored_graph
from desktop_al.numerics.likest import cosines
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class SimilarSpec:
    """What images are to be like: the ``samples`` by id, or the image ``file``, which need not be in the project.

    ``embed`` says on which device, and how large an image, to embed the file; its model is that of the project.
    """

    samples: tuple[int, ...] = ()
    file: Path | None = None
    embed: EmbedSpec = field(default_factory=EmbedSpec)


@dataclass(frozen=True, slots=True, eq=False)
class SimilarResult:
    """``values`` (n,) float64: the cosine of each of ``ids`` (n,), ascending, to the nearest of what was asked for."""

    ids: Ids
    values: NDArray[np.float64]

    def first(self, count: int, but: Sequence[int] = ()) -> NDArray[np.int64]:
        """The places (k,) of the ``count`` most similar, most similar first, equals by id, without the ids ``but``."""
        order = np.argsort(-self.values, kind="stable")
        order = order[~np.isin(self.ids[order], np.asarray(but, np.int64))]
        return order[:count].astype(np.int64)


def run_similar(project: Project, spec: SimilarSpec, ctx: Context = SILENT) -> SimilarResult:
    """How like each embedded sample is to the nearest of what ``spec`` names.

    Raises
    ------
    EmbeddingError
        Nothing is embedded, or the samples are not, or the file cannot be read as an image.
    ModelError
        The model that embedded the samples cannot embed the file.
    UsageError
        Neither samples nor a file were named.
    CancelledError
        ``ctx`` was cancelled.
    """
    table = _embedded(project)
    if spec.file is not None:
        from desktop_al.jobs.embed_one import embed_one

        queries = embed_one(project, spec.file, spec.embed, ctx)[None]
    elif spec.samples:
        queries = np.asarray(table.matrix[_rows_of(table, spec.samples)])
    else:
        raise UsageError(say("Name the images that others are to be like, or a file."))
    return SimilarResult(table.ids, cosines(table.matrix, queries, table.rows, ctx).astype(np.float64))


def nearest_of(
    project: Project, sample: int, k: int, ctx: Context = SILENT
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The ``k`` samples nearest to ``sample``: their ids (k,), nearest first, and Euclidean distances (k,).

    By the stored graph; without one, or beyond its reach, by comparing all. Empty where the sample has no embedding.
    """
    graph = stored_graph(project)
    if graph is not None and k <= graph.indices.shape[1]:
        at = int(np.searchsorted(graph.ids, sample))
        if at < len(graph.ids) and graph.ids[at] == sample:
            found = np.asarray(graph.indices[at, :k], np.int64)
            return graph.ids[found], np.asarray(graph.distances[at, :k], np.float64)
    table = project.embeddings()
    at = int(np.searchsorted(table.ids, sample))
    if at >= len(table) or table.ids[at] != sample:
        return np.empty(0, np.int64), np.empty(0)
    values = cosines(table.matrix, np.asarray(table.matrix[table.rows[at]])[None], table.rows, ctx)
    order = np.argsort(-values, kind="stable")
    order = order[order != at][:k]
    return table.ids[order], np.sqrt(np.maximum(0, 2 - 2 * values[order].astype(np.float64)))


def neighbours_of(project: Project, samples: Ids, k: int, ctx: Context = SILENT) -> Ids:
    """The samples that are among the ``k`` nearest of one of ``samples`` (m,), ascending, by the graph.

    The graph is computed where there is none yet. Samples without an embedding have no neighbours.

    Raises
    ------
    EmbeddingError
        Nothing is embedded.
    CancelledError
        ``ctx`` was cancelled.
    """
    graph = graph_of(project, _embedded(project), ctx)
    at = np.searchsorted(graph.ids, samples)
    at = at[(at < len(graph.ids)) & (graph.ids[np.minimum(at, len(graph.ids) - 1)] == samples)]
    found: NDArray[np.int64] = graph.ids[np.unique(graph.indices[at, :k])]
    return found


def _embedded(project: Project) -> EmbeddingTable:
    table = project.embeddings()
    if len(table) == 0:
        raise EmbeddingError(say("No image of this project is embedded yet: embed the images first."))
    return table


def _rows_of(table: EmbeddingTable, samples: tuple[int, ...]) -> NDArray[np.int64]:
    """The rows of the matrix that hold ``samples``, those without an embedding left out."""
    ids = np.unique(np.asarray(samples, np.int64))
    at = np.minimum(np.searchsorted(table.ids, ids), len(table) - 1)
    known = table.ids[at] == ids
    if not known.any():
        raise EmbeddingError(say("The images that others are to be like have no embedding: embed the images first."))
    rows: NDArray[np.int64] = table.rows[at[known]]
    return rows

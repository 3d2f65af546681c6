"""The kNN graph of the embeddings: the one that the project keeps, or a new one that it keeps from then on."""

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import EmbeddingTable, Neighbours
from desktop_al.engines.local import get_worker
from desktop_al.jobs import map_stages
from desktop_al.numerics.neighbours import EXACT_UP_TO, Graph
from desktop_al.store.project import Project

KIND = "neighbours"
NEIGHBOURS = 64


def stored_graph(project: Project, model_key: str | None = None) -> Neighbours | None:
    """The graph that the project keeps, None where there is none or it is not of the present embeddings."""
    saved = project.array(model_key, KIND)
    if saved is None or saved.input_hash != project.embedding_digest(model_key):
        return None
    arrays = saved.arrays
    return Neighbours(saved.ids, arrays["indices"], arrays["distances"], bool(saved.spec.get("exact", False)))


def graph_of(
    project: Project, table: EmbeddingTable, model_key: str | None = None, ctx: Context = SILENT
) -> Neighbours:
    """The graph over all samples of ``table``, which are those embedded by the model; kept where the project may write.

    Raises
    ------
    EmbeddingError
        An embedding is not finite.
    CancelledError
        ``ctx`` was cancelled.
    """
    stored = stored_graph(project, model_key)
    if stored is not None and np.array_equal(stored.ids, table.ids):
        return stored
    digest = project.embedding_digest(model_key)
    found = _search(table, ctx)
    graph = Neighbours(table.ids, found.indices, found.distances, found.exact)
    model = project.active_model() if model_key is None else None
    key = model_key or (model.key if model is not None else "")
    if project.mode == "w":
        values = {"indices": found.indices, "distances": found.distances}
        project.save_array(key, KIND, table.ids, values, {"exact": found.exact, "k": found.indices.shape[1]}, 0, digest)
    return graph


def _search(table: EmbeddingTable, ctx: Context) -> Graph:
    """The graph over ``table``; a large one in the worker, so that nobody here waits for the interpreter meanwhile."""
    vectors = map_stages.vectors_of(table)
    if len(table) <= EXACT_UP_TO:
        return map_stages.find_neighbours(vectors, NEIGHBOURS, 0, ctx)
    found: Graph = get_worker().call(map_stages.find_neighbours, vectors, NEIGHBOURS, 0, ctx=ctx)
    return found

"""The kNN graph of the embeddings: the one that the project keeps, or a new one that it keeps from then on."""

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import EmbeddingTable, Neighbours
from desktop_al.engines.local import get_worker
from desktop_al.jobs import map_stages
from desktop_al.numerics.neighbours import EXACT_UP_TO, Graph
from desktop_al.store.project import Project

KIND = "neighbours"
NEIGHBOURS = 64


def stored_graph(project: Project) -> Neighbours | None:
    """The graph that the project keeps, None where there is none or it is not of the present embeddings."""
    return _stored(project, None, project.embedding_digest())


def _stored(project: Project, model_key: str | None, digest: str) -> Neighbours | None:
    saved = project.array(model_key, KIND)
    if saved is None or saved.input_hash != digest:
        return None
    arrays = saved.arrays
    return Neighbours(saved.ids, arrays["indices"], arrays["distances"], bool(saved.spec.get("exact", False)))


def graph_of(project: Project, table: EmbeddingTable, ctx: Context = SILENT) -> Neighbours:
    """The graph over all samples of ``table``, which are those embedded by its model; kept where the project may write.

    Raises
    ------
    EmbeddingError
        An embedding is not finite.
    CancelledError
        ``ctx`` was cancelled.
    """
    stored = _stored(project, table.model_key, table.digest)
    if stored is not None:
        return stored
    found = _search(table, ctx)
    graph = Neighbours(table.ids, found.indices, found.distances, found.exact)
    if project.mode == "w":
        values = {"indices": found.indices, "distances": found.distances}
        spec = {"exact": found.exact, "k": found.indices.shape[1]}
        project.save_array(table.model_key, KIND, table.ids, values, spec, 0, table.digest)
    return graph


def _search(table: EmbeddingTable, ctx: Context) -> Graph:
    """The graph over ``table``; a large one in the worker, so that nobody here waits for the interpreter meanwhile."""
    vectors = map_stages.vectors_of(table)
    if len(table) <= EXACT_UP_TO:
        return map_stages.find_neighbours(vectors, NEIGHBOURS, 0, ctx)
    found: Graph = get_worker().call(map_stages.find_neighbours, vectors, NEIGHBOURS, 0, ctx=ctx)
    return found

"""The map job: principal components at once, neighbours, then UMAP; each stage is saved and reused while it holds."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError
from desktop_al.domain.records import Change, EmbeddingTable
from desktop_al.domain.results import MapResult, PartialMap
from desktop_al.domain.sentence import say, say_n
from desktop_al.domain.specs import MapSpec
from desktop_al.engines.local import get_worker
from desktop_al.jobs import map_stages
from desktop_al.jobs.graph import graph_of
from desktop_al.jobs.map_stages import LANDMARKS_ABOVE, vectors_of
from desktop_al.numerics.placement import align
from desktop_al.store import runs
from desktop_al.store.project import Project

MOST_NEW_SHARE = 0.5
CHANGE = frozenset({"projection"})
Positions = NDArray[np.float32]
Knn = tuple[NDArray[np.int32], NDArray[np.float32]]


def run_map(project: Project, spec: MapSpec, ctx: Context = SILENT) -> MapResult:
    """Project the embeddings of the active model to the plane.

    The same embeddings, spec and seed give the same fresh map, bit for bit. What is new since the last map is placed
    in it and nothing else moves; where more than half is new, or the spec is another, the whole map is drawn anew and
    turned so that it lies on the old one. ``spec.fresh`` ignores the old map altogether. Positions under way are
    published as `PartialMap`.

    Raises
    ------
    EmbeddingError
        Nothing is embedded, or an embedding is not finite.
    CancelledError
        ``ctx`` was cancelled; the stages that were finished are kept.
    """
    began = time.monotonic()
    table = project.embeddings()
    if not len(table):
        raise EmbeddingError(say("Nothing is embedded yet, so there is nothing to draw: embed the images first."))
    return _Drawing(project, spec, table, ctx).run(began)


class _Drawing:
    """One run of the job."""

    def __init__(self, project: Project, spec: MapSpec, table: EmbeddingTable, ctx: Context) -> None:
        self._project, self._spec, self._table, self._ctx = project, spec, table, ctx
        self._model = table.model_key
        self._vectors = vectors_of(table)
        self._content = _content_of(project, table)
        self._recorded = {"min_dist": spec.min_dist, "n_neighbors": spec.n_neighbors}

    def run(self, began: float) -> MapResult:
        """Do what is not done yet."""
        old, same_spec = self._old_map()
        known = int(np.isfinite(old[:, 0]).sum())
        keep = same_spec and not self._spec.fresh and known >= len(old) * (1 - MOST_NEW_SHARE)
        if keep and known == len(old):
            return self._result(known, 0, began)
        start = self._principal_map(show=known == 0)
        graph = self._graph()
        if keep:
            xy: Positions = self._call(map_stages.add, graph, old, self._spec.min_dist, self._spec.seed)
        else:
            drawn = self._draw(graph, start)
            xy = drawn if self._spec.fresh else align(drawn, old)
        result = self._result(len(xy), len(old) - known if keep else 0, began)
        self._save(xy, "umap", result)
        return result

    def _old_map(self) -> tuple[Positions, bool]:
        """Where the last map by UMAP has the samples, NaN for new or changed ones, and whether its spec is this one."""
        nowhere = np.full((len(self._table), 2), np.nan, np.float32)
        saved = self._project.array(self._model, "projection")
        if saved is None or saved.spec.get("method") != "umap":
            return nowhere, False
        rows = np.minimum(np.searchsorted(saved.ids, self._table.ids), len(saved.ids) - 1)
        held = (saved.ids[rows] == self._table.ids) & (saved.arrays["content"][rows] == self._content)
        same = all(saved.spec.get(name) == value for name, value in self._recorded.items())
        positions: Positions = np.where(held[:, None], saved.arrays["xy"][rows], nowhere)
        return positions, same and saved.seed == self._spec.seed

    def _principal_map(self, show: bool) -> Positions:
        start: Positions = self._call(map_stages.principal_map, self._vectors)
        if show:
            self._publish(start)
            if self._project.projection(self._model) is None:
                self._save(start, "pca", None)
        return start

    def _graph(self) -> Knn:
        graph = graph_of(self._project, self._table, self._ctx)
        k = min(self._spec.n_neighbors, graph.indices.shape[1])
        return np.ascontiguousarray(graph.indices[:, :k]), np.ascontiguousarray(graph.distances[:, :k])

    def _draw(self, graph: Knn, start: Positions) -> Positions:
        arguments = (graph, start, self._spec.min_dist, self._spec.seed)
        if len(start) > LANDMARKS_ABOVE:
            xy: Positions = self._call(map_stages.draw_landmarks, self._vectors, *arguments)
        else:
            xy = self._call(map_stages.draw, *arguments)
        return xy

    def _call(self, stage: Callable[..., Any], *arguments: Any) -> Any:
        self._ctx.check()
        return get_worker().call(stage, *arguments, ctx=self._ctx, partial=self._publish)

    def _publish(self, xy: Positions) -> None:
        placed = np.isfinite(xy[:, 0])
        self._ctx.publish(PartialMap(self._table.ids[placed], xy[placed]))

    def _save(self, xy: Positions, method: str, result: MapResult | None) -> None:
        def record(db: Any) -> None:
            if result is not None:
                runs.record_run(
                    db,
                    "map",
                    asdict(self._spec),
                    seed=self._spec.seed,
                    input_hash=self._table.digest,
                    result=result.to_json(),
                    seconds=result.seconds,
                )

        self._project.save_array(
            self._model,
            "projection",
            self._table.ids,
            {"xy": xy, "content": self._content},
            {"method": method, **self._recorded},
            self._spec.seed,
            self._table.digest,
            record,
        )

    def _result(self, samples: int, placed: int, began: float) -> MapResult:
        sentence = (
            say_n("Place {count:,} new image on the map", "Place {count:,} new images on the map", placed)
            if placed
            else say_n("Draw the map of {count:,} image", "Draw the map of {count:,} images", samples)
        )
        seconds = time.monotonic() - began
        return MapResult(samples, placed, "umap", self._spec.seed, seconds, Change(CHANGE, sentence, samples))


def _content_of(project: Project, table: EmbeddingTable) -> NDArray[np.uint64]:
    """The content hashes of the samples of ``table``, (n,) uint64, by which a changed image is told."""
    samples = project.samples()
    rows = np.searchsorted(samples.ids, table.ids)
    return np.array([int(samples.hashes[row] or "0", 16) for row in rows.tolist()], np.uint64)

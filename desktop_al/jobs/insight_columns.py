"""How each insight is computed; one function per insight, by name in `COMPUTE`."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import EmbeddingError, ProjectError, SelectionError
from desktop_al.domain.records import Ids, Neighbours
from desktop_al.domain.sentence import say
from desktop_al.jobs.graph import graph_of
from desktop_al.jobs.insight_labels import covered, covered_after, guess, novelty, uncertainty
from desktop_al.jobs.insight_parts import (
    Arrays,
    all_vectors,
    bandwidth_of,
    embedded,
    kept,
    key_of,
    labelled,
)
from desktop_al.jobs.insights import InsightResult, InsightSpec
from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.joined import joined_groups
from desktop_al.numerics.overlap import jaccard
from desktop_al.numerics.summary import DUPLICATE_SHARE
from desktop_al.numerics.trust import trust as map_trust
from desktop_al.store.project import Project

DENSITY_NEIGHBOURS = 20
CLOSEST = 1e-3
"""Images nearer than this on average count as that near, so that copies have a density too."""
COMPARED = 15
"""So many neighbours by each of two models are compared."""

_LEAST_CLUSTERS, _MOST_CLUSTERS, _PER_CLUSTER = 2, 60, 20


def density(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """One over the mean distance to the 20 nearest."""
    table = embedded(project)
    near = graph_of(project, table, ctx).distances[:, :DENSITY_NEIGHBOURS]
    spacing = np.asarray(near.mean(axis=1, dtype=np.float64)) if near.shape[1] else np.full(len(table), np.nan)
    return InsightResult(spec.name, table.ids, 1 / np.maximum(spacing, CLOSEST))


def cluster(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The cluster by k-means; the largest is called 1."""
    table = embedded(project)

    def compute() -> Arrays:
        ctx.report("Clustering images", 0)
        count = round(np.clip((len(table) / _PER_CLUSTER) ** 0.5, _LEAST_CLUSTERS, _MOST_CLUSTERS))
        labels = clusters(all_vectors(table), count, ctx=ctx).labels
        place = np.argsort(np.argsort(-np.bincount(labels), kind="stable"), kind="stable")
        return {"cluster": place[labels].astype(np.int32)}

    codes = np.asarray(kept(project, table.model_key, "cluster", key_of(table), table.ids, compute)["cluster"])
    return InsightResult(spec.name, table.ids, codes=codes, names=_numbers(codes))


def copies(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """Groups of samples that steps of less than a tenth of the bandwidth join."""
    table = embedded(project)
    radius = DUPLICATE_SHARE * bandwidth_of(project, table, labelled(project, table).ids)
    graph = graph_of(project, table, ctx)
    codes = joined_groups(np.asarray(graph.indices), np.asarray(graph.distances), radius)
    grouped = int((codes >= 0).sum())
    facts = {"radius": radius, "groups": int(codes.max(initial=-1)) + 1, "in_groups": grouped}
    return InsightResult(spec.name, table.ids, codes=codes, names=_numbers(codes), facts=facts)


def trust(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The share of the nearest on the map that are near in the embedding space."""
    table = embedded(project)
    projection = project.projection(table.model_key)
    if projection is None:
        raise ProjectError(say("There is no map of this model to judge yet: draw the map first."))
    _, mine, theirs = np.intersect1d(table.ids, projection.ids, assume_unique=True, return_indices=True)
    placed = np.isfinite(projection.xy[theirs]).all(axis=1)
    mine, xy = mine[placed], np.asarray(projection.xy)[theirs[placed]]
    ids = table.ids[mine]

    def compute() -> Arrays:
        return {"trust": map_trust(all_vectors(table).subset(mine), xy, ctx).astype(np.float32)}

    found = kept(project, table.model_key, "trust", key_of(table, xy, ids), ids, compute)
    values = found["trust"].astype(np.float64)
    return InsightResult(spec.name, ids, values, facts={"mean": float(values.mean()) if len(values) else None})


def agreement(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The overlap of the 15 nearest by the active model and by the one beside it that embedded the most."""
    table = embedded(project)
    tables = [project.embeddings(model.key) for model in project.models() if model.key != table.model_key]
    if not any(map(len, tables)):
        raise EmbeddingError(
            say("Models can be compared once two have embedded the images: embed them with a second model too.")
        )
    other = max(tables, key=lambda one: len(np.intersect1d(one.ids, table.ids, assume_unique=True)))
    ids = np.intersect1d(table.ids, other.ids, assume_unique=True)

    def compute() -> Arrays:
        graphs = (graph_of(project, table, ctx), graph_of(project, other, ctx))
        one, two = (_among(graph, ids) for graph in graphs)
        return {"agreement": jaccard(one, two, COMPARED, ctx).astype(np.float32)}

    key = key_of(table, also=f"{other.model_key} {other.digest}")
    values = kept(project, table.model_key, "agreement", key, ids, compute)["agreement"].astype(np.float64)
    facts = {"other_model": other.model_key, "mean": float(np.nanmean(values)) if np.isfinite(values).any() else None}
    return InsightResult(spec.name, ids, values, facts=facts)


def _among(graph: Neighbours, ids: Ids) -> NDArray[np.int32]:
    """The rows of ``graph`` of the samples ``ids``, its entries as places in ``ids``, -1 for others."""
    place = np.full(len(graph.ids), -1, np.int32)
    at = np.searchsorted(graph.ids, ids)
    place[at] = np.arange(len(ids), dtype=np.int32)
    found: NDArray[np.int32] = place[graph.indices[at]]
    return found


def rank(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The place of each pick of a batch, from 1 on."""
    return _of_picks(project, spec, "rank")


def gain(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """What each pick of a batch added when it was chosen."""
    return _of_picks(project, spec, "gain")


def _of_picks(project: Project, spec: InsightSpec, field: str) -> InsightResult:
    if not project.batches():
        raise SelectionError(say("There is no batch yet: select one first."))
    number = project.batch(spec.batch).number
    picks = project.picks(number)
    ids = np.array([pick.sample for pick in picks], np.int64)
    values = np.array([getattr(pick, field) for pick in picks], np.float64)
    order = np.argsort(ids)
    return InsightResult(spec.name, ids[order], values[order], facts={"batch": number})


def _numbers(codes: NDArray[np.int32]) -> tuple[str, ...]:
    return tuple(map(str, range(1, int(codes.max(initial=-1)) + 2)))


COMPUTE: Mapping[str, Callable[[Project, InsightSpec, Context], InsightResult]] = {
    "uncertainty": uncertainty,
    "guess": guess,
    "novelty": novelty,
    "density": density,
    "rank": rank,
    "gain": gain,
    "agreement": agreement,
    "trust": trust,
    "covered": covered,
    "covered_after": covered_after,
    "cluster": cluster,
    "copies": copies,
}
"""Every insight by name."""

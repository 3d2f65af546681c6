"""How each insight is computed; one function per insight, by name in `COMPUTE`."""

from collections.abc import Callable, Mapping

import numpy as np

from desktop_al.domain.context import Context
from desktop_al.domain.errors import EmbeddingError, SelectionError
from desktop_al.domain.records import EmbeddingTable
from desktop_al.jobs.graph import graph_of
from desktop_al.jobs.insights import InsightResult, InsightSpec
from desktop_al.store.project import Project

DENSITY_NEIGHBOURS = 20
CLOSEST = 1e-3
"""Images nearer than this on average count as that near, so that copies have a density too."""


def embedded(project: Project) -> EmbeddingTable:
    """The embeddings of the active model; raises `EmbeddingError` where there are none."""
    table = project.embeddings()
    if len(table) == 0:
        raise EmbeddingError("No image of this project is embedded yet: embed the images first.")
    return table


def density(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """One over the mean distance to the 20 nearest."""
    table = embedded(project)
    near = graph_of(project, table, ctx=ctx).distances[:, :DENSITY_NEIGHBOURS]
    spacing = np.asarray(near.mean(axis=1, dtype=np.float64)) if near.shape[1] else np.full(len(table), np.nan)
    return InsightResult(spec.name, table.ids, 1 / np.maximum(spacing, CLOSEST))


def rank(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The place of each pick of a batch, from 1 on."""
    return _of_picks(project, spec, "rank")


def gain(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """What each pick of a batch added when it was chosen."""
    return _of_picks(project, spec, "gain")


def _of_picks(project: Project, spec: InsightSpec, field: str) -> InsightResult:
    if not project.batches():
        raise SelectionError("There is no batch yet: select one first.")
    picks = project.picks(project.batch(spec.batch).number)
    ids = np.array([pick.sample for pick in picks], np.int64)
    values = np.array([getattr(pick, field) for pick in picks], np.float64)
    order = np.argsort(ids)
    return InsightResult(spec.name, ids[order], values[order])


COMPUTE: Mapping[str, Callable[[Project, InsightSpec, Context], InsightResult]] = {
    "density": density,
    "rank": rank,
    "gain": gain,
}

"""Two batches side by side: what they share, how near they are, and what each is worth on one and the same scale."""

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, EmbeddingTable, Ids
from desktop_al.domain.results import BatchComparison
from desktop_al.domain.sentence import say
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.jobs.select_record import record_of
from desktop_al.numerics.coverage import serve
from desktop_al.numerics.duplicates import near_any
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor
from desktop_al.numerics.summary import DUPLICATE_SHARE, nearest, redundancy
from desktop_al.store.project import Project


def compare_batches(project: Project, a: int, b: int, ctx: Context = SILENT) -> BatchComparison:
    """Lay batch ``a`` beside batch ``b``, both by their numbers, as they are now.

    Raises
    ------
    SelectionError
        There is no such batch, the batches were selected on different models, or images have changed since.
    CancelledError
        ``ctx`` was cancelled.
    """
    first, second = project.batch(a), project.batch(b)
    if first.model_key != second.model_key:
        raise SelectionError(
            say(
                "Batches {a} and {b} were selected on the embeddings of different models, so that their "
                "distances do not compare; select again on one model.",
                a=a,
                b=b,
            )
        )
    table = project.embeddings(first.model_key)
    mine, theirs = (np.sort([pick.sample for pick in project.picks(number)]).astype(np.int64) for number in (a, b))
    try:
        one, other = vectors_of(table, mine), vectors_of(table, theirs)
    except KeyError as error:
        raise SelectionError(
            say(
                "Images of batch {a} or {b} have changed since it was selected; they cannot be compared any more.",
                a=a,
                b=b,
            )
        ) from error
    width = min(float(batch.budget["bandwidth"]) for batch in (first, second))
    pool = vectors_of(table, _pool(project, (first, second), table))
    scale, radius = factor(width, pool.norm), DUPLICATE_SHARE * width
    labelled = _labelled(project, table, np.concatenate([mine, theirs]))
    none = pool.subset(np.zeros(0, dtype=np.int64))
    return BatchComparison(
        a=a,
        b=b,
        counts=(len(one), len(other)),
        common=tuple(np.intersect1d(mine, theirs).tolist()),
        bandwidth=width,
        a_near_b=float(near_any(one, other, width, ctx).mean()),
        b_near_a=float(near_any(other, one, width, ctx).mean()),
        coverage=(serve(pool, one, scale, ctx).coverage, serve(pool, other, scale, ctx).coverage),
        redundancy=(redundancy(one, none, radius, ctx), redundancy(other, none, radius, ctx)),
        novelty=(_novelty(one, labelled, ctx), _novelty(other, labelled, ctx)),
    )


def _pool(project: Project, batches: tuple[BatchRecord, ...], table: EmbeddingTable) -> Ids:
    """What the batches were selected from, as far as it is embedded still."""
    records = [record_of(project, batch) for batch in batches]
    pools = [record.inputs.pool for record in records if record is not None]
    return np.intersect1d(table.ids, np.concatenate(pools)) if pools else table.ids


def _labelled(project: Project, table: EmbeddingTable, picks: Ids) -> GridVectors:
    """The labelled samples that are in none of the batches."""
    return vectors_of(table, np.setdiff1d(np.intersect1d(project.labels().ids, table.ids), picks))


def _novelty(picks: GridVectors, labelled: GridVectors, ctx: Context) -> float | None:
    return float(nearest(picks, labelled, ctx)[1].mean()) if len(labelled) else None

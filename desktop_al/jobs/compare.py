"""Two batches side by side: what they share, how near they are, and what each is worth on one and the same scale.

A batch can also be laid beside what another strategy would have picked in its place.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, EmbeddingTable, Ids
from desktop_al.domain.results import BatchComparison
from desktop_al.domain.sentence import Sentence, say
from desktop_al.jobs.adjust import graph_as_then
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.jobs.select_record import record_of
from desktop_al.jobs.select_request import request_of, wants_own
from desktop_al.numerics.coverage import serve
from desktop_al.numerics.duplicates import near_any
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor
from desktop_al.numerics.summary import DUPLICATE_SHARE, nearest, redundancy
from desktop_al.store.project import Project
from desktop_al.strategies.engine import rank_again
from desktop_al.strategies.registry import strategy


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
    mine, theirs = (_picks(project, number) for number in (a, b))
    width = min(float(batch.budget["bandwidth"]) for batch in (first, second))
    gone = say(
        "Images of batch {a} or {b} have changed since it was selected; they cannot be compared any more.", a=a, b=b
    )
    sides = _Sides((first, second), mine, theirs, width)
    return replace(_side_by_side(project, table, sides, gone, ctx), a=a, b=b)


def compare_with(
    project: Project, number: int, name: str, ctx: Context = SILENT
) -> tuple[BatchComparison, NDArray[np.int64]]:
    """Lay batch ``number`` beside what strategy ``name`` would have picked in its place, which is not kept.

    It picks as many, with the default options, from the same samples, under the same limits and with what was known of
    them then. Returns the comparison, whose ``b`` is 0, and the sample ids that it would have picked, best first.

    Raises
    ------
    SelectionError
        There is no such batch or strategy, the strategy needs what was not there, or images have changed since.
    CancelledError
        ``ctx`` was cancelled.
    """
    batch, chosen = project.batch(number), strategy(name)
    record, table = record_of(project, batch), project.embeddings(batch.model_key)
    gone = say("Images of batch {number} have changed since it was selected; it cannot be compared.", number=number)
    if record is None:
        raise SelectionError(gone)
    try:
        graph = graph_as_then(project, table, batch, record, ctx)
        pool, references = (vectors_of(table, ids) for ids in (record.inputs.pool, record.inputs.references))
    except KeyError as error:
        raise SelectionError(gone) from error
    spec = replace(record.spec, strategy=chosen.name, options={}, count=str(batch.count))
    examples = record.like_files
    if "queries" not in chosen.needs | chosen.uses:
        # The batch looked for what is like these, the strategy cannot.
        spec, examples = replace(spec, like=(), like_files=()), None
    terms = record.terms
    if terms is not None:
        terms = replace(terms, own=wants_own(project, chosen, record.inputs, terms))
    asked = request_of(
        project, replace(record, spec=spec, terms=terms, like_files=examples), table, graph, judged=False
    )
    found = record.inputs.pool[rank_again(chosen, pool, references, asked, batch.count, ctx).order]
    sides = _Sides((batch,), _picks(project, number), np.sort(found), float(batch.budget["bandwidth"]))
    return replace(_side_by_side(project, table, sides, gone, ctx), a=number, b=0, strategy=chosen.name), found


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is laid side by side: sample ids, ascending, out of what ``batches`` were selected from."""

    batches: tuple[BatchRecord, ...]
    mine: Ids
    theirs: Ids
    bandwidth: float


def _picks(project: Project, number: int) -> Ids:
    return np.sort([pick.sample for pick in project.picks(number)]).astype(np.int64)


def _side_by_side(
    project: Project, table: EmbeddingTable, sides: _Sides, gone: Sentence, ctx: Context
) -> BatchComparison:
    """The figures of both sides; raises `SelectionError`, saying ``gone``, where one is not embedded any more."""
    mine, theirs, width = sides.mine, sides.theirs, sides.bandwidth
    try:
        one, other = vectors_of(table, mine), vectors_of(table, theirs)
    except KeyError as error:
        raise SelectionError(gone) from error
    pool = vectors_of(table, _pool(project, sides.batches, table))
    scale, radius = factor(width, pool.norm), DUPLICATE_SHARE * width
    labelled = _labelled(project, table, np.concatenate([mine, theirs]))
    none = pool.subset(np.zeros(0, dtype=np.int64))
    return BatchComparison(
        a=0,
        b=0,
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

"""Select a batch: gather what may be picked, rank it, judge the ranking, save it with all that a replay needs."""

import time

import sqlite_utils

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Change, PickRecord
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.rationale import pick_records
from desktop_al.jobs.select_inputs import gather, graph_of, hash_of, pack_inputs, vectors_of
from desktop_al.jobs.select_record import JOB
from desktop_al.store import batches
from desktop_al.store.project import Project
from desktop_al.store.runs import record_run
from desktop_al.strategies.engine import Request, rank
from desktop_al.strategies.registry import strategy


def run_select(project: Project, spec: SelectSpec, ctx: Context = SILENT) -> SelectResult:
    """Select a batch and save it.

    Raises
    ------
    EmbeddingError
        Nothing is embedded, or an embedding is not finite.
    SelectionError
        The strategy, count, option or filter is wrong, or nothing is left to select from.
    CancelledError
        Nothing was saved.
    """
    began = time.monotonic()
    chosen = strategy(spec.strategy)
    ctx.report("Reading embeddings", 0)
    inputs, table = gather(project, spec.where), project.embeddings()
    pool, references = vectors_of(table, inputs.pool), vectors_of(table, inputs.references)
    graph = graph_of(project, table, inputs, ctx)
    previous = previous_bandwidth(project, inputs.model_key)
    classes = project.counts().classes
    request = Request(spec.count, spec.seed, spec.options, None, classes, previous, graph)
    ranking = rank(chosen, pool, references, request, ctx)
    head = ranking.order[: ranking.count]
    served = ranking.similarity.after(head, ctx)
    picks = pick_records(ranking.similarity, inputs, head, ranking.gains, served, {}, ctx)
    input_hash = hash_of(project, table, inputs, graph)
    kept = {"previous_bandwidth": previous, "classes": classes, **pack_inputs(inputs)}
    seconds = time.monotonic() - began
    ctx.check()

    def save(db: sqlite_utils.Database) -> BatchRecord:
        saved = batches.save_batch(
            db,
            picks,
            strategy=chosen.name,
            seed=spec.seed,
            model_key=inputs.model_key,
            spec=spec,
            budget=ranking.verdict.budget,
            coverage=ranking.verdict.coverage,
            input_hash=input_hash,
            order=inputs.pool[ranking.order],
            gains=ranking.gains,
        )
        result = {"batch": saved.number, **kept}
        record_run(db, JOB, spec, seed=spec.seed, input_hash=input_hash, result=result, seconds=seconds)
        return saved

    batch = project.write(save)
    if ranking.verdict.budget["rule"] == "explicit" and ranking.verdict.budget["asked"] > batch.count:
        ctx.message(ranking.verdict.budget["note"])
    sentence = f"Select {batch.count:,} by {batch.strategy} as batch {batch.number}"
    return result_of(project, batch, picks, seconds, sentence)


def result_of(
    project: Project, batch: BatchRecord, picks: tuple[PickRecord, ...], seconds: float, sentence: str
) -> SelectResult:
    """The result for a batch that was saved."""
    samples = project.samples()
    paths = tuple(samples.path(samples.row_of(pick.sample)) for pick in picks)
    return SelectResult(batch, picks, paths, seconds, Change(frozenset({"batches", "decisions"}), sentence, len(picks)))


def previous_bandwidth(project: Project, model_key: str) -> float | None:
    """The bandwidth of the last batch of the same model, below which a new one must not grow; None for a first."""
    found = [batch.budget.get("bandwidth") for batch in project.batches() if batch.model_key == model_key]
    return float(found[-1]) if found and found[-1] is not None else None

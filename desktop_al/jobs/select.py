"""Select a batch: gather what may be picked, rank it, judge the ranking, save it with all that a replay needs."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import FilterError
from desktop_al.domain.records import BatchRecord, Change, EmbeddingTable, PickRecord
from desktop_al.domain.results import SelectResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec, SelectSpec
from desktop_al.jobs import live_batch
from desktop_al.jobs.batch_summary import summary_of
from desktop_al.jobs.foretold import probe_of
from desktop_al.jobs.held_back import held_back
from desktop_al.jobs.rationale import Chosen, pick_records
from desktop_al.jobs.select_inputs import Inputs, gather, graph_of, hash_of, vectors_of
from desktop_al.jobs.select_record import JOB, SelectRecord
from desktop_al.jobs.select_request import check_ids, check_like, request_of, wants_own
from desktop_al.jobs.select_terms import gather_terms
from desktop_al.jobs.settled import stability_of
from desktop_al.jobs.unheeded import unheeded
from desktop_al.jobs.where_saved import explain, spec_written_out
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import DUPLICATE_SHARE, Standing
from desktop_al.store import batches
from desktop_al.store.project import Project
from desktop_al.store.runs import record_run
from desktop_al.strategies.budget_words import with_stability
from desktop_al.strategies.count import parse_count
from desktop_al.strategies.engine import rank
from desktop_al.strategies.registry import strategy

if TYPE_CHECKING:
    import sqlite_utils

_EMBED = EmbedSpec()


def run_select(project: Project, spec: SelectSpec, ctx: Context = SILENT, embed: EmbedSpec = _EMBED) -> SelectResult:
    """Select a batch and save it.

    ``embed`` says on which device, and how large an image, to embed the files of ``spec.like_files``; the model is that
    of the project. It is not recorded, for what a machine trusts is its own affair.

    Raises
    ------
    EmbeddingError
        Nothing is embedded, an embedding is not finite, or a file cannot be read as an image.
    ModelError
        The model that embedded the samples cannot embed a file.
    SelectionError
        The strategy, count, option, filter, constraint or aim is wrong, or nothing is left to select from.
    CancelledError
        Nothing was saved.
    """
    began = time.monotonic()
    written, spec = spec, spec_written_out(project, spec)
    chosen = strategy(spec.strategy)
    check_like(spec, chosen)
    ctx.report("Reading embeddings", 0)
    try:
        inputs = gather(project, spec)
    except FilterError:
        explain(project, written)
        raise
    table = project.embeddings(inputs.model_key)
    examples = _embedded(project, spec, embed, ctx)
    graph = graph_of(project, table, inputs, ctx)
    record = replace(_record(project, spec, inputs, table, graph, ctx), like_files=examples)
    pool, references = vectors_of(table, inputs.pool), vectors_of(table, inputs.references)
    ranking = rank(chosen, pool, references, request_of(project, record, table, graph), ctx)
    stability = stability_of(project.labels(), table, inputs.protected, ctx)
    coverage, budget = ranking.verdict.coverage, with_stability(ranking.verdict.budget, stability)
    head = ranking.order[: ranking.count]
    served = ranking.live.standing(ranking.count, ctx)
    picked = chosen_of(record, ranking.similarity, head, ranking.gains, ranking.origins, served, ctx)
    ctx.report("Describing the picks", 0)
    picks = pick_records(picked, {}, ctx)
    risk = project.read(batches.random_labels)
    summary = summary_of(picked, budget.get("account", ""), risk, spec.seed, ctx=ctx)
    summary["held_back"] = held_back(record, ranking.similarity, head, served.best, inputs.filtered, ctx)
    summary["unheeded"] = unheeded(record)
    input_hash = hash_of(project, table, inputs, graph, spec.like)
    seconds = time.monotonic() - began
    ctx.check()

    def save(db: "sqlite_utils.Database") -> BatchRecord:
        saved = batches.save_batch(
            db,
            picks,
            strategy=chosen.name,
            seed=spec.seed,
            model_key=inputs.model_key,
            spec=spec,
            budget=budget,
            coverage=coverage,
            input_hash=input_hash,
            order=inputs.pool[ranking.order],
            gains=ranking.gains,
            summary=summary,
        )
        result = {"batch": saved.number, **record.pack()}
        record_run(db, JOB, spec, seed=spec.seed, input_hash=input_hash, result=result, seconds=seconds)
        return saved

    batch = project.write(save)
    live_batch.keep(project, batch, spec, ranking.live)
    if budget["rule"] == "explicit" and budget["asked"] > batch.count:
        ctx.message(budget["note"])
    sentence = say(
        "Select {count:,} by {strategy} as batch {number}",
        count=batch.count,
        strategy=batch.strategy,
        number=batch.number,
    )
    return result_of(project, batch, picks, seconds, sentence)


def _embedded(project: Project, spec: SelectSpec, embed: EmbedSpec, ctx: Context) -> NDArray[np.float32] | None:
    """The embeddings (q, d) of the files that picks are to be like, None for none."""
    if not spec.like_files:
        return None
    # Only now: it loads what decodes images and runs models.
    from desktop_al.jobs.embed_one import embed_one

    return np.stack([embed_one(project, file, embed, ctx) for file in spec.like_files])


def _record(
    project: Project,
    spec: SelectSpec,
    inputs: Inputs,
    table: EmbeddingTable,
    graph: NDArray[np.int32] | None,
    ctx: Context,
) -> SelectRecord:
    """What the selection starts from now, as it is recorded."""
    previous = previous_bandwidth(project, inputs.model_key)
    radius = 0.0
    if len(inputs.protected) or spec.constraints.group_by:
        wanted = parse_count(spec.count, len(inputs.pool))
        target = FIRST_BUDGET if wanted is None else min(wanted, len(inputs.pool))
        pool, references = vectors_of(table, inputs.pool), vectors_of(table, inputs.references)
        radius = DUPLICATE_SHARE * bandwidth(pool, references, target, previous)
    terms = gather_terms(project, spec, inputs, table, radius, graph, ctx)
    terms = replace(terms, own=wants_own(project, strategy(spec.strategy), inputs, terms))
    check_ids(project, spec, inputs, table, terms)
    return SelectRecord(spec, inputs, terms, project.counts().classes, previous)


def chosen_of(
    record: SelectRecord,
    similarity: Similarity,
    places: NDArray[np.int64],
    gains: NDArray[np.float64],
    origins: NDArray[np.uint8],
    served: Standing,
    ctx: Context = SILENT,
) -> Chosen:
    """The picks ``places`` (k,), which serve the pool as ``served`` says, with what the labels foretell of them."""
    if record.terms is None:
        return Chosen(similarity, record.inputs, places, gains, origins, served)
    terms = record.terms
    probe = probe_of(similarity.references, record.inputs.labelled, terms.codes, terms.classes, ctx)
    foretold = None if probe is None else probe.probabilities(similarity.pool.subset(places).block())
    return Chosen(similarity, record.inputs, places, gains, origins, served, terms.strata, foretold, terms.classes)


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

"""Change a batch by hand: pin and veto samples, or give it another size. The rest of the batch follows at once.

Rankings are nested, so that another size alone solves nothing again.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, Decision, EmbeddingTable, Ids, PickRecord
from desktop_al.domain.results import SelectResult
from desktop_al.domain.sentence import Sentence, say, template
from desktop_al.domain.specs import AdjustSpec, SelectSpec
from desktop_al.jobs import live_batch
from desktop_al.jobs.answer import Answer
from desktop_al.jobs.select import result_of
from desktop_al.jobs.select_inputs import graph_of, hash_of, vectors_of
from desktop_al.jobs.select_record import SelectRecord, record_of
from desktop_al.jobs.select_request import check_ids, refuse, request_of
from desktop_al.numerics.coverage import mean
from desktop_al.numerics.exchange import standing_of
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing
from desktop_al.store import batches
from desktop_al.store.project import Project
from desktop_al.store.runs import record_run
from desktop_al.strategies.checks import check_room
from desktop_al.strategies.engine import rank_live
from desktop_al.strategies.live import Head
from desktop_al.strategies.mixed import ORIGINS
from desktop_al.strategies.places import due, random_phase
from desktop_al.strategies.registry import strategy

if TYPE_CHECKING:
    import sqlite_utils

JOB = "adjust"
_JUDGED = 2000


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A ranking to the horizon of its batch: ``places`` in the pool, ``gains`` and codes of ``origins``, (h,) each.

    ``served`` says how the picks of the batch serve the pool.
    """

    similarity: Similarity
    places: NDArray[np.int64]
    gains: NDArray[np.float64]
    origins: NDArray[np.uint8]
    served: Standing


def run_adjust(project: Project, spec: AdjustSpec, ctx: Context = SILENT) -> SelectResult:
    """Change a batch as ``spec`` asks; the picks are those that a selection with these pins and vetoes gives.

    It starts from what the batch was selected from: samples, labels, metadata and bandwidth of then. Decisions on picks
    that stay are kept. Coverage is exact; the random baseline and the certificate come from the saved curve. Of more
    than 2,000 images a random 2,000 say how the rest of the curve moves, so that a veto is answered at once.

    Raises
    ------
    SelectionError
        There is no such batch, a sample cannot be pinned or vetoed, the ranking ends before ``count``, a new pick has
        been labelled or picked since, or what the batch was selected from is gone; nothing is changed then.
    """
    while True:
        try:
            return _adjusted(project, spec, ctx)
        except _MovedError:
            ctx.check()


class _MovedError(Exception):
    """The batch was changed while its change was solved, or a pick that would go was decided on: begin anew."""


def _adjusted(project: Project, spec: AdjustSpec, ctx: Context) -> SelectResult:
    began = time.monotonic()
    batch = project.batch(spec.batch)
    record, table = record_of(project, batch), project.embeddings(batch.model_key)
    if record is None:
        raise _gone(batch)
    asked = _with_pins(record.spec, _with_decided(project, batch.number, spec))
    count = batch.count if spec.count is None else spec.count
    order, gains = project.batch_order(batch.number)
    _require_count(batch, count, len(order), asked)
    try:
        if asked.constraints == record.spec.constraints:
            answer = Answer(project, batch, record, count, ctx)
            ranked = _as_ranked(project, batch, record, table, order, gains, count, ctx)
        else:
            record = replace(record, spec=asked)
            answer = Answer(project, batch, record, count, ctx)
            ranked = _solve(project, batch, record, table, len(order), count, answer, ctx)
        if not answer.told:
            head = Head(ranked.places[:count], ranked.gains[:count], ranked.origins[:count], ranked.served)
            answer(ranked.similarity, head)()
    except KeyError as error:
        raise _gone(batch) from error
    picks, summary = answer.picks, answer.summary
    before = np.searchsorted(record.inputs.pool, order)
    coverage, budget = _figures(batch, ranked, before, spec, count, ctx)
    seconds = time.monotonic() - began
    ctx.check()

    def save(db: "sqlite_utils.Database") -> tuple[BatchRecord, tuple[PickRecord, ...]]:
        # A person decides on while this is solved.
        since = batches.decisions_of(db, batch.number)
        gone = _decided(since, spec).difference(pick.sample for pick in picks) if spec.keep_decided else ()
        if gone or batches.read_one(db, batch.number) != batch:
            raise _MovedError
        decided = tuple(
            pick if (now := since.get(pick.sample, pick.decision)) is pick.decision else replace(pick, decision=now)
            for pick in picks
        )
        saved = batches.replace_picks(
            db,
            batch.number,
            decided,
            spec=asked,
            budget=budget,
            coverage=coverage,
            summary=summary,
            order=record.inputs.pool[ranked.places],
            gains=ranked.gains,
        )
        record_run(db, JOB, spec, seed=asked.seed, result={"batch": saved.number}, seconds=seconds)
        return saved, decided

    saved, picks = project.write(save)
    return result_of(project, saved, picks, time.monotonic() - began, _sentence(batch, spec, count))


def _with_decided(project: Project, number: int, spec: AdjustSpec) -> AdjustSpec:
    """``spec`` with the picks pinned that are to stay because they were decided on."""
    if not spec.keep_decided:
        return spec
    decided = _decided(project.read(lambda db: batches.decisions_of(db, number)), spec)
    return replace(spec, pins=(*spec.pins, *sorted(decided.difference(spec.pins))))


def _decided(decisions: Mapping[int, Decision], spec: AdjustSpec) -> set[int]:
    decided = {sample for sample, decision in decisions.items() if decision is not Decision.PENDING}
    return decided.difference(spec.vetoes, spec.unpin)


def origins_of(spec: SelectSpec, references: int, count: int) -> NDArray[np.uint8]:
    """Where each of the first ``count`` of a ranking comes from, codes of `ORIGINS`; see `strategies.mixed`."""
    codes, phase = np.zeros(count, dtype=np.uint8), random_phase(references)
    codes[[at for at in range(count) if due(at, spec.random_share, phase)]] = ORIGINS.index("random")
    codes[: len(set(spec.constraints.pins))] = ORIGINS.index("pin")
    return codes


_BOTH = (
    template("Sample {sample} is to be pinned and vetoed at once; choose one of the two."),
    template("Sample {sample} (and {others:,} more) is to be pinned and vetoed at once; choose one of the two."),
)


def _with_pins(spec: SelectSpec, change: AdjustSpec) -> SelectSpec:
    """``spec`` with the pins and vetoes of ``change``; what is pinned is no longer vetoed, and the other way round."""
    refuse(sorted(set(change.pins) & set(change.vetoes)), _BOTH)
    known = spec.constraints
    pins = _changed(known.pins, change.pins, (*change.unpin, *change.vetoes))
    vetoes = _changed(known.vetoes, change.vetoes, (*change.unveto, *change.pins))
    return replace(spec, constraints=replace(known, pins=pins, vetoes=vetoes))


def _changed(known: Sequence[int], added: Sequence[int], removed: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in (*known, *added) if one not in removed))


def _require_count(batch: BatchRecord, count: int, ranked: int, spec: SelectSpec) -> None:
    if count < 1:
        raise SelectionError(say("A batch needs at least one pick; ask for one or more."))
    if count > ranked:
        raise SelectionError(
            say(
                "Batch {number} is ranked up to {ranked:,} picks and {count:,} were asked for; select "
                "again with a larger count.",
                number=batch.number,
                ranked=ranked,
                count=count,
            )
        )
    check_room(spec.constraints.pins, count)


def _solve(
    project: Project,
    batch: BatchRecord,
    record: SelectRecord,
    table: EmbeddingTable,
    horizon: int,
    count: int,
    answer: Answer,
    ctx: Context,
) -> _Ranked:
    """Rank again with other pins and vetoes, on the inputs of the batch."""
    if record.terms is not None:
        check_ids(project, record.spec, record.inputs, table, record.terms)
    live = live_batch.adjusted(project, batch, record.spec, record.inputs.pool, count, ctx, answer)
    if live is None:
        pool, references = vectors_of(table, record.inputs.pool), vectors_of(table, record.inputs.references)
        graph = graph_as_then(project, table, batch, record, ctx)
        request = request_of(project, record, table, graph)
        live = rank_live(strategy(batch.strategy), pool, references, request, horizon, ctx)
        live_batch.keep(project, batch, record.spec, live)
    ranking = live.mixed
    places = ranking.indices
    if len(places) < count:
        raise SelectionError(
            say(
                "Only {count:,} images may be picked with these vetoes, and the batch is to have "
                "{wanted:,}; ask for fewer, or take a veto back.",
                count=len(places),
                wanted=count,
            )
        )
    return _Ranked(live.similarity, places, ranking.gains, ranking.origins, live.standing(count, ctx))


def _as_ranked(
    project: Project,
    batch: BatchRecord,
    record: SelectRecord,
    table: EmbeddingTable,
    order: Ids,
    gains: NDArray[np.float64],
    count: int,
    ctx: Context,
) -> _Ranked:
    """The ranking that was saved."""
    places = np.searchsorted(record.inputs.pool, order)
    origins = origins_of(record.spec, len(record.inputs.references), len(order))
    live = live_batch.adjusted(project, batch, record.spec, record.inputs.pool, count, ctx)
    if live is not None and np.array_equal(live.mixed.indices, places):
        # It knows how the batch served before it was given another size.
        return _Ranked(live.similarity, places, gains, origins, live.standing(count, ctx))
    pool, references = vectors_of(table, record.inputs.pool), vectors_of(table, record.inputs.references)
    similarity = Similarity(pool, references, float(batch.budget["bandwidth"]))
    return _Ranked(similarity, places, gains, origins, standing_of(similarity, places[:count], ctx))


def graph_as_then(
    project: Project, table: EmbeddingTable, batch: BatchRecord, record: SelectRecord, ctx: Context = SILENT
) -> NDArray[np.int32] | None:
    """The graph that ``batch`` was ranked on; raises KeyError where its images or their neighbours have changed."""
    for fresh in (False, True):
        graph = graph_of(project, table, record.inputs, ctx, fresh)
        if hash_of(project, table, record.inputs, graph, record.spec.like) == batch.input_hash:
            return graph
        if graph is None:
            break
    raise KeyError(batch.number)


def _figures(
    batch: BatchRecord,
    ranked: _Ranked,
    before: NDArray[np.int64],
    spec: AdjustSpec,
    count: int,
    ctx: Context,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Coverage and budget of the changed batch, whose ranking was ``before``."""
    curve, after = dict(batch.budget["curve"]), mean(ranked.served.best)
    if not np.array_equal(before, ranked.places):
        moved = _moved(ranked.similarity, before, ranked.places, ctx)
        last = len(moved) - 1
        curve["coverage"] = [
            after if k == count else value + float(moved[min(k, last)])
            for k, value in zip(curve["k"], curve["coverage"], strict=True)
        ]
    coverage = {**batch.coverage, "after": after, **_from_curve(curve, count)}
    budget = {**batch.budget, "curve": curve, "count": count}
    if count != batch.count:
        # What was said of the batch that follows was said for another count.
        budget |= {"next_batch_buys": _next_batch(curve, count), "stop_advice": None}
    if spec.count is not None:
        note = say("Resized to {count:,} by hand.", count=count) if count != batch.count else batch.budget["note"]
        budget |= {"rule": "resized", "note": note}
    return coverage, budget


def _next_batch(curve: Mapping[str, Any], count: int) -> float | None:
    """What as many picks again buy of held-out coverage, between the points of the curve; None past its end."""
    known = [(k, value) for k, value in zip(curve["k"], curve["heldout"], strict=True) if value is not None]
    if not known or count >= known[-1][0]:
        return None
    k, values = zip(*known, strict=True)
    now, then = np.interp([count, 2 * count], k, values)
    return max(0.0, float(then - now))


def _moved(
    similarity: Similarity, before: NDArray[np.int64], after: NDArray[np.int64], ctx: Context
) -> NDArray[np.float64]:
    """How much more a ranking covers than the one ``before`` after 0, 1, ... picks, (h + 1,) float64."""
    n = len(similarity)
    rows = np.sort(np.random.default_rng(0).choice(n, min(n, _JUDGED), replace=False))
    # In this order, so that the trace of a ranking that changes again and again is known from the change before.
    then, now = similarity.trace(before, rows, ctx), similarity.trace(after, rows, ctx)
    horizon = min(len(now), len(then))
    moved: NDArray[np.float64] = now[:horizon] - then[:horizon]
    return moved


def _from_curve(curve: Mapping[str, Any], count: int) -> dict[str, float]:
    """The random baseline at ``count`` between the points of the curve, and the bound at the next point."""
    k = np.asarray(curve["k"], dtype=np.float64)
    later = min(int(np.searchsorted(k, count)), len(k) - 1)
    return {
        "random_mean": float(np.interp(count, k, curve["random"])),
        "random_sd": float(np.interp(count, k, curve["random_sd"])),
        "certificate": float(curve["certificate"][later]),
    }


_MARKED = template("Pin {ids:,}"), template("Veto {ids:,}"), template("Unpin {ids:,}"), template("Unveto {ids:,}")


def _sentence(batch: BatchRecord, spec: AdjustSpec, count: int) -> Sentence:
    """What was changed, for undo and the status bar."""
    number = batch.number
    if not (spec.pins or spec.vetoes or spec.unpin or spec.unveto):
        return say("Resize batch {number} to {count:,}", number=number, count=count)
    named = zip(_MARKED, (spec.pins, spec.vetoes, spec.unpin, spec.unveto), strict=True)
    first, *others = [Sentence(words, values={"ids": len(ids)}) for words, ids in named if ids]
    for other in others:
        first = say("{first}, {other}", first=first, other=other)
    if spec.count is not None:
        return say("{changes} in batch {number}, {count:,} picks", changes=first, number=number, count=count)
    return say("{changes} in batch {number}", changes=first, number=number)


def _gone(batch: BatchRecord) -> SelectionError:
    return SelectionError(
        say(
            "Images of batch {number} have changed since it was selected; select again instead of changing it.",
            number=batch.number,
        )
    )

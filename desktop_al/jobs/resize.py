"""Give a batch another size out of its saved ranking: rankings are nested, so nothing is solved again."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Ids, SampleState
from desktop_al.domain.results import SelectResult
from desktop_al.jobs.rationale import pick_records
from desktop_al.jobs.select import result_of
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.jobs.select_record import record_of
from desktop_al.numerics.coverage import mean
from desktop_al.numerics.similarity import Similarity
from desktop_al.store import batches
from desktop_al.store.project import Project


def run_resize(project: Project, number: int | None, count: int, ctx: Context = SILENT) -> SelectResult:
    """Give batch ``number`` (None: the last) ``count`` picks, the first of its ranking.

    Decisions on picks that stay are kept. Coverage afterwards is exact; the random baseline and the certificate come
    from the saved curve.

    Raises
    ------
    SelectionError
        There is no such batch, the ranking ends before ``count``, a new pick has been labelled or picked since, or the
        embeddings that the batch was selected on are gone; nothing is changed then.
    """
    began = time.monotonic()
    batch = project.batch(number)
    order, gains = project.batch_order(batch.number)
    _require(project, batch.number, order, count)
    record, table = record_of(project, batch), project.embeddings(batch.model_key)
    try:
        if record is None:
            raise KeyError(batch.number)
        pool, references = vectors_of(table, record.inputs.pool), vectors_of(table, record.inputs.references)
    except KeyError as error:
        raise SelectionError(
            f"Images of batch {batch.number} have changed since it was selected; select again instead of resizing it."
        ) from error
    head = np.searchsorted(record.inputs.pool, order[:count])
    similarity = Similarity(pool, references, float(batch.budget["bandwidth"]))
    served = similarity.after(head, ctx)
    decisions = {pick.sample: pick.decision for pick in project.picks(batch.number)}
    picks = pick_records(similarity, record.inputs, head, gains, served, decisions, ctx)
    after = mean(np.maximum(served.similarity, similarity.before(ctx).similarity))
    coverage = {**batch.coverage, "after": after, **_from_curve(batch.budget["curve"], count)}
    note = f"Resized to {count:,} by hand." if count != batch.count else batch.budget["note"]
    budget = {**batch.budget, "rule": "resized", "count": count, "note": note}
    ctx.check()
    saved = project.write(
        lambda db: batches.replace_picks(db, batch.number, picks, spec=batch.spec, budget=budget, coverage=coverage)
    )
    sentence = f"Resize batch {batch.number} to {count:,}"
    return result_of(project, saved, picks, time.monotonic() - began, sentence)


def _require(project: Project, number: int, order: Ids, count: int) -> None:
    if count < 1:
        raise SelectionError("A batch needs at least one pick; ask for one or more.")
    if count > len(order):
        raise SelectionError(
            f"Batch {number} is ranked up to {len(order):,} picks and {count:,} were asked for; "
            "select again with a larger count."
        )
    here = {pick.sample for pick in project.picks(number)}
    fresh = [sample for sample in order[:count].tolist() if sample not in here]
    ids, states = project.states()
    taken = int((states[np.searchsorted(ids, np.asarray(fresh, dtype=np.int64))] != SampleState.UNLABELLED).sum())
    if taken:
        raise SelectionError(
            f"{taken:,} of the images that batch {number} would gain were labelled or picked since; "
            "select again instead."
        )


def _from_curve(curve: Mapping[str, Any], count: int) -> dict[str, float]:
    """The random baseline at ``count`` between the points of the curve, and the bound at the next point."""
    k = np.asarray(curve["k"], dtype=np.float64)
    later = min(int(np.searchsorted(k, count)), len(k) - 1)
    return {
        "random_mean": float(np.interp(count, k, curve["random"])),
        "random_sd": float(np.interp(count, k, curve["random_sd"])),
        "certificate": float(curve["certificate"][later]),
    }

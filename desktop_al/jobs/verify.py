"""Verify a project: the database, the vectors, and every recorded selection replayed."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import ProjectError, SelectionError
from desktop_al.domain.records import BatchRecord, Ids
from desktop_al.domain.results import VerifyResult
from desktop_al.domain.sentence import say
from desktop_al.jobs.adjust import graph_as_then
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.jobs.select_record import record_of
from desktop_al.jobs.select_request import request_of
from desktop_al.store import arrays, vectors
from desktop_al.store.project import Project
from desktop_al.store.runs import versions
from desktop_al.strategies.engine import rank_again
from desktop_al.strategies.registry import strategy

if TYPE_CHECKING:
    import sqlite_utils

# What the bits of a selection can depend on.
_MATTERS = ("desktop-al", "selection", "numpy", "numba")


def run_verify(project: Project, ctx: Context = SILENT) -> VerifyResult:
    """Check that the project is whole and that each batch comes out of its inputs again, bit for bit.

    A batch whose images or neighbours have changed since cannot be replayed, which is no problem; ``ctx`` is told.
    """
    ctx.report("Checking the database", 0)
    problems: list[str] = []
    for check in (
        _database,
        lambda db: vectors.problems(db, project.path),
        lambda db: arrays.problems(db, project.path),
    ):
        ctx.check()
        try:
            problems += project.read(check)
        except ProjectError as error:
            return VerifyResult((*problems, str(error)), 0, 0)
    recorded = project.batches()
    replayed = 0
    for at, batch in enumerate(recorded):
        ctx.check()
        ctx.report("Replaying batches", at, len(recorded), "batches")
        ran, found = _replay(project, batch, ctx)
        replayed += ran
        problems += found
    ctx.report("Replaying batches", len(recorded), len(recorded), "batches")
    return VerifyResult(tuple(problems), len(recorded), replayed)


def _database(db: "sqlite_utils.Database") -> list[str]:
    """One sentence for each fault of the database."""
    faults = [row[0] for row in db.conn.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphans = {row[0] for row in db.conn.execute("PRAGMA foreign_key_check")}
    return [
        *(
            say("The database is damaged ({fault}); restore project.sqlite from a backup.", fault=fault)
            for fault in faults
        ),
        *(
            say("The table {table} names rows that are gone; restore project.sqlite from a backup.", table=table)
            for table in sorted(orphans)
        ),
    ]


def _replay(project: Project, batch: BatchRecord, ctx: Context) -> tuple[bool, list[str]]:
    """Whether ``batch`` could be replayed, and one sentence for each thing that came out otherwise."""
    record = record_of(project, batch)
    if record is None:
        return False, [
            say(
                "Nothing is recorded of how batch {number} was selected, so it cannot be replayed.", number=batch.number
            )
        ]
    table = project.embeddings(batch.model_key)
    try:
        pool, references = vectors_of(table, record.inputs.pool), vectors_of(table, record.inputs.references)
    except KeyError:
        ctx.message(
            say(
                "Batch {number} cannot be replayed, since some of its images are no longer embedded.",
                number=batch.number,
            )
        )
        return False, []
    try:
        graph = graph_as_then(project, table, batch, record, ctx)
    except KeyError:
        ctx.message(say("Batch {number} cannot be replayed, since its images have changed.", number=batch.number))
        return False, []
    order, gains = project.batch_order(batch.number)
    try:
        request = request_of(project, record, table, graph)
        again = rank_again(strategy(batch.strategy), pool, references, request, len(order), ctx)
    except SelectionError as error:
        # What one version takes another may refuse; the other batches are replayed all the same.
        return False, [say("Batch {number} cannot be replayed. {why}", number=batch.number, why=str(error))]
    same = (
        np.array_equal(record.inputs.pool[again.order], order)
        and np.array_equal(again.gains, gains)
        and again.bandwidth == batch.budget["bandwidth"]
    )
    return True, [*([] if same else [_difference(batch)]), *_picks(project, batch, order, gains)]


def _picks(project: Project, batch: BatchRecord, order: Ids, gains: NDArray[np.float64]) -> list[str]:
    """Whether the picks that a person sees are the first of the ranking, with their gains."""
    picks, count = project.picks(batch.number), batch.budget.get("count", batch.count)
    samples, shown = [pick.sample for pick in picks], [pick.gain for pick in picks]
    if samples == order[:count].tolist() and shown == gains[:count].tolist():
        return []
    return [say("The picks of batch {number} are not those of its ranking; select again.", number=batch.number)]


def _difference(batch: BatchRecord) -> str:
    now = versions()
    others = [
        say(
            "{name} {then} then and {now} now",
            name=name,
            then=batch.versions.get(name, "none"),
            now=now.get(name, "none"),
        )
        for name in _MATTERS
        if batch.versions.get(name) != now.get(name)
    ]
    if not others:
        return say(
            "Batch {number} comes out differently when it is replayed on the same versions; select again before "
            "relying on it.",
            number=batch.number,
        )
    listed = others[0]
    for other in others[1:]:
        listed = say("{first}, {other}", first=listed, other=other)
    return say(
        "Batch {number} comes out differently when it is replayed with {others}; select again before relying on it.",
        number=batch.number,
        others=listed,
    )

"""Batches, their picks and the decisions on them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import BatchRecord, Decision, Ids, PickRecord
from desktop_al.domain.sentence import say
from desktop_al.store import rounds
from desktop_al.store.columns import read_columns
from desktop_al.store.pick_rows import PickRows
from desktop_al.store.pick_table import STATES, PickTable
from desktop_al.store.runs import versions
from desktop_al.store.values import now, to_blob, to_json

if TYPE_CHECKING:
    import sqlite_utils

_BATCH = """
    SELECT id, number, round, strategy, seed, (SELECT count(*) FROM picks WHERE batch_id = batches.id), model_key, spec,
        budget, coverage, versions, input_hash, created_at, summary
    FROM batches
"""
_PICK = """
    SELECT rank, sample_id, gain, stands_for, stands_for_nearest, nearest_labelled, nearest_labelled_distance,
        uncertainty, stratum, decision, predicted, nearest_earlier, nearest_earlier_distance, survives, origin,
        veto_cost
    FROM picks
"""

# Which columns of a batch hold JSON: spec, budget, coverage, versions and summary.
_JSON = (7, 8, 9, 10, 13)


def save_batch(
    db: "sqlite_utils.Database",
    picks: Sequence[PickRecord],
    *,
    strategy: str,
    seed: int,
    model_key: str,
    spec: object,
    budget: Mapping[str, Any],
    coverage: Mapping[str, Any],
    input_hash: str,
    order: Sequence[int] | Ids = (),
    gains: Sequence[float] | NDArray[np.float64] = (),
    summary: Mapping[str, Any] | None = None,
) -> BatchRecord:
    """Save a new batch in the open round, on the present versions; a round is started where none is open.

    ``order`` and ``gains`` are the whole greedy order up to the horizon of the solver, from which `replace_picks`
    resizes the batch; they may be empty.
    """
    round_number = rounds.open_round(db)
    (number,) = db.conn.execute("SELECT coalesce(max(number), 0) + 1 FROM batches").fetchone()
    cursor = db.conn.execute(
        "INSERT INTO batches (number, round, strategy, seed, model_key, spec, budget, coverage, versions, input_hash, "
        "created_at, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            round_number,
            strategy,
            seed,
            model_key,
            to_json(spec),
            to_json(budget),
            to_json(coverage),
            to_json(versions()),
            input_hash,
            now(),
            to_json(summary or {}),
        ),
    )
    batch_id = int(cursor.lastrowid or 0)
    _insert_picks(db, batch_id, picks)
    if len(order) or len(gains):
        _save_order(db, batch_id, order, gains)
    return read_one(db, number)


def _save_order(
    db: "sqlite_utils.Database",
    batch_id: int,
    order: Sequence[int] | Ids,
    gains: Sequence[float] | NDArray[np.float64],
) -> None:
    if len(order) != len(gains):
        raise ValueError(f"an order of {len(order)} samples has {len(gains)} gains")
    db.conn.execute(
        "INSERT OR REPLACE INTO batch_orders (batch_id, sample_ids, gains) VALUES (?, ?, ?)",
        (batch_id, to_blob(order, "<i8"), np.asarray(gains, dtype="<f8").tobytes()),
    )


def replace_picks(
    db: "sqlite_utils.Database",
    number: int,
    picks: Sequence[PickRecord],
    *,
    spec: object,
    budget: Mapping[str, Any],
    coverage: Mapping[str, Any],
    summary: Mapping[str, Any] | None = None,
    order: Sequence[int] | Ids = (),
    gains: Sequence[float] | NDArray[np.float64] = (),
) -> BatchRecord:
    """Give a batch other picks, for example after an adjustment; the decisions in ``picks`` are taken as they are.

    ``order`` and ``gains`` replace the greedy order, which stays where they are empty. When a pick was decided on is
    kept with its decision.
    """
    batch, when = read_one(db, number), now()
    known = db.conn.execute(
        "SELECT decided_at, sample_id, decision FROM picks WHERE batch_id = ? AND decided_at IS NOT NULL", (batch.id,)
    ).fetchall()
    db.conn.execute("DELETE FROM picks WHERE batch_id = ?", (batch.id,))
    _insert_picks(db, batch.id, picks)
    db.conn.executemany(
        "UPDATE picks SET decided_at = ? WHERE batch_id = ? AND sample_id = ? AND decision = ?",
        ((decided, batch.id, sample, decision) for decided, sample, decision in known),
    )
    db.conn.execute(
        "UPDATE picks SET decided_at = ? WHERE batch_id = ? AND decided_at IS NULL AND decision <> ?",
        (when, batch.id, Decision.PENDING.value),
    )
    db.conn.execute(
        "UPDATE batches SET spec = ?, budget = ?, coverage = ?, summary = ? WHERE id = ?",
        (to_json(spec), to_json(budget), to_json(coverage), to_json(summary or {}), batch.id),
    )
    if len(order) or len(gains):
        _save_order(db, batch.id, order, gains)
    return read_one(db, number)


def _insert_picks(db: "sqlite_utils.Database", batch_id: int, picks: Iterable[PickRecord]) -> None:
    db.conn.executemany(
        "INSERT INTO picks (batch_id, rank, sample_id, gain, stands_for, stands_for_nearest, nearest_labelled, "
        "nearest_labelled_distance, uncertainty, stratum, decision, predicted, nearest_earlier, "
        "nearest_earlier_distance, survives, origin, veto_cost) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                batch_id,
                int(pick.rank),
                int(pick.sample),
                float(pick.gain),
                int(pick.stands_for),
                to_json(pick.stands_for_nearest),
                _number(int, pick.nearest_labelled),
                _number(float, pick.nearest_labelled_distance),
                _number(float, pick.uncertainty),
                pick.stratum,
                pick.decision.value,
                pick.predicted,
                _number(int, pick.nearest_earlier),
                _number(float, pick.nearest_earlier_distance),
                _number(int, pick.survives),
                pick.origin,
                _number(float, pick.veto_cost),
            )
            for pick in picks
        ),
    )


def _number(kind: type[int] | type[float], value: float | None) -> float | None:
    """``value`` as SQLite takes it, also where it came from numpy."""
    return None if value is None else kind(value)


def read(db: "sqlite_utils.Database") -> list[BatchRecord]:
    """All batches by number."""
    return [_batch(row) for row in db.conn.execute(f"{_BATCH} ORDER BY number")]


def read_one(db: "sqlite_utils.Database", number: int | None) -> BatchRecord:
    """The batch with this number, or the last one where ``number`` is None.

    Raises
    ------
    SelectionError
        There is no such batch.
    """
    query = f"{_BATCH} WHERE ?1 IS NULL OR number = ?1 ORDER BY number DESC LIMIT 1"
    row = db.conn.execute(query, (number,)).fetchone()
    if row is None and number is None:
        raise SelectionError(say("The project has no batch yet: select one first."))
    if row is None:
        raise SelectionError(say("The project has no batch {number}: list its batches with “report”.", number=number))
    return _batch(row)


def read_picks(db: "sqlite_utils.Database", number: int) -> list[PickRecord]:
    """The picks of a batch by rank.

    Raises
    ------
    SelectionError
        There is no such batch.
    """
    batch = read_one(db, number)
    return [_pick(row) for row in db.conn.execute(f"{_PICK} WHERE batch_id = ? ORDER BY rank", (batch.id,))]


def read_pick_table(db: "sqlite_utils.Database", number: int) -> PickTable:
    """The picks of a batch by rank, as a table.

    Raises
    ------
    SelectionError
        There is no such batch.
    """
    batch = read_one(db, number)
    rows = PickRows(db.conn.execute(f"{_PICK} WHERE batch_id = ? ORDER BY rank", (batch.id,)))
    return PickTable(rows, _pick)


def count_decisions(db: "sqlite_utils.Database", number: int) -> dict[Decision, int]:
    """How many picks of a batch have each decision."""
    found = dict(
        db.conn.execute(
            "SELECT decision, count(*) FROM picks WHERE batch_id = ? GROUP BY decision", (read_one(db, number).id,)
        ).fetchall()
    )
    return {decision: found.get(decision.value, 0) for decision in Decision}


def decisions_of(db: "sqlite_utils.Database", number: int) -> dict[int, Decision]:
    """The decisions on the picks of a batch by sample id; raises `SelectionError` where there is no such batch."""
    rows = db.conn.execute("SELECT sample_id, decision FROM picks WHERE batch_id = ?", (read_one(db, number).id,))
    return {sample: Decision(decision) for sample, decision in rows}


def read_order(db: "sqlite_utils.Database", number: int) -> tuple[Ids, NDArray[np.float64]]:
    """The greedy order of a batch up to the horizon: sample ids (h,) int64 and gains (h,) float64; empty where unsaved.

    Raises
    ------
    SelectionError
        There is no such batch.
    """
    row = db.conn.execute(
        "SELECT sample_ids, gains FROM batch_orders WHERE batch_id = ?", (read_one(db, number).id,)
    ).fetchone()
    ids, gains = row or (b"", b"")
    return np.frombuffer(ids, dtype="<i8").astype(np.int64), np.frombuffer(gains, dtype="<f8").astype(np.float64)


def random_labels(db: "sqlite_utils.Database") -> NDArray[np.int64]:
    """The numbers of the classes of the labelled picks that were drawn at random, (m,) int64."""
    rows = db.conn.execute(
        "SELECT class_id FROM labels WHERE sample_id IN (SELECT sample_id FROM picks WHERE origin = 'random') "
        "ORDER BY sample_id"
    )
    return np.array([number for (number,) in rows], dtype=np.int64)


def read_decisions(db: "sqlite_utils.Database", number: int) -> tuple[Ids, NDArray[np.uint8]]:
    """The samples (k,) of a batch, ascending, and the `SampleState` (k,) uint8 that the decision on each means."""
    code = " ".join(f"WHEN '{decision.value}' THEN {int(state)}" for decision, state in STATES.items())
    (ids, codes), _ = read_columns(
        db, "picks", "sample_id", [f"CASE decision {code} END"], [], "batch_id = ?", (read_one(db, number).id,)
    )
    return ids, codes.astype(np.uint8)


def set_decisions(
    db: "sqlite_utils.Database", number: int, decisions: Mapping[int, Decision], spare: bool = False
) -> tuple[dict[int, Decision], tuple[int, ...]]:
    """Decide on picks of a batch.

    Returns the earlier decisions of those that changed, which undo them, and the samples that were left out: with
    ``spare`` those that are not in the batch, where it holds any.

    Raises
    ------
    SelectionError
        There is no such batch, or a sample is not in it, with ``spare`` all of them; nothing is changed then.
    """
    batch, before = read_one(db, number), decisions_of(db, number)
    strangers = [int(sample) for sample in decisions if int(sample) not in before]
    if strangers and not (spare and len(strangers) < len(decisions)):
        raise SelectionError(
            say(
                "Sample {sample} is not in batch {number}: decide on samples that the batch holds.",
                sample=strangers[0],
                number=number,
            )
            if len(strangers) == 1
            else say(
                "{count} samples, {sample} among them, are not in batch {number}: decide on samples "
                "that the batch holds.",
                count=len(strangers),
                sample=strangers[0],
                number=number,
            )
        )
    changed = {
        int(sample): decision for sample, decision in decisions.items() if before.get(int(sample), decision) != decision
    }
    when = now()
    db.conn.executemany(
        "UPDATE picks SET decision = ?, decided_at = ? WHERE batch_id = ? AND sample_id = ?",
        (
            (decision.value, None if decision is Decision.PENDING else when, batch.id, sample)
            for sample, decision in changed.items()
        ),
    )
    return {sample: before[sample] for sample in changed}, tuple(strangers)


def _batch(row: tuple[Any, ...]) -> BatchRecord:
    parts: list[Any] = [json.loads(cell) if at in _JSON else cell for at, cell in enumerate(row)]
    return BatchRecord(*parts)


def _pick(row: tuple[Any, ...]) -> PickRecord:
    rank, sample, gain, stands_for, nearest, labelled, away, uncertainty, stratum, decision = row[:10]
    predicted, earlier, apart, survives, origin, veto_cost = row[10:]
    return PickRecord(
        rank,
        sample,
        gain,
        stands_for,
        tuple(json.loads(nearest)),
        labelled,
        away,
        uncertainty,
        stratum,
        Decision(decision),
        predicted,
        earlier,
        apart,
        None if survives is None else bool(survives),
        origin,
        veto_cost,
    )

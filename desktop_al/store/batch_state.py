"""A batch as it stands, row by row, so that it can be taken away and put back bit for bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.sentence import say
from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils

Row = tuple[Any, ...]
_Decided = dict[int, tuple[str, str | None]]
_COLUMNS = {
    "batches": (
        *("id", "number", "round", "strategy", "seed", "model_key", "spec", "budget", "coverage", "versions"),
        *("input_hash", "created_at", "summary"),
    ),
    "picks": (
        *("batch_id", "rank", "sample_id", "gain", "stands_for", "stands_for_nearest", "nearest_labelled"),
        *("nearest_labelled_distance", "uncertainty", "stratum", "decision", "decided_at", "predicted"),
        *("nearest_earlier", "nearest_earlier_distance", "survives", "origin", "veto_cost"),
    ),
    "batch_orders": ("batch_id", "sample_ids", "gains"),
    "rounds": ("number", "started_at", "closed_at"),
}


@dataclass(frozen=True, slots=True)
class BatchState:
    """All rows that the database holds of one batch, and that of its round; names as in `_COLUMNS`."""

    rows: dict[str, tuple[Row, ...]]

    @property
    def number(self) -> int:
        """The number of the batch."""
        return int(self.rows["batches"][0][1])


def capture(db: "sqlite_utils.Database", number: int) -> BatchState | None:
    """The batch with this number as it stands, None where there is none."""
    batch = _read(db, "batches", "number = ?", number)
    if not batch:
        return None
    key, _, in_round = batch[0][:3]
    return BatchState(
        {
            "batches": batch,
            "picks": _read(db, "picks", "batch_id = ? ORDER BY rank", key),
            "batch_orders": _read(db, "batch_orders", "batch_id = ?", key),
            "rounds": _read(db, "rounds", "number = ?", in_round),
        }
    )


def swap(
    db: "sqlite_utils.Database", number: int, wanted: BatchState | None, decided: Mapping[int, Decision] | None = None
) -> BatchState | None:
    """Bring batch ``number`` to the state ``wanted``, None to take it away; returns the state that it was in.

    A round that began with the batch goes and comes with it. Picks of both states keep their present decision: what was
    decided since is a step of its own. Those that come back are ``decided`` on as that says, else as ``wanted`` does.

    Raises
    ------
    SelectionError
        The batch is to go and was exported; nothing is changed then.
    """
    before = capture(db, number)
    if wanted is not None:
        kept, when = _decided_of(wanted), now()
        back: _Decided = {
            sample: (decision.value, None if decision is Decision.PENDING else when)
            for sample, decision in (decided or {}).items()
            if sample in kept and kept[sample][0] != decision.value
        }
        _put(db, _decided_as(wanted, back | _decided_of(before)))
    elif before is not None:
        _remove(db, before)
    return before


_SAMPLE, _DECISION, _WHEN = map(_COLUMNS["picks"].index, ("sample_id", "decision", "decided_at"))


def _decided_of(state: BatchState | None) -> _Decided:
    """The decisions on the picks of ``state``; none where there is no such batch."""
    rows = () if state is None else state.rows["picks"]
    return {row[_SAMPLE]: (row[_DECISION], row[_WHEN]) for row in rows}


def _decided_as(state: BatchState, decisions: _Decided) -> BatchState:
    """``state`` with ``decisions`` on those of its picks that they name."""

    def decided(row: Row) -> Row:
        cells = list(row)
        cells[_DECISION], cells[_WHEN] = decisions.get(row[_SAMPLE], (row[_DECISION], row[_WHEN]))
        return tuple(cells)

    return BatchState({**state.rows, "picks": tuple(map(decided, state.rows["picks"]))})


def _read(db: "sqlite_utils.Database", table: str, where: str, value: int) -> tuple[Row, ...]:
    found = db.conn.execute(f"SELECT {', '.join(_COLUMNS[table])} FROM {table} WHERE {where}", (value,))
    return tuple(map(tuple, found))


def _insert(db: "sqlite_utils.Database", table: str, rows: tuple[Row, ...], or_what: str = "") -> None:
    names = _COLUMNS[table]
    values = ", ".join("?" * len(names))
    db.conn.executemany(f"INSERT {or_what} INTO {table} ({', '.join(names)}) VALUES ({values})", rows)


def _put(db: "sqlite_utils.Database", state: BatchState) -> None:
    rows = state.rows
    key = rows["batches"][0][0]
    _insert(db, "rounds", rows["rounds"], "OR IGNORE")
    db.conn.execute("DELETE FROM picks WHERE batch_id = ?", (key,))
    db.conn.execute("DELETE FROM batch_orders WHERE batch_id = ?", (key,))
    # Not replaced where it is there: its exports hang on it.
    known = db.conn.execute("SELECT 1 FROM batches WHERE id = ?", (key,)).fetchone()
    if known is None:
        _insert(db, "batches", rows["batches"])
    else:
        names = ", ".join(f"{name} = ?" for name in _COLUMNS["batches"])
        db.conn.execute(f"UPDATE batches SET {names} WHERE id = ?", (*rows["batches"][0], key))
    _insert(db, "picks", rows["picks"])
    _insert(db, "batch_orders", rows["batch_orders"])


def _remove(db: "sqlite_utils.Database", state: BatchState) -> None:
    key, number, in_round = state.rows["batches"][0][:3]
    if db.conn.execute("SELECT 1 FROM exports WHERE batch_id = ? LIMIT 1", (key,)).fetchone():
        raise SelectionError(
            say(
                "Batch {number} was exported and stays, since labels for it may come back: reject what "
                "you do not want, and select again.",
                number=number,
            )
        )
    db.conn.execute("DELETE FROM batches WHERE id = ?", (key,))
    used = "SELECT 1 FROM batches WHERE round = ?1 UNION ALL SELECT 1 FROM labels WHERE round = ?1 LIMIT 1"
    if not db.conn.execute(used, (in_round,)).fetchone():
        db.conn.execute(
            "DELETE FROM rounds WHERE number = ? AND number = (SELECT max(number) FROM rounds)", (in_round,)
        )

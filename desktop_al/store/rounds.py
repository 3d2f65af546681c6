"""Rounds: select, label, import. Round 1 starts with the first batch; labels that come in close the round."""

from typing import TYPE_CHECKING

from desktop_al.domain.records import Decision, RoundRecord
from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils


def last(db: "sqlite_utils.Database") -> tuple[int, bool]:
    """The number of the last round, 0 before the first batch, and whether it is open."""
    row = db.conn.execute("SELECT number, closed_at FROM rounds ORDER BY number DESC LIMIT 1").fetchone()
    return (int(row[0]), row[1] is None) if row else (0, False)


def open_round(db: "sqlite_utils.Database") -> int:
    """The number of the round that a new batch belongs to, which is started where none is open."""
    number, is_open = last(db)
    if is_open:
        return number
    db.conn.execute("INSERT INTO rounds (number, started_at) VALUES (?, ?)", (number + 1, now()))
    return number + 1


def close_round(db: "sqlite_utils.Database") -> int | None:
    """Close the open round, since labels came back; returns its number, or None where none was open."""
    number, is_open = last(db)
    if not is_open:
        return None
    db.conn.execute("UPDATE rounds SET closed_at = ? WHERE number = ?", (now(), number))
    return number


def reopen_round(db: "sqlite_utils.Database", number: int) -> None:
    """Undo `close_round`, unless a later round was started since."""
    if last(db)[0] == number:
        db.conn.execute("UPDATE rounds SET closed_at = NULL WHERE number = ?", (number,))


def read(db: "sqlite_utils.Database") -> list[RoundRecord]:
    """All rounds in order, with what happened in each."""
    batches: dict[int, list[int]] = {}
    for number, round_number in db.conn.execute("SELECT number, round FROM batches ORDER BY number"):
        batches.setdefault(round_number, []).append(number)
    picks: dict[int, dict[str, int]] = {}
    for round_number, decision, count in db.conn.execute(
        "SELECT round, decision, count(*) FROM picks JOIN batches ON batches.id = batch_id GROUP BY round, decision"
    ):
        picks.setdefault(round_number, {})[decision] = count
    labelled = dict(db.conn.execute("SELECT round, count(*) FROM labels GROUP BY round").fetchall())
    return [
        RoundRecord(
            number=number,
            batches=tuple(batches.get(number, ())),
            picks=sum(picks.get(number, {}).values()),
            accepted=picks.get(number, {}).get(Decision.ACCEPTED, 0),
            rejected=picks.get(number, {}).get(Decision.REJECTED, 0),
            labelled=labelled.get(number, 0),
            started_at=started_at,
        )
        for number, started_at in db.conn.execute("SELECT number, started_at FROM rounds ORDER BY number")
    ]

"""Counts that are always in sight, and the state of each sample in the learning loop."""

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.domain.records import Counts, Decision, Ids, ModelRecord, SampleState, SampleStatus
from desktop_al.store.columns import read_columns
from desktop_al.store.vectors import read_index

_STATE_OF = {
    Decision.REJECTED: SampleState.REJECTED,
    Decision.PENDING: SampleState.PENDING,
    Decision.ACCEPTED: SampleState.ACCEPTED,
}


def read(db: sqlite_utils.Database, model: ModelRecord | None) -> Counts:
    """All counts.

    ``embedded`` counts samples with a current embedding of ``model``, ``duplicates`` the present samples beyond the
    first of each content, and the decisions count picks over all batches.
    """
    status = dict(db.conn.execute("SELECT status, count(*) FROM samples GROUP BY status").fetchall())
    decisions = dict(db.conn.execute("SELECT decision, count(*) FROM picks GROUP BY decision").fetchall())
    duplicates, labelled, classes, rounds = db.conn.execute(
        "SELECT (SELECT coalesce(sum(n - 1), 0) FROM "
        f"(SELECT count(*) AS n FROM samples WHERE status = {SampleStatus.PRESENT} AND hash > '' GROUP BY hash)), "
        "(SELECT count(*) FROM labels), (SELECT count(DISTINCT class_id) FROM labels), (SELECT count(*) FROM rounds)"
    ).fetchone()
    return Counts(
        samples=sum(status.values()),
        present=status.get(SampleStatus.PRESENT, 0),
        missing=status.get(SampleStatus.MISSING, 0),
        unreadable=status.get(SampleStatus.UNREADABLE, 0),
        duplicates=duplicates,
        embedded=_embedded(db, model),
        labelled=labelled,
        classes=classes,
        picks=sum(decisions.values()),
        accepted=decisions.get(Decision.ACCEPTED, 0),
        rejected=decisions.get(Decision.REJECTED, 0),
        rounds=rounds,
    )


def _embedded(db: sqlite_utils.Database, model: ModelRecord | None) -> int:
    if model is None:
        return 0
    index = read_index(db, model)
    if index.total == 0:
        return 0
    _, (hashes,) = read_columns(
        db, "samples", "id", [], ["hash"], f"hash <> '' AND status <> {SampleStatus.UNREADABLE}"
    )
    return int(np.count_nonzero(index.find(hashes) >= 0))


def states(db: sqlite_utils.Database) -> tuple[Ids, NDArray[np.uint8]]:
    """The ids of all samples (n,) int64, ascending, and their states (n,) uint8 of `SampleState`."""
    (ids,), _ = read_columns(db, "samples", "id", [], [])
    state = np.full(len(ids), SampleState.UNLABELLED, dtype=np.uint8)
    # The highest state that applies is set last.
    for decision in sorted(_STATE_OF, key=_STATE_OF.__getitem__):
        picked = db.conn.execute("SELECT sample_id FROM picks WHERE decision = ?", (decision.value,))
        state[_places(ids, [row[0] for row in picked])] = _STATE_OF[decision]
    labelled = [row[0] for row in db.conn.execute("SELECT sample_id FROM labels")]
    state[_places(ids, labelled)] = SampleState.LABELLED
    return ids, state


def _places(ids: Ids, wanted: list[int]) -> NDArray[np.intp]:
    return np.searchsorted(ids, np.asarray(wanted, dtype=np.int64))

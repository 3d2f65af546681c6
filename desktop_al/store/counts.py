"""Counts that are always in sight, and the state of each sample in the learning loop."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import Counts, Decision, Ids, SampleState, SampleStatus
from desktop_al.store.pick_table import STATES
from desktop_al.store.values import joined_hash_words
from desktop_al.store.vectors import RowIndex

if TYPE_CHECKING:
    import sqlite_utils


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """The counts that depend on samples and embeddings only, see `Counts`."""

    samples: int
    missing: int
    unreadable: int
    duplicates: int
    embedded: int


def of_samples(db: "sqlite_utils.Database", index: RowIndex) -> SampleCounts:
    """Count samples; ``embedded`` are those with a current embedding in ``index``."""
    (samples,) = db.conn.execute("SELECT count(*) FROM samples").fetchone()
    unusable = dict(db.conn.execute("SELECT status, count(*) FROM samples WHERE status > 0 GROUP BY status").fetchall())
    # Each takes a walk through all hashes, which is spared where no file is missing.
    asked = (SampleStatus.PRESENT, *([SampleStatus.MISSING] if SampleStatus.MISSING in unusable else []))
    words = {status: _words(db, status) for status in asked}
    present = words[SampleStatus.PRESENT]
    return SampleCounts(
        samples=samples,
        missing=unusable.get(SampleStatus.MISSING, 0),
        unreadable=unusable.get(SampleStatus.UNREADABLE, 0),
        duplicates=int(np.count_nonzero(present[1:] == present[:-1])),
        embedded=sum([int(np.count_nonzero(index.find_words(part) >= 0)) for part in words.values()]),
    )


def _words(db: "sqlite_utils.Database", status: SampleStatus) -> NDArray[np.uint64]:
    """The known content hashes of all samples of a status, ascending; SQLite joins them from the index alone."""
    (digits,) = db.conn.execute(
        "SELECT group_concat(hash, '') FROM samples WHERE hash > '' AND status = ?", (int(status),)
    ).fetchone()
    return np.sort(joined_hash_words(digits or ""))


def read(db: "sqlite_utils.Database", found: SampleCounts) -> Counts:
    """All counts; the decisions count picks over all batches."""
    decisions = dict(db.conn.execute("SELECT decision, count(*) FROM picks GROUP BY decision").fetchall())
    labelled, classes, rounds = db.conn.execute(
        "SELECT (SELECT count(*) FROM labels), (SELECT count(*) FROM classes WHERE EXISTS "
        "(SELECT 1 FROM labels WHERE class_id = classes.id)), (SELECT count(*) FROM rounds)"
    ).fetchone()
    return Counts(
        samples=found.samples,
        present=found.samples - found.missing - found.unreadable,
        missing=found.missing,
        unreadable=found.unreadable,
        duplicates=found.duplicates,
        embedded=found.embedded,
        labelled=labelled,
        classes=classes,
        picks=sum(decisions.values()),
        accepted=decisions.get(Decision.ACCEPTED, 0),
        rejected=decisions.get(Decision.REJECTED, 0),
        rounds=rounds,
    )


def states(db: "sqlite_utils.Database", ids: Ids) -> NDArray[np.uint8]:
    """The states (n,) uint8 of `SampleState` of all samples, whose ids are ``ids`` (n,), ascending."""
    state = np.full(len(ids), SampleState.UNLABELLED, dtype=np.uint8)
    # The highest state that applies is set last.
    for decision in sorted(STATES, key=STATES.__getitem__):
        picked = db.conn.execute("SELECT sample_id FROM picks WHERE decision = ?", (decision.value,))
        state[_places(ids, [row[0] for row in picked])] = STATES[decision]
    labelled = [row[0] for row in db.conn.execute("SELECT sample_id FROM labels")]
    state[_places(ids, labelled)] = SampleState.LABELLED
    return state


def _places(ids: Ids, wanted: list[int]) -> NDArray[np.intp]:
    return np.searchsorted(ids, np.asarray(wanted, dtype=np.int64))

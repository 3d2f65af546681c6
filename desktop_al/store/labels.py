"""Labels: the current one of each sample, who gave it and in which round; every change can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import LabelTable
from desktop_al.store import metadata, rounds
from desktop_al.store.columns import read_columns
from desktop_al.store.metadata import FieldState
from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils

# Ids per query stay below the number of parameters that any SQLite takes.
_IDS_PER_QUERY = 30_000


@dataclass(frozen=True, slots=True)
class PreviousLabel:
    """What a sample carried before a change; ``label`` is None where it had no label."""

    sample: int
    label: str | None
    origin: str
    round: int
    labelled_at: str


@dataclass(frozen=True, slots=True)
class LabelUndo:
    """What `undo` needs: the labels before, and the round that the labels closed, if any.

    ``round`` is the round that the new labels belong to; ``metadata`` are fields as they were, where these came along.
    """

    previous: tuple[PreviousLabel, ...]
    round: int
    closed_round: int | None
    metadata: tuple[FieldState, ...] = ()


def read(db: "sqlite_utils.Database") -> LabelTable:
    """All current labels, ordered by sample id; the classes are those in use, ordered by name."""
    names = db.conn.execute(
        "SELECT id, name FROM classes WHERE id IN (SELECT class_id FROM labels) ORDER BY name"
    ).fetchall()
    (ids, class_ids, numbers), _ = read_columns(db, "labels", "sample_id", ["class_id", "round"], [])
    known = np.array([number for number, _ in names], dtype=np.int64)
    order = np.argsort(known)
    return LabelTable(
        ids=ids,
        codes=order[np.searchsorted(known, class_ids, sorter=order)].astype(np.int32),
        classes=tuple(name for _, name in names),
        rounds=numbers.astype(np.int32),
    )


def set_labels(
    db: "sqlite_utils.Database",
    ids: Sequence[int] | NDArray[np.int64],
    labels: Sequence[str | None],
    *,
    origin: str,
    only_changes: bool = False,
) -> LabelUndo:
    """Give samples labels (None takes the label away) and close the open round, if there is one.

    The labels belong to the last round, or to round 0 before the first batch. ``origin`` says where they come from,
    for example the name of the file. With ``only_changes`` samples that have their label already stay as they are, in
    their round. Returns what `undo` needs.
    """
    samples = [int(sample) for sample in ids]
    previous = _previous(db, samples)
    if only_changes:
        differ = [old.label != label for old, label in zip(previous, labels, strict=True)]
        previous = tuple(compress(previous, differ))
        samples, labels = list(compress(samples, differ)), list(compress(labels, differ))
    closed = rounds.close_round(db) if any(label is not None for label in labels) else None
    number = rounds.last(db)[0]
    when = now()
    _write(
        db,
        [PreviousLabel(sample, label, origin, number, when) for sample, label in zip(samples, labels, strict=True)],
    )
    return LabelUndo(previous, number, closed)


def count_classes(db: "sqlite_utils.Database") -> int:
    """How many classes have a label."""
    return int(db.conn.execute("SELECT count(DISTINCT class_id) FROM labels").fetchone()[0])


def undo(db: "sqlite_utils.Database", change: LabelUndo) -> LabelUndo:
    """Put back what `set_labels` changed, the open round included; returns what undoes this in turn."""
    previous = _previous(db, [old.sample for old in change.previous])
    _write(db, change.previous)
    if change.closed_round is not None:
        rounds.reopen_round(db, change.closed_round)
    return LabelUndo(previous, change.round, None, metadata.swap(db, change.metadata))


def redo(db: "sqlite_utils.Database", change: LabelUndo, closed_round: int | None) -> LabelUndo:
    """Put back what `undo` took away; ``closed_round`` is the one of the first `LabelUndo`."""
    previous = _previous(db, [old.sample for old in change.previous])
    _write(db, change.previous)
    if closed_round is not None and rounds.last(db) == (closed_round, True):
        rounds.close_round(db)
    return LabelUndo(previous, change.round, closed_round, metadata.swap(db, change.metadata))


def _previous(db: "sqlite_utils.Database", samples: Sequence[int]) -> tuple[PreviousLabel, ...]:
    found: dict[int, PreviousLabel] = {}
    for start in range(0, len(samples), _IDS_PER_QUERY):
        part = samples[start : start + _IDS_PER_QUERY]
        marks = ",".join("?" * len(part))
        for row in db.conn.execute(
            "SELECT sample_id, name, origin, round, labelled_at FROM labels JOIN classes ON classes.id = class_id "
            f"WHERE sample_id IN ({marks})",
            part,
        ):
            found[row[0]] = PreviousLabel(*row)
    return tuple(found.get(sample, PreviousLabel(sample, None, "", 0, "")) for sample in samples)


def _write(db: "sqlite_utils.Database", labels: Sequence[PreviousLabel]) -> None:
    names = sorted({label.label for label in labels if label.label is not None})
    db.conn.executemany("INSERT OR IGNORE INTO classes (name) VALUES (?)", ((name,) for name in names))
    numbers = dict(db.conn.execute("SELECT name, id FROM classes").fetchall())
    db.conn.executemany(
        "DELETE FROM labels WHERE sample_id = ?", ((label.sample,) for label in labels if label.label is None)
    )
    db.conn.executemany(
        "INSERT INTO labels (sample_id, class_id, round, origin, labelled_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (sample_id) DO UPDATE SET class_id = excluded.class_id, round = excluded.round, "
        "origin = excluded.origin, labelled_at = excluded.labelled_at",
        (
            (label.sample, numbers[label.label], label.round, label.origin, label.labelled_at)
            for label in labels
            if label.label is not None
        ),
    )

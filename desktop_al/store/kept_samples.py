"""The samples as they were when the project was last closed, in one file: of a million, that is a tenth of a second.

The database is what counts. The file is taken where the samples did not change since (their revision tells) and where
its bytes are those that were recorded; else the samples are read from the database, row by row, as ever.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_al.domain.records import SampleStatus, SampleTable
from desktop_al.store import arrays, revisions, sources
from desktop_al.store.counts import SampleCounts
from desktop_al.store.text_column import TextColumn
from desktop_al.store.values import to_json

if TYPE_CHECKING:
    import sqlite_utils
    from numpy.typing import NDArray

KIND = "samples"
# Fewer are read from the database in no time that one would notice.
LEAST = 50_000
NUMBERS: Mapping[str, np.dtype[Any]] = {
    "ids": np.dtype("<i8"),
    "source_ids": np.dtype("<i4"),
    "status": np.dtype("u1"),
    "sizes": np.dtype("<i8"),
    "widths": np.dtype("<i4"),
    "heights": np.dtype("<i4"),
}
TEXTS = ("relpaths", "hashes", "reasons")
# What the embeddings were when they were counted: the model and its last chunk.
CountsKey = tuple[int, int] | None


def wanted(db: "sqlite_utils.Database", key: CountsKey) -> bool:
    """Whether there are samples enough, and others than those that are kept, or other embeddings by ``key``."""
    revision = revisions.read(db, revisions.SAMPLES)
    kept = db.conn.execute("SELECT revision, counts_key FROM kept_samples").fetchone()
    return kept != (revision, to_json(key)) and _count(db) >= LEAST


def stage(folder: Path, table: SampleTable) -> dict[str, Any]:
    """Write ``table`` into a new file of the project folder; returns what `record` puts into the database."""
    numbers: dict[str, NDArray[Any]] = {name: getattr(table, name).astype(of) for name, of in NUMBERS.items()}
    texts = {name: _column(getattr(table, name)).spans()[0] for name in TEXTS}
    return arrays.stage(folder, KIND, numbers | texts)


def record(
    db: "sqlite_utils.Database", staged: Mapping[str, Any], revision: int, counts: SampleCounts, key: CountsKey
) -> str | None:
    """Let a staged file count in place of the last one, whose name is returned."""
    old = db.conn.execute("SELECT file FROM kept_samples").fetchone()
    db.conn.execute("DELETE FROM kept_samples")
    db.conn.execute(
        "INSERT INTO kept_samples (file, layout, bytes, checksum, revision, counts, counts_key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            staged["file"],
            staged["layout"],
            staged["bytes"],
            staged["checksum"],
            revision,
            to_json(asdict(counts)),
            to_json(key),
        ),
    )
    return old[0] if old else None


def read(db: "sqlite_utils.Database", folder: Path) -> SampleTable | None:
    """All samples as columns, from the file; None where there is none, or none that can be relied on."""
    row = _row(db, "file, layout, bytes, checksum")
    if row is None:
        return None
    found = arrays.load(folder, *row)
    if found is None or found.keys() != {*NUMBERS, *TEXTS}:
        return None
    roots = {source.id: source.root for source in sources.read(db)}
    n = _count(db)
    texts = {name: TextColumn(found[name].tobytes()) for name in TEXTS if found[name].dtype == np.uint8}
    # A project may come from somebody else: what the columns hold is theirs, their form is ours.
    if any(found[name].dtype != of or found[name].shape != (n,) for name, of in NUMBERS.items()):
        return None
    if len(texts) < len(TEXTS) or any(len(column) != n for column in texts.values()):
        return None
    ids, owners, status = found["ids"], found["source_ids"], found["status"]
    if not np.all(ids[:-1] < ids[1:]) or status.max(initial=0) > max(SampleStatus):
        return None
    if not set(np.unique(owners).tolist()) <= roots.keys():
        return None
    return SampleTable(
        ids=ids,
        source_ids=owners,
        relpaths=texts["relpaths"],
        status=status,
        sizes=found["sizes"],
        widths=found["widths"],
        heights=found["heights"],
        hashes=texts["hashes"],
        reasons=texts["reasons"],
        roots=roots,
    )


def read_counts(db: "sqlite_utils.Database", key: CountsKey) -> SampleCounts | None:
    """How many samples of each kind there are, where that was counted with the embeddings of ``key``; else None."""
    row = _row(db, "counts, counts_key")
    if row is None or row[1] != to_json(key):
        return None
    try:
        counts = SampleCounts(**json.loads(row[0]))
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = asdict(counts).values()
    return counts if all(type(number) is int and 0 <= number <= _count(db) for number in numbers) else None


def _row(db: "sqlite_utils.Database", fields: str) -> tuple[Any, ...] | None:
    """These ``fields`` of the record, where it is of the samples as they are now."""
    revision = revisions.read(db, revisions.SAMPLES)
    row: tuple[Any, ...] | None = db.conn.execute(
        f"SELECT {fields} FROM kept_samples WHERE revision = ?", (revision,)
    ).fetchone()
    return row


def _count(db: "sqlite_utils.Database") -> int:
    return int(db.conn.execute("SELECT count(*) FROM samples").fetchone()[0])


def _column(texts: Any) -> TextColumn:
    return texts if isinstance(texts, TextColumn) else TextColumn.of(texts)

"""Which batches were written where."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.records import ExportRecord
from desktop_al.store.batches import read_one
from desktop_al.store.values import now, path_text, path_value

if TYPE_CHECKING:
    import sqlite_utils


def record_export(
    db: "sqlite_utils.Database", batch_number: int, *, format: str, path: Path, count: int, bytes: int
) -> None:
    """Record that a batch was written to ``path`` (``bytes`` in all)."""
    db.conn.execute(
        "INSERT INTO exports (batch_id, format, path, count, bytes, exported_at) VALUES (?, ?, ?, ?, ?, ?)",
        (read_one(db, batch_number).id, format, path_value(path), count, bytes, now()),
    )


def read(db: "sqlite_utils.Database") -> list[ExportRecord]:
    """All exports, oldest first."""
    rows = db.conn.execute(
        "SELECT number, format, path, count, bytes, exported_at FROM exports JOIN batches ON batches.id = batch_id "
        "ORDER BY exports.id"
    )
    return [
        ExportRecord(number, kind, Path(path_text(path)), count, size, when)
        for number, kind, path, count, size, when in rows
    ]

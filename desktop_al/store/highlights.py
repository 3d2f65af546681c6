"""Named highlights: sets of samples that a person wants to find again."""

from typing import TYPE_CHECKING

import numpy as np

from desktop_al.domain.records import Ids
from desktop_al.store.values import now, to_blob

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database") -> dict[str, Ids]:
    """The sample ids (m,) int64 of every highlight by name, in order of names."""
    rows = db.conn.execute("SELECT name, sample_ids FROM highlights ORDER BY name")
    # A blob of odd length was not written by us; what can be read of it is.
    return {name: np.frombuffer(blob[: len(blob) // 8 * 8], dtype="<i8").astype(np.int64) for name, blob in rows}


def save(db: "sqlite_utils.Database", name: str, ids: Ids | None) -> Ids | None:
    """Keep ``ids`` under ``name``, or forget it with None; return what stood there (None: nothing), which undoes it."""
    before = read(db).get(name)
    if ids is None:
        db.conn.execute("DELETE FROM highlights WHERE name = ?", (name,))
    else:
        db.conn.execute(
            "INSERT INTO highlights (name, sample_ids, saved_at) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET sample_ids = excluded.sample_ids, saved_at = excluded.saved_at",
            (name, to_blob(np.unique(ids), "<i8"), now()),
        )
    return before

"""Numbers that change with the rows that they stand for, so that readers keep what they read until then."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite_utils

SAMPLES = "samples"
METADATA = "metadata"


def read(db: "sqlite_utils.Database", name: str) -> int:
    """The revision of ``name`` in the state that ``db`` sees."""
    row = db.conn.execute("SELECT number FROM revisions WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def advance(db: "sqlite_utils.Database", name: str) -> None:
    """Let readers of ``name`` read again once the transaction is committed."""
    db.conn.execute(
        "INSERT INTO revisions (name, number) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1",
        (name,),
    )

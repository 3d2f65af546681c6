"""Notes: a text that a person wrote about a sample."""

from typing import TYPE_CHECKING

from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database") -> dict[int, str]:
    """Every note by sample id."""
    return {int(sample): text for sample, text in db.conn.execute("SELECT sample_id, text FROM notes")}


def set_note(db: "sqlite_utils.Database", sample: int, text: str) -> str:
    """Write ``text`` about ``sample``, "" takes the note away; return what stood there, which undoes it."""
    found = db.conn.execute("SELECT text FROM notes WHERE sample_id = ?", (sample,)).fetchone()
    if text:
        db.conn.execute(
            "INSERT INTO notes (sample_id, text, noted_at) VALUES (?, ?, ?) "
            "ON CONFLICT (sample_id) DO UPDATE SET text = excluded.text, noted_at = excluded.noted_at",
            (sample, text, now()),
        )
    else:
        db.conn.execute("DELETE FROM notes WHERE sample_id = ?", (sample,))
    return str(found[0]) if found else ""

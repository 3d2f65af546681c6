"""Saved filters: expressions of the language of ``--where`` that a person gave a name."""

from typing import TYPE_CHECKING

from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database") -> dict[str, str]:
    """The expression of every saved filter by name, in order of names."""
    return dict(db.conn.execute("SELECT name, expression FROM filters ORDER BY name").fetchall())


def save(db: "sqlite_utils.Database", name: str, expression: str | None) -> str | None:
    """Keep ``expression`` under ``name``, or forget it with None; returns what was kept there before, None for none."""
    found = db.conn.execute("SELECT expression FROM filters WHERE name = ?", (name,)).fetchone()
    if expression is None:
        db.conn.execute("DELETE FROM filters WHERE name = ?", (name,))
    else:
        db.conn.execute(
            "INSERT INTO filters (name, expression, saved_at) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET expression = excluded.expression, saved_at = excluded.saved_at",
            (name, expression, now()),
        )
    return None if found is None else str(found[0])

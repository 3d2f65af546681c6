"""Tags: words that a person gives to samples, any number to each; every change can be undone."""

from typing import TYPE_CHECKING

import numpy as np

from desktop_al.domain.errors import LabelError
from desktop_al.domain.records import MOST_TAGS, Ids, TagTable
from desktop_al.domain.sentence import say

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database") -> TagTable:
    """All tags by name, each with the ids of its samples in order.

    A project that was not written by us may hold more tags than a mask of bits has room for; the last are left out.
    """
    rows = db.conn.execute("SELECT id, name FROM tags ORDER BY name LIMIT ?", (MOST_TAGS,)).fetchall()
    return TagTable(tuple(name for _, name in rows), tuple(_members(db, number) for number, _ in rows))


def set_tag(db: "sqlite_utils.Database", name: str, ids: Ids, on: bool) -> Ids:
    """Give the samples ``ids`` the tag ``name``, or take it from them; return the ids (m,) int64 that this changed.

    The same call with the returned ids and the opposite of ``on`` takes the change back. A tag that no sample carries
    any more is forgotten.

    Raises
    ------
    LabelError
        A new tag would be one too many.
    """
    found = db.conn.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()
    known = _members(db, int(found[0])) if found else np.empty(0, np.int64)
    there = np.isin(ids, known)
    changed = np.unique(ids[~there] if on else ids[there])
    if not len(changed):
        return changed
    number = int(found[0]) if found else _new(db, name)
    statement = (
        "INSERT INTO sample_tags (tag_id, sample_id) VALUES (?, ?)"
        if on
        else "DELETE FROM sample_tags WHERE tag_id = ? AND sample_id = ?"
    )
    db.conn.executemany(statement, ((number, sample) for sample in changed.tolist()))
    if not on and len(changed) == len(known):
        db.conn.execute("DELETE FROM tags WHERE id = ?", (number,))
    return changed


def _new(db: "sqlite_utils.Database", name: str) -> int:
    (count,) = db.conn.execute("SELECT count(*) FROM tags").fetchone()
    if count >= MOST_TAGS:
        raise LabelError(
            say(
                "A project holds at most {count} tags; take one away from all its images first.",
                count=MOST_TAGS,
            )
        )
    return int(db.conn.execute("INSERT INTO tags (name) VALUES (?)", (name,)).lastrowid or 0)


def _members(db: "sqlite_utils.Database", number: int) -> Ids:
    # One text instead of a Python object for each row.
    (text,) = db.conn.execute("SELECT group_concat(sample_id) FROM sample_tags WHERE tag_id = ?", (number,)).fetchone()
    return np.sort(np.fromstring(text or "", dtype=np.int64, sep=","))

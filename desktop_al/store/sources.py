"""Image folders of a project."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.errors import SourceError
from desktop_al.domain.records import Source
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.values import now, path_text, path_value

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database") -> list[Source]:
    """All sources, in the order in which they were added."""
    rows = db.conn.execute("SELECT id, root, added_at FROM sources ORDER BY id")
    return [Source(number, Path(path_text(root)), added_at) for number, root, added_at in rows]


def ensure(db: "sqlite_utils.Database", root: Path) -> int:
    """The id of the source with this root, which is added where it is new."""
    value = path_value(root)
    found = db.conn.execute("SELECT id FROM sources WHERE root = ?", (value,)).fetchone()
    if found:
        return int(found[0])
    cursor = db.conn.execute("INSERT INTO sources (root, added_at) VALUES (?, ?)", (value, now()))
    return int(cursor.lastrowid or 0)


def relink(db: "sqlite_utils.Database", source_id: int, new_root: Path) -> Path:
    """Point a source at the folder where its images lie now; returns where it pointed before.

    Raises
    ------
    SourceError
        Another source has that folder already, or there is no source ``source_id``.
    """
    found = db.conn.execute("SELECT root FROM sources WHERE id = ?", (source_id,)).fetchone()
    if not found:
        raise SourceError(say("The project has no source {source}: list its sources with “info”.", source=source_id))
    value = path_value(new_root)
    taken = db.conn.execute("SELECT id FROM sources WHERE root = ? AND id <> ?", (value, source_id)).fetchone()
    if taken:
        raise SourceError(
            say(
                "“{folder}” is already source {source} of the project: choose another folder.",
                folder=shown(new_root),
                source=taken[0],
            )
        )
    db.conn.execute("UPDATE sources SET root = ? WHERE id = ?", (value, source_id))
    return Path(path_text(found[0]))


def used(db: "sqlite_utils.Database") -> set[int]:
    """The ids of the sources that hold samples, missing ones among them."""
    return {number for (number,) in db.conn.execute("SELECT DISTINCT source_id FROM samples")}


def forget(db: "sqlite_utils.Database", source_id: int) -> None:
    """Let the project know a source no longer; it must hold no sample."""
    db.conn.execute("DELETE FROM sources WHERE id = ?", (source_id,))

"""Where the person was in the window: one JSON object for each part of it.

A project may come from somebody else, so that nothing here is trusted to be whole: what cannot be read is left out.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite_utils

LARGEST = 1_000_000
"""Characters of one section; larger ones are neither written nor read."""


def read(db: "sqlite_utils.Database") -> dict[str, dict[str, Any]]:
    """The JSON object of every section."""
    found: dict[str, dict[str, Any]] = {}
    # As bytes, since a text need not be what the database takes it for.
    query = "SELECT CAST(section AS BLOB), CAST(value AS BLOB) FROM view_state WHERE length(value) <= ?"
    for section, text in db.conn.execute(query, (LARGEST,)):
        try:
            name, value = section.decode(), json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found[name] = value
    return found


def write(db: "sqlite_utils.Database", sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the objects of ``sections``; other sections stay, and so does the last of one that grew too large."""
    texts = {section: json.dumps(value, ensure_ascii=True, allow_nan=False) for section, value in sections.items()}
    db.conn.executemany(
        "INSERT INTO view_state (section, value) VALUES (?, ?) "
        "ON CONFLICT (section) DO UPDATE SET value = excluded.value",
        [(section, text) for section, text in texts.items() if len(text) <= LARGEST],
    )

"""The models whose vectors a project holds."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from desktop_al.domain.errors import ModelError
from desktop_al.domain.records import ModelRecord
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.values import now, path_text, path_value, to_json

if TYPE_CHECKING:
    import sqlite_utils

_COLUMNS = "id, key, name, kind, path, dim, n_classes, details, active"


def read(db: "sqlite_utils.Database") -> list[ModelRecord]:
    """All models, in the order in which they were first used."""
    return [_record(row) for row in db.conn.execute(f"SELECT {_COLUMNS} FROM models ORDER BY id")]


def active(db: "sqlite_utils.Database") -> ModelRecord | None:
    """The model that the map and the selection use; None before the first embedding pass."""
    row = db.conn.execute(f"SELECT {_COLUMNS} FROM models WHERE active = 1").fetchone()
    return _record(row) if row else None


def find(db: "sqlite_utils.Database", key: str | None) -> ModelRecord | None:
    """The model with this key, or the active one where ``key`` is None; None where there is none."""
    if key is None:
        return active(db)
    row = db.conn.execute(f"SELECT {_COLUMNS} FROM models WHERE key = ?", (key,)).fetchone()
    return _record(row) if row else None


def ensure_model(
    db: "sqlite_utils.Database",
    key: str,
    *,
    name: str,
    kind: str,
    dim: int,
    n_classes: int = 0,
    path: str = "",
    details: Mapping[str, Any] | None = None,
    activate: bool = True,
) -> ModelRecord:
    """The model with this key, recorded where it is new; name, path and details are brought up to date.

    Raises
    ------
    ModelError
        The project holds vectors of another dimension under this key.
    """
    known = find(db, key)
    if known and known.dim != dim:
        raise ModelError(
            say(
                "The project holds vectors of {dim} numbers for “{name}”, which now gives {new}: use "
                "the model file that made them, or a copy of it under its own content.",
                dim=known.dim,
                name=shown(name),
                new=dim,
            )
        )
    db.conn.execute(
        "INSERT INTO models (key, name, kind, path, dim, n_classes, details, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET name = excluded.name, path = excluded.path, details = excluded.details, "
        "n_classes = excluded.n_classes",
        (key, name, kind, path_value(path), dim, n_classes, to_json(details or {}), now()),
    )
    if activate:
        set_active(db, key)
    found = find(db, key)
    if found is None:
        raise AssertionError(f"the model {key} was just recorded")
    return found


def set_active(db: "sqlite_utils.Database", key: str) -> None:
    """Make this the model that the map and the selection use.

    Raises
    ------
    ModelError
        The project holds no such model.
    """
    if find(db, key) is None:
        raise ModelError(
            say("The project holds no embeddings of a model “{key}”: embed with it first.", key=shown(key))
        )
    db.conn.execute("UPDATE models SET active = 0 WHERE active = 1 AND key <> ?", (key,))
    db.conn.execute("UPDATE models SET active = 1 WHERE key = ? AND active = 0", (key,))


def _record(row: tuple[Any, ...]) -> ModelRecord:
    number, key, name, kind, path, dim, n_classes, text, is_active = row
    details = json.loads(text)
    # A project can come from anywhere.
    told = details if isinstance(details, dict) else {}
    return ModelRecord(number, key, name, kind, path_text(path), dim, n_classes, told, bool(is_active))

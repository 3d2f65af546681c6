"""Metadata fields: one value per sample, numbers or text."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.domain.records import MetadataColumn
from desktop_al.store import revisions
from desktop_al.store.columns import read_columns


def read(db: sqlite_utils.Database, name: str | None = None) -> dict[str, MetadataColumn]:
    """All fields, or the one called ``name``, ordered by name; each ordered by sample id."""
    fields = db.conn.execute(
        "SELECT id, name, numeric FROM metadata_fields WHERE ?1 IS NULL OR name = ?1 ORDER BY name", (name,)
    ).fetchall()
    return {field: _column(db, number, field, bool(numeric)) for number, field, numeric in fields}


def names(db: sqlite_utils.Database) -> tuple[str, ...]:
    """The names of all fields, in order."""
    return tuple(str(name) for (name,) in db.conn.execute("SELECT name FROM metadata_fields ORDER BY name"))


def _column(db: sqlite_utils.Database, number: int, name: str, numeric: bool) -> MetadataColumn:
    # 17 digits bring every double back as it was.
    cell = "printf('%!.17g', value)" if numeric else "value"
    (ids,), (values,) = read_columns(db, "metadata", "sample_id", [], [cell], "field_id = ?", (number,))
    return MetadataColumn(name, ids, np.array(values, dtype=np.float64 if numeric else np.str_))


def set_metadata(
    db: sqlite_utils.Database,
    name: str,
    ids: Sequence[int] | NDArray[np.int64],
    values: Sequence[Any] | NDArray[Any],
) -> None:
    """Set the field ``name`` of samples; None and NaN clear it.

    The field is numeric as long as every value ever set is a number; the first text makes all its values text.
    """
    revisions.advance(db, revisions.METADATA)
    cells = values.tolist() if isinstance(values, np.ndarray) else list(values)
    pairs = [(int(sample), cell) for sample, cell in zip(ids, cells, strict=True)]
    # NaN is the value that differs from itself.
    kept = [(sample, cell) for sample, cell in pairs if cell is not None and cell == cell]
    number, numeric = _field(db, name, all(isinstance(cell, int | float) for _, cell in kept))
    cleared = [(number, sample) for sample, cell in pairs if cell is None or cell != cell]
    db.conn.executemany("DELETE FROM metadata WHERE field_id = ? AND sample_id = ?", cleared)
    db.conn.executemany(
        "INSERT INTO metadata (field_id, sample_id, value) VALUES (?, ?, ?) "
        "ON CONFLICT (field_id, sample_id) DO UPDATE SET value = excluded.value",
        ((number, sample, float(cell) if numeric else _text(cell)) for sample, cell in kept),
    )


def remove(db: sqlite_utils.Database, names: Iterable[str]) -> None:
    """Remove fields with all their values."""
    revisions.advance(db, revisions.METADATA)
    db.conn.executemany("DELETE FROM metadata_fields WHERE name = ?", ((name,) for name in names))


def _field(db: sqlite_utils.Database, name: str, numbers: bool) -> tuple[int, bool]:
    """The id of a field and whether it is numeric once values that are numbers, or not, come in."""
    found = db.conn.execute("SELECT id, numeric FROM metadata_fields WHERE name = ?", (name,)).fetchone()
    if found is None:
        cursor = db.conn.execute("INSERT INTO metadata_fields (name, numeric) VALUES (?, ?)", (name, int(numbers)))
        return int(cursor.lastrowid or 0), numbers
    number, numeric = int(found[0]), bool(found[1])
    if numeric and not numbers:
        old = db.conn.execute("SELECT sample_id, value FROM metadata WHERE field_id = ?", (number,)).fetchall()
        db.conn.executemany(
            "UPDATE metadata SET value = ? WHERE field_id = ? AND sample_id = ?",
            ((_text(value), number, sample) for sample, value in old),
        )
        db.conn.execute("UPDATE metadata_fields SET numeric = 0 WHERE id = ?", (number,))
    return number, numeric and numbers


def _text(value: object) -> str:
    """A value as text; whole numbers without the ".0" that they only have because they were kept as float."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")

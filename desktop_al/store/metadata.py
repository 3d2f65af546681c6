"""Metadata fields: one value per sample, numbers or text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import CodedColumn, MetadataColumn
from desktop_al.store import revisions
from desktop_al.store.columns import BLOCK_ROWS, read_columns, read_reals

if TYPE_CHECKING:
    import sqlite_utils


def read(db: "sqlite_utils.Database", name: str | None = None) -> dict[str, MetadataColumn]:
    """All fields, or the one called ``name``, ordered by name; each ordered by sample id."""
    fields = db.conn.execute(
        "SELECT id, name, numeric FROM metadata_fields WHERE ?1 IS NULL OR name = ?1 ORDER BY name", (name,)
    ).fetchall()
    return {field: _column(db, number, field, bool(numeric)) for number, field, numeric in fields}


def names(db: "sqlite_utils.Database") -> tuple[str, ...]:
    """The names of all fields, in order."""
    return tuple(str(name) for (name,) in db.conn.execute("SELECT name FROM metadata_fields ORDER BY name"))


def _column(db: "sqlite_utils.Database", number: int, name: str, numeric: bool) -> MetadataColumn:
    if numeric:
        return MetadataColumn(name, *read_reals(db, "metadata", "sample_id", "value", "field_id = ?", (number,)))
    (ids,), (values,) = read_columns(db, "metadata", "sample_id", [], ["value"], "field_id = ?", (number,))
    return MetadataColumn(name, ids, np.array(list(values), dtype=np.str_))


def kinds(db: "sqlite_utils.Database") -> dict[str, bool]:
    """Whether each field is numeric, by name, in order."""
    fields = db.conn.execute("SELECT name, numeric FROM metadata_fields ORDER BY name").fetchall()
    return {name: bool(numeric) for name, numeric in fields}


def read_coded(db: "sqlite_utils.Database", name: str | None = None) -> dict[str, CodedColumn]:
    """All fields, or the one called ``name``, as `read` gives them, with each text that recurs held once."""
    fields = db.conn.execute(
        "SELECT id, name, numeric FROM metadata_fields WHERE ?1 IS NULL OR name = ?1 ORDER BY name", (name,)
    ).fetchall()
    return {field: _coded(db, number, field, bool(numeric)) for number, field, numeric in fields}


def _coded(db: "sqlite_utils.Database", number: int, name: str, numeric: bool) -> CodedColumn:
    if numeric:
        ids, values = read_reals(db, "metadata", "sample_id", "value", "field_id = ?", (number,))
        return CodedColumn(name, ids, None, (), values)
    (ids,), (texts,) = read_columns(db, "metadata", "sample_id", [], ["value"], "field_id = ?", (number,))
    code_of: dict[str, int] = {}
    codes = np.empty(len(ids), np.int32)
    for start in range(0, len(ids), BLOCK_ROWS):
        block = texts[start : start + BLOCK_ROWS]
        for text in set(block).difference(code_of):
            code_of[text] = len(code_of)
        codes[start : start + BLOCK_ROWS] = [code_of[text] for text in block]
    names = sorted(code_of)
    place = np.empty(len(names), np.int32)
    place[[code_of[text] for text in names]] = np.arange(len(names))
    return CodedColumn(name, ids, place[codes], tuple(names), None)


def set_metadata(
    db: "sqlite_utils.Database",
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


@dataclass(frozen=True, slots=True)
class FieldState:
    """What the samples ``ids`` have in the field ``name``, None for nothing.

    ``numeric`` is None where there is no such field.
    """

    name: str
    numeric: bool | None
    ids: tuple[int, ...]
    values: tuple[float | str | None, ...]


def state_of(db: "sqlite_utils.Database", name: str, ids: Iterable[int]) -> FieldState:
    """What the samples ``ids`` have in the field ``name`` now."""
    found = db.conn.execute("SELECT id, numeric FROM metadata_fields WHERE name = ?", (name,)).fetchone()
    samples = tuple(ids)
    if found is None:
        return FieldState(name, None, samples, (None,) * len(samples))
    known = dict(db.conn.execute("SELECT sample_id, value FROM metadata WHERE field_id = ?", (found[0],)).fetchall())
    return FieldState(name, bool(found[1]), samples, tuple(map(known.get, samples)))


def swap(db: "sqlite_utils.Database", states: Iterable[FieldState]) -> tuple[FieldState, ...]:
    """Bring fields to ``states``; returns what they were, which brings them back."""
    before = []
    for state in states:
        before.append(state_of(db, state.name, state.ids))
        if state.numeric is None:
            remove(db, [state.name])
            continue
        set_metadata(db, state.name, state.ids, state.values)
        if state.numeric and before[-1].numeric is False:
            _number_again(db, state.name)
    return tuple(before)


def _number_again(db: "sqlite_utils.Database", name: str) -> None:
    """Make the texts of a field the numbers that they were before its first text came."""
    (number,) = db.conn.execute("SELECT id FROM metadata_fields WHERE name = ?", (name,)).fetchone()
    texts = db.conn.execute("SELECT sample_id, value FROM metadata WHERE field_id = ?", (number,)).fetchall()
    db.conn.executemany(
        "UPDATE metadata SET value = ? WHERE field_id = ? AND sample_id = ?",
        ((float(text), number, sample) for sample, text in texts),
    )
    db.conn.execute("UPDATE metadata_fields SET numeric = 1 WHERE id = ?", (number,))


def remove(db: "sqlite_utils.Database", names: Iterable[str]) -> None:
    """Remove fields with all their values."""
    revisions.advance(db, revisions.METADATA)
    db.conn.executemany("DELETE FROM metadata_fields WHERE name = ?", ((name,) for name in names))


def _field(db: "sqlite_utils.Database", name: str, numbers: bool) -> tuple[int, bool]:
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

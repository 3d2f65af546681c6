"""Reads whole columns out of SQLite at the speed that a million samples need.

One Python object per cell costs seconds at a million rows and holds the interpreter's lock all the while. So SQLite
itself concatenates each column of a block of rows into one blob (the lock is free meanwhile), and numpy takes the blob
apart; texts stay the bytes that they are. The slow reference is a plain ``SELECT``, in the tests.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from desktop_al.store.text_column import TextColumn

# Rows per block keep a blob far below SQLite's limit of 10^9 bytes, whatever the paths hold.
BLOCK_ROWS = 100_000
NUL = b"\0"


def read_columns(
    db: sqlite_utils.Database,
    table: str,
    key: str,
    numbers: Sequence[str],
    texts: Sequence[str],
    where: str = "1",
    parameters: Sequence[Any] = (),
) -> tuple[list[NDArray[np.int64]], list[TextColumn]]:
    """Integer and text columns of ``table``, ordered by its integer column ``key``.

    Parameters
    ----------
    numbers, texts
        SQL expressions. A text may not hold the character NUL; undecodable bytes come back as surrogates.
    where, parameters
        Restricts the rows.

    Returns
    -------
    The key and the numbers, each (n,) int64, and the texts, n each.
    """
    expressions = [
        "count(*)",
        *(_integers(column) for column in (key, *numbers)),
        *(_texts(column) for column in texts),
    ]
    query = f"SELECT {', '.join(expressions)} FROM {table} WHERE {where} AND {key} > ? AND {key} <= ?"
    arrays: list[list[NDArray[np.int64]]] = [[] for _ in range(1 + len(numbers))]
    strings: list[list[bytes]] = [[] for _ in texts]
    # Asked for one by one, both are found in an index; together they would cost a walk through the table.
    first, last = (
        db.conn.execute(f"SELECT {end}({key}) FROM {table} WHERE {where}", parameters).fetchone()[0]
        for end in ("min", "max")
    )
    start = 0 if first is None else first - 1
    while last is not None and start < last:
        count, *blobs = db.conn.execute(query, (*parameters, start, start + BLOCK_ROWS)).fetchone()
        start += BLOCK_ROWS
        if not count:
            continue
        block = [np.fromstring(blob, dtype=np.int64, sep=",") for blob in blobs[: len(arrays)]]
        if any(len(values) != count for values in block):
            raise AssertionError(f"a column of {table} holds something else than integers")
        # SQLite promises no order within an aggregate.
        order = None if bool(np.all(block[0][:-1] < block[0][1:])) else np.argsort(block[0], kind="stable")
        for column, values in zip(arrays, block, strict=True):
            column.append(values if order is None else values[order])
        for texts_so_far, blob in zip(strings, blobs[len(arrays) :], strict=True):
            texts_so_far.extend((blob if order is None else _reordered(blob, order), NUL))
    empty = np.empty(0, dtype=np.int64)
    numbers_read = [np.concatenate(column) if column else empty for column in arrays]
    columns = [TextColumn.joined(parts) for parts in strings]
    if any(len(column) != len(numbers_read[0]) for column in columns):
        raise AssertionError(f"a text of {table} holds the character NUL")
    return numbers_read, columns


def read_reals(
    db: sqlite_utils.Database, table: str, key: str, real: str, where: str, parameters: Sequence[Any] = ()
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The integer column ``key`` of ``table``, ascending, and the column ``real`` of floating-point numbers, (n,)."""
    # 17 digits bring every double back as it was.
    (keys,), (cells,) = read_columns(db, table, key, [], [f"printf('%!.17g', {real})"], where, parameters)
    values = np.empty(len(keys), np.float64)
    for start in range(0, len(keys), BLOCK_ROWS):
        block = ",".join(cells[start : start + BLOCK_ROWS])
        values[start : start + BLOCK_ROWS] = np.fromstring(block, dtype=np.float64, sep=",")
    return keys, values


def _reordered(blob: bytes, order: NDArray[np.intp]) -> bytes:
    cells = blob.split(NUL)
    return NUL.join([cells[row] for row in order])


def _integers(column: str) -> str:
    return f"group_concat({column})"


def _texts(column: str) -> str:
    return f"CAST(group_concat({column}, x'00') AS BLOB)"

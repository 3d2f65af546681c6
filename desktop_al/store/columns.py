"""Reads whole columns out of SQLite at the speed that a million samples need.

One Python object per cell costs seconds at a million rows and holds the interpreter's lock all the while. So SQLite
itself concatenates each column of a block of rows into one blob (the lock is free meanwhile), and numpy or one
``split`` takes the blob apart. The slow reference is a plain ``SELECT``, in the tests.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

# Rows per block keep a blob far below SQLite's limit of 10^9 bytes, whatever the paths hold.
BLOCK_ROWS = 100_000
NUL = "\0"


def read_columns(
    db: sqlite_utils.Database,
    table: str,
    key: str,
    numbers: Sequence[str],
    texts: Sequence[str],
    where: str = "1",
    parameters: Sequence[Any] = (),
) -> tuple[list[NDArray[np.int64]], list[list[str]]]:
    """Integer and text columns of ``table``, ordered by its integer column ``key``.

    Parameters
    ----------
    numbers, texts
        SQL expressions. A text may not hold the character NUL; undecodable bytes come back as surrogates.
    where, parameters
        Restricts the rows.

    Returns
    -------
    The key and the numbers, each (n,) int64, and the texts, n strings each.
    """
    expressions = [
        "count(*)",
        *(_integers(column) for column in (key, *numbers)),
        *(_texts(column) for column in texts),
    ]
    query = f"SELECT {', '.join(expressions)} FROM {table} WHERE {where} AND {key} > ? AND {key} <= ?"
    arrays: list[list[NDArray[np.int64]]] = [[] for _ in range(1 + len(numbers))]
    strings: list[list[str]] = [[] for _ in texts]
    first, last = db.conn.execute(f"SELECT min({key}), max({key}) FROM {table} WHERE {where}", parameters).fetchone()
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
            cells = blob.decode("utf-8", "surrogateescape").split(NUL)
            texts_so_far.extend(cells if order is None else (cells[row] for row in order))
    empty = np.empty(0, dtype=np.int64)
    return [np.concatenate(column) if column else empty for column in arrays], strings


def _integers(column: str) -> str:
    return f"group_concat({column})"


def _texts(column: str) -> str:
    return f"CAST(group_concat({column}, x'00') AS BLOB)"

"""Reads whole columns out of SQLite at the speed that a million samples need.

One Python object per cell costs seconds at a million rows and holds the interpreter's lock all the while. So SQLite
itself concatenates each column of a block of rows into one blob (the lock is free meanwhile), and numpy takes the blob
apart; texts stay the bytes that they are. The slow reference is a plain ``SELECT``, in the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.store.text_column import TextColumn

if TYPE_CHECKING:
    import sqlite_utils

# Rows per block keep a blob far below SQLite's limit of 10^9 bytes, whatever the paths hold.
BLOCK_ROWS = 100_000
NUL = b"\0"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of columns: ``numbers``, the key before all, each (m,) int64, and ``texts``, m each."""

    numbers: list[NDArray[np.int64]]
    texts: list[TextColumn]


def read_columns(
    db: "sqlite_utils.Database",
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
    blocks = [
        read_block(db, table, key, numbers, texts, start, where, parameters)
        for start in starts(db, table, key, where, parameters)
    ]
    return joined(table, blocks, len(numbers), len(texts))


def starts(
    db: "sqlite_utils.Database", table: str, key: str, where: str = "1", parameters: Sequence[Any] = ()
) -> range:
    """Where the blocks of the rows begin that `read_block` reads; each holds the keys above its start."""
    # Asked for one by one, both are found in an index; together they would cost a walk through the table.
    first, last = (
        db.conn.execute(f"SELECT {end}({key}) FROM {table} WHERE {where}", parameters).fetchone()[0]
        for end in ("min", "max")
    )
    return range(0) if first is None else range(first - 1, last, BLOCK_ROWS)


def read_block(
    db: "sqlite_utils.Database",
    table: str,
    key: str,
    numbers: Sequence[str],
    texts: Sequence[str],
    start: int,
    where: str = "1",
    parameters: Sequence[Any] = (),
) -> Block:
    """The rows of `read_columns` whose keys are one of the `BLOCK_ROWS` above ``start``."""
    expressions = ["count(*)", *map(_integers, (key, *numbers)), *map(_texts, texts)]
    query = f"SELECT {', '.join(expressions)} FROM {table} WHERE {where} AND {key} > ? AND {key} <= ?"
    count, *blobs = db.conn.execute(query, (*parameters, start, start + BLOCK_ROWS)).fetchone()
    if not count:
        return Block([np.empty(0, np.int64)] * (1 + len(numbers)), [TextColumn()] * len(texts))
    arrays = [np.fromstring(blob, dtype=np.int64, sep=",") for blob in blobs[: 1 + len(numbers)]]
    if any(len(values) != count for values in arrays):
        raise AssertionError(f"a column of {table} holds something else than integers")
    strings: list[bytes] = blobs[len(arrays) :]
    # SQLite promises no order within an aggregate.
    if not np.all(arrays[0][:-1] < arrays[0][1:]):
        order = np.argsort(arrays[0], kind="stable")
        arrays, strings = [values[order] for values in arrays], [_reordered(blob, order) for blob in strings]
    return Block(arrays, [TextColumn(blob + NUL) for blob in strings])


def joined(
    table: str, blocks: Sequence[Block], numbers: int, texts: int
) -> tuple[list[NDArray[np.int64]], list[TextColumn]]:
    """What `read_columns` returns, from all ``blocks`` of ``table`` in order."""
    empty = np.empty(0, np.int64)
    arrays = [np.concatenate([empty, *(block.numbers[at] for block in blocks)]) for at in range(1 + numbers)]
    columns = [TextColumn.joined([block.texts[at] for block in blocks]) for at in range(texts)]
    if any(len(column) != len(arrays[0]) for column in columns):
        raise AssertionError(f"a text of {table} holds the character NUL")
    return arrays, columns


def read_reals(
    db: "sqlite_utils.Database", table: str, key: str, real: str, where: str, parameters: Sequence[Any] = ()
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

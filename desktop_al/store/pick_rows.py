"""The rows of a batch as they lie in the database, packed into blocks of bytes.

A hundred thousand picks are a million and a half of Python's objects: to give them up takes a tenth of a second in
which no other thread runs. Packed they are a few hundred objects, and unpacked block by block when they are asked for.
"""

import marshal
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, overload

BLOCK = 256

Row = tuple[Any, ...]


class PickRows(Sequence[Row]):
    """The rows that ``cursor`` yet has to give."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._blocks: list[bytes] = []
        self._length = 0
        while rows := cursor.fetchmany(BLOCK):
            self._blocks.append(marshal.dumps(rows))
            self._length += len(rows)
        # Views ask for neighbours: the block that was unpacked last, with its number.
        self._last: tuple[int, list[Row]] = (-1, [])

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The row at ``place``, or those of a slice."""
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(self._length))]
        at = place.__index__() + (self._length if place < 0 else 0)
        if not 0 <= at < self._length:
            raise IndexError(f"row {place} of {self._length}")
        number, offset = divmod(at, BLOCK)
        last = self._last
        if last[0] != number:
            last = self._last = (number, marshal.loads(self._blocks[number]))
        return last[1][offset]

    def __iter__(self) -> Iterator[Row]:
        """All rows in order."""
        for block in self.blocks():
            yield from block

    def blocks(self) -> Iterator[list[Row]]:
        """All rows in order, block by block."""
        return map(marshal.loads, self._blocks)

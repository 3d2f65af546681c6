"""A column of texts in one block of bytes: a million paths take the memory of their characters, not of objects."""

import sys
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

NUL = "\0"
# Texts decoded at once where all are asked for, so that other threads get the interpreter in between.
BLOCK = 50_000


class TextColumn(Sequence[str]):
    """n texts that are decoded when they are asked for; none holds the character NUL.

    Parameters
    ----------
    blob
        The texts in UTF-8 (bytes that are none come back as surrogates), each followed by NUL.
    """

    __slots__ = ("_blob", "_ends")

    def __init__(self, blob: bytes = b"") -> None:
        ends = np.flatnonzero(np.frombuffer(blob, np.uint8) == 0)
        self._blob = blob
        self._ends = ends.astype(np.uint32 if len(blob) < 2**32 else np.int64)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "TextColumn":
        """The column of ``texts``."""
        return cls(NUL.join([*texts, ""]).encode("utf-8", "surrogateescape"))

    @classmethod
    def sparse(cls, n: int, rows: NDArray[np.integer], texts: Sequence[str]) -> "TextColumn":
        """The column of n texts that are all "" but those of ``rows``, ascending, which are ``texts``."""
        parts, told = [], 0
        for row, text in zip(rows.tolist(), texts, strict=True):
            parts += [bytes(row - told), text.encode("utf-8", "surrogateescape")]
            told = row
        return cls(b"".join([*parts, bytes(n - told)]))

    @classmethod
    def joined(cls, columns: Sequence["TextColumn"]) -> "TextColumn":
        """The column of the texts of ``columns``, one after another."""
        column = cls()
        column._blob = b"".join([part._blob for part in columns])
        column._ends = np.empty(sum(map(len, columns)), np.uint32 if len(column._blob) < 2**32 else np.int64)
        row = offset = 0
        for part in columns:
            np.add(part._ends, offset, out=column._ends[row : row + len(part)], casting="unsafe", dtype=np.int64)
            row, offset = row + len(part), offset + len(part._blob)
        return column

    def spans(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """The bytes of all texts, and where each begins and ends, (n,)."""
        ends = self._ends.astype(np.int64)
        begins = np.zeros(len(ends), np.int64)
        begins[1:] = ends[:-1] + 1
        return np.frombuffer(self._blob, np.uint8), begins, ends

    @property
    def nbytes(self) -> int:
        """How much memory the column takes."""
        return sys.getsizeof(self._blob) + int(self._ends.nbytes)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        """The text of ``row``, or the list of those of a slice."""
        if isinstance(row, slice):
            first, last, step = row.indices(len(self))
            return self._block(first, last) if step == 1 else [self[i] for i in range(first, last, step)]
        row = row.__index__()
        if row < 0:
            row += len(self._ends)
        if not 0 <= row < len(self._ends):
            raise IndexError(f"row {row} of {len(self._ends)}")
        begin = int(self._ends[row - 1]) + 1 if row else 0
        return self._blob[begin : int(self._ends[row])].decode("utf-8", "surrogateescape")

    def _block(self, first: int, last: int) -> list[str]:
        if first >= last:
            return []
        begin = int(self._ends[first - 1]) + 1 if first else 0
        return self._blob[begin : int(self._ends[last - 1])].decode("utf-8", "surrogateescape").split(NUL)

    def __iter__(self) -> Iterator[str]:
        """All texts in order."""
        for first in range(0, len(self), BLOCK):
            yield from self._block(first, min(first + BLOCK, len(self)))

    def __eq__(self, other: object) -> bool:
        """Whether ``other`` is a sequence of the same texts."""
        if isinstance(other, TextColumn):
            return self._blob == other._blob
        if isinstance(other, Sequence) and not isinstance(other, str):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a list: compared by what it holds

    def __repr__(self) -> str:
        return f"TextColumn({len(self):,} texts)"

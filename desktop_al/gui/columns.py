"""A metadata field or an insight as a column that is aligned with the rows of the pool."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numeric = TypeVar("Numeric", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Column:
    """A metadata field aligned with the rows.

    Categorical: ``codes`` (n,) int32 into ``names``, -1 where a sample has no value; ``values`` is None.
    Numeric: ``values`` (n,) float64 with NaN where a sample has no value; ``codes`` is None and ``names`` empty.
    """

    name: str
    codes: NDArray[np.int32] | None
    names: tuple[str, ...]
    values: NDArray[np.float64] | None


def moved(column: Column, to: NDArray[np.int64], taken: NDArray[np.int64], n: int) -> Column:
    """A column of ``n`` rows whose rows ``to`` (m,) are the rows ``taken`` (m,) of ``column``; the others are empty."""
    codes = values = None
    if column.codes is not None:
        codes = np.full(n, -1, np.int32)
        codes[to] = column.codes[taken]
    if column.values is not None:
        values = np.full(n, np.nan)
        values[to] = column.values[taken]
    return Column(column.name, codes, column.names, values)


def one_of(read: NDArray[Numeric], shown: NDArray[Numeric]) -> NDArray[Numeric]:
    """``shown`` where ``read`` holds the same, NaN for NaN, else ``read``: what is equal stays the same array."""
    if read.dtype != shown.dtype:
        return read
    return shown if np.array_equal(read, shown, equal_nan=read.dtype.kind == "f") else read

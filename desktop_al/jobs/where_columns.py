"""The columns that a filter compares, in the forms that make a million rows quick: numbers, categories, texts, sets.

Texts of a column that are mostly different (paths) stand in one array of bytes and are searched by compiled kernels;
those that recur (labels, sources, most metadata) are searched once each. Columns are never written to once made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.jobs.where_texts import ORDERS, Mask, Texts, glob


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """``values`` (n,) of any number type; NaN is unknown."""

    values: NDArray[Any]

    def at(self, row: int) -> int | float | None:
        """The number of ``row``, whole where it can be, None where it is unknown."""
        value = self.values[row].item()
        if value != value:
            return None
        return int(value) if float(value).is_integer() else float(value)

    def known(self) -> Mask:
        """Where there is a value, (n,)."""
        return ~np.isnan(self.values) if self.values.dtype.kind == "f" else np.ones(len(self.values), bool)

    def equal(self, value: float) -> Mask:
        """Where the value is ``value``, (n,)."""
        same: Mask = self.values == value
        return same

    def within(self, values: Sequence[float]) -> Mask:
        """Where the value is one of ``values``, (n,)."""
        found: Mask = np.isin(self.values, values)
        return found

    def ordered(self, op: str, value: float) -> Mask:
        """Where "the value ``op`` ``value``" holds, (n,)."""
        held: Mask = ORDERS[op](self.values, value)
        return held


@dataclass(frozen=True, eq=False)
class Categories:
    """``codes`` (n,) of any integer type into ``names``; -1 is unknown."""

    codes: NDArray[Any]
    names: Sequence[str]

    def at(self, row: int) -> str | None:
        """The value of ``row``, None where it is unknown."""
        code = int(self.codes[row])
        return self.names[code] if code >= 0 else None

    @cached_property
    def texts(self) -> Texts:
        """The names."""
        return Texts(self.names)

    def known(self) -> Mask:
        """Where there is a value, (n,)."""
        known: Mask = self.codes >= 0
        return known

    def where(self, names: Mask) -> Mask:
        """Where the value is one of those marked in ``names`` (m,), (n,)."""
        table = np.append(names, False)
        # The code of what is unknown, -1, reads the end of the table.
        found: Mask = table[self.codes]
        return found

    def equal(self, value: str) -> Mask:
        """Where the value is ``value``, (n,)."""
        return self.where(self.texts.equal(value))

    def within(self, values: Sequence[str]) -> Mask:
        """Where the value is one of ``values``, (n,)."""
        return self.where(self.texts.within(values))

    def ordered(self, op: str, value: str) -> Mask:
        """Where "the value ``op`` ``value``" holds, (n,)."""
        return self.where(self.texts.ordered(op, value))

    def contains(self, text: str, fold: bool = False) -> Mask:
        """Where ``text`` is part of the value, (n,)."""
        return self.where(self.texts.contains(text, fold))

    def like(self, pattern: str) -> Mask:
        """Where the value fits ``pattern``, (n,)."""
        return self.where(self.texts.like(pattern))

    def touches(self, text: str, at_end: bool) -> Mask:
        """Where the value begins or ends with ``text``, (n,)."""
        return self.where(self.texts.touches(text, at_end))

    def counts(self) -> NDArray[np.int64]:
        """How many rows have each name, (m,)."""
        return self._counts

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Sets:
    """Any number of the ``names`` for each row: bit ``i`` of ``bits`` (n,) uint64 says that it has ``names[i]``."""

    bits: NDArray[np.uint64]
    names: Sequence[str]

    def at(self, row: int) -> list[str]:
        """The names that ``row`` has."""
        bits = int(self.bits[row])
        return [name for place, name in enumerate(self.names) if bits >> place & 1]

    def known(self) -> Mask:
        """Where there is at least one, (n,)."""
        known: Mask = self.bits != 0
        return known

    def _any(self, holds: Callable[[str], bool]) -> Mask:
        wanted = sum(1 << place for place, name in enumerate(self.names) if holds(name))
        found: Mask = (self.bits & np.uint64(wanted)) != 0
        return found

    def equal(self, value: str) -> Mask:
        """Where ``value`` is one of them, (n,)."""
        return self._any(value.__eq__)

    def within(self, values: Sequence[str]) -> Mask:
        """Where one of them is one of ``values``, (n,)."""
        return self._any(frozenset(values).__contains__)

    def ordered(self, op: str, value: str) -> Mask:
        """Where "one of them ``op`` ``value``" holds, (n,)."""
        return self._any(lambda name: bool(ORDERS[op](name, value)))

    def contains(self, text: str, fold: bool = False) -> Mask:
        """Where ``text`` is part of one of them, (n,)."""
        wanted = text.casefold()
        return self._any(lambda name: wanted in name.casefold() if fold else text in name)

    def like(self, pattern: str) -> Mask:
        """Where one of them fits ``pattern``, (n,)."""
        return self._any(lambda name: glob(pattern).fullmatch(name) is not None)

    def touches(self, text: str, at_end: bool) -> Mask:
        """Where one of them begins or ends with ``text``, (n,)."""
        return self._any(lambda name: name.endswith(text) if at_end else name.startswith(text))

    def counts(self) -> NDArray[np.int64]:
        """How many rows have each name, (m,)."""
        one = np.uint64(1)
        marked = [np.count_nonzero(self.bits & (one << np.uint64(place))) for place in range(len(self.names))]
        return np.array(marked, np.int64)


TextColumn = Texts | Categories | Sets
Column = Numbers | TextColumn


@dataclass(slots=True)
class Lazy:
    """A column that is made when a filter first names it.

    ``key`` stands for what it is made of: while the objects in it are the same, so is the column.
    """

    load: Callable[[], Column]
    key: tuple[object, ...] = ()


@dataclass(eq=False)
class LazyColumns(Mapping[str, Column]):
    """Columns by name, each made once and when first asked for."""

    lazy: Mapping[str, Lazy]
    _made: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            self._made[name] = self.lazy[name].load()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.lazy)

    def __len__(self) -> int:
        return len(self.lazy)

    def __contains__(self, name: object) -> bool:
        return name in self.lazy


def column_of(values: Column | NDArray[Any]) -> Column:
    """``values`` as a column: float64 with NaN for unknown, or objects that are text or None, may stand for one."""
    if not isinstance(values, np.ndarray):
        return values
    if values.dtype.kind != "O":
        return Numbers(values)
    place: dict[str, int] = {}
    codes = np.fromiter(
        (-1 if value is None else place.setdefault(value, len(place)) for value in values), np.int32, len(values)
    )
    return Categories(codes, tuple(place))

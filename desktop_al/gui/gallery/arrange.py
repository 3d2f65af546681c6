"""Puts samples in order, in sections and on stacks: plain functions of arrays, which any thread may run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
NO_CODES = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Sections:
    """What samples are sectioned by: ``codes`` (n,) into ``names``, -1 for those that belong to ``rest``."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]
    rest: str

    def title(self, code: int) -> str:
        """The name of the section of ``code``."""
        return self.names[code] if code >= 0 else self.rest


@dataclass(frozen=True, slots=True)
class Request:
    """What to arrange, and how; the arrays are those of the pool, which nobody writes.

    ``total`` is n, the number of samples of the pool; ``rows`` gives those to show; ``keys`` gives what to sort by, as
    `sort_rows` takes it, or None for the order of samples; ``sections`` gives what to section by, or None; ``copies``
    (n,) int32 are groups to stack, -1 alone, or None, and ``opened`` the groups that are spread out.
    """

    total: int
    rows: Callable[[], Rows]
    keys: Callable[[], NDArray[np.number]] | None = None
    descending: bool = False
    sections: Callable[[], Sections] | None = None
    copies: NDArray[np.int32] | None = None
    opened: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Samples in their order.

    Attributes
    ----------
    rows
        (m,) the rows of the pool in order of their positions.
    positions
        (n,) int32 the position of each row of the pool, -1 where it does not show. A sample that lies folded under a
        stack has the position of the stack.
    codes, counts
        (g,) the code and the number of positions of each section; ``sections`` names them, None without sections.
    stack
        (m,) int32 how many samples stand at each position, 1 alone. Where a stack is spread out its first sample has
        their number below zero, and those behind it have 0. None where nothing is stacked.
    """

    rows: Rows
    positions: NDArray[np.int32]
    codes: NDArray[np.int32]
    counts: NDArray[np.int64]
    sections: Sections | None = None
    stack: NDArray[np.int32] | None = None

    def position_of(self, row: int) -> int:
        """Where ``row`` stands, -1 where it does not."""
        return int(self.positions[row]) if 0 <= row < len(self.positions) else -1

    def lying_at(self, position: int) -> Rows:
        """The rows of the folded stack at ``position``, what shows first; none where no stack is folded there."""
        if self.stack is None or position < 0 or self.stack[position] < 2:
            return np.empty(0, np.int64)
        top = self.rows[position]
        under = np.flatnonzero(self.positions == position).astype(np.int64)
        return np.concatenate([[top], under[under != top]])

    def title(self, section: int) -> str:
        """The name of ``section``."""
        return self.sections.title(int(self.codes[section])) if self.sections is not None else ""

    def rows_in(self, section: int) -> Rows:
        """The rows of ``section``, those that lie under its stacks included."""
        start = int(self.counts[:section].sum())
        mask = (self.positions >= start) & (self.positions < start + int(self.counts[section]))
        return np.flatnonzero(mask).astype(np.int64)


def nothing(total: int = 0) -> Arrangement:
    """No sample of a pool of ``total``."""
    none = np.empty(0, np.int64)
    return Arrangement(none, np.full(total, -1, np.int32), NO_CODES, none)


def arrange(request: Request) -> Arrangement:
    """Do what ``request`` asks for."""
    rows = request.rows()
    if request.keys is not None:
        rows = sort_rows(rows, request.keys(), request.descending)
    elif request.descending:
        rows = rows[::-1]
    if len(rows) == 0:
        return nothing(request.total)
    sections = request.sections() if request.sections is not None else None
    order, codes, counts = _section(rows, sections)
    rows = rows if order is None else rows[order]
    stack = None
    under = rows, np.arange(len(rows), dtype=np.int32)
    if request.copies is not None:
        rows, counts, stack, under = _stack(rows, counts, request.copies, request.opened)
    positions = np.full(request.total, -1, np.int32)
    positions[under[0]] = under[1]
    return Arrangement(rows, positions, codes, counts, sections, stack)


def sort_rows(rows: Rows, keys: NDArray[np.number], descending: bool = False) -> Rows:
    """``rows`` (m,) by ``keys`` (n,) of the pool; ties stay in the order of samples, and those without a key go last.

    Without a key are NaN, and what is below zero in whole numbers: codes and ranks are never negative.
    """
    if np.any(rows[1:] < rows[:-1]):
        rows = np.sort(rows)
    values = keys[rows]
    lacks = np.isnan(values) if values.dtype.kind == "f" else values < 0
    have = np.flatnonzero(~lacks)
    if len(have) == 0:
        return rows
    values = values[have]
    if values.dtype.kind == "f":
        order = np.argsort(-values if descending else values, kind="stable")
    else:
        numbers = values.astype(np.int64)
        order = order_of(numbers.max() - numbers if descending else numbers)
    have = have[order]
    return np.concatenate([rows[have], rows[lacks]]) if len(have) < len(rows) else rows[have]


def order_of(values: NDArray[np.int64]) -> NDArray[np.intp]:
    """What sorts ``values`` (m,), none below zero, stably; numpy sorts 16 bits by radix, many times faster than 64."""
    most = int(values.max(initial=0))
    if most >= 2**32:
        return np.argsort(values, kind="stable")
    order = np.argsort((values & 0xFFFF).astype(np.uint16), kind="stable")
    if most >= 2**16:
        order = order[np.argsort((values >> 16).astype(np.uint16)[order], kind="stable")]
    return order


def _section(
    rows: Rows, sections: Sections | None
) -> tuple[NDArray[np.int64] | None, NDArray[np.int32], NDArray[np.int64]]:
    """How to reorder ``rows`` so that sections lie together, and the code and count of each; those without go last."""
    if sections is None:
        return None, np.array([-1], np.int32), np.array([len(rows)], np.int64)
    codes = sections.codes[rows]
    last = len(sections.names)
    ranked = np.where(codes < 0, last, codes)
    ranked = ranked.astype(np.int16 if last < 2**15 else np.int32)  # numpy sorts 16 bits by radix, many times faster
    order = np.argsort(ranked, kind="stable")
    counts = np.bincount(ranked, minlength=last + 1)
    present = np.flatnonzero(counts)
    found = np.where(present == last, -1, present).astype(np.int32)
    return order, found, counts[present].astype(np.int64)


def _stack(
    rows: Rows, counts: NDArray[np.int64], copies: NDArray[np.int32], opened: frozenset[int]
) -> tuple[Rows, NDArray[np.int64], NDArray[np.int32], tuple[Rows, NDArray[np.int32]]]:
    """Fold the copies within each section under the first of them; what is opened is spread out right behind it.

    Returns the rows that show, the new counts, the stacks, and every row beside the position that it has now.
    """
    m = len(rows)
    section = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    groups = copies[rows].astype(np.int64)
    leaders = np.arange(m)
    sizes = np.ones(m, np.int32)
    at = np.flatnonzero(groups >= 0)
    if len(at):
        width = int(groups[at].max()) + 1
        _, first, which, many = np.unique(
            section[at] * width + groups[at], return_index=True, return_inverse=True, return_counts=True
        )
        leaders[at] = at[first[which]]
        sizes[at] = np.where(leaders[at] == at, many[which], 0)
    spread = np.isin(groups, np.fromiter(opened, np.int64, len(opened))) if opened else np.zeros(m, bool)
    kept = np.flatnonzero((sizes > 0) | spread)
    kept = kept[np.argsort(leaders[kept], kind="stable")]
    place = np.full(m, -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    place = np.where(place < 0, place[leaders], place)
    shown = np.bincount(section[kept], minlength=len(counts)).astype(np.int64)
    sizes = np.where(spread & (sizes > 1), -sizes, sizes)
    return rows[kept], shown, sizes[kept], (rows, place)

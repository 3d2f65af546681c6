"""The language of ``--where`` and of the filter bar: which samples, in terms of their columns and metadata.

An expression compares columns with values and joins comparisons with ``and``, ``or``, ``not`` and brackets::

    source == "garden" and width >= 800
    state in ("unlabelled", "rejected") and not "night" in path
    meta["taken at"] < 2015 or weather is none
    name like "*.png" wren

docs/filters.md describes it. A value that is not known fits only ``is none`` (and what a ``not`` or ``!=`` turns
round). The text is parsed, never evaluated as code.
"""

import re
import zlib
from collections.abc import Mapping, MutableMapping, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.jobs.packing import unpack_ids
from desktop_al.jobs.where_columns import Column, LazyColumns, Numbers, Sets, TextColumn, column_of
from desktop_al.jobs.where_hints import near
from desktop_al.jobs.where_project import lazy_columns
from desktop_al.jobs.where_syntax import (
    EXAMPLE,
    NOTHING,
    PACKED,
    Comparison,
    Field,
    Join,
    Listed,
    Node,
    Not,
    Operand,
    Packed,
    Quoted,
    Search,
    Word,
    column_text,
)
from desktop_al.jobs.where_text import parse
from desktop_al.jobs.where_texts import Mask
from desktop_al.store.project import Project

Columns = Mapping[str, Column | NDArray[Any]]
"""Column by name, each of n rows; arrays stand for what `column_of` makes of them."""

Memo = MutableMapping[tuple[str, tuple[int, ...]], tuple[tuple[Column, ...], Mask]]
"""What parts of filters found, by their text and their columns."""

SEARCHED = ("path", "label", "tag", "note")
"""The columns that a bare word is looked for in, whatever its case."""

Value = str | float | None
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+", re.ASCII)
_LISTED = 40
_ID = "id"


class _Evaluation:
    """Evaluates trees over columns of ``n`` samples; with a ``memo``, what was found before is not computed again."""

    def __init__(self, columns: Columns, n: int, memo: Memo | None) -> None:
        self._columns, self._n, self._memo = columns, n, memo

    def mask(self, node: Node) -> Mask:
        """Where ``node`` holds, (n,)."""
        if isinstance(node, Join):
            join = np.logical_and if node.every else np.logical_or
            joined: Mask = reduce(join, [self.mask(part) for part in node.parts])
            return joined
        if isinstance(node, Not):
            return ~self.mask(node.part)
        if isinstance(node, Search):
            if node.bare and node.text in self._columns:
                raise FilterError(
                    say(
                        "“{text}” at character {at} is a column and no condition; compare it, as in {example}, "
                        "or put it in quotes to search for the word.",
                        text=node.text,
                        at=node.at[0] + 1,
                        example=EXAMPLE,
                    ),
                    *node.at,
                )
            return self._search(node.text)
        pairs = zip(node.operands, node.operators, node.operands[1:], strict=False)
        found: Mask = reduce(np.logical_and, [self._compare(left, op, right) for left, op, right in pairs])
        return found

    def _recalled(self, text: str, columns: Sequence[Column], find: Any) -> Mask:
        if self._memo is None:
            found: Mask = find()
            return found
        key = (text, tuple(id(column) for column in columns))
        known = self._memo.get(key)
        if known is None:
            # The columns are kept beside, so that no other one takes the place of theirs in memory.
            known = self._memo[key] = (tuple(columns), find())
        return known[1]

    # Searches

    def _searched(self) -> list[TextColumn]:
        columns = [column_of(self._columns[name]) for name in SEARCHED if name in self._columns]
        return [column for column in columns if not isinstance(column, Numbers)]

    def _search(self, text: str) -> Mask:
        found = np.zeros(self._n, bool)
        for column in self._searched():
            # Each by itself, so that paths are not searched again because a label changed.
            found |= self._recalled(f"search {text}", [column], partial(column.contains, text, fold=True))
        return found

    # Comparisons

    def _compare(self, left: Operand, op: str, right: Operand) -> Mask:
        turned = op.removeprefix("not ")
        if isinstance(right, Packed):
            found = self._packed(left, turned, right)
            return found if op == turned else ~found
        name, other, swapped = self._sides(left, turned, right)
        column = column_of(self._columns[name])
        values = [self._value(item, name, column, turned) for item in self._items(other, turned)]
        text = f"{turned} {swapped} {values!r}"
        found = self._recalled(text, [column], lambda: self._held(name, column, turned, values, swapped, other))
        return ~found if op != turned or op == "!=" else found

    def _packed(self, left: Operand, op: str, right: Packed) -> Mask:
        """Where ``left`` is one of many numbers; only the id can be, whose size says how much is unpacked at most."""
        name = self._named(left)
        column = column_of(self._columns[name]) if name is not None else None
        if op != "in" or name != _ID or not isinstance(column, Numbers) or column.values.dtype.kind not in "iu":
            sentence = say(
                "{packed}(…) stands behind “id in” only (character {at}).", packed=PACKED, at=right.at[0] + 1
            )
            raise FilterError(sentence, *right.at)
        values = column.values

        def find() -> Mask:
            try:
                ids = unpack_ids(right.text, int(values.max(initial=0)))
            except (ValueError, zlib.error):
                sentence = say("What is packed at character {at} is damaged.", at=right.at[0] + 1)
                raise FilterError(sentence, *right.at) from None
            found: Mask = np.isin(values, ids)
            return found

        return self._recalled(f"packed {right.text}", [column], find)

    def _sides(self, left: Operand, op: str, right: Operand) -> tuple[str, Operand, bool]:
        """The column that is compared, with what, and whether it stands on the right."""
        named = self._named(left)
        if named is not None:
            return named, right, False
        if isinstance(left, Word) and _number(left.text) is None and op != "in":
            raise self._unknown(left.text, left)
        if isinstance(left, Field):
            raise self._unknown(left.name, left)
        named = self._named(right)
        if named is not None and op not in ("like", "startswith", "endswith", "contains"):
            return named, left, True
        if isinstance(right, Field):
            raise self._unknown(right.name, right)
        if op == "in":
            raise FilterError(
                say("“in” needs a column on one side at character {at}.", at=left.at[0] + 1), left.at[0], right.at[1]
            )
        raise FilterError(
            say(
                "There is no column at character {at}; the columns are: {listed}.",
                at=left.at[0] + 1,
                listed=self._listed(),
            ),
            left.at[0],
            right.at[1],
        )

    def _named(self, operand: Operand) -> str | None:
        if isinstance(operand, Field):
            return operand.name if operand.name in self._columns else None
        return operand.text if isinstance(operand, Word) and operand.text in self._columns else None

    def _unknown(self, name: str, operand: Operand) -> FilterError:
        meant = near(name, list(self._columns))
        instead = (
            say("did you mean {meant}?", meant=column_text(meant))
            if meant
            else say("the columns are: {listed}.", listed=self._listed())
        )
        return FilterError(
            say(
                "There is no column “{name}” (character {at}); {instead}",
                name=name,
                at=operand.at[0] + 1,
                instead=instead,
            ),
            *operand.at,
            instead=(column_text(meant),) if meant else (),
        )

    def _listed(self) -> str:
        names = [column_text(name) for name in self._columns]
        return ", ".join(names[:_LISTED] + (["…"] if len(names) > _LISTED else []))

    def _items(self, other: Operand, op: str) -> tuple[Operand, ...]:
        if not isinstance(other, Listed):
            return (other,)
        if op != "in" and len(other.items) != 1:
            raise FilterError(
                say(
                    'A list of values goes with “in” (character {at}), as in label in ("cat", "dog").',
                    at=other.at[0] + 1,
                ),
                *other.at,
            )
        return other.items

    def _value(self, operand: Operand, name: str, column: Column, op: str) -> Value:
        """What ``operand`` means beside ``column``: an unquoted number is text where it is sought among texts."""
        value: Value
        if isinstance(operand, Quoted):
            value = operand.text
        elif isinstance(operand, Word) and operand.text.lower() in NOTHING:
            value = None
        elif isinstance(operand, Word) and operand.text not in self._columns:
            number = _number(operand.text)
            as_text = not isinstance(column, Numbers) and op not in ("<", "<=", ">", ">=")
            value = operand.text if number is None or as_text else number
        else:
            what = operand.text if isinstance(operand, Word) else operand.name if isinstance(operand, Field) else ""
            raise FilterError(
                say(
                    "“{what}” at character {at} is a column too; compare with a number or a quoted text.",
                    what=what,
                    at=operand.at[0] + 1,
                ),
                *operand.at,
            )
        if value is not None and isinstance(column, Numbers) != isinstance(value, float):
            at = operand.at[0] + 1
            raise FilterError(
                say("“{name}” is a number and cannot be compared with text (character {at}).", name=name, at=at)
                if isinstance(column, Numbers)
                else say("“{name}” is text and cannot be compared with a number (character {at}).", name=name, at=at),
                *operand.at,
            )
        return value

    def _held(self, name: str, column: Column, op: str, values: Sequence[Value], swapped: bool, other: Operand) -> Mask:
        """Where ``column`` and ``values`` are as the operator says, "!=" read as "=="."""
        if op == "in" and not swapped:
            # _value saw to it that they fit.
            known: list[Any] = [value for value in values if value is not None]
            found = column.within(known)
            return found | ~column.known() if None in values else found
        (value,) = values
        if op in ("==", "!="):
            return _equal(column, value)
        if value is None:
            raise FilterError(
                say(
                    "“{name}” is not compared with none like this (character {at}); write {name} is none.",
                    name=name,
                    at=other.at[0] + 1,
                ),
                *other.at,
            )
        if op in ("<", "<=", ">", ">="):
            turned = op.translate({ord("<"): ">", ord(">"): "<"}) if swapped else op
            held: Mask = column.ordered(turned, value)  # type: ignore[arg-type]  # _value saw to it that they fit
            return held
        if isinstance(column, Numbers) or not isinstance(value, str):
            raise FilterError(
                say(
                    "“{name}” is a number and holds no text (character {at}); compare it with <, == or >.",
                    name=name,
                    at=other.at[0] + 1,
                ),
                *other.at,
            )
        if op == "like":
            return column.like(value)
        if op in ("startswith", "endswith"):
            return column.touches(value, at_end=op == "endswith")
        # Whom a set has is a whole name; what a text holds may be a part of it.
        return column.equal(value) if op == "in" and isinstance(column, Sets) else column.contains(value)


def _number(text: str) -> float | None:
    """The number that ``text`` is, as Python writes numbers, None where it is none."""
    if text in ("True", "False", "true", "false"):
        return float(text in ("True", "true"))
    if _HEXADECIMAL.fullmatch(text):
        return float(int(text, 16))
    return float(text) if _DECIMAL.fullmatch(text) else None


def _equal(column: Column, value: Value) -> Mask:
    if value is None:
        return ~column.known()
    same: Mask = column.equal(value)  # type: ignore[arg-type]  # _value saw to it that they fit
    return same


def matching(expression: str, columns: Columns, n: int, memo: Memo | None = None) -> Mask:
    """Which of ``n`` samples fit ``expression``, (n,) bool; an empty one fits all.

    Raises
    ------
    FilterError
        The expression is not understood, names no column, or compares text with numbers.
    """
    tree = parse(expression)
    return np.ones(n, dtype=bool) if tree is None else _Evaluation(columns, n, memo).mask(tree)


def names_in(expression: str) -> frozenset[str]:
    """The columns that ``expression`` may need, also those of its searches; raises `FilterError`."""
    names: set[str] = set()
    waiting: list[Node | None] = [parse(expression)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Join):
            waiting += node.parts
        elif isinstance(node, Not):
            waiting.append(node.part)
        elif isinstance(node, Search):
            names |= set(SEARCHED)
        elif isinstance(node, Comparison):
            names |= {operand.text for operand in node.operands if isinstance(operand, Word)}
            names |= {operand.name for operand in node.operands if isinstance(operand, Field)}
    return frozenset(names)


def project_columns(project: Project) -> tuple[NDArray[np.int64], LazyColumns]:
    """The ids of all samples (n,) int64 and the columns that a filter may name, each read when it is first named."""
    return project.samples().ids, LazyColumns(lazy_columns(project))

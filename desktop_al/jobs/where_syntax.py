"""What a filter is made of, and how its parts are written; `desktop_al.jobs.where_text` reads them."""

import json
import keyword
from dataclasses import dataclass

META = "meta"
PACKED = "packed"
EXAMPLE = 'source == "cats" and width >= 800'

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """Something unquoted: a column, a number, or a text."""

    text: str
    at: Span


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text in quotes."""

    text: str
    at: Span


@dataclass(frozen=True, slots=True)
class Field:
    """``meta["name"]``: a column by name."""

    name: str
    at: Span


@dataclass(frozen=True, slots=True)
class Listed:
    """Several values in brackets."""

    items: tuple[Word | Quoted, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Packed:
    """``packed("…")``: many numbers of samples as short text, see `desktop_al.jobs.packing`."""

    text: str
    at: Span


Operand = Word | Quoted | Field | Listed | Packed


@dataclass(frozen=True, slots=True)
class Comparison:
    """Operands with an operator between each two: ``700 < width < 1000`` holds where each pair does."""

    operands: tuple[Operand, ...]
    operators: tuple[str, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class Search:
    """A text that is looked for wherever a person sees text; ``bare`` while it stands without quotes."""

    text: str
    bare: bool
    at: Span


@dataclass(frozen=True, slots=True)
class Not:
    """What does not fit ``part``."""

    part: "Node"
    at: Span


@dataclass(frozen=True, slots=True)
class Join:
    """What fits all of the ``parts``, or any of them."""

    every: bool
    parts: tuple["Node", ...]
    at: Span


Node = Comparison | Search | Not | Join

WORDS = ("is", "in", "like", "startswith", "endswith", "contains")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "startswith", "endswith", "contains", "is none")
"""Every operator, as a person would write it."""
RESERVED = frozenset({"and", "or", "not", *WORDS})
NOTHING = frozenset({"none", "null"})


def quoted(text: str) -> str:
    """``text`` as a filter writes it."""
    return json.dumps(text, ensure_ascii=False)


def column_text(name: str) -> str:
    """The column ``name`` as a filter writes it."""
    plain = name.isidentifier() and name.lower() not in RESERVED | NOTHING | {META} and not keyword.iskeyword(name)
    return name if plain else f"{META}[{quoted(name)}]"


def equals(column: str, value: str | float | None) -> str:
    """The filter that keeps where ``column`` is ``value``, None where it is unknown."""
    if value is None:
        return f"{column_text(column)} is none"
    return f"{column_text(column)} == {quoted(value) if isinstance(value, str) else _number(value)}"


def packed(column: str, text: str) -> str:
    """The filter that keeps where ``column`` is one of the numbers that ``text`` holds."""
    return f'{column_text(column)} in {PACKED}("{text}")'


def between(column: str, low: float | None, high: float | None) -> str:
    """The filter that keeps where ``column`` is from ``low`` to ``high``; None leaves an end open, both of them ""."""
    ends = ((">=", low), ("<=", high))
    return " and ".join(f"{column_text(column)} {sign} {_number(end)}" for sign, end in ends if end is not None)


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")

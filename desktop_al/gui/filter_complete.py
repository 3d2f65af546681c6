"""What can stand at the cursor of a filter that is being written: columns, operators, values with their counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from desktop_al.domain.errors import FilterError
from desktop_al.gui.choice_list import Choice
from desktop_al.gui.filter_words import title
from desktop_al.gui.i18n import later, number, tr, trn
from desktop_al.gui.insight_words import INSIGHTS
from desktop_al.gui.text import readable
from desktop_al.jobs.where_columns import Categories, Column, Numbers, Sets
from desktop_al.jobs.where_saved import SIGN, saved_text
from desktop_al.jobs.where_syntax import NOTHING, RESERVED, column_text, quoted

MOST = 60
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))
    | (?P<field>meta\[\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\])
    | (?P<symbol>==|!=|<=|>=|<|>|=)
    | (?P<bracket>[()\[\]{},])
    | (?P<word>[^\s"'()\[\]{},<>=!]+)
    """,
    re.VERBOSE | re.DOTALL,
)
NUMBER_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "is none", "is not none")
TEXT_OPERATORS = ("==", "!=", "in", "like", "startswith", "endswith", "contains", "is none", "is not none")
MEANINGS = {
    "==": later("is"),
    "!=": later("is not"),
    "<": later("less than"),
    "<=": later("at most"),
    ">": later("more than"),
    ">=": later("at least"),
    "in": later("is one of"),
    "like": later("fits a pattern with * and ?"),
    "startswith": later("begins with"),
    "endswith": later("ends with"),
    "contains": later("has in it"),
    "is none": later("is not known"),
    "is not none": later("is known"),
    "and": later("both hold"),
    "or": later("one of them holds"),
    "not": later("does not hold"),
}
_NUMBERS = frozenset(INSIGHTS) - {"guess"}
_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">=", "=", "in", "like", "startswith", "endswith", "contains", "is"})


@dataclass(frozen=True, slots=True)
class Place:
    """What is wanted at the cursor: "column", "operator", "value" (of ``column``) or "joint".

    It takes the place of the text from ``start`` up to the cursor, which is ``prefix`` without its quotes.
    """

    wants: str
    start: int
    prefix: str
    column: str = ""


def place_in(text: str, cursor: int, columns: Mapping[str, object]) -> Place:
    """What is wanted at ``cursor`` of ``text``."""
    tokens = [(match.lastgroup, match[0], match.start(), match.end()) for match in _TOKEN.finditer(text[:cursor])]
    start, prefix = cursor, ""
    if tokens and tokens[-1][3] == cursor and tokens[-1][0] in ("word", "text"):
        kind, found, start, _ = tokens[-1]
        closed = kind == "text" and len(found) > 1 and found[-1] == found[0]
        if not closed:
            tokens.pop()
            prefix = found[1:] if kind == "text" else found
        else:
            start = cursor
    before = [_name(kind, found) for kind, found, _, _ in tokens]
    if not before or before[-1].lower() in ("and", "or"):
        return Place("column", start, prefix)
    last = before[-1].lower()
    if last == "not":
        return Place("column" if len(before) < 2 or before[-2] not in columns else "operator", start, prefix)
    if last in _COMPARES or tokens[-1][0] == "symbol":
        named = [name for name in before[-2::-1] if name.lower() not in ("not", "is")][:1]
        return Place("value", start, prefix, named[0] if named and named[0] in columns else "")
    if last in ("(", "[", "{", ","):
        return _in_brackets(before, start, prefix, columns)
    if before[-1] in columns and tokens[-1][0] in ("word", "field") and _begins(before[:-1]):
        return Place("operator", start, prefix, before[-1])
    return Place("joint", start, prefix)


def _name(kind: str | None, found: str) -> str:
    if kind == "field":
        return found[5:-1].strip()[1:-1]
    return found if kind != "text" else f"“{found}"


def _begins(before: Sequence[str]) -> bool:
    """Whether a condition may begin after ``before``."""
    return not before or before[-1].lower() not in _COMPARES


def _in_brackets(before: Sequence[str], start: int, prefix: str, columns: Mapping[str, object]) -> Place:
    """A value where the bracket stands behind "in", a column elsewhere."""
    for place in range(len(before) - 1, -1, -1):
        if before[place] in ("(", "[", "{"):
            if place >= 2 and before[place - 1].lower() == "in":
                name = before[place - 2] if before[place - 2].lower() != "not" else before[max(place - 3, 0)]
                return Place("value", start, prefix, name if name in columns else "")
            break
    return Place("column", start, prefix)


def choices_at(place: Place, columns: Mapping[str, Column]) -> list[Choice]:
    """What to offer at ``place``; the value of each is the text that takes its place."""
    if place.wants == "column":
        # Only those that are shown are made, since some are computed when they are first named.
        named = _ranked([Choice(name) for name in columns], place.prefix)
        offered = [_of_column(choice.text, loaded(columns, choice.text)) for choice in named]
        if not place.prefix:
            offered.append(Choice("not", tr(MEANINGS["not"]), value="not "))
    elif place.wants == "operator":
        column = loaded(columns, place.column)
        numeric = isinstance(column, Numbers) or (column is None and place.column in _NUMBERS)
        offered = [
            Choice(word, tr(MEANINGS[word]), value=f"{word} ")
            for word in (NUMBER_OPERATORS if numeric else TEXT_OPERATORS)
        ]
    elif place.wants == "value":
        return _values(loaded(columns, place.column), place.prefix)
    else:
        offered = [Choice(word, tr(MEANINGS[word]), value=f"{word} ") for word in ("and", "or")]
    return _ranked(offered, place.prefix)


def saved_at(place: Place, saved: Mapping[str, str]) -> list[Choice]:
    """The saved filters, expressions by name, that can stand at ``place``."""
    if place.wants != "column" or (place.prefix and not place.prefix.startswith(SIGN)):
        return []
    texts = {saved_text(name): text for name, text in saved.items()}
    offered = [Choice(text, title(texts[text]), value=f"{text} ") for text in texts]
    return _ranked(offered, place.prefix)


def loaded(columns: Mapping[str, Column], name: str) -> Column | None:
    """The column ``name``, None where there is none, or none yet."""
    try:
        return columns.get(name)
    except FilterError:
        return None


def _ranked(choices: Sequence[Choice], prefix: str) -> list[Choice]:
    """Those that begin with ``prefix``, then those that hold it."""
    wanted = prefix.casefold()
    begin = [choice for choice in choices if choice.text.casefold().startswith(wanted)]
    hold = [choice for choice in choices if wanted in choice.text.casefold() and choice not in begin]
    return (begin + hold)[:MOST]


def _of_column(name: str, column: Column | None) -> Choice:
    detail = tr("text")
    if column is None:
        detail = tr("computed when it is named")
    elif isinstance(column, Numbers):
        detail = tr("number")
    elif isinstance(column, Categories):
        detail = trn("{count:,} value", "{count:,} values", len(column.names))
    elif isinstance(column, Sets):
        detail = trn("{count:,} name", "{count:,} names", len(column.names))
    return Choice(name, detail, value=f"{column_text(name)} ")


def _values(column: Column | None, prefix: str) -> list[Choice]:
    """The values of ``column`` that hold ``prefix``, the most frequent first."""
    if isinstance(column, Numbers):
        return _range(column) if not prefix else []
    if not isinstance(column, Categories | Sets):
        return []
    wanted, counts = prefix.casefold(), column.counts()
    rows = [row for row in np.argsort(-counts, kind="stable").tolist() if wanted in column.names[row].casefold()]
    rows.sort(key=lambda row: not column.names[row].casefold().startswith(wanted))
    found = [
        Choice(readable(column.names[row]), number(counts[row]), value=f"{quoted(column.names[row])} ")
        for row in rows[:MOST]
    ]
    unknown = int(np.count_nonzero(~column.known()))
    if unknown and "none".startswith(wanted):
        found.append(Choice("none", number(unknown), value="none "))
    return found


def _range(column: Numbers) -> list[Choice]:
    """From where to where the numbers reach, to read."""
    known = column.values[column.known()]
    if not len(known):
        return []
    least, most = float(known.min()), float(known.max())
    return [Choice(tr("from {least:,.6g} to {most:,.6g}", least=least, most=most), enabled=False)]


def is_word(text: str) -> bool:
    """Whether ``text`` is a single word to search for, no more."""
    match = _TOKEN.fullmatch(text.strip())
    return match is not None and match.lastgroup == "word" and match[0].lower() not in RESERVED | NOTHING

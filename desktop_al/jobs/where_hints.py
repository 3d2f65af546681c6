"""What may have been meant by a name or a value that there is not."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from desktop_al.domain.sentence import say
from desktop_al.jobs.where_columns import Categories, Column, Sets, column_of
from desktop_al.jobs.where_syntax import NOTHING, Comparison, Field, Join, Listed, Node, Not, Quoted, Word
from desktop_al.jobs.where_text import parse

MOST_NAMES = 10_000
"""Among more names than these nothing is suggested: it would take too long."""


def near(word: str, words: Sequence[str]) -> str | None:
    """What of ``words`` was probably meant by ``word``, None where nothing is like it."""
    lower = {known.casefold(): known for known in reversed(words)}
    if word.casefold() in lower:
        return lower[word.casefold()]
    found = difflib.get_close_matches(word.casefold(), lower, 1, 0.7)
    return lower[found[0]] if found else None


def advice(expression: str, columns: Mapping[str, Column | NDArray[Any]]) -> str:
    """What to say of a value in ``expression`` that no sample has, "" where all is well."""
    waiting: list[Node | None] = [parse(expression)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Join):
            waiting += node.parts
        elif isinstance(node, Not):
            waiting.append(node.part)
        elif isinstance(node, Comparison):
            for name, value in _equalities(node):
                column = column_of(columns[name]) if name in columns else None
                if isinstance(column, Categories | Sets) and value not in column.names:
                    meant = near(value, column.names) if len(column.names) <= MOST_NAMES else None
                    if meant:
                        return say(
                            "No image has the {name} “{value}”; did you mean {meant}?",
                            name=name,
                            value=value,
                            meant=meant,
                        )
                    return say("No image has the {name} “{value}”.", name=name, value=value)
    return ""


def _equalities(node: Comparison) -> list[tuple[str, str]]:
    """Columns and the texts that ``node`` asks them to be the same as."""
    pairs = []
    for left, op, right in zip(node.operands, node.operators, node.operands[1:], strict=False):
        if op not in ("==", "in"):
            continue
        name = left.name if isinstance(left, Field) else left.text if isinstance(left, Word) else ""
        items = right.items if isinstance(right, Listed) else (right,)
        texts = [item.text for item in items if isinstance(item, Word | Quoted)]
        pairs += [(name, text) for text in texts if text.lower() not in NOTHING]
    return pairs

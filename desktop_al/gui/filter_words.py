"""A filter in few words, for its chip; and what can be filtered by from a sample."""

import numpy as np

from desktop_al.domain.errors import FilterError
from desktop_al.domain.records import SampleState
from desktop_al.gui.i18n import tr
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.jobs.where_project import STATES
from desktop_al.jobs.where_syntax import NOTHING, Comparison, Field, Listed, Node, Operand, Quoted, Search, Word, equals
from desktop_al.jobs.where_text import parse

SIGNS = {"!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def title(text: str) -> str:
    """The expression ``text`` as its chip says it, as in "label: cat"."""
    try:
        node = parse(text)
    except FilterError:
        return readable(text)
    return readable((_title(node) if node is not None else "") or " ".join(text.split()))


def _title(node: Node) -> str:
    if isinstance(node, Search):
        return f"“{node.text}”"
    if not isinstance(node, Comparison) or len(node.operators) != 1:
        return ""
    (left, right), (op,) = node.operands, node.operators
    if op == "in" and not isinstance(right, Listed):
        return ""
    name, value = _word(left), _word(right)
    if op in ("==", "in"):
        return f"{name}: {value}"
    return f"{name} {SIGNS[op]} {value}" if op in SIGNS else ""


def _word(operand: Operand) -> str:
    if isinstance(operand, Field):
        return operand.name
    if isinstance(operand, Listed):
        return ", ".join(map(_word, operand.items))
    if isinstance(operand, Word) and operand.text.lower() in NOTHING:
        return tr("none")
    if isinstance(operand, Quoted) and not operand.text.strip():
        return f"“{operand.text}”"
    return operand.text


def filters_from(pool: Pool, row: int) -> list[tuple[str, str]]:
    """Filters that keep what is like the sample in ``row``: what the menu says of each, and the expression."""
    code = int(pool.label_code[row])
    label = pool.classes[code] if code >= 0 else None
    source = pool.source_names[int(pool.source_code[row])].replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    found = [
        (tr("label: {value}", value=label or tr("none")), equals("label", label)),
        (tr("source: {value}", value=readable(source)), equals("source", source)),
        (
            tr("state: {value}", value=STATES[int(pool.state[row])]),
            equals("state", SampleState(int(pool.state[row])).name.lower()),
        ),
    ]
    found += [(tr("tag: {value}", value=readable(tag)), equals("tag", tag)) for tag in pool.tags_of(row)]
    for name in pool.metadata_names:
        column = pool.metadata(name)
        value: str | float | None
        if column.values is not None:
            value = None if np.isnan(column.values[row]) else float(column.values[row])
        else:
            assert column.codes is not None
            value = column.names[int(column.codes[row])] if column.codes[row] >= 0 else None
        shown = tr("none") if value is None else value if isinstance(value, str) else f"{value:,.6g}"
        found.append((readable(f"{name}: {shown}"), equals(name, value)))
    return found

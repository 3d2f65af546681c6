"""The language of ``--where``: which samples, in terms of their columns and metadata.

An expression compares columns with constants and joins comparisons with ``and``, ``or``, ``not`` and brackets:

    source == "garden" and width >= 800
    state in ("unlabelled", "rejected") and not "night" in path
    meta["taken at"] < 2015 or weather == None

Columns are source (the name of its folder), path (relative to the source), name (of the file), state, label, width,
height, size (bytes), and every metadata field, those with odd names as ``meta["odd name"]``. A value that is not known
fits only ``== None``. The text is parsed, never evaluated as code.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.records import SampleState
from desktop_al.domain.sentence import say
from desktop_al.store.project import Project

Columns = Mapping[str, NDArray[Any]]
"""Column by name, each (n,): float64 with NaN for unknown, or objects that are text or None."""

_LONGEST = 4000
_META = "meta"
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class _Expression:
    """One parsed expression over columns of n samples."""

    def __init__(self, columns: Columns, n: int) -> None:
        self._columns, self._n = columns, n

    def mask(self, node: ast.expr) -> NDArray[np.bool_]:
        """Where ``node`` holds, (n,)."""
        if isinstance(node, ast.BoolOp):
            parts = [self.mask(part) for part in node.values]
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            joined: NDArray[np.bool_] = join.reduce(parts)
            return joined
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.mask(node.operand)
        if isinstance(node, ast.Compare):
            result = np.ones(self._n, dtype=bool)
            left = node.left
            for op, right in zip(node.ops, node.comparators, strict=True):
                result &= self._compare(left, op, right)
                left = right
            return result
        raise SelectionUsageError(
            say("“{unparse}” is no condition; write for example width >= 800.", unparse=ast.unparse(node))
        )

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> NDArray[np.bool_]:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._within(left, right)
            return ~found if isinstance(op, ast.NotIn) else found
        name, swapped = self._name(left), False
        if name is None:
            name, left, right, swapped = self._name(right), right, left, True
        if name is None:
            raise SelectionUsageError(
                say(
                    "“{unparse}” is no column; the columns are: {listed}.",
                    unparse=ast.unparse(left),
                    listed=self._listed(),
                )
            )
        column, value = self._column(name), _constant(right)
        if isinstance(op, ast.Eq | ast.Is):
            return _equal(name, column, value)
        if isinstance(op, ast.NotEq | ast.IsNot):
            return ~_equal(name, column, value)
        return self._ordered(name, column, _COMPARE[type(op)], value, swapped)

    def _ordered(
        self, name: str, column: NDArray[Any], compare: Callable[[Any, Any], Any], value: Any, swapped: bool
    ) -> NDArray[np.bool_]:
        _require_like(name, column, value)
        if value is None:
            raise SelectionUsageError(
                say("“{name}” cannot be larger or smaller than None; compare it with == or !=.", name=name)
            )
        known = _known(column)
        result = np.zeros(self._n, dtype=bool)
        values = column[known]
        result[known] = compare(value, values) if swapped else compare(values, value)
        return result

    def _within(self, left: ast.expr, right: ast.expr) -> NDArray[np.bool_]:
        name = self._name(left)
        if name is not None:
            column, values = self._column(name), _constants(right)
            parts = [_equal(name, column, value) for value in values]
            result: NDArray[np.bool_] = np.logical_or.reduce([np.zeros(self._n, dtype=bool), *parts])
            return result
        text, name = _constant(left), self._name(right)
        if name is None or not isinstance(text, str):
            raise SelectionUsageError(
                say("“in” needs a column on one side, and “{unparse}” has none beside it.", unparse=ast.unparse(left))
            )
        column = self._column(name)
        _require_like(name, column, text)
        return np.fromiter((value is not None and text in value for value in column), np.bool_, self._n)

    def _name(self, node: ast.expr) -> str | None:
        """The column that ``node`` names, None where it names none."""
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == _META:
            name = _constant(node.slice)
            return name if isinstance(name, str) else None
        return None

    def _column(self, name: str) -> NDArray[Any]:
        if name not in self._columns:
            raise SelectionUsageError(
                say("There is no column “{name}”; the columns are: {listed}.", name=name, listed=self._listed())
            )
        return self._columns[name]

    def _listed(self) -> str:
        return ", ".join(name if name.isidentifier() else f'{_META}["{name}"]' for name in self._columns)


def _constant(node: ast.expr) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = _constant(node.operand)
        if isinstance(value, int | float):
            return -value
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str | int | float)):
        return float(node.value) if isinstance(node.value, int | float) else node.value
    raise SelectionUsageError(say("“{unparse}” is no number and no quoted text.", unparse=ast.unparse(node)))


def _constants(node: ast.expr) -> list[Any]:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [_constant(item) for item in node.elts]
    return [_constant(node)]


def _known(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        known: NDArray[np.bool_] = ~np.isnan(column)
        return known
    return np.fromiter((value is not None for value in column), bool, len(column))


def _require_like(name: str, column: NDArray[Any], value: Any) -> None:
    numeric = column.dtype.kind == "f"
    if value is not None and numeric != isinstance(value, float):
        kinds = ("a number", "text") if numeric else ("text", "a number")
        raise SelectionUsageError(
            say(
                "“{name}” is {kinds} and cannot be compared with {kinds_2}.",
                name=name,
                kinds=kinds[0],
                kinds_2=kinds[1],
            )
        )


def _equal(name: str, column: NDArray[Any], value: Any) -> NDArray[np.bool_]:
    _require_like(name, column, value)
    if value is None:
        return ~_known(column)
    same: NDArray[np.bool_] = np.asarray(column == value, dtype=bool)
    return same


def matching(expression: str, columns: Columns, n: int) -> NDArray[np.bool_]:
    """Which of ``n`` samples fit ``expression``, (n,) bool; an empty one fits all.

    Raises
    ------
    SelectionUsageError
        The expression is not understood, names no column, or compares text with numbers.
    """
    text = expression.strip()
    if not text:
        return np.ones(n, dtype=bool)
    if len(text) > _LONGEST:
        raise SelectionUsageError(
            say("The filter is longer than {longest:,} characters; shorten it.", longest=_LONGEST)
        )
    try:
        parsed = ast.parse(text, mode="eval").body
        return _Expression(columns, n).mask(parsed)
    except (SyntaxError, ValueError) as error:
        raise SelectionUsageError(
            say(
                "The filter “{text}” is not understood; write for example source == 'cats' and width >= 800.", text=text
            )
        ) from error
    except (RecursionError, MemoryError) as error:
        raise SelectionUsageError(say("The filter is nested too deeply; simplify it.")) from error


def project_columns(project: Project) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
    """The ids of all samples (n,) int64 and the columns that a filter may name."""
    samples, labels = project.samples(), project.labels()
    ids, states = project.states()
    label = np.full(len(ids), None, dtype=object)
    at = np.searchsorted(ids, labels.ids)
    label[at] = [labels.classes[code] for code in labels.codes]
    roots = {source: root.name for source, root in samples.roots.items()}
    columns: dict[str, NDArray[Any]] = {
        "source": _texts(roots[int(source)] for source in samples.source_ids),
        "path": _texts(samples.relpaths),
        "name": _texts(path.replace("\\", "/").rsplit("/", 1)[-1] for path in samples.relpaths),
        "state": _texts(SampleState(state).name.lower() for state in states),
        "label": label,
        "width": np.where(samples.widths > 0, samples.widths, np.nan).astype(np.float64),
        "height": np.where(samples.heights > 0, samples.heights, np.nan).astype(np.float64),
        "size": samples.sizes.astype(np.float64),
    }
    for name, field in project.metadata().items():
        values = np.full(len(ids), np.nan) if field.numeric else np.full(len(ids), None, dtype=object)
        values[np.searchsorted(ids, field.ids)] = field.values
        columns.setdefault(name, values)
    return ids, columns


def _texts(values: Any) -> NDArray[Any]:
    listed = list(values)
    out = np.empty(len(listed), dtype=object)
    out[:] = listed
    return out

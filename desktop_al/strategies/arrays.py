"""What callers of `select` pass, read and checked: rows, labels, groups and images to look for or to keep unseen."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError, SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.duplicates import near_any
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.summary import DUPLICATE_SHARE
from desktop_al.strategies.base import Known, Limits

Rows = Sequence[int] | NDArray[np.integer]
Names = Sequence[Hashable] | NDArray[Any]
Vectors = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labelled ``rows`` (r,) int64, ascending, and what is known of them; None where none has a class."""

    rows: NDArray[np.int64]
    known: Known | None
    classes: int


def numbers_of(embeddings: NDArray[np.floating]) -> NDArray[np.floating]:
    """``embeddings`` as an array, memory-mapped or not; raises `EmbeddingError` where they are no real numbers."""
    try:
        found: NDArray[Any] = np.asanyarray(embeddings)
    except ValueError as error:
        raise EmbeddingError(say("Embeddings must be a table of numbers, with as many in each row.")) from error
    if found.dtype.kind not in "fiub":
        raise EmbeddingError(
            say("Embeddings must be real numbers, and these are of the kind {kind}.", kind=found.dtype)
        )
    if np.ma.is_masked(found):
        raise EmbeddingError(say("Embeddings must not be masked; leave out the rows that are not known."))
    return found


def rows_of(rows: Rows, n: int, what: str) -> NDArray[np.int64]:
    """``rows`` as (k,) int64 in the order given; raises `SelectionError` where one is no row of ``n``."""
    found: NDArray[Any] = np.asarray(rows)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise SelectionError(say("{what} must be given as row numbers.", what=what))
    if found.size and (int(found.min()) < 0 or int(found.max()) >= n):
        raise SelectionError(
            say("{what} must lie between 0 and {last}, the rows of the embeddings.", what=what, last=n - 1)
        )
    return found.astype(np.int64)


def labelled_of(labelled: Rows, labels: Names | None, classes: Names | None, columns: int | None, n: int) -> Labelled:
    """Read labelled rows and their classes; a label of None says that a row is picked and has no label yet.

    Classes are numbered in the order of ``classes``, or sorted; ``columns`` is the number of classes that
    probabilities are given for, None without any.

    Raises
    ------
    SelectionError
        Rows or labels do not fit.
    """
    rows = rows_of(labelled, n, say("Labelled rows"))
    if labels is None:
        if classes is not None and columns is not None and columns != len(classes):
            raise _columns_differ(columns, len(classes))
        return Labelled(np.unique(rows), None, 0 if classes is None else len(classes))
    if len(labels) != len(rows):
        raise SelectionError(
            say(
                "There are {count} labelled rows and {labels} labels; they must be as many.",
                count=len(rows),
                labels=len(labels),
            )
        )
    found = _plain(labels)
    if any(label != label for label in found):
        raise SelectionError(say("A label is not a number (NaN); give None for a row without a label."))
    given = {row: label for row, label in zip(rows.tolist(), found, strict=True) if label is not None}
    for row, label in zip(rows.tolist(), found, strict=True):
        if label is not None and given[row] != label:
            raise SelectionError(
                say(
                    "Row {row} has two labels, “{label}” and “{other}”; keep one of them.",
                    row=row,
                    label=label,
                    other=given[row],
                )
            )
    names = _names(set(given.values()), classes)
    if columns is not None and given and columns != len(names):
        raise _columns_differ(columns, len(names))
    unique = np.unique(rows)
    at = [position for position, row in enumerate(unique.tolist()) if row in given]
    if not at:
        return Labelled(unique, None, 0 if classes is None else len(classes))
    code = {name: number for number, name in enumerate(names)}
    codes = np.array([code[given[int(unique[position])]] for position in at], dtype=np.int32)
    known = Known(np.array(at, dtype=np.int64), codes, tuple(str(name) for name in names))
    return Labelled(unique, known, len(names) if classes is not None else len(set(codes.tolist())))


def _plain(labels: Names) -> list[Any]:
    """Labels as plain values, so that 1 and a numpy 1 are the same class in any case."""
    return [label.item() if isinstance(label, np.generic) else label for label in labels]


def _names(found: set[Any], classes: Names | None) -> list[Any]:
    """The classes in order: as given, or sorted."""
    if classes is None:
        try:
            return sorted(found)
        except TypeError:
            return sorted(found, key=lambda label: (type(label).__name__, str(label)))
    names = _plain(classes)
    if len(set(names)) != len(names):
        raise SelectionError(say("Each class must be named once."))
    unknown = sorted(str(label) for label in found - set(names))
    if unknown:
        raise SelectionError(say("The label “{label}” is not among the classes; add it to them.", label=unknown[0]))
    return names


def _columns_differ(columns: int, classes: int) -> SelectionError:
    return SelectionError(
        say(
            "The probabilities have {columns} columns and there are {classes} classes; name the "
            "classes of all columns, in their order.",
            columns=columns,
            classes=classes,
        )
    )


def vectors_from(what: str, given: Rows | Vectors, everything: GridVectors) -> GridVectors:
    """The vectors that ``given`` names by row numbers, or holds as a table (q, d); raises `SelectionError`."""
    found: NDArray[Any] = np.asarray(given)
    if found.ndim != 2:
        return everything.subset(rows_of(found, len(everything), what))
    if found.shape[1] != everything.dim or found.dtype.kind not in "fiu":
        raise SelectionError(
            say(
                "{what} must be row numbers, or embeddings of {dim} dimensions like the others, and this "
                "array has the shape {shape}.",
                what=what,
                dim=everything.dim,
                shape=found.shape,
            )
        )
    return GridVectors(found.astype(np.float64) if found.dtype.kind in "iu" else found)


def positions_of(rows: Rows, candidates: NDArray[np.int64], n: int, what: str) -> NDArray[np.int64]:
    """The places of ``rows`` in ``candidates``; raises `SelectionError` where one is labelled already."""
    found = rows_of(rows, n, what)
    at = np.searchsorted(candidates, found)
    inside = at < len(candidates)
    inside[inside] = candidates[at[inside]] == found[inside]
    if not inside.all():
        raise SelectionError(
            say(
                "{what} must be rows without a label, and row {row} is labelled or picked already.",
                what=what,
                row=int(found[~inside][0]),
            )
        )
    return at


def limits_of(
    pool: GridVectors,
    references: GridVectors,
    vetoes: NDArray[np.int64],
    protected: GridVectors | None,
    groups: Names | None,
    group_cap: int,
    minimum_distance: float,
    ctx: Context = SILENT,
) -> Limits:
    """What may not be picked; ``groups`` name that of each row of all embeddings, None for none.

    Raises
    ------
    SelectionError
        Groups or their cap do not fit.
    """
    barred: NDArray[np.bool_] | None = None
    if len(vetoes) or protected is not None:
        barred = np.zeros(len(pool), dtype=np.bool_)
        barred[vetoes] = True
        if protected is not None and len(protected) and len(pool):
            radius = DUPLICATE_SHARE * bandwidth(pool, references, FIRST_BUDGET)
            barred |= near_any(pool, protected, radius, ctx)
    if groups is None:
        return Limits(barred, minimum_distance=minimum_distance)
    if not (
        isinstance(group_cap, (int, float, np.integer, np.floating))
        and 1 <= group_cap < np.inf
        and group_cap == int(group_cap)
    ):
        raise SelectionError(
            say("The cap of a group must be a whole number from 1 on, and it is {cap}.", cap=group_cap)
        )
    rows = len(pool.matrix)
    if len(groups) != rows:
        raise SelectionError(
            say(
                "Groups must be given for each of the {rows} embeddings, and there are {count}.",
                rows=rows,
                count=len(groups),
            )
        )
    names = _plain(groups)
    if any(name != name for name in names):
        raise SelectionError(say("A group is not a number (NaN); give None for a row of no group."))
    number: dict[Any, int] = {}
    codes = np.array([-1 if name is None else number.setdefault(name, len(number)) for name in names], dtype=np.int32)
    held = codes[references.rows]
    room = int(group_cap) - np.bincount(held[held >= 0], minlength=len(number))
    return Limits(barred, codes[pool.rows], np.maximum(room, 0).astype(np.int64), minimum_distance)

"""Columns of a project as a selection takes them: groups and strata as numbers, priorities as shares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.records import Ids
from desktop_al.domain.sentence import say
from desktop_al.store.project import Project

SOURCE = "source"
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as numbers: the value of ``ids[i]`` is ``names[codes[i]]``, unknown where the code is -1.

    ``ids`` and ``codes`` are (n,), int64 ascending and int32.
    """

    ids: Ids
    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def of(self, ids: Ids) -> NDArray[np.int32]:
        """The codes of ``ids``, (m,) int32; -1 for a sample that has no value."""
        codes = np.full(len(ids), -1, dtype=np.int32)
        if len(self.ids):
            at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            there = self.ids[at] == ids
            codes[there] = self.codes[at[there]]
        return codes


def coded(project: Project, name: str) -> Coded:
    """The metadata column ``name``, or the source of each sample, as numbers; names ascend.

    Raises
    ------
    SelectionUsageError
        There is no such column.
    """
    field = project.metadata(name).get(name)
    if field is not None:
        values, codes = np.unique(field.values, return_inverse=True)
        names = tuple(_number_text(float(value)) if field.numeric else str(value) for value in values)
        return Coded(field.ids, codes.astype(np.int32), names)
    if name != SOURCE:
        raise SelectionUsageError(
            say(
                "There is no metadata column “{name}”; the columns are: {columns}.", name=name, columns=_listed(project)
            )
        )
    samples = project.samples()
    roots = {source: root.name for source, root in samples.roots.items()}
    names = tuple(sorted(set(roots.values())))
    code = {source: names.index(root) for source, root in roots.items()}
    return Coded(samples.ids, np.array([code[int(s)] for s in samples.source_ids], dtype=np.int32), names)


def shares(project: Project, name: str, ids: Ids) -> NDArray[np.float64]:
    """The numeric metadata column ``name`` of ``ids``, (n,) float64 from 0, the lowest or unknown, to 1, the highest.

    Raises
    ------
    SelectionUsageError
        There is no such column, or it is not numeric.
    """
    field = project.metadata(name).get(name)
    if field is None and name != SOURCE:
        raise SelectionUsageError(
            say(
                "There is no metadata column “{name}”; the columns are: {columns}.", name=name, columns=_listed(project)
            )
        )
    if field is None or not field.numeric:
        raise SelectionUsageError(
            say("The column “{name}” is text, and a priority must be a number; choose another one.", name=name)
        )
    values = np.full(len(ids), np.nan)
    _, mine, theirs = np.intersect1d(ids, field.ids, assume_unique=True, return_indices=True)
    values[mine] = field.values[theirs]
    known = np.isfinite(values)
    found = np.zeros(len(ids))
    # Halved first: the difference of two finite numbers may be none.
    halves = values[known] / 2
    if len(halves) and np.ptp(halves) > 0:
        found[known] = (halves - halves.min()) / np.ptp(halves)
    return found


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _listed(project: Project) -> str:
    names = [SOURCE, *project.metadata()]
    return ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")

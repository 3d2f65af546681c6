"""List the samples that fit a filter, with what is known of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import ListSpec
from desktop_al.jobs.where import matching, project_columns
from desktop_al.jobs.where_columns import column_of
from desktop_al.jobs.where_hints import advice, near
from desktop_al.jobs.where_saved import as_written
from desktop_al.jobs.where_syntax import column_text
from desktop_al.store.project import Project

FILE = "file"


@dataclass(frozen=True, slots=True)
class ListResult:
    """What fits: ``count`` samples of ``total``; ``samples`` holds a value for each of the ``fields``, of the first.

    ``hint`` tells of a value in the filter that no sample has, "" where all is well.
    """

    total: int
    count: int
    fields: tuple[str, ...]
    samples: tuple[tuple[Any, ...], ...]
    hint: str

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``list``."""
        return {
            "total": self.total,
            "count": self.count,
            "samples": [dict(zip(self.fields, values, strict=True)) for values in self.samples],
            "hint": self.hint,
        }


def run_list(project: Project, spec: ListSpec, ctx: Context = SILENT) -> ListResult:
    """List the samples of ``project`` that fit, in the order of their ids.

    Raises
    ------
    FilterError
        The filter is not understood, or a field is no column.
    """
    ids, columns = project_columns(project)
    for name in spec.fields:
        if name not in columns and name != FILE:
            meant = near(name, [*columns, FILE])
            listed = ", ".join([*map(column_text, columns), FILE])
            instead = (
                say("did you mean {meant}?", meant=meant) if meant else say("the columns are: {listed}.", listed=listed)
            )
            raise FilterError(say("There is no column “{name}” to list; {instead}", name=name, instead=instead), 0, 0)
    ctx.check()
    with as_written(spec.where, project.filters()) as where:
        fits = matching(where, columns, len(ids))
    rows = np.flatnonzero(fits)
    ctx.check()
    shown = rows[: spec.limit] if spec.limit is not None else rows
    table = project.samples()
    listed_columns = [
        [str(table.path(row)) for row in shown.tolist()]
        if name == FILE
        else [column_of(columns[name]).at(row) for row in shown.tolist()]
        for name in spec.fields
    ]
    samples = tuple(zip(*listed_columns, strict=True)) if spec.fields else tuple(() for _ in shown)
    return ListResult(len(ids), len(rows), spec.fields, samples, advice(where, columns) if where else "")

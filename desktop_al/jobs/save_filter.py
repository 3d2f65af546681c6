"""Keep a filter under a name, to be used again in the window and on the command line."""

from dataclasses import dataclass
from typing import Any

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import FilterError, LabelError
from desktop_al.domain.records import Change
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import FilterSpec
from desktop_al.jobs.annotate import checked_name
from desktop_al.jobs.where import matching, project_columns
from desktop_al.jobs.where_saved import as_written
from desktop_al.jobs.where_text import parse
from desktop_al.store import filters
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class FilterResult:
    """A filter that was kept, written out, or with no ``expression`` forgotten; ``before`` is what stood there."""

    name: str
    expression: str | None
    count: int
    before: str | None
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``filters --save`` and ``--delete``."""
        return {"filter": self.name, "where": self.expression, "count": self.count}


def run_save_filter(project: Project, spec: FilterSpec, ctx: Context = SILENT) -> FilterResult:
    """Keep the filter of ``spec`` under its name, or forget what is kept there.

    Other saved filters that it names are written out, so that it does not change when they do.

    Raises
    ------
    FilterError
        The filter is empty or not understood.
    LabelError
        The name is no name, or nothing is kept under it to forget.
    """
    name = checked_name(spec.name, "filter")
    count, expression = 0, None
    if spec.expression is None:
        known = project.filters()
        if name not in known:
            listed = ", ".join(f"“{each}”" for each in known) or "none"
            sentence = say("No filter is called “{name}”; the saved filters are: {listed}.", name=name, listed=listed)
            raise LabelError(sentence)
    else:
        with as_written(spec.expression.strip(), project.filters()) as expression:
            if not expression:
                raise FilterError(say("An empty filter shows everything; write one to save it."), 0, 0)
            parse(expression)
            if spec.tried:
                ids, columns = project_columns(project)
                count = int(matching(expression, columns, len(ids)).sum())
    ctx.check()
    before = project.write(lambda db: filters.save(db, name, expression))
    forgotten = expression is None
    done = say("Forget the filter “{name}”", name=name) if forgotten else say("Save the filter “{name}”", name=name)
    return FilterResult(name, expression, count, before, Change(frozenset({"filters"}), done))

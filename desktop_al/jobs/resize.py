"""Give a batch another size out of its saved ranking: rankings are nested, so nothing is solved again."""

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import AdjustSpec
from desktop_al.jobs.adjust import run_adjust
from desktop_al.store.project import Project


def run_resize(project: Project, number: int | None, count: int, ctx: Context = SILENT) -> SelectResult:
    """Give batch ``number`` (None: the last) ``count`` picks, the first of its ranking; see `run_adjust`."""
    return run_adjust(project, AdjustSpec(number, count=count), ctx)

"""Create a project, with its first images."""

import os
import shutil
from pathlib import Path

from desktop_al.domain.context import Context
from desktop_al.domain.errors import WorldError
from desktop_al.domain.results import AddResult
from desktop_al.domain.specs import AddSpec
from desktop_al.jobs.add import run_add
from desktop_al.store.project import Project


def run_create(path: Path, spec: AddSpec, ctx: Context) -> AddResult | None:
    """Create the project ``path`` and scan ``spec.folders`` into it; None where there are none.

    Where a folder cannot be scanned, the project that was made for it is taken away again, so that the same
    command can be given once more. An interrupted scan leaves it: the next ``add`` goes on from there.

    Raises
    ------
    ProjectError
        Something is at ``path`` already, or nothing can be written there.
    SourceError
        A folder is missing, unreadable, or holds no image.
    """
    existed = os.path.lexists(path)
    with Project.create(path) as project:
        made = project.path
        if not spec.folders:
            return None
        try:
            return run_add(project, spec, ctx)
        except WorldError:
            project.close()
            if not existed:
                shutil.rmtree(made, ignore_errors=True)
            raise

"""Create a project, with its first images."""

import os
import shutil
from pathlib import Path

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ProjectError, WorldError
from desktop_al.domain.results import AddResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AddSpec
from desktop_al.domain.text import shown
from desktop_al.jobs.add import run_add
from desktop_al.store.project import Project


def run_create(path: Path, spec: AddSpec, ctx: Context, parents: bool = False) -> AddResult | None:
    """Create the project ``path`` and scan ``spec.folders`` into it; None where there are none.

    Where a folder cannot be scanned, the project that was made for it is taken away again, so that the same
    command can be given once more. An interrupted scan leaves it: the next ``add`` goes on from there. The folder in
    which the project is to lie is made only with ``parents``: where a person wrote its path, a typo would make another.

    Raises
    ------
    ProjectError
        Something is at ``path`` already, nothing can be written there, or the folder for it does not exist.
    SourceError
        A folder is missing, unreadable, or holds no image.
    """
    existed = os.path.lexists(path)
    folder = path.absolute().parent
    if not parents and not folder.exists():
        raise ProjectError(
            say("The folder “{folder}” does not exist: check the path, or make the folder first.", folder=shown(folder))
        )
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

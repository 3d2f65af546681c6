"""Point the project to an image folder that moved, and scan it there."""

import os
from dataclasses import replace
from pathlib import Path

from desktop_al.domain.context import Context
from desktop_al.domain.errors import SourceError
from desktop_al.domain.results import AddResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import AddSpec
from desktop_al.domain.text import shown
from desktop_al.jobs.add import run_add
from desktop_al.media.scan import lies_in
from desktop_al.store import samples, sources
from desktop_al.store.project import Project


def run_relink(project: Project, source_id: int, folder: Path, ctx: Context) -> AddResult:
    """Say that the source ``source_id`` lies in ``folder`` now, and scan it; samples keep their ids and all they have.

    Raises
    ------
    SourceError
        ``folder`` is no folder, holds none of the source's images, or overlaps another source; nothing was changed.
    """
    root = Path(os.path.abspath(folder))
    if not root.is_dir():
        raise SourceError(
            say("“{folder}” is not a folder: give the folder where the images lie now.", folder=shown(root))
        )
    real = os.path.realpath(root)
    for other in project.sources():
        theirs = os.path.realpath(other.root)
        if other.id != source_id and (lies_in(real, theirs) or lies_in(theirs, real)):
            raise SourceError(
                say(
                    "“{folder}” overlaps “{other}”, which is another image folder of the project: choose a "
                    "folder apart from it.",
                    folder=shown(root),
                    other=shown(other.root),
                )
            )
    relpaths = project.read(lambda db: samples.files(db, source_id)).relpaths
    if relpaths and not any(os.path.lexists(root / relpath) for relpath in relpaths):
        raise SourceError(
            say(
                "“{folder}” holds none of the {count:,} images of that source: choose the folder with the "
                "same files in it, or add it as a new one.",
                folder=shown(root),
                count=len(relpaths),
            )
        )
    ctx.check()
    project.write(lambda db: sources.relink(db, source_id, root))
    result = run_add(project, AddSpec((root,)), ctx)
    # Where all images lie there as they did, the scan changed nothing, but their paths are others.
    return replace(result, change=replace(result.change, kinds=result.change.kinds | {"samples"}))

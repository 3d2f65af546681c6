"""Where nothing is written to, whatever is written: the project itself, the image folders, and folders for files."""

import os
from pathlib import Path

from desktop_al.domain.errors import ExportError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.project import Project


def refuse_own_places(project: Project, to: Path) -> None:
    """Raise `ExportError` where writing to the absolute path ``to`` would change the project or its image folders."""
    if to == project.path or project.path in to.parents:
        raise ExportError(say("“{to}” lies inside the project; export to another folder.", to=shown(to)))
    for source in project.sources():
        if to == source.root or source.root in to.parents:
            raise ExportError(
                say(
                    "“{to}” lies inside the image folder “{root}”, which is never written; choose another place.",
                    to=shown(to),
                    root=shown(source.root),
                )
            )
        if to in source.root.parents and os.path.lexists(to):
            raise ExportError(
                say(
                    "“{to}” holds the image folder “{root}”; choose another place.",
                    to=shown(to),
                    root=shown(source.root),
                )
            )


def refuse_folder(to: Path) -> None:
    """Raise `ExportError` where a folder is at ``to``, which a file would replace with all that is in it."""
    if to.is_dir() and not to.is_symlink():
        raise ExportError(say("“{to}” is a folder; give the name of a file in it.", to=shown(to)))

"""Where new projects go, and how a project goes on embedding."""

import re
from pathlib import Path

import platformdirs

PROJECT_SUFFIX = ".alproject"


def projects_folder() -> Path:
    """Return the folder in which new projects are made."""
    return platformdirs.user_documents_path() / "Desktop AL"


def first_place() -> Path:
    """Return where a person begins to look for a project: the folder of the projects, the nearest one that exists."""
    folder = projects_folder()
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)


def new_project_path(name: str, folder: Path | None = None) -> Path:
    """Choose the path of a new project called ``name`` that is not taken yet, in ``folder`` or the usual one."""
    folder = folder or projects_folder()
    stem = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", name).strip(" .") or "images"
    path, number = folder / f"{stem}{PROJECT_SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}{PROJECT_SUFFIX}", number + 1
    return path

"""Where new projects go, and how a project goes on embedding."""

import re
from pathlib import Path

import platformdirs

PROJECT_SUFFIX = ".alproject"


def projects_folder() -> Path:
    """Return the folder in which new projects are made."""
    return platformdirs.user_documents_path() / "Desktop AL"


def new_project_path(name: str, folder: Path | None = None) -> Path:
    """Choose the path of a new project called ``name`` that is not taken yet, in ``folder`` or the usual one."""
    folder = folder or projects_folder()
    stem = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", name).strip(" .") or "images"
    path, number = folder / f"{stem}{PROJECT_SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}{PROJECT_SUFFIX}", number + 1
    return path

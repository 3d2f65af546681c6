"""Where the person was in the window, kept with the project so that the next day begins there."""

from collections.abc import Mapping
from typing import Any

from desktop_al.store import view_state
from desktop_al.store.project import Project


def keep_spot(project: Project, sections: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the JSON object of each part of the window."""
    project.write(lambda db: view_state.write(db, sections))

"""The actions of the window that look closer at the focused sample; `desktop_al.gui.looking` does them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_al.gui.workspace import Workspace

ACTIONS = (
    *("enlarge", "side_by_side", "compare_nearest", "find_similar"),
    *("on_map", "in_gallery", "show_file", "copy_path", "copy_image"),
)


def looking_handlers(workspace: Callable[[], "Workspace | None"]) -> dict[str, Callable[[], object]]:
    """What the actions of the window do, by name; nothing before the views are there."""

    def run(name: str) -> None:
        views = workspace()
        if views is not None:
            views.looking.do(name)

    return {name: partial(run, name) for name in ACTIONS}

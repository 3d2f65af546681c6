"""Desktop AL: pick the images whose labels buy the most.

The public Python API is small and imported lazily, so that ``import desktop_al`` costs nothing:

>>> from desktop_al import Project, select  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop_al.store.project import Project as Project
    from desktop_al.strategies.api import select as select

__version__ = "0.1.0"
__all__ = ["Project", "__version__", "select"]


def __getattr__(name: str) -> Any:
    if name == "Project":
        from desktop_al.store.project import Project

        return Project
    if name == "select":
        from desktop_al.strategies.api import select

        return select
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

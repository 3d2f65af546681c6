"""Where the files that come with the program are."""

from pathlib import Path

import desktop_al


def resource(name: str) -> Path:
    """The path of ``name`` below ``resources``, in a checkout and in an installed package alike."""
    package = Path(desktop_al.__file__).parent
    installed = package / "_resources"
    return (installed if installed.is_dir() else package.parent / "resources") / name

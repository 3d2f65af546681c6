"""Where the program keeps what it can make again."""

import os
from pathlib import Path

from platformdirs import user_cache_path

CACHE_VARIABLE = "DESKTOP_AL_CACHE"


def cache_folder() -> Path:
    """Return the folder for thumbnails, converted models and demo images; it can be deleted at any time.

    The environment variable ``DESKTOP_AL_CACHE`` moves it. The folder is not made here.
    """
    moved = os.environ.get(CACHE_VARIABLE)
    return Path(moved) if moved else user_cache_path("desktop-al", appauthor=False)


def resources_folder() -> Path:
    """Return the folder of what ships with the program: inside the installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"

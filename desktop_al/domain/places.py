"""Where the program keeps what it can make again."""

from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Return the user's folder for thumbnails, converted models and demo images; it can be deleted at any time."""
    return user_cache_path("desktop-al", appauthor=False)

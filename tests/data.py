"""Finds the shared images, which lie beside the checkout and are never copied into it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """Find the shared folder ``name`` (clothing, blood_cells, messy); skips the test where it is absent."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the shared images ../shared/data/{name} are not on this machine")
    return folder

"""Where the window was and how its panels lay, kept between runs; what cannot be read is ignored."""

import base64
import json
import os
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from desktop_al import settings

# Raised when panels are added or renamed, so that an older layout does not hide a new panel.
LAYOUT_VERSION = 4


def _file() -> Path:
    return settings.config_folder() / "window.json"


def save_layout(window: QMainWindow) -> None:
    """Keep geometry and panels of ``window``; where the folder cannot be written, nothing is kept."""
    kept = {
        "version": LAYOUT_VERSION,
        "geometry": base64.b64encode(window.saveGeometry().data()).decode(),
        "panels": base64.b64encode(window.saveState(LAYOUT_VERSION).data()).decode(),
    }
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(file)
    except OSError:
        return


def _kept(name: str) -> QByteArray:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        if kept["version"] != LAYOUT_VERSION:
            return QByteArray()
        return QByteArray(base64.b64decode(kept[name], validate=True))
    except (OSError, ValueError, KeyError, TypeError):
        return QByteArray()


def restore_geometry(window: QMainWindow) -> bool:
    """Put ``window`` where it was; returns whether that is known."""
    kept = _kept("geometry")
    return not kept.isEmpty() and window.restoreGeometry(kept)


def kept_panels() -> QByteArray:
    """Return how the panels lay at the end of the last run, empty where that is not known."""
    return _kept("panels")

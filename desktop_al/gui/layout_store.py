"""Where the window was and how its panels lay, kept between runs; what cannot be read is ignored."""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from desktop_al import settings

# Raised when panels are added or renamed, so that an older layout does not hide a new panel.
LAYOUT_VERSION = 4


@dataclass(frozen=True, slots=True)
class PanelState:
    """How the panels lay: what Qt keeps of them, nothing where that is not known, and whether the window was narrow."""

    kept: QByteArray
    narrow: bool = False


def _file() -> Path:
    return settings.config_folder() / "window.json"


def save_layout(window: QMainWindow, panels: PanelState) -> None:
    """Keep the geometry of ``window`` and its ``panels``; where the folder cannot be written, nothing is kept."""
    kept = {
        "version": LAYOUT_VERSION,
        "geometry": base64.b64encode(window.saveGeometry().data()).decode(),
        "panels": base64.b64encode(panels.kept.data()).decode(),
        "narrow": panels.narrow,
    }
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(file)
    except OSError:
        return


def _read() -> tuple[QByteArray, PanelState]:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        if kept["version"] != LAYOUT_VERSION:
            return QByteArray(), PanelState(QByteArray())
        geometry, panels = (QByteArray(base64.b64decode(kept[name], validate=True)) for name in ("geometry", "panels"))
        return geometry, PanelState(panels, kept.get("narrow") is True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return QByteArray(), PanelState(QByteArray())


def restore_geometry(window: QMainWindow) -> bool:
    """Put ``window`` where it was; returns whether that is known."""
    geometry, _ = _read()
    return not geometry.isEmpty() and window.restoreGeometry(geometry)


def kept_panels() -> PanelState:
    """Return how the panels lay at the end of the last run."""
    _, panels = _read()
    return panels

"""Crash reports: what a fault of ours leaves behind for whoever mends it."""

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import platformdirs

PACKAGES = ("desktop-al", "numpy", "numba", "openvino", "pillow", "PySide6-Essentials", "sqlite-utils", "torch")


def write_crash_report(error: BaseException, doing: Sequence[str], folder: Path | None = None) -> Path:
    """Write the traceback of ``error``, what was being done and the versions to a file of its own; return its path.

    The file lies in the user's log folder, or ``folder``; where that cannot be written, in the temporary folder.
    """
    text = report_text(error, doing)
    name = time.strftime("crash-%Y%m%d-%H%M%S") + f"-{os.getpid()}.txt"
    for place in (folder or platformdirs.user_log_path("desktop-al", appauthor=False), Path(tempfile.gettempdir())):
        try:
            place.mkdir(parents=True, exist_ok=True)
            file = place / name
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return file
    return Path(os.devnull)


def report_text(error: BaseException, doing: Sequence[str]) -> str:
    """The report: when, what was being done, on which versions, and the traceback."""
    lines = [
        f"time      {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
        f"doing     {' '.join(doing)}",
        f"python    {sys.version.split()[0]} on {platform.platform()}",
        *(f"{name:10}{_version(name)}" for name in PACKAGES),
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(lines)


def _version(package: str) -> str:
    # Only where something went wrong: the window does not wait for it when it starts.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"

"""What is imported after PySide is not read a second time."""

import subprocess
import sys

CODE = """
import linecache
import PySide6.QtWidgets
from desktop_al.gui.quiet_imports import leave_sources_unread
{call}
import tomllib
from PySide6.QtCore import QObject
print(any("tomllib" in file for file in linecache.cache), QObject().objectName() == "")
"""


def run(call: str) -> str:
    """What a new interpreter says after ``call``."""
    done = subprocess.run([sys.executable, "-c", CODE.format(call=call)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_that_pyside_reads_what_is_imported_unless_it_is_told_not_to() -> None:
    # Where the first fails PySide has changed its ways, and the module can go.
    assert run("") == "True True"
    assert run("assert leave_sources_unread()") == "False True"

"""Time from launch to a usable window, as a ratio to a window of Qt with nothing in it."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# Each driver prints one line at the first idle moment of the event loop after the window was painted.
BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
"""
OURS = """
from desktop_al.gui.app import make_application
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.theme import apply_appearance
from PySide6.QtCore import QTimer
app = make_application()
apply_appearance(app, "dark")
window = MainWindow()
window.show()
"""
END = """
import os, resource, sys
def usable():
    print("usable", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
    os._exit(0)
QTimer.singleShot(0, lambda: QTimer.singleShot(0, usable))
app.exec()
"""


def launch(driver: str, home: Path) -> tuple[float, float]:
    """Seconds from the start of the process to a usable window, and its peak memory in MiB."""
    platform = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    folders = {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    began = os.times().elapsed
    done = subprocess.run(
        [sys.executable, "-c", driver + END],
        env=os.environ | platform | folders,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    seconds = os.times().elapsed - began
    word, peak = done.stdout.split()
    assert word == "usable"
    return seconds, int(peak) / 1024


def measure(repeats: int = 5) -> dict[str, float]:
    """Launch both windows in turn, the first of each uncounted; seconds, MiB and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(launch(OURS, Path(folder)), launch(BARE, Path(folder))) for _ in range(repeats + 1)][1:]
    ours, bare = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        "launch_s": statistics.median(seconds for seconds, _ in ours),
        "bare_qt_s": statistics.median(seconds for seconds, _ in bare),
        "launch_over_bare_qt": statistics.median(a[0] / b[0] for a, b in pairs),
        "start_page_mib": statistics.median(peak for _, peak in ours),
        "start_page_mib_over_bare_qt": statistics.median(a[1] / b[1] for a, b in pairs),
    }

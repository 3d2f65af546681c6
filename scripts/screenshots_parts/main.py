"""Starts the story in a process of its own, on a screen of its own, with settings and projects of its own."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.display import screen


def main() -> int:
    """Write the pictures to the folder that is the only argument; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with screen() as display, tempfile.TemporaryDirectory(prefix="desktop-al-screenshots-") as home:
        places = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
        environment = {
            **os.environ,
            **{name: f"{home}/{place}" for name, place in places.items()},
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
        }
        command = [sys.executable, "-m", "scripts.screenshots_parts.story", str(folder)]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

"""Starts the program: ``python -m desktop_al``, ``desktop-al`` and ``desktop-al-window``."""

import sys
from pathlib import Path

from desktop_al import cli


def _window(project: Path | None, demo: bool) -> int:
    from desktop_al.gui.app import run

    return run(project, demo)


def main() -> int:
    """Run a verb, or open the window; return the exit status."""
    return cli.main(sys.argv[1:], _window)


def window() -> int:
    """Open the window as a desktop starts it: with a project to open as the only argument, or nothing."""
    projects = sys.argv[1:2]
    return cli.main(["open", *projects] if projects else [], _window)


if __name__ == "__main__":
    sys.exit(main())

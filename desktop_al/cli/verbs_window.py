"""The verb that opens the window: open."""

import argparse
import os
import sys
from pathlib import Path

from desktop_al.cli import arguments
from desktop_al.cli.interrupt import left_to_window
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import WorldError
from desktop_al.domain.sentence import say


def has_display() -> bool:
    """Whether a window can be shown: always off Linux, else where a display server is named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def show_window(call: Call, project: Path | None, demo: bool = False) -> Answer:
    """Run the window until it is closed.

    Raises
    ------
    WorldError
        There is no display, or this program came without its window.
    """
    if not has_display():
        raise WorldError(
            say(
                "There is no display to open a window on; give a verb (see `desktop-al --help`), or try "
                "`desktop-al demo --headless --to DIR`."
            )
        )
    if call.window is None:
        raise WorldError(say("The window cannot be opened from here; start `desktop-al` on its own."))
    with left_to_window():
        status = call.window(project, demo)
    return Answer({"closed": True}, "", status)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=arguments.path, help="the project folder, NAME.alproject")


def _open(call: Call) -> Answer:
    from desktop_al.store.project import Project

    # A project that cannot be opened is told here, before a window comes up.
    Project.format_of(call.args.project)
    return show_window(call, call.args.project)


def no_verb(call: Call) -> Answer:
    """Open the window on the last project or the start page."""
    return show_window(call, None)


VERBS = (Verb("open", "open the window on a project", _configure, _open),)

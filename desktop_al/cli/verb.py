"""What a verb of the command line is."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_al.cli.output import Output
from desktop_al.domain.context import Context
from desktop_al.settings import Settings


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a verb: its arguments, where it speaks, its context, the settings, and what opens the window."""

    args: argparse.Namespace
    out: Output
    ctx: Context
    settings: Settings
    window: Callable[[Path | None, bool], int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb answers: the JSON object, the text for a person, and the exit status."""

    fields: dict[str, Any]
    text: str
    status: int = 0


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: how it is called and what it does; ``help`` is one line, ``details`` the paragraph below the usage."""

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call], Answer]
    details: Callable[[], str] = lambda: ""

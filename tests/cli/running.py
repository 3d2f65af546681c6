"""Runs the command line within the test's own process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from desktop_al import cli


@dataclass(frozen=True)
class Ran:
    """What one call said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert self.out.count("\n") == 1
        return found


Run = Callable[..., Ran]


def runner(capsys: pytest.CaptureFixture[str], window: cli.Window | None = None) -> Run:
    """A function that runs ``desktop-al`` with its arguments."""

    def run(*argv: object) -> Ran:
        capsys.readouterr()
        status = cli.main([str(part) for part in argv], window)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run

"""A program on a screen."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.display import screen
from tests.e2e.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    if shutil.which("xdotool") is None or (shutil.which("Xvfb") is None and not os.environ.get("DISPLAY")):
        pytest.skip("needs Xvfb and xdotool (apt-get install xvfb xdotool)")
    with screen() as display:
        program = Program(display, tmp_path / "home")
        yield program
        program.kill()

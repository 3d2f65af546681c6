"""A program on a screen, and a project to review in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.store import labels, metadata
from desktop_al.store.project import Project
from scripts.display import screen
from tests.e2e.program import Program
from tests.gui.projects import make_review_project

IMAGES = 40


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Program]:
    """The program, started with the arguments that a test gives as the parameter of this fixture."""
    if shutil.which("xdotool") is None or (shutil.which("Xvfb") is None and not os.environ.get("DISPLAY")):
        pytest.skip("needs Xvfb and xdotool (apt-get install xvfb xdotool)")
    with screen() as display:
        program = Program(display, tmp_path / "home", *getattr(request, "param", ()))
        yield program
        program.kill()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of 40 images with 8 picks, 4 labels and a number for each image."""
    path = make_review_project(tmp_path, count=IMAGES)
    with Project.open(path, "w") as opened:
        opened.write(lambda db: labels.set_labels(db, [37, 38, 39, 40], ["cat", "cat", "dog", "dog"], origin="test"))
        ids = list(range(1, IMAGES + 1))
        opened.write(lambda db: metadata.set_metadata(db, "exposure", ids, np.arange(1.0, IMAGES + 1.0)))
    return path


@pytest.fixture
def review(program: Program, project: Path) -> Program:
    """The program with the project open, the gallery having the keys."""
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    program.ask(f"open {project}")
    program.wait_for("the project", lambda state: state["samples"] == IMAGES and state["placed"] == IMAGES)
    program.settled()
    program.click("gallery")
    return program

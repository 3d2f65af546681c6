"""What goes wrong in the world, in the real window: each time one sentence that helps, and nothing is lost."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.store.project import Project
from tests.e2e.conftest import IMAGES
from tests.e2e.program import Program
from tests.pictures import make_pictures


def told(program: Program, what: str) -> str:
    """The sentence of the message bar, once it holds ``what``."""
    state = program.wait_for(what, lambda state: what in state["message"] and not state["busy"], error=True)
    assert state["kind"] == "error"
    return str(state["message"])


def test_that_bad_projects_models_and_labels_are_told_in_one_sentence(
    program: Program, project: Path, tmp_path: Path
) -> None:
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    broken = tmp_path / "broken.alproject"
    broken.mkdir()
    program.ask(f"open {broken}")
    told(program, "is not a Desktop AL project")
    (broken / "project.sqlite").write_text("this is no database " * 99, encoding="utf-8")
    program.ask(f"open {broken}")
    assert "restore “project.sqlite” from a backup" in told(program, "is damaged")
    with Project.open(project, "w"):
        program.ask(f"open {project}")
        assert f"in process {os.getpid()}" in told(program, "is open for writing")
    program.ask(f"open {project}")
    program.wait_for("the project", lambda state: state["samples"] == IMAGES, error=True)
    program.settled()
    program.ask("activate")

    text = tmp_path / "model.onnx"
    text.write_text("this is no model\n" * 50, encoding="utf-8")
    program.key("ctrl+k")
    program.type("choose the model")
    program.wait_for("the command", lambda state: state["palette"][:1] == ["Choose the model…"])
    program.key("Return")
    program.wait_for("the sheet", lambda state: state["dialog"] == "ModelChooser" and not state["busy"])
    program.click("Model")
    program.wait_for("the list", lambda state: state["popup"])
    program.key("End", "Return")
    program.click("Model file")
    program.type(str(text))
    program.key("Tab")
    said = program.wait_for("what is wrong with it", lambda state: state["sheet"] and not state["busy"])["sheet"]
    assert "model.onnx" in said
    program.key("Escape")
    program.wait_for("no sheet", lambda state: not state["dialog"])

    rows = "".join(f"no such image {number}.png,cat\n" for number in range(20_000))
    (tmp_path / "labels.csv").write_text(f"image,label\n{rows}", encoding="utf-8")
    program.drop(tmp_path / "labels.csv", "map")
    state = program.wait_for("what is wrong with them", lambda state: state["sheet"] and not state["busy"])
    assert state["sheet"] == "No row fits: check that the file belongs to these images."
    assert state["labelled"] == 4
    program.ask("activate")
    program.key("Escape")
    program.wait_for("no sheet", lambda state: not state["dialog"])
    status, errors = program.quit()
    assert (status, "Traceback" in errors) == (0, False)


def test_that_images_that_vanish_while_they_are_embedded_are_counted_and_told(program: Program, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "photos", 60)
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    program.ask(f"create {tmp_path / 'photos'}")
    program.wait_for("the images", lambda state: state["samples"] == 60)
    # They are read in order, after the model: nobody has come to the second half yet.
    for path in paths[30:]:
        path.unlink()
    program.wait_for("the rest", lambda state: (state["embedded"], state["missing"]) == (30, 30))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 900 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(file: Path) -> None:
    """Let ``file`` take what room there is."""
    with file.open("wb", buffering=0) as raw, contextlib.suppress(OSError):
        while raw.write(b"0" * 512):
            pass


def test_that_a_full_disk_costs_no_decision(small_disk: Path, program: Program, project: Path) -> None:
    moved = small_disk / project.name
    subprocess.run(["cp", "-r", str(project), str(moved)], check=True)
    state = program.open(moved, IMAGES)
    first = state["rows"][0]
    program.click(f"cell {first}")
    program.key("p")
    program.wait_for("the accepted pick", lambda state: state["accepted"] == 1 and not state["busy"])
    filler = small_disk / "filler"
    fill(filler)
    program.key("x")
    told(program, "is full: free some space and try again")
    # What is shown is what the disk holds: the second decision is not made.
    program.wait_for("the truth", lambda state: (state["accepted"], state["rejected"]) == (1, 0), error=True)
    filler.unlink()
    program.click(f"cell {first}")
    program.key("x")
    program.wait_for("the decision", lambda state: state["rejected"] == 1 and not state["busy"], error=True)
    program.restart()
    assert program.open(moved, IMAGES)["rejected"] == 1

"""The first day in the real window: create, embed, map, select, reject two, export, with real keys and clicks."""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.display import screen
from tests.pictures import make_pictures

IMAGES = 120
PATIENCE_S = 240


class Program:
    """The program in its own process, on a screen of its own."""

    def __init__(self, display: str, home: Path) -> None:
        self._environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )

    def ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            pytest.fail(f"the program ended: {self.errors()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def wait_for(self, what: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            state = self.ask("state")
            if holds(state):
                return state
            if state["kind"] == "error" and state["message"]:
                pytest.fail(f"while waiting for {what}: {state['message']}")
            if time.monotonic() > deadline:
                pytest.fail(f"waited in vain for {what}: {state}")

    def click(self, name: str) -> None:
        place = self.ask(f"where {name}")
        self.tool("mousemove", "--sync", str(place["x"]), str(place["y"]), "click", "1")

    def key(self, *keys: str) -> None:
        self.tool("key", "--clearmodifiers", *keys)

    def tool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=30)

    def errors(self) -> str:
        self._process.kill()
        assert self._process.stderr is not None
        return self._process.stderr.read()

    def quit(self) -> tuple[int, str]:
        self.key("ctrl+q")
        _, errors = self._process.communicate(timeout=60)
        return self._process.returncode, errors

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    if shutil.which("xdotool") is None or (shutil.which("Xvfb") is None and not os.environ.get("DISPLAY")):
        pytest.skip("needs Xvfb and xdotool (apt-get install xvfb xdotool)")
    with screen() as display:
        program = Program(display, tmp_path / "home")
        yield program
        program.kill()


def test_that_a_new_user_gets_from_a_folder_to_a_label_batch(program: Program, tmp_path: Path) -> None:
    make_pictures(tmp_path / "photos", IMAGES)
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    program.ask(f"create {tmp_path / 'photos'}")
    program.wait_for("the images", lambda state: state["samples"] == IMAGES)
    program.wait_for("the embeddings", lambda state: state["embedded"] == IMAGES)
    program.wait_for("the map", lambda state: state["placed"] == IMAGES)
    picks = program.wait_for("the batch", lambda state: state["picks"] > 3 and not state["busy"])["picks"]

    program.click("gallery")
    program.key("n")
    first = program.wait_for("a focused pick", lambda state: state["focus"] >= 0)["focus"]
    program.key("x", "x")
    after = program.wait_for("two rejected picks", lambda state: state["rejected"] == 2 and not state["busy"])
    assert after["focus"] != first
    program.key("p")
    program.wait_for("an accepted pick", lambda state: state["accepted"] == 1)
    program.key("ctrl+z")
    program.wait_for("the undone decision", lambda state: state["accepted"] == 0)
    program.key("ctrl+shift+p")
    program.wait_for("all accepted", lambda state: state["accepted"] == picks - 2 and not state["busy"])

    program.key("ctrl+e")
    program.wait_for("the export dialog", lambda state: state["dialog"] == "ExportDialog")
    program.click("path")
    program.key("ctrl+a")
    program.tool("type", "--delay", "5", str(tmp_path / "batch.csv"))
    program.wait_for("a quiet moment", lambda state: not state["busy"])
    program.click("act")
    program.wait_for("the export", lambda state: not state["dialog"] and "were written" in state["message"])
    with (tmp_path / "batch.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == picks - 2
    assert all(Path(row["path"]).is_relative_to(tmp_path / "photos") for row in rows)

    # Without a window manager nobody hands the focus back when a dialog closes.
    program.click("gallery")
    status, errors = program.quit()
    assert status == 0
    assert "Traceback" not in errors
    assert "QThread" not in errors

"""The program in its own process, on a screen of its own, with a real mouse and a real keyboard."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

# Less than a test may take, so that whoever waits in vain says for what; a fresh compiler or model takes a minute.
PATIENCE_S = 150
State = dict[str, Any]
Point = tuple[int, int]


class Program:
    """What the test does to the program, and asks it; ``arguments`` are those of the driver."""

    def __init__(self, display: str, home: Path, *arguments: str) -> None:
        self._environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        self._start(arguments)

    def _start(self, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.driver", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )

    def restart(self, *arguments: str) -> None:
        """Kill the program as a power cut does, and start it again."""
        self.kill()
        self._start(arguments)
        self.wait_for("the window", lambda state: state["visible"] and state["ready"])
        self.ask("activate")

    def ask(self, command: str) -> State:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            pytest.fail(f"the program ended: {self.errors()}")
        answer: State = json.loads(line)
        return answer

    def wait_for(self, what: str, holds: Callable[[State], object], *, error: bool = False) -> State:
        """Wait until the state ``holds``; an error in the message bar ends the test, unless one is expected."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            state = self.ask("state")
            if holds(state):
                return state
            if not error and state["kind"] == "error" and state["message"]:
                pytest.fail(f"while waiting for {what}: {state['message']}")
            if time.monotonic() > deadline:
                pytest.fail(f"waited in vain for {what}: {state}")

    def settled(self) -> State:
        """Wait until nothing runs and the map and the gallery show the present state."""
        return self.wait_for(
            "a quiet moment",
            lambda state: not state["busy"] and state["map"]["settled"] and state["gallery_settled"],
        )

    def open(self, project: Path, samples: int) -> State:
        """Open ``project`` by its keys: the dialog, the path, Enter."""
        self.wait_for("the window", lambda state: state["visible"] and state["ready"])
        self.ask("activate")
        self.key("ctrl+o")
        self.wait_for("the dialog", lambda state: state["dialog"] == "QFileDialog")
        self.key("ctrl+a")
        self.type(str(project))
        self.key("Return")
        self.wait_for("the project", lambda state: state["samples"] == samples and not state["dialog"])
        self.ask("activate")
        return self.settled()

    # The mouse

    def place(self, name: str) -> Point:
        """Where the control ``name`` is, once it is in sight."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            place = self.ask(f"where {name}")
            if place:
                return place["x"], place["y"]
            if time.monotonic() > deadline:
                pytest.fail(f"there is no {name}")
            self.ask("state")

    def part(self, name: str, across: float, down: float) -> Point:
        """The point of the control ``name`` that lies at these shares of its width and height."""
        x, y = self.place(name)
        size = self.ask(f"where {name}")
        width, height = size["width"], size["height"]
        return x + round((across - 0.5) * (width - 2)), y + round((down - 0.5) * (height - 2))

    def click(self, name: str, *, times: int = 1, held: str = "", button: int = 1) -> None:
        """Click on the control ``name``, ``times`` in a row, with the key ``held``."""
        self.click_at(self.place(name), times=times, held=held, button=button)

    def click_at(self, at: Point, *, times: int = 1, held: str = "", button: int = 1) -> None:
        clicks = ["click", "--repeat", str(times), "--delay", "30", str(button)]
        down, up = (["keydown", held], ["keyup", held]) if held else ([], [])
        self.tool("mousemove", *map(str, at), *down, *clicks, *up)

    def wheel(self, at: Point, turns: int, held: str = "") -> None:
        """Turn the wheel over ``at``: away from the hand where ``turns`` is positive."""
        self.click_at(at, times=abs(turns), held=held, button=4 if turns > 0 else 5)

    def drag(self, *points: Point, held: str = "", steps: int = 6) -> None:
        """Press at the first of ``points``, go through the others in ``steps`` each, and let go."""
        path: list[str] = []
        for (x0, y0), (x1, y1) in pairwise(points):
            for step in range(1, steps + 1):
                x, y = x0 + (x1 - x0) * step // steps, y0 + (y1 - y0) * step // steps
                # At the pace of a hand: of moves that come faster, the window sees only the last.
                path += ["mousemove", str(x), str(y), "sleep", "0.012"]
        down, up = (["keydown", held], ["keyup", held]) if held else ([], [])
        self.tool("mousemove", *map(str, points[0]), *down, "mousedown", "1", *path, "mouseup", "1", *up)

    def drop(self, file: Path, target: str) -> None:
        """Drag ``file`` out of another window and drop it on the control ``target``."""
        self.ask(f"offer {file}")
        (x0, y0), (x1, y1) = self.place("file to drag"), self.place(target)
        for at in ((x0, y0), None, (x0 - 12, y0), (x0 - 40, y0), (x1 + 20, y1), (x1, y1)):
            self.tool(*(("mousedown", "1") if at is None else ("mousemove", str(at[0]), str(at[1]))))
            # Source and target talk to each other at every step; nobody drags faster than they do.
            self.ask("state")
        self.tool("mouseup", "1")

    # The keyboard

    def key(self, *keys: str) -> None:
        self.tool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self.tool("type", "--delay", "8", text)

    def tool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=30)

    # The end

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

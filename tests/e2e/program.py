"""The program in its own process, on a screen of its own, with a real mouse and a real keyboard."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 240


class Program:
    """What the test does to the program, and asks it."""

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

    def type(self, text: str) -> None:
        self.tool("type", "--delay", "8", text)

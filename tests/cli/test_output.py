"""What the command line prints, where, and in which form."""

import io
import json
from enum import Enum
from pathlib import Path

import numpy as np
import pytest

from desktop_al.cli.output import Output, bar, clock, jsonable, line, plural, table
from desktop_al.domain.context import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def progress(done: int, total: int | None = 100, stage: str = "Embedding") -> Progress:
    return Progress(stage, done, total, "images", 12.34, 7.2)


def test_that_anything_a_result_holds_becomes_json() -> None:
    class Colour(Enum):
        RED = "red"

    value = {1: (Path("/a"), {"x"}, Colour.RED), "n": np.float32(0.5), "a": np.arange(2), "bad": [np.nan, float("inf")]}
    assert json.loads(json.dumps(jsonable(value), allow_nan=False)) == {
        "1": ["/a", ["x"], "red"],
        "n": 0.5,
        "a": [0, 1],
        "bad": [None, None],
    }


def test_that_json_is_one_line_and_all_of_standard_output() -> None:
    out, err = io.StringIO(), io.StringIO()
    printer = Output(True, out, err)
    printer.progress(progress(1))
    printer.message("A sentence.")
    printer.result({"path": "latin-\udce9"}, "for people")
    assert out.getvalue() == '{"path": "latin-\\udce9"}\n'
    assert "A sentence." in err.getvalue()


def test_that_progress_elsewhere_is_plain_lines_at_the_ends_of_a_stage() -> None:
    err = io.StringIO()
    printer = Output(False, io.StringIO(), err)
    for done in range(0, 101, 10):
        printer.progress(progress(done))
    printer.progress(progress(0, 5, "Selecting"))
    printer.progress(Progress("Fitting the probe", 1, 4, "", 0.5, 6.0))
    lines = err.getvalue().splitlines()
    assert [text.split(",")[0] for text in lines] == [
        "Embedding: 0 of 100 images",
        "Embedding: 100 of 100 images",
        "Selecting: 0 of 5 images",
        "Fitting the probe: 25%",
    ]
    assert "\r" not in err.getvalue()


def test_that_progress_on_a_terminal_is_one_line_that_is_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    err = Terminal()
    printer = Output(False, io.StringIO(), err)
    for done in (0, 50, 100):
        printer.progress(progress(done))
    assert err.getvalue().count("\n") == 0
    assert all(len(part) <= 59 for part in err.getvalue().split("\r"))
    printer.message("Done.")
    assert err.getvalue().endswith("\nDone.\n")


def test_that_a_bar_fills() -> None:
    assert bar(progress(0)).startswith("[" + "-" * 24 + "]")
    assert bar(progress(100)).startswith("[" + "#" * 24 + "]")
    assert bar(progress(5, None)) == "Embedding: 5 images, 12.3/s, 7 s left"
    assert line(Progress("Loading", 0, None, "", None, None)) == "Loading ..."


def test_that_a_broken_standard_error_stops_nothing() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    out = io.StringIO()
    printer = Output(True, out, Broken())
    printer.progress(progress(1))
    printer.message("lost")
    printer.result({"ok": True}, "")
    assert out.getvalue() == '{"ok": true}\n'


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1:00"), (3725, "1:02:05")])
def test_that_a_duration_is_said_as_people_do(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_that_nouns_agree_and_columns_align() -> None:
    assert (plural(1, "class", "classes"), plural(2000, "class", "classes"), plural(0, "pick")) == (
        "1 class",
        "2,000 classes",
        "0 picks",
    )
    assert table([("a", "bb"), ("10", "c")], frozenset({0})) == " a  bb\n10  c"

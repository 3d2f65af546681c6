"""A whole review without a mouse, cut off by a power failure in the middle; keys of one's own."""

import csv
from pathlib import Path

from tests.e2e.conftest import IMAGES
from tests.e2e.program import Program


def go_to(program: Program, part: str) -> None:
    """Go round the window by F6 until ``part`` has the keys."""
    for _ in range(8):
        if program.ask("state")["in"] == part:
            return
        program.key("F6")
    program.wait_for(part, lambda state: state["in"] == part)


def test_that_a_review_needs_no_mouse_and_survives_a_power_cut(program: Program, project: Path, tmp_path: Path) -> None:
    assert program.open(project, IMAGES)["in"] == "Map"
    go_to(program, "Filter")
    program.type("exposure > 5")
    program.key("Return")
    program.wait_for("the filter", lambda state: state["shown"] == IMAGES - 5 and state["line"] == "")
    program.key("ctrl+shift+x")
    program.wait_for("no filter", lambda state: state["shown"] == IMAGES)
    go_to(program, "Gallery")
    program.key("Home")
    rows = program.wait_for("the first pick", lambda state: state["focus"] == state["rows"][0])["rows"]
    assert len(rows) == 8
    program.key("p")
    program.wait_for("the second pick", lambda state: state["focus"] == rows[1] and state["accepted"] == 1)
    program.key("x")
    program.wait_for("the third pick", lambda state: state["focus"] == rows[2] and state["rejected"] == 1)
    program.key("Left", "u")
    program.wait_for("no rejected pick", lambda state: state["rejected"] == 0)
    program.key("Home", "Right", "x")
    program.wait_for("one again", lambda state: state["rejected"] == 1 and state["focus"] == rows[2])
    program.key("2")
    program.wait_for("a label by its key", lambda state: state["labelled"] == 5 and state["focus"] == rows[3])
    program.key("t")
    program.type("blurred")
    program.key("Return")
    program.wait_for("the tag", lambda state: state["tags"] == ["blurred"])
    program.key("w")
    program.type("ask Ann")
    program.key("ctrl+Return")
    program.wait_for("the note", lambda state: state["notes"] == ["ask Ann"] and not state["busy"])
    go_to(program, "Gallery")
    program.key("Right", "shift+Right", "shift+Right")
    before = program.wait_for("a range", lambda state: state["highlighted"] == 3 and not state["busy"])
    program.wait_for("the spot to be kept", lambda _state: program.ask("kept")["kept"])

    program.restart()
    after = program.open(project, IMAGES)
    assert "You are back where you left" in after["message"]
    same = ("focus", "accepted", "rejected", "labelled", "tags", "notes", "highlighted", "gallery", "rows")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}

    program.key("Escape")
    program.wait_for("no highlight", lambda state: state["highlighted"] == 0)
    program.key("ctrl+shift+p")
    program.wait_for("all accepted", lambda state: state["accepted"] == 5 and not state["busy"])
    program.key("ctrl+z")
    program.wait_for("the step back", lambda state: state["accepted"] == 1 and not state["busy"])
    program.key("ctrl+shift+z")
    program.wait_for("the step again", lambda state: state["accepted"] == 5 and not state["busy"])
    program.key("ctrl+e")
    program.wait_for("the export", lambda state: state["dialog"] == "ExportDialog" and not state["busy"])
    for _ in range(8):
        if program.ask("state")["in"] == "Destination":
            break
        program.key("Tab")
    program.key("ctrl+a")
    program.type(str(tmp_path / "batch.csv"))
    program.wait_for("a quiet moment", lambda state: not state["busy"])
    program.key("Return")
    program.wait_for("the file", lambda state: not state["dialog"] and "were written" in state["message"])
    with (tmp_path / "batch.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 5
    program.ask("activate")
    status, errors = program.quit()
    assert (status, "Traceback" in errors) == (0, False)

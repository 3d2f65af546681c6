"""The first day in the real window: create, embed, map, select, reject two, export, with real keys and clicks."""

import csv
from pathlib import Path

from tests.e2e.program import Program
from tests.pictures import make_pictures

IMAGES = 120


def test_that_a_new_user_gets_from_a_folder_to_a_label_batch(program: Program, tmp_path: Path) -> None:
    make_pictures(tmp_path / "photos", IMAGES)
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    program.drop(tmp_path / "photos", "Choose folders…")
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
    program.click("Destination")
    program.key("ctrl+a")
    program.type(str(tmp_path / "batch.csv"))
    program.wait_for("a quiet moment", lambda state: not state["busy"])
    program.click("Export")
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

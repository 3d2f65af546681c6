"""Two real models on real photos, side by side in the real window; projects, labels and images that are dropped in."""

import shutil
from pathlib import Path

import pytest

from desktop_al.domain.context import SILENT
from desktop_al.domain.specs import AddSpec, EmbedSpec, MapSpec, SelectSpec
from desktop_al.jobs.create import run_create
from desktop_al.jobs.embed import run_embed
from desktop_al.jobs.map import run_map
from desktop_al.jobs.models import switch_model
from desktop_al.jobs.select import run_select
from desktop_al.store.project import Project
from tests.data import shared
from tests.e2e.program import Program, State
from tests.models.files import save_onnx

IMAGES, PICKS = 48, 6


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of photos of garments, embedded and mapped by the built-in model and by one of the user's own."""
    folder = tmp_path_factory.mktemp("two models")
    (folder / "photos").mkdir()
    for photo in sorted((shared("clothing") / "images").glob("*.jpg"))[:IMAGES]:
        shutil.copy(photo, folder / "photos")
    own = save_onnx(folder / "own.onnx", gives="features")
    path = folder / "garments.alproject"
    run_create(path, AddSpec((folder / "photos",)), SILENT)
    with Project.open(path, "w") as project:
        for model in ("builtin", str(own)):
            assert run_embed(project, EmbedSpec(model), SILENT).embedded == IMAGES
            run_map(project, MapSpec())
        switch_model(project, next(model.key for model in project.models() if not model.active))
        run_select(project, SelectSpec(count=str(PICKS)))
    return path


def beside(state: State) -> State:
    """What the second map shows."""
    found: State = state["second"]
    return found


def test_that_two_models_are_compared_on_photos_that_are_dropped_in(
    program: Program, embedded: Path, tmp_path: Path
) -> None:
    program.wait_for("the window", lambda state: state["visible"] and state["ready"])
    program.drop(embedded, "Choose folders…")
    program.wait_for("the project", lambda state: state["samples"] == IMAGES and state["placed"] == IMAGES)
    program.settled()
    program.ask("activate")
    program.click("map")

    program.key("m")
    program.wait_for("a second map", lambda state: beside(state).get("settled"))
    program.click("Map to show")
    program.click("choice Model own")
    state = program.wait_for(
        "the map of the other model",
        lambda state: beside(state)["own"] and beside(state)["settled"] and beside(state)["active"] == IMAGES,
    )
    assert beside(state)["source"] == "Model own"
    program.click("colour")
    program.click("choice Model agreement")
    state = program.wait_for("the agreement", lambda state: state["map"]["bar"] and not state["busy"])
    assert (state["map"]["colour"], state["map"]["note"]) == ("Model agreement", "")

    # What is drawn around on one map is highlighted on both; places mean nothing from one model to the other.
    begin = state["map"]["view"]
    program.wheel(program.part("second", 0.5, 0.5), 2)
    state = program.wait_for("a closer look", lambda state: beside(state)["view"][2] > begin[2])
    assert state["map"]["view"] == begin
    program.click("Rectangle (R)")
    program.drag(program.part("second", 0.25, 0.2), program.part("second", 0.75, 0.8))
    state = program.wait_for("some of them", lambda state: 0 < state["highlighted"] < IMAGES)
    program.wait_for(
        "both maps to show them",
        lambda shown: shown["map"]["highlighted"] == beside(shown)["highlighted"] == state["highlighted"],
    )
    # The keys are those of the map still, whatever was clicked on above it.
    program.key("m")
    program.wait_for("one map", lambda state: not state["second"])
    program.key("Escape")
    program.wait_for("no highlight", lambda state: state["highlighted"] == 0)

    photos = sorted((embedded.parent / "photos").iterdir())
    shutil.copy(photos[7], tmp_path / "like this.jpg")
    program.drop(tmp_path / "like this.jpg", "gallery")
    state = program.wait_for("what is like it", lambda state: "like this.jpg" in state["like"] and not state["busy"])
    assert (state["gallery"], state["gallery_order"]) == ("All", ["insight:similarity", True])
    program.ask("activate")
    alike = program.settled()["rows"][0]
    program.click(f"cell {alike}")
    program.wait_for("the most alike", lambda state: state["focus"] == alike)
    assert Path(program.ask("path")["path"]).name == photos[7].name

    rows = [f"{photo.name},{kind}\n" for photo, kind in zip(photos, ("hat", "hat", "shoe", "shoe"), strict=False)]
    (tmp_path / "labels.csv").write_text("image,label\n" + "".join(rows), encoding="utf-8")
    program.drop(tmp_path / "labels.csv", "map")
    program.wait_for("what fits", lambda state: state["dialog"] == "ImportDialog" and state["can_act"])
    program.ask("activate")
    program.key("Return")
    program.wait_for("the labels", lambda state: state["labelled"] == len(rows) and not state["dialog"])
    program.ask("activate")
    status, errors = program.quit()
    assert (status, "Traceback" in errors) == (0, False)

"""How a project goes on embedding: what it says of its model is believed only where that can do no harm."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.embed import run_embed
from desktop_al.jobs.embed_again import spec_of
from desktop_al.store import runs
from desktop_al.store.project import Project
from tests.models.files import save_onnx
from tests.pictures import make_pictures


@pytest.fixture
def project(tmp_path: Path) -> Any:
    make_pictures(tmp_path / "images", 3)
    with Project.create(tmp_path / "p.alproject") as made:
        run_add(made, AddSpec((tmp_path / "images",)), Context())
        run_embed(made, EmbedSpec(model=str(save_onnx(tmp_path / "small.onnx")), trusted=("0" * 64,)), Context())
        yield made


def test_that_a_project_never_says_whom_to_trust(project: Project) -> None:
    model = project.active_model()
    assert model is not None
    asked = {"model": model.path, "trust": True, "trusted": ["f" * 64]}
    project.write(lambda db: runs.record_run(db, "embed", asked, input_hash=model.key))
    assert not spec_of(project, model, EmbedSpec()).trust
    mine = spec_of(project, model, EmbedSpec(trusted=("a" * 64,)))
    assert (mine.trust, mine.trusted, mine.model) == (False, ("a" * 64,), model.path)


def test_that_what_this_machine_trusts_is_not_told_to_the_project(project: Project) -> None:
    assert project.runs()[-1].spec["trusted"] == []


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"size": 32, "mean": [0, 0, 0]},
        {"size": "32", "mean": [0, 0, 0], "std": [1, 1, 1]},
        {"size": -1, "mean": [0, 0, 0], "std": [1, 1, 1]},
        {"size": 32, "mean": [0, 0], "std": [1, 1]},
        {"size": 32, "mean": "abc", "std": [1, 1, 1]},
        {"size": 32, "mean": None, "std": [1, 1, 1]},
        {"size": 32, "mean": [10**400, 0, 0], "std": [1, 1, 1]},
    ],
)
def test_that_a_project_that_does_not_say_what_its_model_takes_is_told_in_one_sentence(
    project: Project, details: dict[str, Any]
) -> None:
    model = project.active_model()
    assert model is not None
    with pytest.raises(ModelError, match=r"does not say what the model “.+” takes: choose its file again"):
        spec_of(project, replace(model, details=details), EmbedSpec())

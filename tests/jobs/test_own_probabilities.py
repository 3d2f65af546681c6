"""When the class probabilities of the user's own model are used, and that such a batch replays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select import run_select
from desktop_al.jobs.select_record import record_of
from desktop_al.jobs.select_request import request_of
from desktop_al.jobs.verify import run_verify
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.store import labels, vectors
from desktop_al.store.project import Project
from desktop_al.store.values import to_json
from desktop_al.strategies import engine
from desktop_al.strategies.knowledge import beliefs_of
from tests.jobs.pools import KEY, clusters, make_project

DOUBTED = [5, 9, 33]


def make(path: Path, kind: str = "onnx") -> Project:
    """A project whose model gives probabilities of two classes and doubts three samples."""
    project = make_project(path, clusters((20, 20), spread=0.5))
    ids = project.samples().ids.tolist()
    project.write(lambda db: db.conn.execute("UPDATE models SET kind = ?, n_classes = 2", (kind,)))
    sure = np.where(np.arange(1, 41) <= 20, 0.99, 0.01)
    sure[[i - 1 for i in DOUBTED]] = [0.5, 0.52, 0.54]
    table = np.stack([sure, 1 - sure], axis=1).astype(np.float16)
    project.append_vectors(KEY, vectors.PROBABILITIES, ids, [f"{i:016x}" for i in ids], table)
    return project


def test_that_a_model_that_knows_classes_is_asked_before_there_are_labels(tmp_path: Path) -> None:
    with make(tmp_path / "p.alproject") as project:
        result = run_select(project, SelectSpec(strategy="margin", count="3", random_share=0))
        assert [pick.sample for pick in result.picks] == DOUBTED
        record = record_of(project, result.batch)
        assert record is not None
        assert record.terms is not None
        assert record.terms.own
        assert (run_verify(project).problems, run_verify(project).replayed) == ((), 1)


def test_that_the_classes_of_the_built_in_model_are_nobodys_labels(tmp_path: Path) -> None:
    with make(tmp_path / "p.alproject", "builtin") as project, pytest.raises(SelectionError, match="no labels yet"):
        run_select(project, SelectSpec(strategy="margin", count="3"))


@pytest.mark.parametrize(("names", "own"), [(["a", "b"], True), (["a", "b", "c"], False), (["a", "a"], False)])
def test_that_a_strategy_that_can_do_without_asks_a_model_of_as_many_classes(
    tmp_path: Path, names: list[str], own: bool
) -> None:
    with make(tmp_path / "p.alproject") as project:
        project.write(lambda db: labels.set_labels(db, [1, 21, 22][: len(names)], names, origin="test"))
        result = run_select(project, SelectSpec(strategy="uncertainty-herding", count="3"))
        record = record_of(project, result.batch)
        assert record is not None
        assert record.terms is not None
        assert record.terms.own is own
        assert run_verify(project).problems == ()


@pytest.mark.parametrize(
    ("told", "own"),
    [
        (["b", "a"], True),
        (["zebra", "ant"], False),
        (["a", "c"], False),
        # What names no classes is as if nothing was told.
        (["a", "a"], True),
        (None, True),
        ("ab", True),
        ([["a"], {"b": 1}], True),
    ],
)
def test_that_a_model_that_names_its_classes_is_believed_only_about_these(
    tmp_path: Path, told: object, own: bool
) -> None:
    with make(tmp_path / "p.alproject") as project:
        details = to_json({"classes": told})
        project.write(lambda db: db.conn.execute("UPDATE models SET details = ?", (details,)))
        project.write(lambda db: labels.set_labels(db, [1, 21], ["a", "b"], origin="test"))
        result = run_select(project, SelectSpec(strategy="uncertainty-herding", count="3"))
        record = record_of(project, result.batch)
        assert record is not None
        assert record.terms is not None
        assert record.terms.own is own
        assert run_verify(project).problems == ()


@pytest.mark.parametrize("told", [["a", "b"], ["b", "a"]])
def test_that_the_users_own_model_is_trusted_as_far_as_the_labels_bear_it_out(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with make(tmp_path / "p.alproject") as project:
        details = to_json({"classes": told})
        project.write(lambda db: db.conn.execute("UPDATE models SET details = ?", (details,)))
        # Surely the first class for 1 to 20, surely the second for the others; a fourth of the labels say otherwise.
        sides = {i: told[0 if i <= 20 else 1] for i in (1, 2, 3, 21, 22, 23)} | {4: told[1], 24: told[0]}
        project.write(lambda db: labels.set_labels(db, list(sides), list(sides.values()), origin="test"))
        asked = []

        def note(*given: Any) -> Beliefs | None:
            asked.append(beliefs_of(*given))
            return asked[-1]

        monkeypatch.setattr(engine, "beliefs_of", note)
        run_select(project, SelectSpec(strategy="uncertainty-herding", count="3"))
        assert asked[0] is not None
        # So that it says what is true: right in three of four.
        assert asked[0].probabilities.max(axis=1).max() == pytest.approx(0.75, abs=0.12)
        assert run_verify(project).problems == ()


@pytest.mark.parametrize("told", [None, ["a", "zebra"]])
def test_that_a_model_whose_classes_are_not_known_is_believed_as_it_is(tmp_path: Path, told: list[str] | None) -> None:
    with make(tmp_path / "p.alproject") as project:
        project.write(lambda db: db.conn.execute("UPDATE models SET details = ?", (to_json({"classes": told}),)))
        project.write(lambda db: labels.set_labels(db, [1, 21], ["a", "b"], origin="test"))
        result = run_select(project, SelectSpec(strategy="uncertainty-herding", count="3"))
        record = record_of(project, result.batch)
        assert record is not None
        assert request_of(project, record, project.embeddings(), None).known_probabilities is None

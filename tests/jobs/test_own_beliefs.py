"""Insights from the user's own model: its classes are those that it names, and never guessed by their order."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import SILENT
from desktop_al.domain.errors import LabelError
from desktop_al.jobs.insights import InsightSpec, run_insight
from desktop_al.store import labels
from desktop_al.store.project import Project
from desktop_al.store.values import to_json
from tests.jobs.test_own_probabilities import make


def named(path: Path, names: Sequence[str]) -> Project:
    """The project of a model of two classes, of which the first is likelier for the samples 1 to 20."""
    project = make(path)
    details = to_json({"classes": list(names)} if names else {})
    project.write(lambda db: db.conn.execute("UPDATE models SET details = ?", (details,)))
    return project


def test_that_classes_are_those_that_the_model_names_whatever_their_order(tmp_path: Path) -> None:
    with named(tmp_path / "p.alproject", ["zebra", "ant"]) as project:
        project.write(lambda db: labels.set_labels(db, [1, 2, 21, 22], ["zebra", "zebra", "ant", "ant"], origin="test"))
        found = run_insight(project, InsightSpec("guess"), SILENT)
        assert found.names == ("zebra", "ant")
        assert found.codes is not None
        assert [found.names[code] for code in found.codes[[0, 39]]] == ["zebra", "ant"]


def test_that_a_model_without_names_is_asked_for_its_doubt_and_not_for_classes(tmp_path: Path) -> None:
    with named(tmp_path / "p.alproject", []) as project:
        doubt = run_insight(project, InsightSpec("uncertainty"), SILENT).values
        assert doubt is not None
        assert np.argmax(doubt) == 4
        with pytest.raises(LabelError, match=r"does not say how its classes are called.*\.classes\.txt"):
            run_insight(project, InsightSpec("guess"), SILENT)


@pytest.mark.parametrize("names", [[], ["zebra", "ant"]])
def test_that_labels_of_other_classes_ask_the_probe(tmp_path: Path, names: list[str]) -> None:
    with named(tmp_path / "p.alproject", names) as project:
        project.write(lambda db: labels.set_labels(db, [1, 2, 21, 22], ["b", "b", "a", "a"], origin="test"))
        found = run_insight(project, InsightSpec("guess"), SILENT)
        assert found.names == ("a", "b")
        assert found.codes is not None
        assert [found.names[code] for code in found.codes[[0, 39]]] == ["b", "a"]


@pytest.mark.parametrize(
    "stored", ["null", "[]", '{"classes": null}', '{"classes": 7}', '{"classes": "ab"}', '{"classes": [["a"], {}]}']
)
def test_that_a_project_that_tells_nonsense_about_classes_is_as_one_that_tells_nothing(
    tmp_path: Path, stored: str
) -> None:
    with named(tmp_path / "p.alproject", []) as project:
        project.write(lambda db: db.conn.execute("UPDATE models SET details = ?", (stored,)))
        assert run_insight(project, InsightSpec("uncertainty"), SILENT).values is not None
        with pytest.raises(LabelError, match="does not say how its classes are called"):
            run_insight(project, InsightSpec("guess"), SILENT)

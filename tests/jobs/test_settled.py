"""The second opinion of later rounds: whether predictions have settled."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.records import LabelTable
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select import run_select
from desktop_al.jobs.settled import stability_of
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project

NONE = np.zeros(0, dtype=np.int64)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 4, spread=0.3)) as made:
        yield made


def label(project: Project, ids: list[int]) -> None:
    names = [f"class {(i - 1) // 30}" for i in ids]
    project.write(lambda db: labels.set_labels(db, ids, names, origin="test"))


def test_that_predictions_settle_once_every_class_is_known(project: Project) -> None:
    opinions = []
    for number in range(5):
        label(project, [5 * number + start for start in (1, 31, 61, 91)])
        budget = run_select(project, SelectSpec(count="4")).batch.budget
        opinions.append((budget["second_opinion_rule"], budget["second_opinion"], budget.get("kappa")))
    assert [opinion[0] for opinion in opinions[:2]] == ["delta coverage"] * 2
    assert opinions[2:] == [("stable predictions", 0, 1.0)] * 3


def test_that_a_class_that_comes_late_unsettles_them(project: Project) -> None:
    for ids in ([1, 2], [31, 32], [61, 62], [91, 92]):
        label(project, ids)
        found = run_select(project, SelectSpec(count="4")).batch
    assert found.budget["second_opinion_rule"] == "stable predictions"
    assert found.budget["second_opinion"] is None
    assert found.budget["kappa"] < 0.99


def test_that_protected_labels_teach_nothing(project: Project) -> None:
    ids = np.array([1, 31, 61, 91], dtype=np.int64)
    codes = np.arange(4, dtype=np.int32)
    table = LabelTable(ids, codes, tuple("abcd"), np.array([0, 0, 1, 2], dtype=np.int32))
    embeddings = project.embeddings()
    assert stability_of(table, embeddings, NONE).judged
    assert not stability_of(table, embeddings, ids[1:2]).judged
    assert stability_of(table, embeddings, ids).mean is None

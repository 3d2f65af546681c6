"""Resizing a batch out of its saved ranking."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs import live_batch
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.resize import run_resize
from desktop_al.jobs.select import run_select
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 8, spread=0.6)) as made:
        yield made


def test_that_a_resized_batch_holds_the_beginning_of_the_ranking(project: Project) -> None:
    run_select(project, SelectSpec(count="20"))
    order = project.batch_order(1)[0]
    for count in (5, 35, 20):
        result = run_resize(project, 1, count)
        assert [pick.sample for pick in result.picks] == order[:count].tolist()
        assert project.batch(1).count == count
        assert project.picks(1) == list(result.picks)


def test_that_a_resize_gives_what_a_selection_of_that_size_on_the_same_scale_gives(project: Project) -> None:
    first = run_select(project, SelectSpec(count="20"))
    run_resize(project, 1, 7)
    there_and_back = run_resize(project, 1, 20)
    assert there_and_back.picks == first.picks
    for key in ("before", "after"):
        assert there_and_back.batch.coverage[key] == first.batch.coverage[key]
    for key in ("random_mean", "certificate"):
        assert there_and_back.batch.coverage[key] == pytest.approx(first.batch.coverage[key])


def test_that_a_ranking_that_was_let_go_is_resized_to_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_select(project, SelectSpec(count="20"))
    kept = run_resize(project, 1, 12)
    run_resize(project, 1, 20)
    monkeypatch.setattr(live_batch, "_last", [])
    let_go = run_resize(project, 1, 12)
    assert let_go.picks == kept.picks
    assert let_go.batch.coverage == kept.batch.coverage
    assert let_go.batch.summary == kept.batch.summary


def test_that_coverage_after_a_resize_is_that_of_the_curve(project: Project) -> None:
    curve = run_select(project, SelectSpec(count="20")).batch.budget["curve"]
    coverage = run_resize(project, 1, 9).batch.coverage
    at = curve["k"].index(9)
    assert coverage["after"] == curve["coverage"][at]
    assert coverage["random_mean"] == curve["random"][at]
    assert coverage["after"] <= coverage["certificate"]


def test_that_decisions_on_picks_that_stay_are_kept(project: Project) -> None:
    picks = run_select(project, SelectSpec(count="6")).picks
    run_decide(project, DecideSpec(1, {picks[0].sample: Decision.ACCEPTED, picks[1].sample: Decision.REJECTED}))
    resized = run_resize(project, None, 4)
    assert [pick.decision.value for pick in resized.picks] == ["accepted", "rejected", "pending", "pending"]


@pytest.mark.parametrize(("count", "words"), [(0, "at least one"), (-3, "at least one"), (10_000, "larger count")])
def test_that_an_impossible_size_changes_nothing(project: Project, count: int, words: str) -> None:
    run_select(project, SelectSpec(count="6"))
    with pytest.raises(SelectionError, match=words):
        run_resize(project, 1, count)
    assert project.batch(1).count == 6


def test_that_a_batch_does_not_grow_into_a_later_one(project: Project) -> None:
    run_select(project, SelectSpec(count="2"))
    taken = int(project.batch_order(1)[0][2])
    project.write(lambda db: labels.set_labels(db, [taken], ["a"], origin="test"))
    with pytest.raises(SelectionError, match="labelled or picked since"):
        run_resize(project, 1, 3)
    assert run_resize(project, 1, 1).batch.count == 1


def test_that_a_project_without_batches_says_so(project: Project) -> None:
    with pytest.raises(SelectionError, match="no batch"):
        run_resize(project, None, 3)

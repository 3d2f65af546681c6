"""What a person sees of each pick and of the batch, held against distances worked out one by one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.rationale import surviving
from desktop_al.jobs.select import run_select
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project

LABELLED = [1, 2, 31, 33, 61, 62]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 6, spread=0.6)) as made:
        yield made


def label(project: Project, ids: list[int]) -> None:
    names = [f"class {(i - 1) // 30}" for i in ids]
    project.write(lambda db: labels.set_labels(db, ids, names, origin="test"))


def gaps(project: Project) -> NDArray[np.float64]:
    """Distances between samples, by id."""
    vectors = np.concatenate([np.full((1, 32), 9.0), project.embeddings().vectors.astype(np.float64)])
    found: NDArray[np.float64] = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    return found


def test_that_the_nearest_earlier_pick_is_of_this_batch_or_an_earlier_one(project: Project) -> None:
    first = run_select(project, SelectSpec(count="4")).picks
    second = run_select(project, SelectSpec(count="8")).picks
    away = gaps(project)
    assert (first[0].nearest_earlier, first[0].nearest_earlier_distance) == (None, None)
    for picks, before in ((first, []), (second, [pick.sample for pick in first])):
        for at, pick in enumerate(picks):
            others = [*before, *(earlier.sample for earlier in picks[:at])]
            if others:
                nearest = min(others, key=lambda other: away[pick.sample, other])
                assert pick.nearest_earlier == nearest
                assert pick.nearest_earlier_distance == pytest.approx(away[pick.sample, nearest], abs=1e-3)


def test_that_a_labelled_pick_is_a_label_and_no_earlier_pick(project: Project) -> None:
    first = run_select(project, SelectSpec(count="1")).picks[0]
    label(project, [first.sample])
    pick = run_select(project, SelectSpec(count="1")).picks[0]
    assert pick.nearest_labelled == first.sample
    assert pick.nearest_earlier is None


def test_that_a_veto_costs_what_coverage_loses(project: Project) -> None:
    result = run_select(project, SelectSpec(count="7"))
    width, away = result.batch.budget["bandwidth"], gaps(project)[1:, 1:]
    chosen = [pick.sample - 1 for pick in result.picks]

    def coverage(of: list[int]) -> float:
        return float(np.exp(-((away[:, of] / width) ** 2)).max(axis=1).mean())

    for pick in result.picks:
        lost = coverage(chosen) - coverage([i for i in chosen if i != pick.sample - 1])
        assert pick.veto_cost == pytest.approx(lost, abs=1e-3)
    costs = [pick.veto_cost for pick in result.picks if pick.veto_cost is not None]
    assert result.batch.summary["veto_cost"] == pytest.approx(np.median(costs))


def test_that_what_the_labels_foretell_is_told_once_there_are_two_classes(project: Project) -> None:
    without = run_select(project, SelectSpec(count="2"))
    assert (without.picks[0].predicted, without.picks[0].uncertainty) == (None, None)
    assert without.batch.summary["expected_labels"] is None
    label(project, LABELLED)
    result = run_select(project, SelectSpec(count="9", where="width < 190", strategy="random"))
    # Samples 1 to 90 are of the classes that have labels.
    assert [pick.predicted for pick in result.picks] == [f"class {(pick.sample - 1) // 30}" for pick in result.picks]
    assert all(0.05 <= (pick.uncertainty or 0) <= 1 for pick in result.picks)
    expected = result.batch.summary["expected_labels"]
    assert set(expected) == {"class 0", "class 1", "class 2"}
    assert sum(expected.values()) == pytest.approx(9, abs=1e-3)


def test_that_the_last_tenth_does_not_survive(project: Project) -> None:
    picks = run_select(project, SelectSpec(count="20")).picks
    assert [pick.survives for pick in picks] == [True] * 18 + [False] * 2
    assert [surviving(count) for count in (1, 2, 10, 11, 100)] == [0, 1, 9, 9, 90]


def test_that_one_in_twenty_is_drawn_at_random(project: Project) -> None:
    picks = run_select(project, SelectSpec(count="40")).picks
    ranks = [pick.rank for pick in picks if pick.origin == "random"]
    assert ranks[1] - ranks[0] == 20


def test_that_novelty_and_redundancy_are_of_the_batch(project: Project) -> None:
    label(project, LABELLED)
    result = run_select(project, SelectSpec(count="6", strategy="coverage"))
    away = gaps(project)
    mine = [min(away[pick.sample, other] for other in LABELLED) for pick in result.picks]
    assert result.batch.summary["novelty"] == pytest.approx(np.mean(mine), abs=1e-3)
    assert result.batch.summary["redundancy"] == 0
    assert result.batch.summary["vendi_ratio"] > 1
    assert result.batch.summary["balance"] is None


def test_that_copies_in_a_batch_are_redundant(tmp_path: Path) -> None:
    with make_project(tmp_path / "c.alproject", np.repeat(clusters((1,) * 5), 2, axis=0)) as project:
        assert run_select(project, SelectSpec(count="10")).batch.summary["redundancy"] == 1


def test_that_random_picks_that_were_labelled_tell_of_new_classes(project: Project) -> None:
    first = run_select(project, SelectSpec(count="20", random_share=0.5))
    assert first.batch.summary["new_class_risk"] is None
    drawn = [pick.sample for pick in first.picks if pick.origin == "random"]
    assert len(drawn) == 10
    names = [*"aaaaaaaabc"]
    project.write(lambda db: labels.set_labels(db, drawn, names, origin="test"))
    assert run_select(project, SelectSpec(count="2")).batch.summary["new_class_risk"] == pytest.approx(2 / 10)


def test_that_a_rejected_pick_is_no_earlier_pick(project: Project) -> None:
    first = run_select(project, SelectSpec(count="1")).picks[0]
    run_decide(project, DecideSpec(1, {first.sample: Decision.REJECTED}))
    assert run_select(project, SelectSpec(count="1")).picks[0].nearest_earlier is None

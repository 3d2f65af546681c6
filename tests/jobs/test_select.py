"""Selecting a batch in a project."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context, Progress
from desktop_al.domain.errors import CancelledError, EmbeddingError, SelectionError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.select import run_select
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 8)) as made:
        yield made


def label(project: Project, ids: list[int]) -> None:
    project.write(lambda db: labels.set_labels(db, ids, [f"class {i % 3}" for i in ids], origin="test"))


def test_that_a_batch_is_saved_with_all_that_made_it(project: Project) -> None:
    result = run_select(project, SelectSpec(count="8", seed=3))
    saved = project.batch()
    assert result.batch == saved
    assert (saved.number, saved.strategy, saved.seed, saved.count) == (1, "auto", 3, 8)
    assert saved.spec["count"] == "8"
    assert len(saved.input_hash) == 16
    assert {"numpy", "numba", "desktop-al"} <= saved.versions.keys()
    assert project.picks(1) == list(result.picks)
    assert [pick.rank for pick in result.picks] == list(range(1, 9))
    assert [path.name for path in result.paths] == [project.samples().path(p.sample - 1).name for p in result.picks]
    assert json.loads(json.dumps(result.to_json()))["picks"][0]["sample"] == result.picks[0].sample


def test_that_one_pick_falls_into_each_tight_cluster_and_stands_for_it(project: Project) -> None:
    result = run_select(project, SelectSpec(count="8"))
    cluster = {pick.sample: embedded_cluster(pick.sample) for pick in result.picks}
    assert len(set(cluster.values())) == 8
    assert [pick.stands_for for pick in result.picks] == [30] * 8
    for pick in result.picks:
        assert len(pick.stands_for_nearest) == 8
        assert {embedded_cluster(sample) for sample in pick.stands_for_nearest} == {cluster[pick.sample]}
        assert pick.sample not in pick.stands_for_nearest


def embedded_cluster(sample: int) -> int:
    """The cluster of a sample: embeddings are written in the order of ids, 30 a cluster."""
    return (sample - 1) // 30


def test_that_the_nearest_of_what_a_pick_stands_for_come_first(project: Project) -> None:
    pick = run_select(project, SelectSpec(count="8")).picks[0]
    vectors = project.embeddings().vectors
    away = [float(np.linalg.norm(vectors[pick.sample - 1] - vectors[s - 1])) for s in pick.stands_for_nearest]
    assert np.all(np.diff(away) > -1e-3)


def test_that_a_second_batch_avoids_the_first_and_what_it_covers(project: Project) -> None:
    first = run_select(project, SelectSpec(count="4"))
    second = run_select(project, SelectSpec(count="4"))
    assert not {p.sample for p in first.picks} & {p.sample for p in second.picks}
    assert len({embedded_cluster(p.sample) for p in (*first.picks, *second.picks)}) == 8
    # The scale is finer in the second batch, so that the first covers a little less on it.
    assert 0.6 < second.batch.coverage["before"] <= first.batch.coverage["after"]


def test_that_labels_condition_the_selection_and_are_named_as_nearest(project: Project) -> None:
    label(project, [1, 31, 61, 91])
    result = run_select(project, SelectSpec(count="4"))
    assert {embedded_cluster(pick.sample) for pick in result.picks} == {4, 5, 6, 7}
    vectors = project.embeddings().vectors
    for pick in result.picks:
        away = {s: float(np.linalg.norm(vectors[pick.sample - 1] - vectors[s - 1])) for s in (1, 31, 61, 91)}
        assert pick.nearest_labelled == min(away, key=away.__getitem__)
        assert pick.nearest_labelled_distance == pytest.approx(min(away.values()), abs=1e-3)


def test_that_without_labels_no_nearest_label_is_claimed(project: Project) -> None:
    run_select(project, SelectSpec(count="1"))
    pick = run_select(project, SelectSpec(count="1")).picks[0]
    assert (pick.nearest_labelled, pick.nearest_labelled_distance) == (None, None)


def test_that_a_rejected_pick_is_not_picked_again_and_does_not_cover(project: Project) -> None:
    first = run_select(project, SelectSpec(count="1")).picks[0]
    run_decide(project, DecideSpec(1, {first.sample: Decision.REJECTED}))
    second = run_select(project, SelectSpec(count="8"))
    assert second.batch.coverage["before"] == 0
    assert first.sample not in {pick.sample for pick in second.picks}
    assert embedded_cluster(first.sample) in {embedded_cluster(pick.sample) for pick in second.picks}


def test_that_a_filter_limits_the_pool(project: Project) -> None:
    result = run_select(project, SelectSpec(count="8", where="source == 'cats'"))
    assert {path.parent.name for path in result.paths} == {"cats"}
    assert result.batch.coverage["pool"] == 120
    assert result.batch.spec["where"] == "source == 'cats'"


def test_that_a_filter_that_fits_nothing_says_so(project: Project) -> None:
    with pytest.raises(SelectionError, match="fits the filter"):
        run_select(project, SelectSpec(count="8", where="source == 'birds'"))


def test_that_a_budget_beyond_the_pool_takes_it_all_and_says_so(project: Project) -> None:
    told: list[str] = []
    result = run_select(project, SelectSpec(count="1000"), Context(on_message=told.append))
    assert result.batch.count == 240
    assert len({pick.sample for pick in result.picks}) == 240
    assert "takes them all" in result.batch.budget["note"]
    assert told == [result.batch.budget["note"]]
    assert result.batch.coverage["after"] == 1.0


def test_that_nothing_left_to_select_says_so(project: Project) -> None:
    run_select(project, SelectSpec(count="100%"))
    with pytest.raises(SelectionError, match="nothing to select"):
        run_select(project, SelectSpec(count="1"))
    assert len(project.batches()) == 1


def test_that_an_automatic_budget_is_at_least_the_classes_known(project: Project) -> None:
    ids = list(range(1, 13))
    project.write(lambda db: labels.set_labels(db, ids, [f"class {i}" for i in ids], origin="test"))
    assert run_select(project, SelectSpec()).batch.count >= 12


def test_that_the_bandwidth_never_grows_from_batch_to_batch(project: Project) -> None:
    widths = [
        run_select(project, SelectSpec(count=count)).batch.budget["bandwidth"] for count in ("40", "4", "40", "2")
    ]
    assert all(later <= earlier for earlier, later in pairwise(widths))


def test_that_cancelling_leaves_no_batch(project: Project) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_select(project, SelectSpec(count="8"), ctx)
    assert project.batches() == []
    assert project.runs() == []


def test_that_a_cancel_amid_the_ranking_is_heard(project: Project) -> None:
    def cancel_at_ranking(progress: Progress) -> None:
        if progress.stage == "Selecting":
            ctx.cancel()

    ctx = Context(on_progress=cancel_at_ranking)
    with pytest.raises(CancelledError):
        run_select(project, SelectSpec(), ctx)
    assert project.batches() == []


def test_that_a_selection_counts_once_to_its_end_and_names_no_number_of_picks(project: Project) -> None:
    found: list[Progress] = []
    run_select(project, SelectSpec(count="8"), Context(on_progress=found.append))
    assert all(report.unit != "picks" for report in found)
    selecting = [report for report in found if report.stage == "Selecting"]
    assert len({report.total for report in selecting}) == 1
    assert all(earlier.done <= later.done for earlier, later in pairwise(selecting))
    judging = [report for report in found if report.stage == "Judging on images held out"]
    assert judging
    assert "Describing the picks" in {report.stage for report in found}


def test_that_a_project_without_embeddings_says_what_to_do(tmp_path: Path) -> None:
    with (
        make_project(tmp_path / "empty.alproject", np.zeros((0, 4), dtype=np.float32)) as empty,
        pytest.raises(EmbeddingError, match="embed the images"),
    ):
        run_select(empty, SelectSpec())


@pytest.mark.parametrize("count", ["auto", "1", "5"])
@pytest.mark.parametrize("n", [1, 2])
def test_that_one_or_two_images_are_a_pool(tmp_path: Path, n: int, count: str) -> None:
    with make_project(tmp_path / "few.alproject", clusters((1,) * n)) as few:
        result = run_select(few, SelectSpec(count=count))
        assert 1 <= result.batch.count <= n


def test_that_identical_images_need_one_label(tmp_path: Path) -> None:
    same = np.repeat(clusters((1,)), 40, axis=0)
    with make_project(tmp_path / "same.alproject", same) as project:
        result = run_select(project, SelectSpec())
        assert result.batch.count == 1
        assert result.batch.coverage["after"] == 1.0
        assert result.picks[0].stands_for == 40


def test_that_an_embedding_that_is_zero_is_refused(tmp_path: Path) -> None:
    spoilt = clusters((5, 5))
    spoilt[3] = 0
    with (
        make_project(tmp_path / "zero.alproject", spoilt) as project,
        pytest.raises(EmbeddingError, match="is zero"),
    ):
        run_select(project, SelectSpec(count="2"))

"""Two batches side by side, held against distances worked out one by one."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.specs import AdjustSpec, SelectSpec
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.compare import compare_batches, compare_with
from desktop_al.jobs.select import run_select
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((20,) * 6, spread=0.6)) as made:
        run_select(made, SelectSpec(count="8", random_share=0))
        run_select(made, SelectSpec(count="5", strategy="random", seed=2, random_share=0))
        yield made


def test_that_each_figure_is_what_a_slow_count_gives(project: Project) -> None:
    project.write(lambda db: labels.set_labels(db, [3, 77], ["a", "b"], origin="test"))
    found = compare_batches(project, 1, 2)
    vectors = project.embeddings().vectors.astype(np.float64)
    one, other = ([pick.sample - 1 for pick in project.picks(number)] for number in (1, 2))

    def away(left: list[int], right: list[int]) -> np.ndarray:
        return np.array([[np.linalg.norm(vectors[i] - vectors[j]) for j in right] for i in left])

    width = min(project.batch(number).budget["bandwidth"] for number in (1, 2))
    assert (found.a, found.b, found.counts, found.common) == (1, 2, (8, 5), ())
    assert found.bandwidth == width
    assert found.a_near_b == pytest.approx((away(one, other).min(axis=1) < width).mean())
    assert found.b_near_a == pytest.approx((away(other, one).min(axis=1) < width).mean())
    pool = list(range(120))
    for value, chosen in zip(found.coverage, (one, other), strict=True):
        assert value == pytest.approx(np.exp(-((away(pool, chosen) / width) ** 2)).max(axis=1).mean(), abs=1e-3)
    known = [i for i in (2, 76) if i not in {*one, *other}]
    for novelty, chosen in zip(found.novelty, (one, other), strict=True):
        assert novelty == pytest.approx(away(chosen, known).min(axis=1).mean(), abs=1e-3)
    assert json.loads(json.dumps(found.to_json()))["counts"] == [8, 5]


def test_that_a_batch_is_all_in_common_with_itself(project: Project) -> None:
    found = compare_batches(project, 1, 1)
    assert list(found.common) == sorted(pick.sample for pick in project.picks(1))
    assert (found.a_near_b, found.b_near_a) == (1.0, 1.0)
    assert found.coverage[0] == found.coverage[1]
    assert found.novelty == (None, None)


def test_that_copies_within_a_batch_are_redundant(tmp_path: Path) -> None:
    twice = np.repeat(clusters((1,) * 6), 2, axis=0)
    with make_project(tmp_path / "p.alproject", twice) as project:
        run_select(project, SelectSpec(count="6", random_share=0))
        run_select(project, SelectSpec(count="6", random_share=0))
        assert compare_batches(project, 1, 2).redundancy == (0.0, 0.0)
    with make_project(tmp_path / "q.alproject", twice) as project:
        run_select(project, SelectSpec(count="12", random_share=0))
        assert compare_batches(project, 1, 1).redundancy == (1.0, 1.0)


def test_that_what_cannot_be_compared_is_a_sentence(project: Project) -> None:
    with pytest.raises(SelectionError, match="no batch 9"):
        compare_batches(project, 1, 9)
    project.write(lambda db: db.conn.execute("UPDATE batches SET model_key = 'other' WHERE number = 2"))
    with pytest.raises(SelectionError, match="different models"):
        compare_batches(project, 1, 2)


@pytest.mark.parametrize("name", ["k-center", "random", "auto", "typicality"])
def test_that_another_strategy_picks_what_it_would_have_picked_instead(tmp_path: Path, name: str) -> None:
    embeddings = clusters((20,) * 6, spread=0.6)
    with make_project(tmp_path / "p.alproject", embeddings) as project:
        run_select(project, SelectSpec(count="8", strategy="coverage"))
        found, instead = compare_with(project, 1, name)
        kept = [pick.sample for pick in project.picks(1)]
        assert len(project.batches()) == 1
    with make_project(tmp_path / "q.alproject", embeddings) as other:
        wanted = [pick.sample for pick in run_select(other, SelectSpec(count="8", strategy=name)).picks]
    assert instead.tolist() == wanted
    assert (found.a, found.b, found.strategy, found.counts) == (1, 0, name, (8, 8))
    assert set(found.common) == set(kept) & set(wanted)


def test_that_the_limits_of_the_batch_hold_for_the_other_strategy(project: Project) -> None:
    vetoed = project.picks(1)[0].sample
    pinned = next(sample for sample in range(1, 121) if sample not in {pick.sample for pick in project.picks(1)})
    run_adjust(project, AdjustSpec(1, vetoes=(vetoed,), pins=(pinned,)))
    _, instead = compare_with(project, 1, "k-center")
    assert pinned in instead.tolist()
    assert vetoed not in instead.tolist()


def test_that_a_batch_of_what_is_alike_is_compared_with_a_strategy_that_looks_for_no_examples(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((20,) * 6, spread=0.6)) as project:
        run_select(project, SelectSpec(count="8", strategy="similar", like=(3,)))
        _, instead = compare_with(project, 1, "k-center")
        _, again = compare_with(project, 1, "similar")
        assert again.tolist() == [pick.sample for pick in project.picks(1)]
    assert len(instead) == 8


def test_that_a_strategy_that_cannot_take_the_place_says_why(project: Project) -> None:
    with pytest.raises(SelectionError, match="needs"):
        compare_with(project, 1, "margin")
    with pytest.raises(SelectionError, match="no strategy"):
        compare_with(project, 1, "divining")
    with pytest.raises(SelectionError, match="no batch 9"):
        compare_with(project, 9, "random")
    project.write(lambda db: db.conn.execute("UPDATE batches SET input_hash = 'other' WHERE number = 1"))
    with pytest.raises(SelectionError, match="have changed since"):
        compare_with(project, 1, "random")

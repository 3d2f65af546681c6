"""Two batches side by side, held against distances worked out one by one."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.compare import compare_batches
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

"""ProbCover."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.kernel import ONE
from desktop_al.numerics.neighbours import neighbours
from desktop_al.strategies.base import Known, StrategyInput
from desktop_al.strategies.probability_coverage import ProbabilityCoverage, classes_expected, pure_kernel
from tests.jobs.pools import clusters as clustered
from tests.strategies.conformance import Conformance, make_input, pool_of


def table_of(given: StrategyInput) -> NDArray[np.float64]:
    vectors = given.pool.block().astype(np.float64) / given.pool.norm
    found: NDArray[np.float64] = np.linalg.norm(vectors[:, None] - vectors[None, :], axis=2)
    return found


def purity(table: NDArray[np.float64], labels: NDArray[np.int64], radius: float) -> float:
    """The share of balls of ``radius`` that hold one label only."""
    return float(np.mean([len(set(labels[row <= radius].tolist())) == 1 for row in table]))


class TestProbabilityCoverage(Conformance):
    name = "probability-coverage"

    @pytest.mark.parametrize("share", [0.95, 0.8])
    @pytest.mark.parametrize("seed", range(3))
    def test_that_the_radius_is_the_largest_that_is_pure_enough(self, share: float, seed: int) -> None:
        matrix = clustered((40, 30, 20), dim=6, spread=0.9, seed=seed)
        given = make_input(matrix, ProbabilityCoverage(), asked=3)
        given = replace(given, options={"purity": share, "classes": 3})
        labels, table = clusters(given.pool, 3).labels, table_of(given)
        least = pure_kernel(given)
        # A kernel value in integers stands for a step of distances.
        inner, outer = (given.similarity.bandwidth * math.sqrt(-math.log(value / ONE)) for value in (least, least - 2))
        assert purity(table, labels, inner) >= share
        assert purity(table, labels, outer) < share + 1 / 90

    @pytest.mark.parametrize("labelled", [(), (0, 1)])
    def test_that_each_pick_covers_the_most_that_is_not_covered(self, labelled: tuple[int, ...]) -> None:
        matrix = clustered((40, 30, 20), dim=6, spread=0.9)
        given = make_input(matrix, ProbabilityCoverage(), labelled, asked=3)
        inside = given.similarity.dense() >= pure_kernel(given)
        uncovered = given.similarity.before().similarity < pure_kernel(given)
        picks = self.ranked(given, 20)
        for pick, gain in zip(picks.indices, picks.gains, strict=True):
            if not uncovered.any():
                break
            counts = inside[:, uncovered].sum(axis=1)
            assert counts[pick] == counts.max()
            assert gain == pytest.approx(counts[pick] / len(given.pool))
            uncovered &= ~inside[pick]

    def test_that_smaller_balls_begin_anew_once_all_is_covered(self) -> None:
        tight = clustered((20,) * 3, spread=0.05)
        ranker = self.ranked(make_input(tight, ProbabilityCoverage(), asked=3), 12)
        assert sorted((ranker.indices[:3] // 20).tolist()) == [0, 1, 2]
        assert (ranker.gains > 0).all()

    def test_that_a_graph_of_all_neighbours_gives_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        matrix = clustered((40, 30, 20), dim=6, spread=0.9)
        exact = self.ranked(make_input(matrix, ProbabilityCoverage(), asked=3), 40)
        given = make_input(matrix, ProbabilityCoverage(), asked=3)
        monkeypatch.setattr("desktop_al.numerics.similarity.Similarity.fits", False)
        monkeypatch.setattr("desktop_al.strategies.probability_coverage._ANCHORS", 90)
        sparse = self.ranked(replace(given, neighbours=neighbours(matrix, 89).indices), 40)
        assert np.array_equal(sparse.indices, exact.indices)
        assert np.array_equal(sparse.gains, exact.gains)


def test_that_no_radius_is_told_that_is_larger_than_images_can_be_apart() -> None:
    ranker = ProbabilityCoverage().start(make_input(np.repeat(pool_of(1), 20, axis=0), ProbabilityCoverage()))
    assert "within 2.00," in ranker.account


def test_that_classes_come_from_the_option_then_labels_then_the_request() -> None:
    given = make_input(pool_of(50), ProbabilityCoverage(), asked=4)
    assert classes_expected(given) == 4
    assert classes_expected(replace(given, asked=None)) == classes_expected(replace(given, asked=9)) == 5
    known = Known(np.arange(2), np.array([0, 1], dtype=np.int32), ("a", "b", "c"))
    assert classes_expected(replace(given, known=known)) == 3
    assert classes_expected(replace(given, known=known, options={"classes": 7})) == 7

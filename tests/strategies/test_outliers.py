"""Outliers."""

import numpy as np
import pytest

from desktop_al.numerics.neighbours import neighbours
from desktop_al.strategies import thinned
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.outliers import Outliers
from tests.jobs.pools import clusters as clustered
from tests.strategies.conformance import Conformance, make_input, pool_of


def published(given: StrategyInput, count: int) -> list[int]:
    """By brute force: the mean distance to the 20 nearest, at most the distance to the nearest reference or pick."""
    pool = given.pool.block().astype(np.float64) / given.pool.norm
    others = given.references.block().astype(np.float64) / given.pool.norm
    table = np.linalg.norm(pool[:, None] - pool[None, :], axis=2)
    scores = np.sort(table, axis=1)[:, 1:21].mean(axis=1)
    if len(others):
        scores = np.minimum(scores, np.linalg.norm(pool[:, None] - others[None, :], axis=2).min(axis=1))
    picks: list[int] = []
    for _ in range(count):
        free = scores.copy()
        free[picks] = -1
        picks.append(int(free.argmax()))
        scores = np.minimum(scores, table[picks[-1]])
    return picks


class TestOutliers(Conformance):
    name = "outliers"

    @pytest.mark.parametrize("labelled", [(), (0, 5, 6)])
    @pytest.mark.parametrize("window", [4096, 7])
    def test_that_it_picks_what_brute_force_picks(
        self, labelled: tuple[int, ...], window: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(thinned, "WINDOW", window)
        given = make_input(pool_of(80), Outliers(), labelled)
        assert self.ranked(given, 40).indices.tolist() == published(given, 40)

    def test_that_a_handful_of_copies_of_an_outlier_is_picked_once(self) -> None:
        crowd = clustered((60,), dim=16, spread=0.3)
        odd = np.repeat(np.eye(16, dtype=np.float32)[3:5] * 5, 3, axis=0)
        ranker = self.ranked(make_input(np.concatenate([crowd, odd]), Outliers()), 3)
        assert sorted(((ranker.indices[:2] - 60) // 3).tolist()) == [0, 1]
        assert ranker.indices[2] < 60

    def test_that_a_graph_of_all_neighbours_gives_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        matrix = clustered((60,), dim=8, spread=1.0)
        held_out = np.arange(60) < 20
        given = make_input(matrix, Outliers(), held_out=held_out)
        exact = self.ranked(given, 20)
        monkeypatch.setattr("desktop_al.numerics.similarity.Similarity.fits", False)
        graph = neighbours(matrix, 59).indices
        sparse = self.ranked(StrategyInput(given.similarity, 0, held_out=held_out, neighbours=graph), 20)
        assert np.array_equal(sparse.indices, exact.indices)
        assert sparse.gains == pytest.approx(exact.gains)

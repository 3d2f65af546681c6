"""Similar to these."""

from dataclasses import replace

import numpy as np
import pytest

from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies import thinned
from desktop_al.strategies.similar import Similar
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestSimilar(Conformance):
    name = "similar"

    @pytest.mark.parametrize("window", [4096, 5])
    @pytest.mark.parametrize("variety", [0.0, 0.3, 0.7, 1.0])
    def test_that_it_picks_by_maximal_marginal_relevance(
        self, variety: float, window: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(thinned, "WINDOW", window)
        matrix, queries = pool_of(60), pool_of(3, seed=5)
        given = make_input(matrix, Similar(), (0, 1))
        given = replace(given, queries=GridVectors(queries), options={"variety": variety})
        ranker = self.ranked(given, 30)
        pool = given.pool.block().astype(np.float64) / given.pool.norm
        asked = given.queries.block().astype(np.float64) / given.pool.norm if given.queries else pool[:0]
        like, among = (pool @ asked.T).max(axis=1), pool @ pool.T
        taken = np.zeros(0, dtype=np.int64)
        for pick, gain in zip(ranker.indices, ranker.gains, strict=True):
            drawn = np.maximum(among[:, taken].max(axis=1), 0) if len(taken) else np.zeros(58)
            scores = (1 - variety) * like - variety * drawn
            scores[taken] = -np.inf
            # Norms on the grid are off by a little.
            assert scores[pick] == pytest.approx(scores.max(), abs=2e-3)
            assert gain == pytest.approx(scores[pick], abs=2e-3)
            taken = np.append(taken, pick)

    def test_that_the_order_is_by_the_nearest_query(self) -> None:
        angles = np.array([0.0, 0.5, 1.0, 2.0, 3.0])
        matrix = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        given = make_input(matrix, Similar())
        asked = np.array([[np.cos(a), np.sin(a)] for a in (0.1, 2.6)], dtype=np.float32)
        # Distances to the nearer query: 0.1, 0.4, 0.9, 0.6, 0.4 less a little for the last: 3.0 is 0.4 from 2.6.
        order = self.ranked(replace(given, queries=GridVectors(asked)), 5).indices.tolist()
        assert order[0] == 0
        assert sorted(order[1:3]) == [1, 4]
        assert order[3:] == [3, 2]

"""k-center."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.strategies.k_center import KCenter
from tests.strategies.conformance import Conformance, make_input, pool_of


def distances(matrix: NDArray[np.float32]) -> NDArray[np.float64]:
    unit = matrix.astype(np.float64) / np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    found: NDArray[np.float64] = np.sqrt(np.maximum(2 - 2 * unit @ unit.T, 0))
    return found


class TestKCenter(Conformance):
    name = "k-center"

    def test_that_each_pick_is_the_farthest_from_all_before(self) -> None:
        matrix = pool_of(50)
        table = distances(matrix)
        ranker = self.ranked(make_input(matrix, KCenter(), (48, 49)), 10)
        near = table[:48, 48:].min(axis=1)
        for pick, gain in zip(ranker.indices, ranker.gains, strict=True):
            assert gain == pytest.approx(near.max(), abs=1e-3)
            assert near[pick] == pytest.approx(near.max(), abs=1e-3)
            near = np.minimum(near, table[:48, pick])

    def test_that_a_cold_start_begins_at_the_centre(self) -> None:
        matrix = pool_of(50)
        unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        away = np.linalg.norm(unit - unit.mean(axis=0), axis=1)
        assert self.ranked(make_input(matrix, KCenter()), 1).indices[0] == away.argmin()

    @pytest.mark.parametrize("seed", range(5))
    def test_that_its_radius_is_at_most_twice_the_best(self, seed: int) -> None:
        matrix = pool_of(12, seed)
        table = distances(matrix)
        best = min(table[:, list(chosen)].min(axis=1).max() for chosen in combinations(range(12), 3))
        picks = self.ranked(make_input(matrix, KCenter()), 3).indices
        assert table[:, picks].min(axis=1).max() <= 2 * best + 1e-3

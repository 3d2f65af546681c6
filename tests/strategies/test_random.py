"""Random picks."""

import numpy as np

from desktop_al.strategies.random import Random
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestRandom(Conformance):
    name = "random"

    def test_that_another_seed_gives_another_ranking(self) -> None:
        first, second = (self.ranked(make_input(pool_of(50), Random(), seed=seed), 50).indices for seed in (1, 2))
        assert not np.array_equal(first, second)

    def test_that_each_sample_is_as_likely_as_any(self) -> None:
        given = [make_input(pool_of(10), Random(), seed=seed) for seed in range(2000)]
        first = np.bincount([self.ranked(one, 1).indices[0] for one in given], minlength=10)
        # Five standard deviations around 200.
        assert np.abs(first - 200).max() < 5 * np.sqrt(2000 * 0.1 * 0.9)

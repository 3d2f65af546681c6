"""Entropy sampling."""

from dataclasses import replace

import numpy as np

from desktop_al.numerics.beliefs import Beliefs
from desktop_al.strategies.entropy import Entropy
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestEntropy(Conformance):
    name = "entropy"

    def test_that_it_is_the_spread_over_all_classes_that_counts(self) -> None:
        table = [[0.5, 0.5, 0.0], [0.4, 0.3, 0.3], [1.0, 0.0, 0.0], [0.3, 0.4, 0.3]]
        given = make_input(pool_of(4), Entropy())
        given = replace(given, beliefs=Beliefs(np.array(table, dtype=np.float32)))
        ranker = self.ranked(given, 4)
        assert ranker.indices.tolist() == [1, 3, 0, 2]
        spread = -(0.4 * np.log(0.4) + 0.6 * np.log(0.3))
        assert np.abs(ranker.gains - [spread, spread, np.log(2), 0]).max() < 2e-6

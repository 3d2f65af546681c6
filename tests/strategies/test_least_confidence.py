"""Least-confidence sampling."""

from dataclasses import replace

import numpy as np

from desktop_al.numerics.beliefs import Beliefs
from desktop_al.strategies.least_confidence import LeastConfidence
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestLeastConfidence(Conformance):
    name = "least-confidence"

    def test_that_the_likeliest_class_decides_alone(self) -> None:
        table = [[0.5, 0.5, 0.0], [0.4, 0.35, 0.25], [0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]
        given = make_input(pool_of(4), LeastConfidence())
        given = replace(given, beliefs=Beliefs(np.array(table, dtype=np.float32)))
        ranker = self.ranked(given, 4)
        assert ranker.indices.tolist() == [1, 0, 2, 3]
        assert np.abs(ranker.gains - [0.6, 0.5, 0.5, 0.2]).max() < 1e-6

"""Margin sampling."""

from dataclasses import replace

import numpy as np

from desktop_al.numerics.beliefs import Beliefs
from desktop_al.strategies.margin import Margin
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestMargin(Conformance):
    name = "margin"

    def test_that_the_two_likeliest_decide_and_equals_go_by_position(self) -> None:
        table = [[0.5, 0.3, 0.2], [0.34, 0.33, 0.33], [0.9, 0.05, 0.05], [0.2, 0.3, 0.5], [0.0, 0.5, 0.5]]
        given = make_input(pool_of(5), Margin())
        given = replace(given, beliefs=Beliefs(np.array(table, dtype=np.float32)))
        ranker = self.ranked(given, 5)
        assert ranker.indices.tolist() == [4, 1, 0, 3, 2]
        assert np.abs(ranker.gains - [1, 0.99, 0.8, 0.8, 0.15]).max() < 1e-6

"""Uncertainty herding."""

from dataclasses import replace

import numpy as np

from desktop_al.numerics.beliefs import Beliefs, margin_uncertainty
from desktop_al.numerics.greedy_dense import naive_greedy
from desktop_al.numerics.kernel import ONE
from desktop_al.strategies.coverage import Coverage, integer_weights
from desktop_al.strategies.uncertainty_herding import UncertaintyHerding
from tests.strategies.conformance import Conformance, believed, make_input, pool_of


class TestUncertaintyHerding(Conformance):
    name = "uncertainty-herding"

    def test_that_it_is_coverage_weighted_by_one_less_the_margin(self) -> None:
        given = make_input(pool_of(80), UncertaintyHerding(), (0, 9))
        given = replace(given, beliefs=believed(given.pool))
        assert given.beliefs is not None
        top = np.sort(given.beliefs.probabilities, axis=1)
        weights = np.maximum(1 - (top[:, -1].astype(np.float64) - top[:, -2]), 0.05)
        similarity = given.similarity
        whole = integer_weights(replace(given, weights=weights))
        expected = naive_greedy(similarity.dense(), whole, similarity.before().similarity, 20)
        ranker = self.ranked(given, 20)
        assert np.array_equal(ranker.indices, expected)
        # The gain of the first pick, from the definition in floats.
        kernel, served = similarity.dense() / ONE, similarity.before().similarity / ONE
        gain = (weights * np.maximum(kernel[expected[0]] - served, 0)).sum() / weights.sum()
        assert abs(ranker.gains[0] - gain) < 1e-4

    def test_that_it_is_coverage_while_nothing_is_labelled(self) -> None:
        given = make_input(pool_of(60), UncertaintyHerding())
        given = replace(given, beliefs=believed(given.pool))
        plain = Coverage().start(make_input(pool_of(60), Coverage()))
        plain.extend(30)
        assert np.array_equal(self.ranked(given, 30).indices, plain.indices)

    def test_that_certainty_silences_no_region(self) -> None:
        given = make_input(pool_of(40), UncertaintyHerding(), (3,))
        sure = np.tile(np.array([1.0, 0.0], dtype=np.float32), (39, 1))
        assert (margin_uncertainty(sure) == 0.05).all()
        certain = self.ranked(replace(given, beliefs=Beliefs(sure)), 39)
        plain = Coverage().start(make_input(pool_of(40), Coverage(), (3,)))
        plain.extend(39)
        assert np.array_equal(certain.indices, plain.indices)

    def test_that_weights_of_the_pool_count_too(self) -> None:
        given = make_input(pool_of(60), UncertaintyHerding(), (3,))
        sure = np.tile(np.array([0.5, 0.5], dtype=np.float32), (59, 1))
        weights = np.where(np.arange(59) < 5, 1.0, 1e-6)
        given = replace(given, beliefs=Beliefs(sure), weights=weights)
        assert set(self.ranked(given, 3).indices.tolist()) <= set(range(5))

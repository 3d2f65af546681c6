"""BADGE."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.beliefs import Beliefs
from desktop_al.strategies import badge
from desktop_al.strategies.badge import Badge
from desktop_al.strategies.base import StrategyInput
from tests.strategies.conformance import Conformance, make_input, pool_of


def gradients_of(given: StrategyInput) -> NDArray[np.float64]:
    """The gradient embeddings themselves, (n, c d) float64."""
    assert given.beliefs is not None
    slopes = given.beliefs.probabilities.astype(np.float64)
    slopes[np.arange(len(slopes)), slopes.argmax(axis=1)] -= 1
    vectors = given.pool.block().astype(np.float64)
    return (slopes[:, :, None] * vectors[:, None, :]).reshape(len(slopes), -1)


class TestBadge(Conformance):
    name = "badge"

    def test_that_gains_are_squared_distances_between_gradients(self) -> None:
        given = make_input(pool_of(50), Badge())
        table = gradients_of(given)
        ranker = self.ranked(given, 12)
        first = ranker.indices[0]
        norms = (table**2).sum(axis=1)
        assert norms[first] == pytest.approx(norms.max(), abs=1e-6)
        assert ranker.gains[0] == pytest.approx(norms.max(), abs=1e-6)
        for rank in range(1, 12):
            gaps = ((table[ranker.indices[rank]] - table[ranker.indices[:rank]]) ** 2).sum(axis=1)
            assert ranker.gains[rank] == pytest.approx(gaps.min(), abs=1e-6)

    def test_that_draws_are_in_proportion_to_squared_distances(self) -> None:
        given = make_input(pool_of(6), Badge())
        table = gradients_of(given)
        first = int((table**2).sum(axis=1).argmax())
        wanted = ((table - table[first]) ** 2).sum(axis=1)
        seconds = [self.ranked(replace(given, seed=seed), 2).indices[1] for seed in range(3000)]
        share = np.bincount(seconds, minlength=6) / 3000
        assert np.abs(share - wanted / wanted.sum()).max() < 5 * np.sqrt(0.25 / 3000)

    def test_that_certain_samples_come_last(self) -> None:
        given = make_input(pool_of(20), Badge())
        table = np.tile(np.array([0.6, 0.4], dtype=np.float32), (20, 1))
        table[5:10] = [1.0, 0.0]
        ranker = self.ranked(replace(given, beliefs=Beliefs(table)), 20)
        # Certain samples have no gradient, so that the first of them is as far from the picks as any that is left.
        assert len(set(ranker.indices[:15].tolist()) & set(range(5, 10))) <= 1

    def test_that_blocks_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given = make_input(pool_of(60), Badge())
        whole = self.ranked(given, 30)
        monkeypatch.setattr(badge, "_BLOCK", 7)
        monkeypatch.setattr(badge, "_KEPT", 0)
        parts = self.ranked(given, 30)
        assert np.array_equal(parts.indices, whole.indices)
        assert np.array_equal(parts.gains, whole.gains)

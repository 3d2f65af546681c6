"""DropQuery."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.clusters import clusters as k_means
from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies.dropquery import DropQuery, disagreement
from tests.jobs.pools import clusters
from tests.strategies.conformance import Conformance, make_input, pool_of


def by_halves(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """One of two classes, by which half of the embedding holds more."""
    half = vectors.shape[1] // 2
    first = vectors[:, :half].sum(axis=1) > vectors[:, half:].sum(axis=1)
    return np.stack([first, ~first], axis=1).astype(np.float32)


class TestDropQuery(Conformance):
    name = "dropquery"

    def test_that_picks_are_candidates_nearest_to_centres(self) -> None:
        given = make_input(pool_of(80), DropQuery(), asked=6)
        given = replace(given, beliefs=Beliefs(by_halves(given.pool.block()), by_halves))
        shares = disagreement(given.pool, by_halves, 0.75, 0)
        candidates = np.flatnonzero(shares >= 2 / 3)
        assert 6 < len(candidates) < 80
        found = k_means(given.pool.subset(candidates), 6, 0)
        expected = []
        for cluster in range(6):
            members = candidates[found.labels == cluster]
            gaps = np.linalg.norm(given.pool.subset(members).block() - found.centres[cluster], axis=1)
            expected.append(int(members[gaps.argmin()]))
        assert sorted(self.ranked(given, 6).indices.tolist()) == sorted(expected)

    def test_that_a_lack_of_candidates_is_filled_at_random(self) -> None:
        given = make_input(clusters((10, 10)), DropQuery(), asked=8)

        def certain(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.tile(np.array([1, 0], dtype=np.float32), (len(vectors), 1))

        given = replace(given, beliefs=Beliefs(certain(given.pool.block()), certain))
        first, second = (self.ranked(replace(given, seed=seed), 20).indices for seed in (1, 2))
        assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(20))
        assert not np.array_equal(first, second)


def test_that_a_sample_far_from_the_boundary_disagrees_less() -> None:
    vectors = np.ones((400, 64), dtype=np.float32)
    vectors[:200, 32:] = -1
    vectors[200:, 32:] = 0.95
    shares = disagreement(GridVectors(vectors), by_halves, 0.75, 0)
    assert shares[:200].mean() == 0
    assert 0.2 < shares[200:].mean() < 0.8


def test_that_fixed_probabilities_cannot_answer() -> None:
    given = make_input(pool_of(10), DropQuery())
    assert given.beliefs is not None
    with pytest.raises(SelectionError, match="leave the probabilities out"):
        DropQuery().start(replace(given, beliefs=Beliefs(given.beliefs.probabilities)))

"""TypiClust."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.clusters import clusters
from desktop_al.numerics.neighbours import neighbours
from desktop_al.strategies.base import StrategyInput
from desktop_al.strategies.staged import joined
from desktop_al.strategies.typicality import NEAREST, Typicality
from tests.jobs.pools import clusters as clustered
from tests.strategies.conformance import Conformance, make_input, pool_of


def typicality(vectors: NDArray[np.float64], inside: NDArray[np.int64]) -> NDArray[np.float64]:
    """The inverse mean distance to the 20 nearest of ``inside``, by brute force."""
    table = np.linalg.norm(vectors[inside][:, None] - vectors[inside][None, :], axis=2)
    k = min(NEAREST, len(inside) - 1)
    found: NDArray[np.float64] = 1 / (1e-5 + np.sort(table, axis=1)[:, 1 : k + 1].mean(axis=1))
    return found


def published(given: StrategyInput, count: int) -> list[int]:
    """The algorithm of the paper for a batch of ``count``, on the clusters that k-means finds."""
    m = len(given.references)
    everything = joined(given.references, given.pool)
    vectors = everything.block().astype(np.float64) / everything.norm
    labels = clusters(everything, m + count, given.seed + 1).labels
    covered = np.bincount(labels[:m], minlength=labels.max() + 1)
    sizes = np.bincount(labels)
    picks: list[int] = []
    while len(picks) < count:
        usable = [
            (sizes[c] < 5, covered[c], -sizes[c], c)
            for c in range(len(sizes))
            if any(labels[m + position] == c and position not in picks for position in range(len(given.pool)))
        ]
        chosen = min(usable)[3]
        inside = np.flatnonzero(labels == chosen)
        scores = typicality(vectors, inside)
        scores[(inside < m) | np.isin(inside - m, picks)] = -1
        picks.append(int(inside[scores.argmax()] - m))
        covered[chosen] += 1
    return picks


class TestTypicality(Conformance):
    name = "typicality"

    @pytest.mark.parametrize("labelled", [(), (0, 1, 60)])
    @pytest.mark.parametrize("count", [1, 4, 12])
    def test_that_it_picks_what_the_paper_says(self, labelled: tuple[int, ...], count: int) -> None:
        matrix = clustered((40, 30, 20, 10, 6), dim=16, spread=0.6)
        given = make_input(matrix, Typicality(), labelled, asked=count)
        assert self.ranked(given, count).indices.tolist() == published(given, count)

    def test_that_clusters_without_a_label_come_first_the_largest_of_them_leading(self) -> None:
        matrix = clustered((50, 40, 30, 20))
        ranker = self.ranked(make_input(matrix, Typicality(), (0,), asked=3), 3)
        # Row 0 is labelled: the clusters of 40, 30 and 20 follow.
        assert [int(np.searchsorted([49, 89, 119], pick, side="right")) for pick in ranker.indices] == [1, 2, 3]

    def test_that_a_pick_is_the_middle_of_its_cluster(self) -> None:
        middle = np.array([[1.0, 0, 0, 0]])
        around = np.concatenate([np.eye(3), -np.eye(3)])
        cluster = np.concatenate([middle, middle + 0.1 * np.pad(around, ((0, 0), (1, 0)))])
        assert self.ranked(make_input(cluster.astype(np.float32), Typicality(), asked=1), 1).indices[0] == 0

    def test_that_later_stages_have_clusters_for_all_labels(self) -> None:
        matrix = clustered((30,) * 40, dim=48)
        ranker = self.ranked(make_input(matrix, Typicality()), 64)
        # Stages of 16, 32 and 64 clusters: the third finds each of the forty.
        assert len(set((ranker.indices[:16] // 30).tolist())) == 16
        assert len(set((ranker.indices // 30).tolist())) == 40

    def test_that_there_are_no_more_clusters_than_the_option_says(self) -> None:
        given = make_input(clustered((30, 20, 10)), Typicality(), asked=6)
        given = StrategyInput(given.similarity, 0, options={"clusters": 3}, asked=6)
        picks = self.ranked(given, 6).indices
        assert np.bincount(np.searchsorted([30, 50], picks, side="right")).tolist() == [2, 2, 2]

    def test_that_a_graph_of_all_neighbours_gives_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        matrix = clustered((40, 30, 20), dim=16, spread=0.6)
        exact = self.ranked(make_input(matrix, Typicality(), asked=9), 9)
        given = make_input(matrix, Typicality(), asked=9)
        graph = neighbours(matrix, 89).indices
        monkeypatch.setattr("desktop_al.numerics.similarity.Similarity.fits", False)
        sparse = self.ranked(StrategyInput(given.similarity, 0, neighbours=graph, options=given.options, asked=9), 9)
        assert np.array_equal(sparse.indices, exact.indices)
        assert sparse.gains == pytest.approx(exact.gains)


def test_that_vectors_of_two_matrices_are_joined() -> None:
    matrix = pool_of(10)
    given = make_input(matrix, Typicality(), (2, 3))
    one = joined(given.references, given.pool)
    other = joined(make_input(matrix.copy(), Typicality(), (2, 3)).references, given.pool)
    assert np.array_equal(one.block(), other.block())

"""k-means."""

import numpy as np
import pytest

from desktop_al.numerics.clusters import clusters
from desktop_al.strategies.k_means import KMeans
from desktop_al.strategies.staged import joined
from tests.jobs.pools import clusters as clustered
from tests.strategies.conformance import Conformance, make_input


class TestKMeans(Conformance):
    name = "k-means"

    @pytest.mark.parametrize("labelled", [(), (0, 1, 60)])
    def test_that_picks_are_nearest_to_the_centres_of_unlabelled_clusters(self, labelled: tuple[int, ...]) -> None:
        matrix = clustered((40, 30, 20, 10, 6), dim=16, spread=0.6)
        given = make_input(matrix, KMeans(), labelled, asked=8)
        ranker = self.ranked(given, 8)
        m = len(labelled)
        cut = clusters(joined(given.references, given.pool), m + 8, 1)
        sizes, inside = np.bincount(cut.labels), cut.labels[m:]
        unlabelled = np.setdiff1d(np.arange(len(cut)), cut.labels[:m])
        turns = sorted(unlabelled.tolist(), key=lambda cluster: (-sizes[cluster], cluster))
        for pick, cluster in zip(ranker.indices, turns, strict=False):
            gaps = np.linalg.norm(given.pool.block() - cut.centres[cluster], axis=1)
            gaps[inside != cluster] = np.inf
            assert gaps[pick] == pytest.approx(gaps.min(), abs=1e-6)

    def test_that_tight_clusters_give_one_pick_each(self) -> None:
        ranker = self.ranked(make_input(clustered((20,) * 12), KMeans(), asked=12), 12)
        assert sorted((ranker.indices // 20).tolist()) == list(range(12))
        assert ranker.gains == pytest.approx(np.full(12, 1 / 12))

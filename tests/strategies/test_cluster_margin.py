"""Cluster-margin."""

from dataclasses import replace

import numpy as np
import pytest

from desktop_al.domain.context import SILENT
from desktop_al.numerics.beliefs import Beliefs, ambiguity
from desktop_al.strategies import cluster_margin
from desktop_al.strategies.cluster_margin import ClusterMargin, tree_groups
from tests.jobs.pools import clusters
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestClusterMargin(Conformance):
    name = "cluster-margin"

    def test_that_it_goes_round_the_clusters_of_the_smallest_margins_from_the_smallest(self) -> None:
        # Three clusters of 8, 4 and 6; margins grow with the position.
        given = make_input(clusters((8, 4, 6)), ClusterMargin(), asked=3)
        top = np.linspace(0.5, 0.9, 18, dtype=np.float32)
        beliefs = Beliefs(np.stack([top, 1 - top], axis=1))
        given = replace(given, beliefs=beliefs, options={"candidates": 5})
        # Candidates are positions 0 to 14: 8 of the first cluster, 4 of the second, 3 of the third.
        assert self.ranked(given, 3).indices.tolist() == [12, 8, 0]

    def test_that_candidates_are_the_smallest_margins(self) -> None:
        given = make_input(pool_of(60), ClusterMargin(), asked=4)
        given = replace(given, options={"candidates": 2})
        assert given.beliefs is not None
        scores = ambiguity(given.beliefs.probabilities)
        candidates = np.argsort(-scores, kind="stable")[:8]
        picks = self.ranked(given, 4).indices
        assert set(picks.tolist()) <= set(candidates.tolist())
        groups = tree_groups(given.pool, 4, 0, SILENT)
        assert len(set(groups[picks].tolist())) == len(set(groups[candidates].tolist()))

    def test_that_one_candidate_a_pick_is_margin_sampling(self) -> None:
        given = make_input(pool_of(60), ClusterMargin(), asked=10)
        given = replace(given, options={"candidates": 1})
        assert given.beliefs is not None
        expected = np.argsort(-ambiguity(given.beliefs.probabilities), kind="stable")[:10]
        assert sorted(self.ranked(given, 10).indices.tolist()) == sorted(expected.tolist())

    def test_that_a_large_pool_is_cut_through_cells(self, monkeypatch: pytest.MonkeyPatch) -> None:
        matrix = clusters((30, 20, 10, 40))
        given = make_input(matrix, ClusterMargin())
        monkeypatch.setattr(cluster_margin, "_CELLS", 25)
        groups = tree_groups(given.pool, 4, 0, SILENT)
        truth = np.repeat(np.arange(4), (30, 20, 10, 40))
        assert len({*zip(groups.tolist(), truth.tolist(), strict=True)}) == 4

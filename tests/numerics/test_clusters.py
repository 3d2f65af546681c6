"""k-means on the grid."""

import numpy as np
import pytest

from desktop_al.numerics import clusters as module
from desktop_al.numerics.clusters import assign, clusters
from desktop_al.numerics.grid import GridVectors
from tests.jobs.pools import clusters as clustered


def test_that_tight_clusters_are_found() -> None:
    found = clusters(GridVectors(clustered((30, 20, 10, 5))), 4).labels
    assert [len(set(part.tolist())) for part in np.split(found, [30, 50, 60])] == [1, 1, 1, 1]
    assert len(set(found.tolist())) == 4


@pytest.mark.parametrize("count", [1, 3, 17])
def test_that_it_ends_where_lloyd_stands_still(count: int) -> None:
    vectors = GridVectors(clustered((30, 20, 10), dim=6, spread=0.8))
    found = clusters(vectors, count)
    rows = vectors.block().astype(np.float64)
    assert np.array_equal(found.labels, assign(vectors, found.centres))
    for cluster in range(len(found)):
        # Rounded towards zero to multiples of 2^-12.
        assert np.abs(rows[found.labels == cluster].mean(axis=0) - found.centres[cluster]).max() < 2**-12


def test_that_there_are_no_more_clusters_than_different_samples() -> None:
    found = clusters(GridVectors(np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)), 10)
    assert len(found) == 3
    assert len(set(found.labels.tolist())) == 3


def test_that_nothing_has_no_cluster() -> None:
    assert len(clusters(GridVectors(np.zeros((0, 4), dtype=np.float32)), 3)) == 0


def test_that_many_clusters_are_cut_in_two_steps_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DIRECT", 8)
    vectors = GridVectors(clustered((80, 40, 20), dim=12, spread=0.5))
    found = clusters(vectors, 14)
    assert len(found) <= 16
    assert np.bincount(found.labels).min() > 0
    assert len(found.labels) == 140
    gaps = np.linalg.norm(vectors.block() - found.centres[found.labels], axis=1)
    one = np.linalg.norm(vectors.block() - vectors.block().mean(axis=0), axis=1)
    assert (gaps**2).sum() < 0.5 * (one**2).sum()


def test_that_a_large_pool_is_cut_by_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SAMPLE", 30)
    monkeypatch.setattr(module, "_PER_CLUSTER", 5)
    found = clusters(GridVectors(clustered((100, 100, 100))), 3)
    assert [len(set(part.tolist())) for part in np.split(found.labels, 3)] == [1, 1, 1]

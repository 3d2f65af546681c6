"""Average linkage and exact products."""

import numpy as np
import pytest

from desktop_al.numerics.exact import exact_product
from desktop_al.numerics.linkage import average_linkage


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [1, 2, 5, 17, 40])
def test_that_groups_are_those_of_another_library(seed: int, count: int) -> None:
    from sklearn.cluster import AgglomerativeClustering

    points = np.random.default_rng(seed).normal(size=(40, 3))
    gaps = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    theirs = AgglomerativeClustering(count, metric="precomputed", linkage="average").fit_predict(gaps)
    ours = average_linkage(gaps.copy(), np.ones(40, dtype=np.int64), count)
    assert len(np.unique(ours)) == count
    assert len({*zip(ours.tolist(), theirs.tolist(), strict=True)}) == count


def test_that_a_point_may_stand_for_many() -> None:
    points = np.repeat([[0.0], [1.0], [2.2], [5.0]], [5, 1, 1, 2], axis=0)
    few = np.array([[0.0], [1.0], [2.2], [5.0]])
    for count in (1, 2, 3, 4):
        each = average_linkage(np.abs(points - points.T), np.ones(9, dtype=np.int64), count)
        whole = average_linkage(np.abs(few - few.T), np.array([5, 1, 1, 2]), count)
        assert np.array_equal(each, np.repeat(whole, [5, 1, 1, 2]))


def test_that_one_point_is_one_group() -> None:
    assert average_linkage(np.zeros((1, 1)), np.ones(1, dtype=np.int64), 1).tolist() == [0]


def test_that_copies_can_be_joined() -> None:
    assert len(np.unique(average_linkage(np.zeros((6, 6)), np.ones(6, dtype=np.int64), 3))) == 3


def test_that_a_product_is_exact_in_any_order() -> None:
    rng = np.random.default_rng(0)
    left = np.rint(rng.normal(size=(50, 300)) * 2000) / 4096
    norm = float(np.sqrt((left * left).sum(axis=1).max()))
    right = rng.normal(size=(300, 4)) * [1e-6, 1, 1e6, 0]
    found = exact_product(left, right, 1 / 4096, norm)
    order = rng.permutation(300)
    assert np.array_equal(found, exact_product(left[:, order], right[order], 1 / 4096, norm))
    assert (np.abs(found - left @ right) <= 1e-8 * np.abs(right).max(axis=0)).all()
    assert (exact_product(left, np.zeros((300, 2)), 1 / 4096, norm) == 0).all()

"""Near-copies: held together in groups of up to four, told from clusters and from chance."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics import similarity
from desktop_al.numerics.copies import copy_groups
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor, full_kernel
from desktop_al.numerics.similarity import Similarity
from tests.jobs.pools import clusters


def groups_of(matrix: NDArray[np.float32], bandwidth: float = 0.8) -> NDArray[np.int64]:
    vectors = GridVectors(matrix)
    return copy_groups(full_kernel(vectors, factor(bandwidth, vectors.norm)))


def spread(n: int = 60, seed: int = 0) -> NDArray[np.float32]:
    return clusters((1,) * n, dim=32, seed=seed)


def near(matrix: NDArray[np.float32], by: float = 0.01, seed: int = 1) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(size=matrix.shape) / np.sqrt(matrix.shape[1])
    moved: NDArray[np.float32] = (matrix + by * noise).astype(np.float32)
    return moved


def test_that_samples_without_copies_are_on_their_own() -> None:
    assert groups_of(spread()).tolist() == list(range(60))


@pytest.mark.parametrize("by", [0.0, 0.001, 0.01, 0.05])
@pytest.mark.parametrize("copies", [2, 3, 4])
def test_that_copies_are_one_group_with_their_original(by: float, copies: int) -> None:
    matrix = spread()
    groups = groups_of(np.concatenate([matrix, *(near(matrix, by, seed) for seed in range(1, copies))]))
    assert groups.tolist() == list(range(60)) * copies


def test_that_a_few_copies_among_many_are_found() -> None:
    matrix = spread()
    groups = groups_of(np.concatenate([near(matrix[7:9]), matrix]))
    assert groups[0] == groups[9]
    assert groups[1] == groups[10]
    assert len(np.unique(groups)) == 60


@pytest.mark.parametrize("size", [5, 8, 20])
def test_that_a_cluster_of_five_or_more_is_none(size: int) -> None:
    assert len(np.unique(groups_of(clusters((size,) * 12, dim=64)))) == 12 * size


@pytest.mark.parametrize("bandwidth", [0.3, 0.8, 1.4])
def test_that_the_bandwidth_hardly_matters(bandwidth: float) -> None:
    matrix = spread()
    assert groups_of(np.concatenate([matrix, near(matrix)]), bandwidth).tolist() == list(range(60)) * 2


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_that_identical_samples_have_no_copies_to_tell_apart(n: int) -> None:
    assert len(np.unique(groups_of(np.repeat(spread(1), n, axis=0)))) == n


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 40), st.integers(0, 1000))
def test_that_the_groups_are_those_of_the_rule_word_by_word(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n, 3)).astype(np.float32)
    vectors = GridVectors(matrix)
    dense = full_kernel(vectors, factor(0.5, vectors.norm))
    linked = np.eye(n, dtype=bool)
    for i in range(n):
        others = sorted((j for j in range(n) if j != i), key=lambda j: (-int(dense[i, j]), j))[:4]
        with np.errstate(divide="ignore"):
            squared = np.minimum(-np.log(dense[i, others] / 65535), 12)
        apart = [g for g in range(1, len(others)) if squared[g - 1] < squared[g] / 4]
        for j in others[: apart[-1]] if apart else []:
            linked[i, j] = linked[j, i] = True
    for _ in range(n):
        linked = (linked.astype(int) @ linked.astype(int)) > 0
    groups = copy_groups(dense)
    assert np.array_equal(groups[:, None] == groups[None], linked)
    firsts = [int(np.flatnonzero(groups == group)[0]) for group in range(groups.max() + 1)]
    assert firsts == sorted(firsts)


def test_that_copies_are_counted_within_a_tenth_of_the_median_distance_along_any_graph() -> None:
    rng = np.random.default_rng(9)
    lone = rng.normal(size=(150, 16))
    far = np.concatenate([lone, lone[:10] + 0.01 * rng.normal(size=(10, 16)), lone[:5]]).astype(np.float32)
    pool = GridVectors(far)
    unit = far / np.linalg.norm(far, axis=1, keepdims=True)
    apart = np.linalg.norm(unit[:, None] - unit[None], axis=2)
    slow = (apart <= 0.1 * np.median(apart)).sum(axis=1)
    assert slow.max() == 3
    for width in (0.4, 1.0):
        assert np.array_equal(Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), width).copies(), slow)
    graph = np.argsort(apart, axis=1, kind="stable")[:, :4].astype(np.int32)
    graph = np.stack([row[row != i][:3] for i, row in enumerate(graph)])
    with mock.patch.object(similarity, "DENSE_LIMIT", 10):
        over = Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), 0.7).copies(graph)
    assert np.array_equal(over, slow)

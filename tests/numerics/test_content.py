"""The order by content: the same for the same vectors, whatever their rows."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.numerics.content import content_order, hashes, sample
from desktop_al.numerics.grid import GridVectors


def some(n: int = 300, dim: int = 7) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(n, dim)).astype(np.float32)


def test_that_shuffled_rows_come_in_the_same_order() -> None:
    matrix = some()
    moved = np.random.default_rng(1).permutation(len(matrix))
    once = matrix[content_order(GridVectors(matrix))]
    assert np.array_equal(once, matrix[moved][content_order(GridVectors(matrix[moved]))])


def test_that_a_part_of_a_table_is_ordered_like_a_table_of_its_own() -> None:
    matrix, rows = some(), np.arange(7, 90, 3)
    part = content_order(GridVectors(matrix).subset(rows))
    assert np.array_equal(part, content_order(GridVectors(matrix[rows])))


def test_that_different_vectors_have_different_hashes_and_equal_ones_equal() -> None:
    matrix = np.concatenate([some(5000), some(5000), np.zeros((1, 7), np.float32), -np.zeros((1, 7), np.float32)])
    found = hashes(GridVectors(matrix))
    assert np.array_equal(found[:5000], found[5000:10_000])
    assert found[-1] == found[-2]
    assert len(np.unique(found)) == 5001


def test_that_the_order_says_nothing_of_the_values() -> None:
    matrix = np.arange(2000, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32) + 1
    order = content_order(GridVectors(matrix))
    halves = [order[:1000].mean(), order[1000:].mean()]
    assert abs(halves[0] - halves[1]) < 100
    assert abs(np.corrcoef(np.arange(2000), order)[0, 1]) < 0.1


def test_that_a_sample_does_not_depend_on_the_rows() -> None:
    matrix = some()
    one, other = sample(GridVectors(matrix), 40), sample(GridVectors(matrix[::-1].copy()), 40)
    assert np.array_equal(one.block(), other.block())
    assert len(sample(GridVectors(matrix), 400)) == 300


def test_that_many_equal_vectors_have_their_share_of_a_sample_and_no_more() -> None:
    others, candidates = some(3000), np.random.default_rng(1).normal(size=(20_000, 7)).astype(np.float32)
    values = hashes(GridVectors(candidates))
    for equal in (candidates[values.argmin()], candidates[values.argmax()]):
        matrix = np.concatenate([others, np.repeat(equal[None], 1000, axis=0)])
        order = content_order(GridVectors(matrix))
        assert sorted(order.tolist()) == list(range(4000))
        assert 50 < int((order[:400] >= 3000).sum()) < 150
        moved = matrix[np.random.default_rng(2).permutation(4000)]
        assert np.array_equal(matrix[order], moved[content_order(GridVectors(moved))])


def test_that_the_order_of_no_and_of_one_vector_is_none_and_one() -> None:
    assert content_order(GridVectors(some(0))).tolist() == []
    assert content_order(GridVectors(some(1))).tolist() == [0]

"""Near-duplicates: groups and neighbours within a radius, held against all distances."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.duplicates import groups_of, near_any
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.neighbours import neighbours


def pool(n: int = 80, seed: int = 0) -> GridVectors:
    return GridVectors(np.random.default_rng(seed).normal(size=(n, 5)).astype(np.float32))


def away(vectors: GridVectors) -> NDArray[np.float64]:
    rows = vectors.block().astype(np.float64) / vectors.norm
    found: NDArray[np.float64] = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    return found


def slow_groups(vectors: GridVectors, radius: float) -> list[int]:
    near = away(vectors) < radius
    numbers = [-1] * len(vectors)
    for start in range(len(vectors)):
        if numbers[start] >= 0:
            continue
        number, front = max(numbers) + 1, [start]
        while front:
            i = front.pop()
            if numbers[i] < 0:
                numbers[i] = number
                front += np.flatnonzero(near[i]).tolist()
    return numbers


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("radius", [0.0, 0.15, 0.35, 0.6])
def test_that_groups_are_joined_by_short_steps(seed: int, radius: float) -> None:
    vectors = pool(seed=seed)
    expected = slow_groups(vectors, radius)
    assert groups_of(vectors, radius).tolist() == expected
    whole = neighbours(vectors.matrix, k=79).indices
    assert groups_of(vectors, radius, whole).tolist() == expected


def test_that_copies_are_of_one_group_at_any_radius() -> None:
    twice = GridVectors(np.repeat(pool(6).matrix, 2, axis=0))
    assert groups_of(twice, 0.0).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_that_a_graph_may_name_nobody() -> None:
    vectors = pool(4)
    assert groups_of(vectors, 9.0, np.full((4, 2), -1, dtype=np.int32)).tolist() == [0, 1, 2, 3]
    assert groups_of(vectors.subset(np.zeros(0, dtype=np.int64)), 1.0).tolist() == []


@pytest.mark.parametrize("radius", [0.1, 0.4, 0.8])
def test_that_near_is_who_has_another_within_the_radius(radius: float) -> None:
    vectors = pool()
    expected = (away(vectors)[:50, 50:] < radius).any(axis=1)
    mine, others = vectors.subset(np.arange(50)), vectors.subset(np.arange(50, 80))
    assert near_any(mine, others, radius).tolist() == expected.tolist()
    assert not near_any(mine, others.subset(np.zeros(0, dtype=np.int64)), radius).any()

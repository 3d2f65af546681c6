import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics.neighbours import neighbours
from desktop_al.numerics.placement import align, by_neighbours, place
from tests.jobs.pools import clusters

SIZES = (60, 60, 60)
CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    return clusters(SIZES, spread=0.2)


@pytest.fixture
def drawn() -> NDArray[np.float32]:
    """A map in which each cluster lies around its centre."""
    noise = np.random.default_rng(3).normal(scale=0.4, size=(180, 2))
    return (np.repeat(CENTRES, SIZES, axis=0) + noise).astype(np.float32)


def test_that_new_samples_land_in_their_cluster_and_old_ones_stay(
    vectors: NDArray[np.float32], drawn: NDArray[np.float32]
) -> None:
    new = np.arange(180) % 6 == 0
    xy = np.where(new[:, None], np.nan, drawn)
    graph = neighbours(vectors, 15)
    placed = place(graph.indices, graph.distances, xy)
    assert np.array_equal(placed[~new], drawn[~new])
    nearest = np.linalg.norm(placed[new][:, None] - CENTRES, axis=2).argmin(axis=1)
    assert np.array_equal(nearest, np.repeat(np.arange(3), 60)[new])


def test_that_the_first_place_is_the_weighted_mean_of_the_known_neighbours() -> None:
    xy = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [np.nan, np.nan]], np.float32)
    indices = np.array([[1, 2], [0, 2], [0, 1], [0, 1]], np.int32)
    distances = np.array([[1, 2], [1, 2], [1, 2], [1, 1]], np.float32)
    placed = by_neighbours(indices, distances, xy)
    assert np.array_equal(placed[:3], xy[:3])
    assert placed[3] == pytest.approx([1.0, 0.0], abs=0.06)


def test_that_a_chain_of_new_samples_is_placed_pass_by_pass() -> None:
    xy = np.array([[5.0, 5.0], [np.nan] * 2, [np.nan] * 2, [np.nan] * 2], np.float32)
    indices = np.array([[1], [0], [1], [2]], np.int32)
    placed = by_neighbours(indices, np.ones((4, 1), np.float32), xy)
    assert placed == pytest.approx(np.full((4, 2), 5.0), abs=0.2)


def test_that_samples_that_nothing_known_is_near_go_to_the_middle() -> None:
    xy = np.array([[0.0, 0.0], [2.0, 2.0], [np.nan] * 2, [np.nan] * 2], np.float32)
    indices = np.array([[1], [0], [3], [2]], np.int32)
    placed = by_neighbours(indices, np.ones((4, 1), np.float32), xy)
    assert placed[2:] == pytest.approx(np.ones((2, 2)), abs=0.1)


def test_that_a_map_with_nothing_new_is_returned_as_it_is(drawn: NDArray[np.float32]) -> None:
    graph = neighbours(clusters(SIZES), 5)
    assert np.array_equal(place(graph.indices, graph.distances, drawn), drawn)


def test_that_the_same_seed_places_alike(vectors: NDArray[np.float32], drawn: NDArray[np.float32]) -> None:
    xy = drawn.copy()
    xy[::4] = np.nan
    graph = neighbours(vectors, 15)
    first, second = (place(graph.indices, graph.distances, xy, seed=5) for _ in range(2))
    assert np.array_equal(first, second)


def test_that_placing_can_be_cancelled(vectors: NDArray[np.float32], drawn: NDArray[np.float32]) -> None:
    xy = drawn.copy()
    xy[::4] = np.nan
    graph = neighbours(vectors, 15)
    ctx = Context()
    epochs: list[int] = []

    def stop(_: NDArray[np.float32]) -> None:
        epochs.append(1)
        ctx.cancel()

    with pytest.raises(CancelledError):
        place(graph.indices, graph.distances, xy, on_positions=stop, ctx=ctx)
    assert len(epochs) == 1


def test_that_a_turned_mirrored_map_is_laid_onto_the_old_one(drawn: NDArray[np.float32]) -> None:
    angle = 2.1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1])
    moved = drawn @ turn + [30, -4]
    target = drawn.copy()
    target[::3] = np.nan
    assert align(moved, target) == pytest.approx(drawn, abs=1e-3)


def test_that_nothing_to_align_to_leaves_a_map_alone(drawn: NDArray[np.float32]) -> None:
    assert np.array_equal(align(drawn, np.full_like(drawn, np.nan)), drawn)

"""Positions sorted into a grid, and the questions that the grid answers, against slow references."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.gui.map.cloud import Cloud, build_cloud, shuffled


def cloud_of(xy: NDArray[np.float64]) -> Cloud:
    return build_cloud(xy, shuffled(len(xy)))


def winds(point: NDArray[np.float64], polygon: NDArray[np.float64]) -> bool:
    """The non-zero rule by the sum of angles: slow, and right away from the outline."""
    away = polygon - point
    angles = np.arctan2(away[:, 1], away[:, 0])
    turned = np.diff(np.append(angles, angles[0]))
    turned = (turned + math.pi) % (2 * math.pi) - math.pi
    return bool(round(float(turned.sum()) / (2 * math.pi)))


def outline_distance(point: NDArray[np.float64], polygon: NDArray[np.float64]) -> float:
    ends = np.roll(polygon, -1, axis=0)
    along = ends - polygon
    share = np.clip(((point - polygon) * along).sum(1) / np.maximum((along**2).sum(1), 1e-300), 0, 1)
    return float(np.hypot(*(polygon + share[:, None] * along - point).T).min())


def test_that_each_placed_sample_has_one_position_and_the_unplaced_none() -> None:
    xy = np.random.default_rng(0).normal(size=(500, 2))
    xy[::7] = np.nan
    cloud = cloud_of(xy)
    placed = np.flatnonzero(np.isfinite(xy[:, 0]))
    assert sorted(cloud.row.tolist()) == placed.tolist()
    assert np.array_equal(cloud.row[cloud.position[placed]], placed)
    assert np.all(cloud.position[::7] == -1)
    np.testing.assert_array_equal(np.stack([cloud.x, cloud.y], 1), xy[cloud.row])


def test_that_points_are_shuffled_the_same_way_every_time_and_within_each_cell() -> None:
    assert np.array_equal(shuffled(1000), shuffled(1000))
    xy = np.zeros((1000, 2))
    order = cloud_of(xy).row
    assert np.array_equal(order, shuffled(1000))
    assert np.any(np.diff(order) < 0)


@pytest.mark.parametrize(
    "xy",
    [
        np.empty((0, 2)),
        np.full((3, 2), np.nan),
        np.zeros((1, 2)),
        np.full((50, 2), 1e6),
        np.stack([np.arange(50.0), np.zeros(50)], axis=1),
        np.array([[0, 0], [1e-9, 0], [1e9, 1.0]]),
        np.array([[1e15, 1e15], [1e15 + 0.25, 1e15]]),
    ],
    ids=["none", "unplaced", "one", "identical", "line", "far apart", "no precision left"],
)
def test_that_any_pool_makes_a_cloud_that_answers(xy: NDArray[np.float64]) -> None:
    cloud = cloud_of(xy)
    role = np.zeros(len(cloud), np.uint8)
    assert len(cloud.start) == int(cloud.grid[3] * cloud.grid[4]) + 1
    assert len(cloud.start) < 3_000_000
    for row in cloud.row.tolist():
        found = cloud.nearest(role, 0, float(xy[row, 0]), float(xy[row, 1]), 1e-6)
        assert np.array_equal(xy[found], xy[row])


def test_that_the_nearest_point_is_the_one_that_brute_force_finds() -> None:
    rng = np.random.default_rng(1)
    xy = rng.normal(size=(4000, 2))
    cloud = cloud_of(xy)
    role = rng.integers(0, 2, 4000).astype(np.uint8) * 8
    allowed = cloud.row[role == 8]
    hits = 0
    for x, y in rng.normal(size=(300, 2)) * 1.5:
        away = np.hypot(*(xy[allowed] - (x, y)).T)
        expected = int(allowed[away.argmin()]) if away.min() <= 0.05 else -1
        assert cloud.nearest(role, 8, x, y, 0.05) == expected
        hits += expected >= 0
    assert 50 < hits < 300


def test_that_a_point_is_found_within_microseconds_among_a_million() -> None:
    rng = np.random.default_rng(2)
    cloud = cloud_of(rng.normal(size=(1_000_000, 2)))
    role = np.full(1_000_000, 8, np.uint8)
    reach = 12 / 1200 * 10
    cloud.nearest(role, 8, 0.0, 0.0, reach)
    times = []
    for x, y in rng.normal(size=(200, 2)):
        began = time.perf_counter()
        cloud.nearest(role, 8, x, y, reach * 0.1)
        times.append(time.perf_counter() - began)
    assert sorted(times)[100] < 1e-3


def test_that_a_step_goes_to_the_closest_point_ahead() -> None:
    xy = np.array([[0, 0], [1, 0.1], [0.5, 2], [-1, 0], [3, 0]], float)
    cloud, role = cloud_of(xy), np.zeros(5, np.uint8)
    assert cloud.step(role, 0, 0, 1, 0) == 1
    assert cloud.step(role, 0, 0, -1, 0) == 3
    assert cloud.step(role, 0, 0, 0, 1) == 2
    assert cloud.step(role, 0, 0, 0, -1) == -1
    assert cloud.step(role, 0, 1, 1, 0) == 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 60))
def test_that_a_lasso_encloses_exactly_what_the_winding_number_says(seed: int, corners: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-1, 1, (400, 2))
    polygon = rng.uniform(-1.2, 1.2, (corners, 2))  # crosses itself
    cloud = cloud_of(xy)
    inside = cloud.inside(np.zeros(400, np.uint8), 0, polygon)
    for row in range(400):
        if outline_distance(xy[row], polygon) > 1e-9:
            assert inside[row] == winds(xy[row], polygon)


def test_that_points_a_hair_from_the_outline_fall_on_the_right_side() -> None:
    rng = np.random.default_rng(4)
    turn = np.sort(rng.uniform(0, 2 * math.pi, 400))
    polygon = np.stack([np.cos(turn), np.sin(turn)], 1) * rng.uniform(0.7, 1.3, (400, 1))
    middles = (polygon + np.roll(polygon, -1, axis=0)) / 2
    along = np.roll(polygon, -1, axis=0) - polygon
    outwards = np.stack([along[:, 1], -along[:, 0]], 1) / np.hypot(*along.T)[:, None]
    xy = np.concatenate([middles - 1e-7 * outwards, middles + 1e-7 * outwards])
    inside = cloud_of(xy).inside(np.zeros(800, np.uint8), 0, polygon)
    assert inside[:400].all()
    assert not inside[400:].any()


def test_that_a_lasso_takes_only_points_with_the_bits_asked_for() -> None:
    xy = np.random.default_rng(5).uniform(-1, 1, (100, 2))
    cloud = cloud_of(xy)
    role = np.where(cloud.row % 2 == 0, 8, 0).astype(np.uint8)
    box = np.array([(-2, -2), (2, -2), (2, 2), (-2, 2)], float)
    assert np.array_equal(np.flatnonzero(cloud.inside(role, 8, box)), np.arange(0, 100, 2))


@pytest.mark.parametrize("polygon", [[(0, 0), (1, 1)], [(0, 0), (1, 0), (2, 0)], [(0, 0), (np.nan, 1), (1, 0)]])
def test_that_a_polygon_without_an_inside_encloses_nothing(polygon: list[tuple[float, float]]) -> None:
    cloud = cloud_of(np.random.default_rng(6).uniform(-1, 1, (100, 2)))
    assert not cloud.inside(np.zeros(100, np.uint8), 0, np.array(polygon, float)).any()


def test_that_a_tiny_and_a_vast_lasso_are_exact_too() -> None:
    xy = np.random.default_rng(7).uniform(-1, 1, (1000, 2))
    cloud, role = cloud_of(xy), np.zeros(1000, np.uint8)
    box = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float)
    assert cloud.inside(role, 0, box * 1e9).all()
    one = cloud.inside(role, 0, xy[17] + box * 1e-9)
    assert np.flatnonzero(one).tolist() == [17]

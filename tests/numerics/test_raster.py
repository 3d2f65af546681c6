import numpy as np
import pytest

from desktop_al.numerics.raster import density, splat


def test_that_the_density_is_a_sum_of_gaussians() -> None:
    points = np.array([[20.5, 15.5], [20.5, 15.5], [40.5, 30.5]])
    found = density(points, 60, 50, blur=2.0)
    assert found[15, 20] == 1.0
    assert found[30, 40] == pytest.approx(0.5, abs=1e-3)
    assert found[15, 22] == pytest.approx(np.exp(-0.5), abs=1e-3)
    assert found[49, 0] == 0.0


def test_that_the_density_of_nothing_is_nothing() -> None:
    assert not density(np.empty((0, 2)), 8, 6, blur=1.0).any()


def test_that_a_disc_has_its_colour_inside_a_soft_edge_and_nothing_beyond() -> None:
    canvas = np.zeros((21, 21, 3), np.float32)
    palette = np.array([[0, 0, 0], [10, 20, 30]], np.float32)
    splat(np.array([[10.5, 10.5]]), np.array([1]), palette, 4.0, 1.0, canvas)
    assert canvas[10, 10].tolist() == [10, 20, 30]
    away = np.hypot(*(np.mgrid[:21, :21] - 10))
    assert np.array_equal(canvas[:, :, 0] == 10, away <= 3.5)
    assert np.array_equal(canvas[:, :, 0] == 0, away >= 4.5)


def test_that_discs_beyond_the_edge_are_cut_off() -> None:
    canvas = np.zeros((6, 6, 3), np.float32)
    splat(
        np.array([[-1.0, 3.5], [40.0, 3.5], [3.0, -9.0]]),
        np.zeros(3, np.int64),
        np.full((1, 3), 9.0, np.float32),
        2.0,
        1.0,
        canvas,
    )
    assert canvas[3, 0, 0] == 9
    assert not canvas[:, 3:].any()


def test_that_a_thin_disc_lets_the_canvas_through() -> None:
    canvas = np.full((5, 5, 3), 100, np.float32)
    splat(np.array([[2.5, 2.5]]), np.zeros(1, np.int64), np.zeros((1, 3), np.float32), 1.0, 0.25, canvas)
    assert canvas[2, 2, 0] == 75

"""The kernels against slow references."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.gui.map import index, peaks, raster, veil
from desktop_al.gui.map.cloud import Cloud, build_cloud, shuffled
from desktop_al.gui.map.warm import warm

WIDTH, HEIGHT = 50, 40


def scene(n: int, seed: int = 0) -> tuple[Cloud, NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
    rng = np.random.default_rng(seed)
    cloud = build_cloud(rng.uniform(-6, 56, (n, 2)), shuffled(n))
    code = rng.integers(0, 256, n).astype(np.uint8)
    role = rng.integers(0, 256, n).astype(np.uint8)
    return cloud, code, role, rng.uniform(0, 255, (256, 3)).astype(np.float32)


def pixel(cloud: Cloud, i: int) -> tuple[float, float]:
    """Where point i lies in an image whose top left corner is (0, HEIGHT) at one pixel per unit."""
    return float(cloud.x[i]), HEIGHT - float(cloud.y[i])


def accumulated(radius: float, n: int = 300) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """What the kernel gathers, and what the definition says."""
    cloud, code, role, colours = scene(n)
    total = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    raster.accumulate(
        cloud.x, cloud.y, code, role, cloud.start, cloud.grid, 8, 8, colours, 0.0, float(HEIGHT), 1.0,
        np.float32(radius), total, 0, HEIGHT,
    )  # fmt: skip
    expected = np.zeros((HEIGHT, WIDTH, 4))
    for i in range(n):
        if not role[i] & 8:
            continue
        px, py = pixel(cloud, i)
        value = np.append(colours[code[i]], 1.0)
        for iy in range(HEIGHT):
            for ix in range(WIDTH):
                dx, dy = abs(ix + 0.5 - px), abs(iy + 0.5 - py)
                if radius >= raster.SPREAD_BELOW:
                    expected[iy, ix] += np.clip(radius + 0.5 - math.hypot(dx, dy), 0, 1) * value
                elif radius < raster.NEAREST_BELOW:
                    expected[iy, ix] += value * ((math.floor(px), math.floor(py)) == (ix, iy))
                elif 0.5 <= px < WIDTH - 0.5 and 0.5 <= py < HEIGHT - 0.5:
                    expected[iy, ix] += max(0, 1 - dx) * max(0, 1 - dy) * value
    return total, expected


@pytest.mark.parametrize("radius", [0.0, 0.5, 0.9, 1.6])
def test_that_accumulating_agrees_with_its_definition(radius: float) -> None:
    total, expected = accumulated(radius)
    assert expected[..., 3].sum() > 50
    np.testing.assert_allclose(total, expected, atol=2e-2)


@pytest.mark.parametrize("radius", [0.0, 0.5, 0.9, 1.6])
def test_that_lines_drawn_one_by_one_are_those_of_the_whole_picture(radius: float) -> None:
    cloud, code, role, colours = scene(3000)
    whole, pieces = (np.zeros((HEIGHT, WIDTH, 4), np.float32) for _ in range(2))
    below, above = (np.zeros((HEIGHT, WIDTH, 4), np.uint8) for _ in range(2))
    chosen, white = np.arange(0, 3000, 7, dtype=np.int32), np.full(3, 255, np.float32)
    for total, image, bounds in ((whole, below, (0, HEIGHT)), (pieces, above, (0, 1, 2, 13, 30, HEIGHT))):
        for begin, end in pairwise(bounds):
            raster.accumulate(
                cloud.x, cloud.y, code, role, cloud.start, cloud.grid, 8, 8, colours, 0.0, float(HEIGHT), 1.0,
                np.float32(radius), total, begin, end,
            )  # fmt: skip
            raster.stamp(
                chosen, cloud.x, cloud.y, code, role, colours, 0.0, float(HEIGHT), 1.0, 1 + radius, 0.5, white, 0.8,
                image, begin, end,
            )  # fmt: skip
    assert whole[..., 3].sum() > 500
    np.testing.assert_allclose(pieces, whole, rtol=1e-5)
    np.testing.assert_array_equal(above, below)


def test_that_shading_composes_over_the_picture_and_clears_what_was_gathered() -> None:
    total = np.zeros((1, 3, 4), np.float32)
    total[0, 1] = (200, 100, 50, 2.0)
    total[0, 2] = (40, 40, 40, 0.5)
    table, steps = raster.tone(1.0, 1.8, 0.8)
    image = np.full((1, 3, 4), 100, np.uint8)
    raster.shade(total, table, np.float32(steps), np.float32(255), np.float32(0), image)
    assert not total.any()
    assert image[0, 0].tolist() == [100] * 4
    for place, (colour, weight) in {1: (np.array([100, 50, 25]), 2.0), 2: (np.array([80, 80, 80]), 0.5)}.items():
        opacity = table[int(weight * steps), 0]
        expected = colour * opacity + 100 * (1 - opacity)
        np.testing.assert_allclose(image[0, place, :3], expected, atol=1)


def test_that_more_points_are_never_less_opaque() -> None:
    table, _ = raster.tone(7.0, 0.5, 1.0)
    assert np.all(np.diff(table[:, 0]) >= 0)
    assert 0 <= table.min() <= table.max() <= 1


def test_that_collecting_agrees_with_a_mask() -> None:
    cloud, _, role, _ = scene(3000)
    found = raster.collect(
        cloud.x, cloud.y, role, cloud.start, cloud.grid, 24, 8, 0.0, float(HEIGHT), 1.0, WIDTH, HEIGHT, 2.0, 10**6
    )
    px, py = cloud.x, HEIGHT - cloud.y
    inside = (px >= -2) & (px <= WIDTH + 2) & (py >= -2) & (py <= HEIGHT + 2)
    assert sorted(found.tolist()) == np.flatnonzero(inside & (role & 24 == 8)).tolist()
    few = raster.collect(
        cloud.x, cloud.y, role, cloud.start, cloud.grid, 24, 8, 0.0, float(HEIGHT), 1.0, WIDTH, HEIGHT, 2.0, 9
    )
    assert len(few) == 10


def stamped(shape: int, radius: float = 6.0, line: float = 0.0) -> NDArray[np.float64]:
    """The opacity, 0 to 1, of one stamp in the middle of an image of 31 x 31 pixels."""
    image = np.zeros((31, 31, 4), np.uint8)
    one = np.array([0], np.int32)
    x = np.array([15.5])
    white = np.full((256, 3), 255, np.float32)
    code, role = np.zeros(1, np.uint8), np.array([shape], np.uint8)
    raster.stamp(one, x, x, code, role, white, 0.0, 31.0, 1.0, radius, line, np.zeros(3, np.float32), 1.0, image, 0, 31)
    assert image[..., 3].max() == 255
    return image[..., 3] / 255.0


def test_that_a_disc_covers_its_area() -> None:
    assert stamped(raster.DISC).sum() == pytest.approx(math.pi * 36, rel=0.03)
    assert stamped(raster.DISC, line=1.0).sum() == pytest.approx(math.pi * 49, rel=0.03)


def test_that_shapes_of_equal_radius_weigh_about_the_same_and_stay_apart() -> None:
    pictures = {shape: stamped(shape) for shape in range(5)}
    disc = pictures[raster.DISC].sum()
    for shape, picture in pictures.items():
        assert 0.5 < picture.sum() / disc < 1.3, shape
    for a in range(5):
        for b in range(a):
            apart = np.abs(pictures[a] - pictures[b]).sum()
            assert apart > 0.15 * disc, (a, b)


def test_that_an_opaque_stamp_hides_what_is_below() -> None:
    image = np.full((9, 9, 4), 77, np.uint8)
    colours = np.tile(np.array([10, 20, 30], np.float32), (256, 1))
    zero, x = np.zeros(1, np.uint8), np.array([4.5])
    black = np.zeros(3, np.float32)
    raster.stamp(np.zeros(1, np.int32), x, x, zero, zero, colours, 0.0, 9.0, 1.0, 3.0, 0.0, black, 1.0, image, 0, 9)
    assert image[4, 4].tolist() == [10, 20, 30, 255]
    assert image[0, 0].tolist() == [77] * 4


def test_that_thumbnails_are_placed_without_overlap_and_first_come_first() -> None:
    rng = np.random.default_rng(3)
    px, py = rng.uniform(0, 600, 400), rng.uniform(0, 400, 400)
    taken = index.place_without_overlap(px, py, 76.0)
    kept = np.flatnonzero(taken)
    assert taken[0]
    assert len(kept) > 10
    for i in range(400):
        clash = [j for j in kept if j < i and abs(px[i] - px[j]) < 76 and abs(py[i] - py[j]) < 76]
        assert taken[i] == (not clash)


# Only ever called by other kernels, which bring them along.
INNER = {"_add_pair", "visible_cells", "spread", "add_disc", "shape_distance", "winding"}


def kernels() -> list[Any]:
    """Every kernel of the map that is called from outside."""
    modules = (raster, index, peaks, veil)
    found = {id(each): each for module in modules for each in vars(module).values() if hasattr(each, "signatures")}
    return [each for each in found.values() if each.__name__ not in INNER]


def test_that_warming_compiles_every_kernel_so_that_no_frame_waits_for_a_compiler() -> None:
    warm()
    assert len(kernels()) > 20
    assert [kernel.__name__ for kernel in kernels() if not kernel.signatures] == []

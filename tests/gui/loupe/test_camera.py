import pytest

from desktop_al.gui.loupe.camera import CLOSEST, Camera, Placement

SIZES = [(4000, 3000), (300, 200), (100, 1000), (1, 1), (801, 601)]


def placed(size: tuple[int, int], camera: Camera | None = None) -> Placement:
    """An image of ``size`` in a pane of 800 x 600."""
    return Placement(*size, 800, 600, camera or Camera())


def on_image(placement: Placement, x: float, y: float) -> tuple[float, float]:
    """Which pixel of the image lies under a point of the pane."""
    left, top, _, _ = placement.rect
    return (x - left) / placement.scale, (y - top) / placement.scale


@pytest.mark.parametrize("size", SIZES)
def test_that_a_fitted_image_touches_two_sides_and_keeps_its_proportions(size: tuple[int, int]) -> None:
    x, y, width, height = placed(size).rect
    assert width / height == pytest.approx(size[0] / size[1])
    assert x >= -1e-9
    assert y >= -1e-9
    assert x * 2 + width == pytest.approx(800)
    assert y * 2 + height == pytest.approx(600)
    touches = width == pytest.approx(800) or height == pytest.approx(600)
    assert touches or placed(size).scale == 8.0


@pytest.mark.parametrize("size", SIZES)
def test_that_pixel_for_pixel_is_exact_and_on_whole_pixels(size: tuple[int, int]) -> None:
    exact = placed(size, placed(size).at_full_size(123.4, 456.7))
    assert exact.scale == 1.0
    x, y, width, height = exact.rect
    assert [width, height] == list(size)
    assert (x % 1, y % 1) == (0, 0)


@pytest.mark.parametrize("at", [(0, 0), (400, 300), (799, 1), (650, 580)])
def test_that_zooming_keeps_the_point_under_the_mouse(at: tuple[int, int]) -> None:
    placement = placed((4000, 3000))
    before = on_image(placement, *at)
    for _ in range(6):
        placement = placed((4000, 3000), placement.zoomed(1.25, *at))
        assert on_image(placement, *at) == pytest.approx(before, abs=0.5)
    for _ in range(5):
        placement = placed((4000, 3000), placement.zoomed(1 / 1.25, *at))
        assert on_image(placement, *at) == pytest.approx(before, abs=0.5)
    assert placed((4000, 3000), placement.zoomed(1 / 1.25, *at)).camera.fitted


def test_that_full_size_keeps_the_point_under_the_mouse() -> None:
    placement = placed((4000, 3000))
    exact = placed((4000, 3000), placement.at_full_size(700, 500))
    assert on_image(exact, 700, 500) == pytest.approx(on_image(placement, 700, 500), abs=1)


def test_that_dragging_moves_the_image_and_stops_at_its_edges() -> None:
    placement = placed((4000, 3000), placed((4000, 3000)).at_full_size(400, 300))
    x, y, _, _ = placement.rect
    moved = placed((4000, 3000), placement.panned(-50, 30)).rect
    assert moved[:2] == (x - 50, y + 30)
    end = placed((4000, 3000), placement.panned(99_999, 99_999)).rect
    assert end[:2] == (0, 0)
    other = placed((4000, 3000), placement.panned(-99_999, -99_999)).rect
    assert other[:2] == (800 - 4000, 600 - 3000)


def test_that_what_fits_stays_in_the_middle() -> None:
    placement = placed((300, 200), Camera(1.0, True))
    assert placed((300, 200), placement.panned(100, 100)).rect == placement.rect


def test_that_zoom_has_ends() -> None:
    placement = placed((4000, 3000))
    for _ in range(60):
        placement = placed((4000, 3000), placement.zoomed(1.5, 10, 10))
    assert placement.scale == pytest.approx(CLOSEST)
    for _ in range(90):
        placement = placed((4000, 3000), placement.zoomed(0.7, 10, 10))
    assert placement.scale == pytest.approx(0.2)


def test_that_one_camera_shows_the_same_part_of_images_of_any_size() -> None:
    camera = placed((4000, 3000)).zoomed(4, 200, 300)
    for size in ((4000, 3000), (400, 300), (2000, 1500)):
        middle = on_image(placed(size, camera), 400, 300)
        assert middle[0] / size[0] == pytest.approx(camera.u, abs=1e-6)
        assert middle[1] / size[1] == pytest.approx(camera.v, abs=1e-6)

"""Pictures of the map: what they show, where, and in which colour and shape."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.records import SampleState
from desktop_al.gui.map.colouring import ColourBy, Kind, bgr, column_of
from desktop_al.gui.map.coverage import coverage_column
from desktop_al.gui.map.frame import MARGIN, Frame, FrameRequest, Renderer
from desktop_al.gui.map.sizes import mark_radius
from desktop_al.gui.map.style import Columns
from desktop_al.gui.map.thumbnails import SIDES, choose_thumbnails, representatives, spacing
from desktop_al.gui.map.view import View, fitted
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import DARK, LIGHT, Theme
from tests.gui.map.synthetic import patch, pool

WIDTH, HEIGHT = 600, 400
SIZE = View(0, 0, 1, WIDTH, HEIGHT)


def request(made: Pool, **changes: object) -> FrameRequest:
    columns = Columns(made.state, made.rank, made.highlight, made.visible, np.ones(256, np.bool_))
    asked = FrameRequest(1, made.xy, column_of(made, ColourBy()), columns, SIZE, True, 1.0, DARK, False)
    return replace(asked, **changes)  # type: ignore[arg-type]  # fields by name


def pool_at(xy: list[tuple[float, float]], states: list[SampleState], theme_rank: bool = False) -> Pool:
    made = Pool()
    given = patch(len(xy), 0)
    made.load(replace(given, xy=np.array(xy, float), state=np.array(states, np.uint8)))
    if theme_rank:
        made.rank = np.arange(1, len(xy) + 1, dtype=np.int32)
    return made


def around(frame: Frame, x: float, y: float, reach: int = 14) -> NDArray[np.int64]:
    """The pixels around the map's (x, y), (2 reach + 1, 2 reach + 1, 4)."""
    px, py = round((x - frame.left) * frame.scale - 0.5), round((frame.top - y) * frame.scale - 0.5)
    return frame.pixels[py - reach : py + reach + 1, px - reach : px + reach + 1].astype(np.int64)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_states_stand_apart_in_colour_and_in_shape(theme: Theme, qapp: object) -> None:
    places = [(float(i), 0.0) for i in range(5)]
    made = pool_at(places, list(SampleState))
    frame = Renderer().render(request(made, theme=theme))
    pictures = {}
    for state, (x, y) in zip(SampleState, places, strict=True):
        picture = around(frame, x, y)
        np.testing.assert_allclose(picture[14, 14, :3], bgr(theme.states[state]), atol=26)
        pictures[state] = np.all(np.abs(picture[..., :3] - picture[14, 14, :3]) < 30, axis=2) & (picture[..., 3] > 128)
    for a in SampleState:
        for b in SampleState:
            if a < b:
                colours = np.abs(bgr(theme.states[a]) - bgr(theme.states[b])).max()
                assert colours > 40, (a, b)
                assert np.count_nonzero(pictures[a] ^ pictures[b]) > 0.12 * pictures[a].sum(), (a, b)


def test_that_picks_and_labelled_samples_lie_above_everything_else(qapp: object) -> None:
    xy = np.random.default_rng(0).normal(size=(3000, 2)) * 0.01
    made = pool(3000, labelled=0.0)
    made.xy, made.state = xy, made.state.copy()
    xy[1234], made.state[1234] = (0.0, 0.0), SampleState.PENDING
    frame = Renderer().render(request(made))
    np.testing.assert_allclose(around(frame, 0, 0)[14, 14, :3], bgr(DARK.states[SampleState.PENDING]), atol=3)


def test_that_marks_are_larger_than_points_and_shrink_where_many_are_in_sight(qapp: object) -> None:
    made = pool(2000)
    cloud = Renderer().cloud(made.xy)
    view = fitted(cloud.bounds, WIDTH, HEIGHT)
    sizes = [mark_radius(cloud, view, count) for count in (10, 1000, 100_000)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1]
    closer = replace(view, scale=view.scale * 4)
    assert mark_radius(cloud, closer, 1000) > sizes[1]


def brightness(frame: Frame, rows: NDArray[np.bool_]) -> float:
    """The mean opacity over the pixels of ``rows``."""
    at = frame.cloud.position[rows]
    px = ((frame.cloud.x[at] - frame.left) * frame.scale).astype(int)
    py = ((frame.top - frame.cloud.y[at]) * frame.scale).astype(int)
    return float(frame.pixels[py, px, 3].mean())


@pytest.mark.parametrize("n", [500, 60_000])
def test_that_highlighted_points_are_emphasised_and_the_others_step_back(n: int, qapp: object) -> None:
    made = pool(n, labelled=0.0)
    right = made.xy[:, 0] > np.median(made.xy[:, 0])
    renderer = Renderer()
    plain = renderer.render(request(made))
    made.set_highlight(right)
    lit = renderer.render(request(made))
    assert lit.style.highlighted == right.sum()
    assert brightness(lit, right) > 0.95 * brightness(plain, right)
    assert brightness(lit, ~right) < 0.75 * brightness(plain, ~right)


@pytest.mark.parametrize("n", [500, 60_000])
def test_that_filtered_points_stay_as_faint_context(n: int, qapp: object) -> None:
    made = pool(n, labelled=0.0)
    right = made.xy[:, 0] > np.median(made.xy[:, 0])
    renderer = Renderer()
    plain = renderer.render(request(made))
    made.set_visible(right)
    filtered = renderer.render(request(made))
    assert filtered.style.active == right.sum()
    assert 0 < brightness(filtered, ~right) < 0.6 * brightness(plain, ~right)
    assert brightness(filtered, right) > 0.9 * brightness(plain, right)


def test_that_another_colour_changes_only_the_codes(qapp: object) -> None:
    made, renderer = pool(1000), Renderer()
    first = renderer.render(request(made))
    column = column_of(made, ColourBy(Kind.METADATA, "category"))
    second = renderer.render(request(made, column=column))
    assert second.cloud is first.cloud
    assert second.style is not first.style
    assert {entry.name for entry in second.colouring.entries} >= {"animal", "flag"}
    assert np.any(second.pixels != first.pixels)


def test_that_reach_that_is_not_known_yet_is_that_of_as_many_samples_as_there_are(qapp: object) -> None:
    renderer = Renderer()
    for n in (3000, 50, 4000):
        made = pool(n)
        frame = renderer.render(request(made, column=coverage_column(made)))
        assert len(frame.colouring.codes) == n
        assert [entry.count for entry in frame.colouring.entries] == [n]


def test_that_a_view_alone_costs_neither_cloud_nor_style(qapp: object) -> None:
    made, renderer = pool(1000), Renderer()
    asked = request(made)
    first = renderer.render(asked)
    near = replace(first.view, scale=first.view.scale * 3)
    # The choice of colour is made anew each time, and is still the same choice.
    second = replace(asked, fit=False, view=near, column=column_of(made, ColourBy()))
    closer = renderer.render(second)
    assert (closer.cloud, closer.style, closer.colouring) == (first.cloud, first.style, first.colouring)


def test_that_the_same_request_gives_the_same_picture(qapp: object) -> None:
    made = pool(30_000, picks=100)
    a, b = Renderer().render(request(made)), Renderer().render(request(made))
    assert np.array_equal(a.pixels, b.pixels)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_that_a_picture_reaches_beyond_the_view_in_device_pixels(ratio: float, qapp: object) -> None:
    frame = Renderer().render(request(pool(300), ratio=ratio))
    assert frame.image.width() == round(WIDTH * ratio) + 2 * round(WIDTH * MARGIN * ratio)
    view = frame.view
    px, py = view.to_pixel(frame.left, frame.top)
    assert px == pytest.approx(-round(WIDTH * MARGIN * ratio) / ratio)
    assert py == pytest.approx(-round(HEIGHT * MARGIN * ratio) / ratio)
    assert frame.scale == pytest.approx(view.scale * ratio)


def test_that_a_fitted_view_shows_every_point(qapp: object) -> None:
    made = pool(500)
    frame = Renderer().render(request(made))
    places = np.array([frame.view.to_pixel(x, y) for x, y in made.xy])
    assert np.all((places > 0) & (places < (WIDTH, HEIGHT)))


@pytest.mark.parametrize("xy", [[(3.0, 3.0)], [(1e9, -1e9)] * 4, [(0.0, 0.0), (1e-12, 0.0)]])
def test_that_one_point_and_identical_points_are_drawn_in_the_middle(
    xy: list[tuple[float, float]], qapp: object
) -> None:
    made = pool_at(xy, [SampleState.UNLABELLED] * len(xy))
    frame = Renderer().render(request(made))
    height, width = frame.pixels.shape[:2]
    assert frame.pixels[height // 2 - 3 : height // 2 + 3, width // 2 - 3 : width // 2 + 3, 3].max() > 150


def test_that_an_empty_cloud_gives_an_empty_picture(qapp: object) -> None:
    made = pool(4)
    made.xy = np.full((4, 2), np.nan)
    assert not Renderer().render(request(made)).pixels.any()


def test_that_to_pixel_and_to_map_are_inverse() -> None:
    view = View(3.0, -2.0, 7.0, 300, 200)
    assert view.to_pixel(*view.to_map(17.0, 33.0)) == pytest.approx((17.0, 33.0))
    assert view.to_map(0, 0)[1] > view.to_map(0, 200)[1]


def test_that_thumbnails_come_when_there_is_room_and_never_overlap(qapp: object) -> None:
    made, renderer = pool(3000, picks=30), Renderer()
    far = renderer.render(request(made, thumbs=True))
    assert far.thumb_opacity == 0
    assert len(far.thumb_rows) == 0
    x, y = made.xy[made.pick_order[0]]
    view = View(float(x), float(y), far.view.scale * 25, WIDTH, HEIGHT)
    near = renderer.render(request(made, thumbs=True, fit=False, view=view))
    assert near.thumb_opacity > 0
    assert int(made.pick_order[0]) in near.thumb_rows
    places = np.array([view.to_pixel(*made.xy[row]) for row in near.thumb_rows])
    apart = np.abs(places[:, None] - places[None]).max(axis=2) + 1e9 * np.eye(len(places))
    assert apart.min() >= near.thumb_side
    off = renderer.render(request(made, thumbs=False, fit=False, view=view))
    assert len(off.thumb_rows) == 0


def test_that_spacing_is_that_of_a_grid_of_points() -> None:
    x, y = (part.ravel().astype(float) for part in np.meshgrid(np.arange(60), np.arange(60)))
    assert spacing(x, y, 10.0) == pytest.approx(10, rel=0.15)
    assert spacing(x * 7, y * 7, 10.0) == pytest.approx(64, rel=0.15)


def test_that_the_sample_nearest_to_the_mean_of_its_square_represents_it() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-5, 5, (2, 400))
    away, counts, place = representatives(x, y, 2.0)
    squares = np.stack([np.floor(x / 2), np.floor(y / 2)], axis=1)
    for square in np.unique(squares, axis=0):
        mine = np.flatnonzero((squares == square).all(axis=1))
        expected = np.hypot(x[mine] - x[mine].mean(), y[mine] - y[mine].mean())
        np.testing.assert_allclose(away[mine], expected)
        np.testing.assert_array_equal(place[mine][np.argsort(expected)], np.arange(len(mine)))
        assert set(counts[mine].tolist()) == {-len(mine)}


def test_that_thumbnails_grow_step_by_step_and_stay_while_the_map_is_panned(qapp: object) -> None:
    made, renderer = pool(3000, picks=30), Renderer()
    fit = renderer.render(request(made))
    x, y = (float(part) for part in np.median(made.xy, axis=0))
    x, y = (float(part) for part in made.xy[np.argmin(np.hypot(made.xy[:, 0] - x, made.xy[:, 1] - y))])
    sides, shown = [], []
    for zoom in (2, 4, 6, 8, 12, 16, 24, 40):
        view = View(x, y, fit.view.scale * zoom, WIDTH, HEIGHT)
        rows, opacity, side = choose_thumbnails(fit.cloud, fit.style, view)
        shown.append(len(rows))
        sides.append(side if opacity else 0)
        moved = replace(view, x=x + 30 / view.scale)
        again, _, side_again = choose_thumbnails(fit.cloud, fit.style, moved)
        if side_again == side and len(rows):
            # Only what came in or went out at the rim may differ, and what made room for it.
            inner = [row for row in rows.tolist() if abs(view.to_pixel(*made.xy[row])[0] - WIDTH / 2) < WIDTH / 2 - 90]
            assert len(set(inner) & set(again.tolist())) > 0.7 * len(inner)
    grown = [side for side in sides if side]
    assert grown == sorted(grown)
    assert len(set(grown)) >= 3
    assert grown[-1] == SIDES[-1]
    assert max(shown) <= 150


def test_that_thumbnails_never_rest_half_transparent(qapp: object) -> None:
    fit = Renderer().render(request(pool(3000)))
    steps = [replace(fit.view, scale=fit.view.scale * float(by)) for by in np.geomspace(1, 25, 60)]
    assert {choose_thumbnails(fit.cloud, fit.style, view)[1] for view in steps} == {0.0, 1.0}

"""Region labels: the kernels against slow references, what sets a region apart, and that labels never touch."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al.gui.map.cloud import Cloud, build_cloud, shuffled
from desktop_al.gui.map.colouring import ColourBy, ColourColumn, Kind, column_of
from desktop_al.gui.map.peaks import bin_points, blur, centres, first_scales, hills, moments, spread_of, tally
from desktop_al.gui.map.raster import ACTIVE
from desktop_al.gui.map.regions import (
    APART,
    GAP,
    Regions,
    arrange,
    find_levels,
    from_the_highest,
    telling_means,
    telling_values,
)
from desktop_al.gui.map.view import fitted
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import KINDS, clusters, pool

RNG = np.random.default_rng(5)


def some_cloud(n: int = 2_000) -> tuple[Cloud, NDArray[np.int32], NDArray[np.uint8]]:
    xy, home = clusters(n)
    cloud = build_cloud(xy, shuffled(n))
    return cloud, home, np.full(n, ACTIVE, np.uint8)


def test_that_points_are_counted_in_the_cells_where_they_lie() -> None:
    cloud, _, role = some_cloud()
    role[::3] = 0
    field, home = bin_points(cloud.x, cloud.y, role, ACTIVE, -10.0, -8.0, 0.5, 30, 40)
    active = role == ACTIVE
    edges = np.arange(31) * 0.5 - 8, np.arange(41) * 0.5 - 10
    expected, _, _ = np.histogram2d(cloud.y[active], cloud.x[active], bins=edges)
    np.testing.assert_array_equal(field, expected)
    inside = home >= 0
    assert inside.sum() == expected.sum()
    np.testing.assert_array_equal(home[inside] % 40, np.floor((cloud.x[inside] + 10) / 0.5))


@pytest.mark.parametrize(("shape", "reach"), [((40, 30), 2), ((5, 9), 3), ((1, 7), 4)])
def test_that_a_blur_is_a_box_filter_along_both_axes(shape: tuple[int, int], reach: int) -> None:
    field = RNG.random(shape).astype(np.float32)
    expected = field.astype(float)
    for _ in range(2):
        for axis in (1, 0):
            expected = np.apply_along_axis(slow_box, axis, expected, reach)
    np.testing.assert_allclose(blur(field, reach, 2), expected, atol=1e-5)


def slow_box(line: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    width = 2 * reach + 1
    return np.array([line[max(i - reach, 0) : i + reach + 1].sum() / width for i in range(len(line))])


def slow_hills(density: NDArray[np.float32], least: float, prominence: float) -> NDArray[np.int64]:
    """Each cell's peak by hill, by the definition and without union-find."""
    rows, columns = density.shape
    group: dict[tuple[int, int], tuple[int, int]] = {}
    for v, u in sorted(np.ndindex(rows, columns), key=lambda c: -density[c]):
        if density[v, u] < least:
            break
        beside = {
            group[w, z]
            for w in range(v - 1, v + 2)
            for z in range(u - 1, u + 2)
            if (w, z) != (v, u) and (w, z) in group
        }
        if not beside:
            group[v, u] = (v, u)
            continue
        best = max(beside, key=lambda c: density[c])
        for peak in beside - {best}:
            if density[peak] < prominence * density[v, u]:
                for cell in [cell for cell, top in group.items() if top == peak]:
                    group[cell] = best
        group[v, u] = best
    out = np.full((rows, columns), -1, np.int64)
    for (v, u), (w, z) in group.items():
        out[v, u] = w * columns + z
    return out.reshape(-1)


@pytest.mark.parametrize("prominence", [1.0, 1.2, 3.0])
def test_that_hills_meet_at_saddles_and_low_ones_join_higher_ones(prominence: float) -> None:
    density = blur(RNG.random((24, 31)).astype(np.float32), 1, 2)
    order = np.argsort(-density, axis=None).astype(np.int32)
    hill, peaks = hills(density, order, 0.3, prominence)
    expected = slow_hills(density, 0.3, prominence)
    np.testing.assert_array_equal(np.where(hill >= 0, peaks[np.maximum(hill, 0)], -1), expected)
    assert (len(peaks) > 1) == (prominence < 2)


def test_that_cells_are_taken_from_the_highest_down() -> None:
    density = np.exp(RNG.normal(size=(80, 90)) * 3).astype(np.float32)
    order = from_the_highest(density, 0.01)
    heights = density.ravel()[order].astype(float)
    assert np.all(heights[1:] <= heights[:-1] * 1.0005)
    assert np.array_equal(np.sort(order), np.flatnonzero(density.ravel() > 0.01))


def test_that_hills_are_tallied_as_by_hand() -> None:
    cloud, home_of_row, role = some_cloud(500)
    _, home = bin_points(cloud.x, cloud.y, role, ACTIVE, -20.0, -20.0, 8.0, 5, 5)
    hill = RNG.integers(-1, 4, 25).astype(np.int32)
    mine = np.where(home >= 0, hill[np.maximum(home, 0)], -1)
    table, sum_x, sum_y = tally(home, hill, cloud.row, cloud.x, cloud.y, home_of_row, 4, 9)
    values = RNG.random(500)
    values[::7] = np.nan
    known, total = moments(home, hill, cloud.row, values, 4)
    size, nearest = centres(home, hill, cloud.x, cloud.y, 4)
    for h in range(4):
        at = np.flatnonzero(mine == h)
        rows = cloud.row[at]
        np.testing.assert_array_equal(table[h], np.bincount(home_of_row[rows], minlength=9))
        for code in range(9):
            carry = at[home_of_row[rows] == code]
            assert sum_x[h, code] == pytest.approx(cloud.x[carry].sum())
            assert sum_y[h, code] == pytest.approx(cloud.y[carry].sum())
        good = values[rows][np.isfinite(values[rows])]
        assert (known[h], total[h]) == (len(good), pytest.approx(good.sum()))
        assert size[h] == len(at)
        if len(at):
            away = np.hypot(cloud.x[at] - cloud.x[at].mean(), cloud.y[at] - cloud.y[at].mean())
            assert away[np.flatnonzero(at == nearest[h])[0]] == away.min()


def test_that_labels_never_touch_at_any_scale() -> None:
    m = 160
    x, y = RNG.normal(size=(2, m))
    width, height = RNG.uniform(20, 140, m), np.full(m, 18.0)
    text = RNG.integers(-1, 12, m)
    start = RNG.choice([0.0, 40.0, 160.0], m)
    end = np.where(RNG.random(m) < 0.5, np.inf, start * 8 + 300)
    first = first_scales(x, y, width, height, text, start, end, GAP, APART)
    assert np.all(first >= start)
    seen = 0
    for scale in np.geomspace(5, 5_000, 60):
        shown = np.flatnonzero((first <= scale) & (scale < end))
        seen = max(seen, len(shown))
        for k, i in enumerate(shown):
            for j in shown[:k]:
                dx, dy = abs(x[i] - x[j]) * scale, abs(y[i] - y[j]) * scale
                apart = dx >= (width[i] + width[j]) / 2 + GAP - 1e-6 or dy >= (height[i] + height[j]) / 2 + GAP - 1e-6
                assert apart
                if text[i] == text[j] >= 0:
                    assert np.hypot(dx, dy) >= APART - 1e-6
    assert seen > 20


def test_that_a_region_is_named_by_what_sets_it_apart_and_not_by_what_is_everywhere() -> None:
    table = np.array([[900, 80, 0], [950, 0, 2], [500, 0, 400], [0, 0, 0], [0, 5, 0]], np.int32)
    region, code = telling_values(table)
    assert list(zip(region.tolist(), code.tolist(), strict=True)) == [(2, 2), (4, 1)]
    assert len(telling_values(np.zeros((3, 4), np.int32))[0]) == 0
    assert len(telling_values(np.array([[40], [60]], np.int32))[0]) == 0


def test_that_a_numeric_region_is_named_by_a_mean_that_stands_out() -> None:
    values = np.concatenate([np.zeros(100), np.full(10, 5.0)])
    known, total = np.array([100, 10, 3]), np.array([0.0, 50.0, 15.0])
    assert telling_means(known, total, values) == ("", "5", "")
    assert telling_means(known, total, np.full(3, np.nan)) == ("", "", "")
    drawn = RNG.normal(3, 7, 500)
    drawn[::9] = np.nan
    assert spread_of(drawn) == pytest.approx((np.nanmean(drawn), np.nanstd(drawn)))


def regions_of(column: ColourColumn, cloud: Cloud, role: NDArray[np.uint8]) -> Regions:
    return arrange(list(find_levels(cloud, role, column)), cloud)


def test_that_every_cluster_is_named_at_the_fit_and_more_further_in(qapp: object) -> None:
    cloud, home, role = some_cloud(20_000)
    column = ColourColumn(ColourBy(Kind.METADATA, "category"), home, KINDS, None)
    regions = regions_of(column, cloud, role)
    base = fitted(cloud.bounds, 1000, 700).scale
    far, near = regions.opacity(base) > 0, regions.opacity(8 * base) > 0
    assert 4 <= far.sum() <= 20
    assert near.sum() > far.sum()
    for k in np.flatnonzero(far & (regions.rows >= 0)):
        if regions.texts[k]:
            around = np.argsort(np.hypot(cloud.x - regions.x[k], cloud.y - regions.y[k]))[:200]
            named = np.bincount(home[cloud.row[around]], minlength=9)
            assert named[KINDS.index(regions.texts[k])] > 0.25 * 200


def test_that_states_show_typical_images_and_the_filter_counts(qapp: object) -> None:
    made = pool(3_000)
    cloud, _, role = some_cloud(3_000)
    regions = regions_of(column_of(made, ColourBy()), cloud, role)
    assert set(regions.texts) == {""}
    assert np.all(regions.rows >= 0)
    role[cloud.x > 0] = 0
    left = regions_of(column_of(made, ColourBy()), cloud, role)
    assert 0 < len(left.x) < len(regions.x)
    assert np.all(made.xy[left.rows, 0] <= 0)
    role[:] = 0
    assert len(regions_of(column_of(made, ColourBy()), cloud, role).x) == 0


def test_that_labels_come_and_go_gently() -> None:
    one = np.ones(1)
    regions = Regions(one, one, one * 10, one * 100, np.zeros(1, np.int64), ("a",), np.zeros(1, np.int32))
    opacity = [float(regions.opacity(scale)[0]) for scale in (9, 10, 11, 20, 60, 95, 100, 200)]
    assert opacity[0] == opacity[1] == opacity[6] == opacity[7] == 0
    assert 0 < opacity[2] < 1
    assert 0 < opacity[5] < 1
    assert opacity[3] == opacity[4] == 1


# On the map


def test_that_the_map_shows_labels_until_they_are_switched_off(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(2_000))
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    settle(widget)
    labels = widget._overlay.labels
    assert labels.regions is not None
    named = set(labels.regions.texts)
    assert named & set(KINDS)
    assert all(name in widget.canvas.accessibleDescription() for name in labels.regions.names)
    shown = widget.canvas.grab().toImage()
    qtbot.keyClick(widget.canvas, Qt.Key.Key_G)
    assert not widget.toolbar.switches["labels"].isChecked()
    settle(widget)
    assert widget.canvas.grab().toImage() != shown
    qtbot.mouseClick(widget.toolbar.switches["labels"], Qt.MouseButton.LeftButton)
    settle(widget)
    assert widget.canvas.grab().toImage() == shown


def test_that_labels_stay_on_their_place_of_the_map_while_it_is_panned(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(2_000))
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    settle(widget)

    def places() -> dict[int, tuple[float, float]]:
        sight = widget._overlay.sight(widget.canvas.view)
        assert sight is not None
        found = widget._overlay.labels.visible(sight)
        return {k: tuple(np.round(sight.view.to_map(px, py), 6)) for k, px, py, _ in found}

    before = places()
    view = widget.canvas.view
    widget.canvas.go(type(view)(view.x + 60 / view.scale, view.y, view.scale, view.width, view.height))
    settle(widget)
    after = places()
    common = before.keys() & after.keys()
    assert common
    assert all(before[k] == after[k] for k in common)


@pytest.mark.parametrize("change", [lambda p: p.set_visible(p.xy[:, 0] > 0), lambda p: p.load(_smaller())])
def test_that_labels_follow_the_filter_and_the_rows(
    show_map: ShowMap, settle: Settle, change: Callable[[object], None]
) -> None:
    widget = show_map(pool(2_000))
    settle(widget)
    before = widget._overlay.labels.regions
    change(widget.pool)
    settle(widget)
    after = widget._overlay.labels.regions
    assert after is not None
    assert after is not before
    assert np.all(after.rows < len(widget.pool))
    assert np.all(widget.pool.visible[after.rows])


def _smaller() -> object:
    from tests.gui.map.synthetic import patch

    return patch(400)


def test_that_a_highlight_leaves_the_labels_as_they_are(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(2_000))
    before = widget._overlay.labels.regions
    widget.pool.set_highlight(np.arange(10))
    settle(widget)
    assert widget._overlay.labels.regions is before

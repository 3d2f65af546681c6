"""Coverage, trust in the map, true neighbours, and what a pick stands for."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from desktop_al.domain.records import Counts, PickRecord, SampleState
from desktop_al.gui.columns import Column
from desktop_al.gui.insights import InsightState
from desktop_al.gui.map import frame as frame_module
from desktop_al.gui.map.cloud import build_cloud, shuffled
from desktop_al.gui.map.colouring import NONE, ColourBy, ColourColumn, Kind, choices
from desktop_al.gui.map.coverage import ADDED, COVERAGE, COVERED, UNCOVERED, coverage_colouring, coverage_column
from desktop_al.gui.map.drawing import Shape
from desktop_al.gui.map.frame import Frame, FrameRequest, Renderer
from desktop_al.gui.map.layers.links import hull_of
from desktop_al.gui.map.looks import Looks
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.patterns import Pattern
from desktop_al.gui.map.raster import ACTIVE
from desktop_al.gui.map.style import Columns
from desktop_al.gui.map.veil import DOTS, STRIPES, hatch, local_sums, strength_of
from desktop_al.gui.map.view import View
from desktop_al.gui.map.warm import warm
from desktop_al.gui.map.wishes import Wishes
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import DARK, LIGHT, Theme
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.map.conftest import Settle
from tests.gui.map.synthetic import clusters, patch, pool
from tests.gui.map.test_raster import kernels

EMBEDDED = Counts(0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9)
RNG = np.random.default_rng(8)


class StandIn(QObject):
    """Insights without a project: what is wanted is noted, and neighbours are the rows after the one asked for."""

    ready = Signal(str)
    failed = Signal(str, str)
    state_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[str] = []
        self.released: list[str] = []
        self.states: dict[str, InsightState] = {}

    def want(self, name: str, by: str = "") -> None:
        self.wanted.append(name)

    def release(self, name: str, by: str = "") -> None:
        self.released.append(name)

    def state(self, name: str) -> InsightState:
        return self.states.get(name, InsightState.READY)

    def reason(self, name: str) -> str:
        return f"No {name} today."

    def neighbours(self, row: int, k: int, on_done: object, by: str = "") -> None:
        assert callable(on_done)
        on_done(np.arange(row + 1, row + 1 + k), np.linspace(0, 1, k))


def with_insights(n: int = 600) -> Pool:
    made = pool(n, picks=20)
    made.counts = EMBEDDED
    right, middle = made.xy[:, 0] > np.percentile(made.xy[:, 0], 66), made.xy[:, 0] > np.percentile(made.xy[:, 0], 33)
    made.set_insight("covered", Column("covered", None, (), np.where(right, 0.9, 0.1)))
    made.set_insight("covered_after", Column("covered_after", None, (), np.where(middle, 0.8, 0.1)))
    made.set_insight("trust", Column("trust", None, (), np.where(right, 0.05, 0.95)))
    return made


@pytest.fixture
def honest(qtbot: QtBot, thumbs: ThumbLoader, settle: Settle) -> Iterator[tuple[MapWidget, StandIn]]:
    insights = StandIn()
    widget = MapWidget(with_insights(), thumbs, insights)  # type: ignore[arg-type]  # stands in for the real ones
    qtbot.addWidget(widget)
    widget.resize(900, 640)
    widget.canvas.glide_ms = 0
    with qtbot.waitExposed(widget):
        widget.show()
    settle(widget)
    qtbot.waitUntil(lambda: widget.ready, timeout=120_000)
    yield widget, insights
    widget.shutdown()


# Kernels


def test_that_local_sums_are_those_of_the_points_in_each_square() -> None:
    xy, _ = clusters(3_000)
    cloud = build_cloud(xy, shuffled(3_000))
    role = RNG.choice([0, ACTIVE], 3_000).astype(np.uint8)
    value = RNG.random(3_000).astype(np.float32)
    value[::11] = np.nan
    left, top, scale, side = -6.0, 7.0, 20.0, 12.0
    total, weight = local_sums(
        cloud.x, cloud.y, role, value, cloud.start, cloud.grid, ACTIVE, left, top, scale, side, 20, 30
    )
    u, v = np.floor((cloud.x - left) * scale / side), np.floor((top - cloud.y) * scale / side)
    counts = (role == ACTIVE) & np.isfinite(value) & (u >= 0) & (u < 30) & (v >= 0) & (v < 20)
    expected, expected_weight = np.zeros((20, 30)), np.zeros((20, 30))
    np.add.at(expected, (v[counts].astype(int), u[counts].astype(int)), value[counts])
    np.add.at(expected_weight, (v[counts].astype(int), u[counts].astype(int)), 1)
    np.testing.assert_array_equal(weight, expected_weight)
    np.testing.assert_allclose(total, expected, rtol=1e-5)


def test_that_hatching_grows_between_two_means_and_needs_points() -> None:
    total = np.array([[10.0, 5.0, 0.0, 0.0, 0.005]], np.float32)
    weight = np.array([[10.0, 10.0, 10.0, 0.0, 0.01]], np.float32)
    np.testing.assert_allclose(strength_of(total, weight, 0.25, 0.75, 1.0), [[1, 0.5, 0, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(strength_of(total, weight, 0.75, 0.25, 1.0), [[0, 0.5, 1, 0, 0]], atol=1e-6)


@pytest.mark.parametrize("pattern", [STRIPES, DOTS])
def test_that_a_pattern_lies_where_it_is_strong_and_moves_with_the_map(pattern: int) -> None:
    strength = np.zeros((8, 16), np.float32)
    strength[:, 8:] = 1

    def draw(shift: float) -> np.ndarray:
        image = np.zeros((64, 128, 4), np.uint8)
        hatch(image, strength, 8.0, pattern, 8.0, 1.2, shift, 0.0, 0.0, 0.0, np.full(3, 200, np.float32), 1.0, 0.0)
        return image

    image = draw(0.0)
    assert not image[:, :56].any()
    assert 0.05 < np.mean(image[:, 72:, 3] > 100) < 0.6
    np.testing.assert_array_equal(draw(3.0)[:, 72:120], image[:, 75:123])
    np.testing.assert_array_equal(draw(8.0), image)


def test_that_fading_takes_the_colour_away_and_leaves_the_lightness() -> None:
    image = np.zeros((16, 16, 4), np.uint8)
    image[:] = (20, 60, 220, 255)
    hatch(
        image,
        np.ones((2, 2), np.float32),
        8.0,
        STRIPES,
        50.0,
        0.0,
        1.0,
        0.0,
        0.0,
        0.0,
        np.zeros(3, np.float32),
        0.0,
        1.0,
    )
    grey = round(0.114 * 20 + 0.587 * 60 + 0.299 * 220)
    assert np.abs(image[..., :3].astype(int) - grey).max() <= 1


# Coverage


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_coverage_tells_three_classes_with_shares_by_colour_and_pattern(theme: Theme) -> None:
    before, after = np.array([0.9, 0.1, 0.1, np.nan]), np.array([0.9, 0.7, 0.2, np.nan])
    made = coverage_colouring(ColourColumn(COVERAGE, None, (), before, after), 4, theme)
    assert made.codes.tolist() == [COVERED, ADDED, UNCOVERED, NONE]
    assert [(entry.count, entry.share) for entry in made.entries] == [
        (1, "33\u00a0%"),
        (1, "33\u00a0%"),
        (1, "33\u00a0%"),
        (1, ""),
    ]
    assert len({entry.colour for entry in made.entries[:3]}) == 3
    assert [entry.pattern for entry in made.entries[:3]] == [Pattern.NONE, Pattern.DOTS, Pattern.STRIPES]


def test_that_without_labels_the_batch_alone_covers() -> None:
    made = coverage_colouring(ColourColumn(COVERAGE, None, (), None, np.array([0.9, 0.2])), 2, DARK)
    assert made.codes.tolist() == [ADDED, UNCOVERED]
    nothing = coverage_colouring(ColourColumn(COVERAGE, None, (), None, None), 2, DARK)
    assert nothing.codes.tolist() == [NONE, NONE]


def test_that_coverage_is_offered_once_something_is_embedded() -> None:
    made = pool(20)
    assert ColourBy(Kind.COVERAGE) not in choices(made)
    made.counts = EMBEDDED
    assert ColourBy(Kind.COVERAGE) in choices(made)


def test_that_the_button_turns_the_coverage_view_on_and_off_again(
    honest: tuple[MapWidget, StandIn], settle: Settle, qtbot: QtBot
) -> None:
    widget, insights = honest
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    qtbot.mouseClick(widget.toolbar.switches["coverage"], Qt.MouseButton.LeftButton)
    settle(widget)
    assert widget.colour == COVERAGE
    assert insights.wanted == ["covered", "covered_after"] or set(insights.wanted) == {"covered", "covered_after"}
    assert [row.entry.share for row in widget.legend.rows] == ["34\u00a0%", "33\u00a0%", "33\u00a0%"]
    assert "34\u00a0%" in widget.legend.rows[0].accessibleName()
    qtbot.keyClick(widget.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert widget.colour == ColourBy(Kind.METADATA, "category")
    assert not widget.toolbar.switches["coverage"].isChecked()
    assert set(insights.released) == {"covered", "covered_after"}


def test_that_the_legend_says_why_coverage_is_not_there(honest: tuple[MapWidget, StandIn]) -> None:
    widget, insights = honest
    insights.states["covered_after"] = InsightState.COMPUTING
    widget.looks.switch("coverage", True)
    assert widget.legend.notes == ["Computing…"]
    insights.states["covered_after"] = InsightState.FAILED
    insights.state_changed.emit("covered_after")
    assert widget.legend.notes == ["No covered_after today."]
    insights.states.clear()
    insights.state_changed.emit("covered_after")
    assert ["Coverage is the mean" in note for note in widget.legend.notes] == [True]


# Trust


def frame_of(made: Pool, trust: bool, theme: Theme = DARK) -> Frame:
    columns = Columns(made.state, made.rank, made.highlight, made.visible, np.ones(256, np.bool_))
    column = coverage_column(made) if not trust else ColourColumn(ColourBy(), made.state, (), None)
    found = made.insight("trust")
    values = found.values if trust and found is not None else None
    request = FrameRequest(1, made.xy, column, columns, View(0, 0, 1, 600, 400), True, 1.0, theme, False, True, values)
    return Renderer().render(request)


def changed(a: Frame, b: Frame, rows: np.ndarray) -> float:
    """The share of pixels around ``rows`` that differ between two pictures of the same points."""
    at = a.cloud.position[np.flatnonzero(rows)]
    px = ((a.cloud.x[at] - a.left) * a.scale).astype(int)
    py = ((a.top - a.cloud.y[at]) * a.scale).astype(int)
    differ = np.any(np.abs(a.pixels.astype(int) - b.pixels.astype(int)) > 12, axis=2)
    near = [differ[max(y - 6, 0) : y + 7, max(x - 6, 0) : x + 7] for x, y in zip(px, py, strict=True)]
    return float(np.mean([part.mean() for part in near]))


def test_that_regions_without_trust_are_hatched_and_others_are_not() -> None:
    made = with_insights(3_000)
    found = made.insight("trust")
    assert found is not None
    assert found.values is not None
    low = found.values < 0.5
    plain = replace(found, values=np.ones(len(made)))
    hatched = frame_of(made, True)
    made.set_insight("trust", plain)
    trusted = frame_of(made, True)
    border = np.percentile(made.xy[:, 0], 66)
    assert changed(hatched, trusted, low) > 0.12
    assert changed(hatched, trusted, made.xy[:, 0] < border - 6) < 0.01


def test_that_uncovered_regions_are_hatched_in_the_coverage_view(monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_insights(3_000)
    after = made.insight("covered_after")
    assert after is not None
    assert after.values is not None
    uncovered = after.values < 0.5
    view = frame_of(made, False)
    monkeypatch.setattr(frame_module, "veils_of", lambda *_: ())
    without = frame_of(made, False)
    assert changed(view, without, uncovered) > 0.12
    assert changed(view, without, made.xy[:, 0] > np.percentile(made.xy[:, 0], 66) + 3.5) < 0.01


def test_that_the_honest_map_links_the_focus_to_its_true_neighbours(
    honest: tuple[MapWidget, StandIn], settle: Settle, qtbot: QtBot
) -> None:
    widget, insights = honest
    widget.pool.set_focus(40)
    assert len(widget._overlay.neighbours.rows) == 0
    qtbot.keyClick(widget.canvas, Qt.Key.Key_H)
    settle(widget)
    assert insights.wanted == ["trust"]
    assert widget._overlay.neighbours.rows.tolist() == list(range(41, 49))
    assert len(widget.legend.notes) == 2
    with_lines = widget.canvas.grab().toImage()
    widget.pool.set_focus(90)
    assert widget._overlay.neighbours.rows.tolist() == list(range(91, 99))
    widget.pool.set_focus(-1)
    assert len(widget._overlay.neighbours.rows) == 0
    assert widget.canvas.grab().toImage() != with_lines
    widget.looks.switch("trust", False)
    assert insights.released == ["trust"]
    assert widget.legend.notes == []


def test_that_neighbours_beyond_the_rows_are_left_out(honest: tuple[MapWidget, StandIn]) -> None:
    widget, _ = honest
    widget.looks.switch("trust", True)
    widget.pool.set_focus(len(widget.pool) - 2)
    assert not widget.canvas.grab().isNull()


def test_that_neighbours_that_come_after_the_map_was_closed_are_told_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, insights, parent = with_insights(), StandIn(), QObject()
    late: list[object] = []
    monkeypatch.setattr(insights, "neighbours", lambda _row, _k, on_done, _by: late.append(on_done))
    looks = Looks(made, parent)
    wishes = Wishes(made, insights, looks, parent)  # type: ignore[arg-type]  # what it needs of the insights
    looks.switch("trust", True)
    made.set_focus(40)
    told: list[object] = []
    wishes.linked.connect(told.append)
    delete(parent)
    for take in late:
        assert callable(take)
        take(np.arange(8), np.linspace(0, 1, 8))
    assert late
    assert told == []


# What a pick stands for


def test_that_a_pick_under_the_mouse_shows_what_it_stands_for(honest: tuple[MapWidget, StandIn]) -> None:
    widget, _ = honest
    made = widget.pool
    row = int(made.pick_order[0])
    plain = widget.canvas.grab().toImage()
    widget._overlay.rings.hovered = row
    ring_only = widget.canvas.grab().toImage()
    assert ring_only != plain
    pick = made.pick(row)
    assert isinstance(pick, PickRecord)
    given = patch(len(made), picks=20)
    picks = tuple(replace(each, stands_for=12, stands_for_nearest=tuple(range(5, 12))) for each in given.picks or ())
    made.apply(replace(given, samples=None, xy=None, picks=picks))
    widget._overlay.rings.hovered = int(made.pick_order[0])
    assert widget.canvas.grab().toImage() != ring_only
    assert made.state[made.pick_order[0]] == SampleState.PENDING


def test_that_a_hull_encloses_its_points_and_turns_one_way() -> None:
    points = [QPointF(x, y) for x, y in RNG.normal(size=(40, 2))]
    corners = np.array([(corner.x(), corner.y()) for corner in hull_of(points)])
    after = np.roll(corners, -1, axis=0)
    for point in points:
        side = (after[:, 0] - corners[:, 0]) * (point.y() - corners[:, 1]) - (after[:, 1] - corners[:, 1]) * (
            point.x() - corners[:, 0]
        )
        assert side.min() >= -1e-9
    assert len(hull_of([QPointF(1, 1)] * 3)) == 1


def test_that_whatever_the_map_does_no_kernel_is_compiled_any_more(
    honest: tuple[MapWidget, StandIn], settle: Settle
) -> None:
    warm()
    before = {id(kernel): len(kernel.signatures) for kernel in kernels()}
    widget, _ = honest
    widget.canvas.zoom(2.0)
    for by in (ColourBy(Kind.LABEL), ColourBy(Kind.METADATA, "brightness"), COVERAGE):
        widget.set_colour(by)
        settle(widget)
    widget.looks.switch("trust", True)
    corners = np.array([(-9.0, -9.0), (9.0, -9.0), (0.0, 9.0)])
    for radius in (0.0, 1.0):
        widget.canvas.drawn.emit(Shape(corners, radius))
        widget.canvas.enclosed.emit(Shape(corners, radius), "replace")
        settle(widget)
    assert widget.pool.highlight.any()
    assert [kernel.__name__ for kernel in kernels() if len(kernel.signatures) != before[id(kernel)]] == []


def test_that_the_notes_of_a_low_legend_overlap_nothing(
    honest: tuple[MapWidget, StandIn], settle: Settle, qtbot: QtBot
) -> None:
    widget, _ = honest
    widget.looks.switch("trust", True)
    settle(widget)
    legend = widget.legend
    for height in (640, 230, 150, 640):
        widget.resize(900, height)
        qtbot.waitUntil(lambda: legend.height() <= widget.canvas.height())
        settle(widget)
        legend.grab()
        parts = [*legend.rows, *legend._notes]
        for part in parts:
            for other in parts:
                # What scrolls is cut off where its frame ends.
                if part is not other and part.parentWidget() is other.parentWidget():
                    assert not part.geometry().intersects(other.geometry())
        below = legend._scroll.geometry().bottom()
        outside = [note for note in legend._notes if note.parentWidget() is legend]
        assert all(note.geometry().top() > below and note.geometry().bottom() < legend.height() for note in outside)
    widget.resize(900, 150)
    settle(widget)
    assert widget.canvas.picture.frame is not None
    legend.show_colouring(widget.canvas.picture.frame.colouring, lambda code: True)
    assert all(isValid(note) for note in legend._notes)

"""The brush, how shapes join the highlight, counting while drawing, and finding one's way: history, overview."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.map.cloud import build_cloud, shuffled
from desktop_al.gui.map.drawing import BRUSH_LEAST, BRUSH_MOST, Drawing, Tool, mode_of
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.view import View
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import clusters, pool

NO, SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton
RNG = np.random.default_rng(2)


def slow_near(xy: np.ndarray, path: np.ndarray, radius: float) -> np.ndarray:
    """Which of ``xy`` lie within ``radius`` of ``path``: every point against every piece."""
    best = np.full(len(xy), np.inf)
    for a, b in zip(path, path[1:] if len(path) > 1 else path, strict=False):
        along = b - a
        long = along @ along
        t = np.clip((xy - a) @ along / long, 0, 1) if long > 0 else np.zeros(len(xy))
        best = np.minimum(best, np.hypot(*(xy - (a + t[:, None] * along)).T))
    near: np.ndarray = best <= radius
    return near


@pytest.mark.parametrize("pieces", [1, 2, 30])
@pytest.mark.parametrize("radius", [0.05, 1.0, 40.0])
def test_that_a_brush_takes_exactly_what_lies_near_its_path(pieces: int, radius: float) -> None:
    xy, _ = clusters(3_000)
    cloud = build_cloud(xy, shuffled(3_000))
    role = RNG.integers(0, 2, len(cloud)).astype(np.uint8)
    path = np.cumsum(RNG.normal(size=(pieces, 2)), axis=0)
    expected = slow_near(xy, path, radius)
    active = np.zeros(3_000, bool)
    active[cloud.row] = role == 1
    np.testing.assert_array_equal(cloud.near(role, 1, path, radius), expected & active)


def test_that_a_held_key_goes_before_the_chosen_mode() -> None:
    assert mode_of(NO, "intersect") == "intersect"
    assert mode_of(SHIFT, "subtract") == "add"
    assert mode_of(ALT, "add") == "subtract"
    assert mode_of(SHIFT | ALT, "add") == "intersect"


def test_that_a_brush_grows_and_shrinks_within_limits() -> None:
    drawing = Drawing()
    for _ in range(60):
        drawing.resize_brush(1)
    assert drawing.radius == BRUSH_MOST
    for _ in range(60):
        drawing.resize_brush(-1)
    assert drawing.radius == BRUSH_LEAST
    view = View(0, 0, 10, 100, 100)
    drawing.begin(Tool.BRUSH, QPointF(50, 50))
    shape = drawing.shape(view)
    assert shape is not None
    assert shape.radius == pytest.approx(BRUSH_LEAST / 10)
    drawing.begin(Tool.LASSO, QPointF(50, 50))
    assert drawing.shape(view) is None


def stroke(qtbot: QtBot, on: MapWidget | QWidget, points: list[QPoint], held: Qt.KeyboardModifier = NO) -> None:
    target = on.canvas.viewport() if isinstance(on, MapWidget) else on
    qtbot.mousePress(target, LEFT, held, points[0])
    for point in points[1:]:
        qtbot.mouseMove(target, point)
    qtbot.mouseRelease(target, LEFT, held, points[-1])


def near_stroke(widget: MapWidget, points: list[QPoint]) -> np.ndarray:
    view = widget.canvas.view
    path = np.array([view.to_map(point.x(), point.y()) for point in points])
    return slow_near(widget.pool.xy, path, widget.canvas.drawing.radius / view.scale)


def test_that_painting_over_samples_highlights_them(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(900))
    qtbot.mouseClick(widget.toolbar.tools[Tool.BRUSH], LEFT)
    places = [QPointF(*widget.canvas.view.to_pixel(*widget.pool.xy[row])).toPoint() for row in range(5)]
    one, two = places[:3], places[2:]
    stroke(qtbot, widget, one)
    settle(widget)
    first = near_stroke(widget, one)
    assert first.any()
    assert np.array_equal(widget.pool.highlight, first)
    qtbot.mouseClick(widget.toolbar.modes["add"], LEFT)
    stroke(qtbot, widget, two)
    settle(widget)
    assert np.array_equal(widget.pool.highlight, first | near_stroke(widget, two))
    qtbot.mouseClick(widget.toolbar.modes["subtract"], LEFT)
    stroke(qtbot, widget, one)
    settle(widget)
    assert np.array_equal(widget.pool.highlight, near_stroke(widget, two) & ~first)


def test_that_one_dab_of_the_brush_is_enough(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(900))
    qtbot.keyClick(widget.canvas, Qt.Key.Key_D)
    assert widget.canvas.tool is Tool.BRUSH
    x, y = widget.canvas.view.to_pixel(*widget.pool.xy[5])
    at = QPoint(round(x), round(y))
    stroke(qtbot, widget, [at])
    settle(widget)
    assert np.array_equal(widget.pool.highlight, near_stroke(widget, [at]))
    assert widget.pool.highlight[5]


def test_that_brackets_and_the_wheel_size_the_brush(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(50))
    canvas = widget.canvas
    canvas.set_tool(Tool.BRUSH)
    before, scale = canvas.drawing.radius, canvas.view.scale
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    larger = canvas.drawing.radius
    assert larger > before
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.drawing.radius == pytest.approx(before)
    where = QPointF(100, 100)
    event = QWheelEvent(
        where, where, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, CONTROL, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas.viewport(), event)
    assert canvas.drawing.radius == pytest.approx(larger)
    assert canvas.view.scale == scale


@pytest.mark.parametrize("tool", [Tool.RECTANGLE, Tool.LASSO, Tool.BRUSH])
def test_that_a_shape_says_while_it_grows_how_many_samples_it_takes_in(
    show_map: ShowMap, settle: Settle, qtbot: QtBot, tool: Tool
) -> None:
    widget = show_map(pool(900))
    canvas = widget.canvas
    canvas.set_tool(tool)
    qtbot.mousePress(canvas.viewport(), LEFT, NO, QPoint(80, 60))
    for point in (QPoint(600, 60), QPoint(600, 560), QPoint(500, 560)):
        qtbot.mouseMove(canvas.viewport(), point)
    settle(widget)
    counted = canvas.drawing.count
    assert canvas.grab().toImage().pixelColor(3, 3).isValid()
    qtbot.mouseRelease(canvas.viewport(), LEFT, NO, QPoint(500, 560))
    settle(widget)
    assert counted == widget.pool.highlight.sum() > 0


def test_that_the_mode_buttons_follow_the_mode(show_map: ShowMap) -> None:
    widget = show_map(pool(50))
    widget.canvas.set_mode("intersect")
    assert [name for name, button in widget.toolbar.modes.items() if button.isChecked()] == ["intersect"]


def test_that_back_and_forward_can_be_pressed_where_there_is_a_way(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(300))
    nav = widget.nav
    fit = widget.canvas.view
    assert (nav.back.isEnabled(), nav.forward.isEnabled()) == (False, False)
    qtbot.mouseClick(nav.zoom_in, LEFT)
    assert (nav.back.isEnabled(), nav.forward.isEnabled()) == (True, False)
    closer = widget.canvas.view
    qtbot.mouseClick(nav.back, LEFT)
    assert widget.canvas.view == fit
    assert (nav.back.isEnabled(), nav.forward.isEnabled()) == (False, True)
    qtbot.mouseClick(nav.forward, LEFT)
    assert widget.canvas.view == closer
    assert not nav.fit_highlight.isEnabled()
    widget.pool.set_highlight(np.arange(3))
    assert nav.fit_highlight.isEnabled()


def test_that_the_overview_comes_with_the_zoom_and_moves_the_map(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(900))
    assert not widget.minimap.isVisible()
    widget.canvas.zoom(4.0)
    settle(widget)
    minimap = widget.minimap
    assert minimap.isVisible()
    # All of the map lies on it, whatever lies over the map itself.
    xy = widget.pool.xy
    assert minimap.rect().contains(minimap.place_of(*xy.min(axis=0).tolist()).toPoint())
    assert minimap.rect().contains(minimap.place_of(*xy.max(axis=0).tolist()).toPoint())
    view = widget.canvas.view
    centre = minimap.frame_of_view().center().toPoint()
    stroke(qtbot, minimap, [centre, centre + QPoint(20, 10)])
    moved = widget.canvas.view
    assert moved.scale == view.scale
    assert moved.x > view.x
    assert moved.y < view.y
    assert minimap.frame_of_view().center().x() == pytest.approx(centre.x() + 20, abs=1.5)
    qtbot.keyClick(minimap, Qt.Key.Key_Left)
    assert widget.canvas.view == replace(moved, x=moved.x - 0.25 * moved.width / moved.scale)
    widget.canvas.fit()
    assert not minimap.isVisible()


def test_that_the_overview_shows_what_the_map_shows(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(900))
    widget.canvas.zoom(4.0)
    settle(widget)
    before = widget.minimap.grab().toImage()
    widget.pool.set_visible(widget.pool.xy[:, 0] > 0)
    settle(widget)
    assert widget.minimap.grab().toImage() != before


# Saved highlights


def saved_map(show_map: ShowMap) -> MapWidget:
    made = pool(300)
    made.set_saved_highlight("odd ones", made.ids[10:20])
    made.set_saved_highlight("round", np.append(made.ids[15:40], 99_999))
    return show_map(made)


def test_that_what_is_highlighted_is_saved_under_the_name_that_was_typed(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = saved_map(show_map)
    qtbot.mouseClick(widget.toolbar.saved, LEFT)
    panel = widget.saved
    assert panel.isVisible()
    qtbot.keyClicks(panel.name, " blurred ")
    assert not panel.save.isEnabled()
    widget.pool.set_highlight(np.arange(4))
    assert panel.save.isEnabled()
    widget.pool.set_focus(3)
    with qtbot.waitSignal(panel.save_asked) as asked, qtbot.assertNotEmitted(widget.opened):
        qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    assert asked.args == ["blurred"]
    assert panel.name.text() == ""
    qtbot.keyClick(panel.name, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert not widget.toolbar.saved.isChecked()


def test_that_saved_highlights_come_back_and_join_the_present_one(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = saved_map(show_map)
    widget.toolbar.saved.click()
    lines = {line.name: line for line in widget.saved.lines}
    assert list(lines) == ["odd ones", "round"]
    lines["odd ones"].recalled.emit("replace")
    assert np.flatnonzero(widget.pool.highlight).tolist() == list(range(10, 20))
    buttons = lines["round"].findChildren(QToolButton)
    assert [button.accessibleName() for button in buttons] == ["Add", "Subtract", "Intersect", "Forget"]
    for place, expected in ((0, range(10, 40)), (1, range(10, 15)), (2, range(0))):
        qtbot.mouseClick(buttons[place], LEFT)
        assert np.flatnonzero(widget.pool.highlight).tolist() == list(expected)
    with qtbot.waitSignal(widget.saved.forget_asked) as asked:
        qtbot.mouseClick(buttons[3], LEFT)
    assert asked.args == ["round"]
    buttons[3].setFocus()
    widget.pool.set_saved_highlight("round", None)
    assert [line.name for line in widget.saved.lines] == ["odd ones"]
    # The button went with its line; the keys stay in the panel, so that Escape closes it.
    assert widget.saved.name.hasFocus()


def test_that_buttons_that_would_be_cut_off_are_not_shown(show_map: ShowMap) -> None:
    widget = show_map(pool(300))
    assert widget.nav.isVisible()
    widget.resize(900, widget.nav.height())
    assert not widget.nav.isVisible()
    widget.resize(900, 640)
    assert widget.nav.isVisible()

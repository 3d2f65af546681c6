"""The map under the hands of a person: every gesture, key and button."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState, SampleStatus
from desktop_al.gui.map.colour_bar import ColourBar
from desktop_al.gui.map.colouring import NONE, ColourBy, Kind
from desktop_al.gui.map.drawing import Tool, mode_of
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.warm import warm
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.theme import DARK, LIGHT, apply_appearance, theme_watch
from tests.gui.loop_watch import LoopWatch
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import patch, pool

NO, SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton


def pixel_of(widget: MapWidget, row: int) -> QPoint:
    x, y = widget.canvas.view.to_pixel(*widget.pool.xy[row])
    return QPoint(round(x), round(y))


def lonely_row(widget: MapWidget) -> int:
    """A row with no other within some pixels, clear of the legend."""
    places = np.array([widget.canvas.view.to_pixel(x, y) for x, y in widget.pool.xy])
    for row in np.argsort(-widget.pool.rank, kind="stable"):
        away = np.hypot(*(places - places[row]).T)
        away[row] = np.inf
        if away.min() > 16 and places[row, 0] < 600:
            return int(row)
    raise AssertionError("no lonely row")


def drag(qtbot: QtBot, widget: MapWidget, points: list[QPoint], held: Qt.KeyboardModifier = NO) -> None:
    target = widget.canvas.viewport()
    qtbot.mousePress(target, LEFT, held, points[0])
    for point in points[1:]:
        qtbot.mouseMove(target, point)
    qtbot.mouseRelease(target, LEFT, held, points[-1])


def box(a: QPoint, b: QPoint) -> list[QPoint]:
    return [a, QPoint((a.x() + b.x()) // 2, (a.y() + b.y()) // 2), b]


def rows_between(widget: MapWidget, a: QPoint, b: QPoint) -> np.ndarray:
    places = np.array([widget.canvas.view.to_pixel(x, y) for x, y in widget.pool.xy])
    low, high = np.minimum((a.x(), a.y()), (b.x(), b.y())), np.maximum((a.x(), a.y()), (b.x(), b.y()))
    inside: np.ndarray = np.all((places > low) & (places < high), axis=1)
    return inside


def wheel(widget: MapWidget, at: QPoint, turned: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where, where, QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, NO, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(widget.canvas.viewport(), event)


# Looking around


def test_that_a_drag_moves_the_map_with_the_mouse(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(300))
    before = widget.canvas.view
    held = before.to_map(300, 300)
    drag(qtbot, widget, [QPoint(300, 300), QPoint(340, 280), QPoint(400, 250)])
    assert widget.canvas.view.scale == before.scale
    assert widget.canvas.view.to_map(400, 250) == pytest.approx(held)
    assert not widget.pool.highlight.any()


def test_that_the_picture_moves_at_once_and_is_replaced_after(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(300))
    canvas = widget.canvas
    shown = canvas.picture.frame
    canvas.zoom(2.0)
    assert canvas.picture.frame is shown
    assert not widget.settled
    settle(widget)
    assert canvas.picture.frame is not shown
    assert canvas.picture.frame is not None
    assert canvas.picture.frame.view == canvas.view


def test_that_the_wheel_zooms_at_the_cursor(show_map: ShowMap) -> None:
    widget = show_map(pool(300))
    before = widget.canvas.view
    held = before.to_map(200, 150)
    wheel(widget, QPoint(200, 150), 240)
    assert widget.canvas.view.scale > 1.4 * before.scale
    assert widget.canvas.view.to_map(200, 150) == pytest.approx(held)
    wheel(widget, QPoint(200, 150), -240)
    assert widget.canvas.view.scale == pytest.approx(before.scale)


def test_that_zooming_has_limits_in_both_directions(show_map: ShowMap) -> None:
    widget = show_map(pool(300))
    fit = widget.canvas.view.scale
    for _ in range(40):
        widget.canvas.zoom(0.5)
    assert fit / 10 < widget.canvas.view.scale < fit
    for _ in range(80):
        widget.canvas.zoom(2.0)
    assert fit < widget.canvas.view.scale < fit * 1e7


def test_that_f_fits_and_backspace_returns_through_the_history(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(300))
    fitted = widget.canvas.view
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Plus)
    closer = widget.canvas.view
    assert closer.scale > fitted.scale
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Minus)
    assert widget.canvas.view.scale == pytest.approx(fitted.scale)
    drag(qtbot, widget, [QPoint(300, 300), QPoint(340, 280)])
    qtbot.keyClick(widget.canvas, Qt.Key.Key_F)
    assert widget.canvas.view == fitted
    for _ in range(3):
        qtbot.keyClick(widget.canvas, Qt.Key.Key_Backspace)
    assert widget.canvas.view == closer
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Backspace)
    assert widget.canvas.view == fitted
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Backspace, SHIFT)
    assert widget.canvas.view == closer


def test_that_one_turn_of_the_wheel_is_one_step_back(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(300))
    before = widget.canvas.view
    for _ in range(5):
        wheel(widget, QPoint(200, 150), 120)
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Backspace)
    assert widget.canvas.view == before


def test_that_a_glide_ends_at_its_target(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(300))
    fitted = widget.canvas.view
    widget.canvas.zoom(7.0, 100, 100)
    widget.canvas.glide_ms = 60
    widget.canvas.fit()
    assert widget.canvas.view != fitted
    qtbot.waitUntil(lambda: not widget.canvas.gliding)
    assert widget.canvas.view == fitted


def test_that_a_fitted_map_stays_fitted_as_the_window_and_the_points_change(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(300))
    widget.resize(500, 700)
    settle(widget)
    corners = [widget.canvas.view.to_pixel(x, y) for x, y in widget.pool.xy]
    assert all(0 < x < widget.canvas.width() and 0 < y < widget.canvas.height() for x, y in corners)
    widget.pool.set_positions(widget.pool.ids, widget.pool.xy * 100 + 5)
    settle(widget)
    corners = [widget.canvas.view.to_pixel(x, y) for x, y in widget.pool.xy]
    assert all(0 < x < widget.canvas.width() and 0 < y < widget.canvas.height() for x, y in corners)


def test_that_a_view_that_was_chosen_survives_streamed_positions(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(300))
    widget.canvas.zoom(3.0)
    chosen = widget.canvas.view
    widget.pool.set_positions(widget.pool.ids[:50], widget.pool.xy[:50] + 40)
    settle(widget)
    assert widget.canvas.view == chosen


# Pointing and clicking


def test_that_a_click_focuses_the_sample_under_it_and_shift_and_control_highlight(
    show_map: ShowMap, qtbot: QtBot
) -> None:
    widget = show_map(pool(60))
    row = lonely_row(widget)
    target, place = widget.canvas.viewport(), pixel_of(widget, row)
    qtbot.mouseClick(target, LEFT, NO, place)
    assert widget.pool.focus == row
    assert not widget.pool.highlight.any()
    qtbot.mouseClick(target, LEFT, SHIFT, place)
    assert np.flatnonzero(widget.pool.highlight).tolist() == [row]
    qtbot.mouseClick(target, LEFT, CONTROL, place)
    assert not widget.pool.highlight.any()
    qtbot.mouseClick(target, LEFT, NO, QPoint(5, 5))
    assert widget.pool.focus == -1


def test_that_a_double_click_and_enter_open_the_sample(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(60))
    row = lonely_row(widget)
    with qtbot.waitSignal(widget.opened) as opened:
        qtbot.mouseDClick(widget.canvas.viewport(), LEFT, NO, pixel_of(widget, row))
    assert opened.args == [row]
    with qtbot.waitSignal(widget.opened) as opened:
        qtbot.keyClick(widget.canvas, Qt.Key.Key_Return)
    assert opened.args == [row]


def test_that_a_pick_is_found_before_the_points_around_it(show_map: ShowMap, settle: Settle) -> None:
    given = patch(400, picks=1, labelled=0.3)
    assert given.picks is not None
    pick = given.picks[0].sample - 1
    xy = given.xy.copy() if given.xy is not None else np.empty((0, 2))
    xy[:] = xy[pick]
    xy[pick] += 1e-6
    xy[0], xy[1] = (-9, -9), (9, 9)
    made = Pool()
    made.load(replace(given, xy=xy))
    widget = show_map(made)
    place = pixel_of(widget, pick)
    assert widget.row_at(place.x(), place.y()) == pick


def test_that_what_is_filtered_out_cannot_be_hit(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(60))
    row = lonely_row(widget)
    place = pixel_of(widget, row)
    assert widget.row_at(place.x(), place.y()) == row
    visible = np.ones(60, bool)
    visible[row] = False
    widget.pool.set_visible(visible)
    settle(widget)
    assert widget.row_at(place.x(), place.y()) == -1


def test_that_arrows_step_from_sample_to_sample(show_map: ShowMap, qtbot: QtBot) -> None:
    made = pool(4, labelled=0.0)
    made.xy = np.array([[0, 0], [1, 0], [1, 1], [-1, 0]], float)
    widget = show_map(made)
    made.set_focus(0)
    for key, row in (("Right", 1), ("Up", 2), ("Down", 1), ("Left", 0), ("Left", 3), ("Left", 3)):
        qtbot.keyClick(widget.canvas, getattr(Qt.Key, f"Key_{key}"))
        assert made.focus == row, key


def test_that_an_arrow_without_a_focus_takes_the_sample_nearest_to_the_middle(show_map: ShowMap, qtbot: QtBot) -> None:
    made = pool(3, labelled=0.0)
    made.xy = np.array([[0, 0], [10, 10], [5.5, 5.0]], float)
    widget = show_map(made)
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Right)
    assert made.focus == 2


def test_that_a_focus_set_elsewhere_comes_into_sight(show_map: ShowMap) -> None:
    widget = show_map(pool(300))
    far = int(widget.pool.xy[:, 0].argmax())
    x, y = widget.pool.xy[int(widget.pool.xy[:, 0].argmin())]
    widget.canvas.set_view(replace(widget.canvas.view, x=float(x), y=float(y), scale=widget.canvas.view.scale * 20))
    scale = widget.canvas.view.scale
    widget.pool.set_focus(far)
    place = pixel_of(widget, far)
    assert widget.canvas.rect().contains(place)
    assert widget.canvas.view.scale == scale


def test_that_pointing_shows_a_card_with_name_state_and_image_after_a_pause(
    show_map: ShowMap, qtbot: QtBot, tmp_path: Path
) -> None:
    made = pool(60, picks=6, root=tmp_path)
    for row in range(60):
        made.path(row).parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 30), (250, 20, 20)).save(made.path(row))
    widget = show_map(made)
    widget.set_thumbnails(False)
    qtbot.waitUntil(lambda: widget.settled)
    row = lonely_row(widget)
    qtbot.mouseMove(widget.canvas.viewport(), pixel_of(widget, row) + QPoint(1, 1))
    assert not widget.card.isVisible()
    qtbot.waitUntil(widget.card.isVisible)
    assert widget.card.row == row
    assert made.path(row).name in widget.card.accessibleName()
    assert "pick" in widget.card.accessibleName()

    def red() -> bool:
        at = widget.card.rect().topLeft() + QPoint(widget.card.width() // 2, 8 + 84)
        return widget.card.grab().toImage().pixelColor(at).red() > 200

    qtbot.waitUntil(red)
    assert widget.canvas.rect().contains(widget.card.geometry())
    qtbot.mouseMove(widget.canvas.viewport(), QPoint(3, 3))
    assert not widget.card.isVisible()


def test_that_an_image_that_cannot_be_read_is_said_on_the_card(show_map: ShowMap, qtbot: QtBot, tmp_path: Path) -> None:
    widget = show_map(pool(60, root=tmp_path))
    qtbot.mouseMove(widget.canvas.viewport(), pixel_of(widget, lonely_row(widget)))
    qtbot.waitUntil(lambda: widget.card.isVisible() and widget.card.picture_text == "Cannot be read")


def green_pool(folder: Path) -> Pool:
    """Thirty samples whose images are green."""
    made = pool(30, root=folder)
    for row in range(30):
        made.path(row).parent.mkdir(exist_ok=True)
        Image.new("RGB", (64, 64), (10, 220, 10)).save(made.path(row))
    return made


def test_that_thumbnails_are_painted_when_zoomed_in_and_can_be_clicked(
    show_map: ShowMap, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    made = green_pool(tmp_path)
    widget = show_map(made)
    x, y = made.xy[7]
    widget.canvas.set_view(replace(widget.canvas.view, x=float(x), y=float(y), scale=widget.canvas.view.scale * 30))
    settle(widget)
    frame = widget.canvas.picture.frame
    assert frame is not None
    inner = widget.canvas.rect().adjusted(60, 60, -300, -60)
    row = next(row for row in frame.thumb_rows.tolist() if inner.contains(pixel_of(widget, row)))
    place = pixel_of(widget, row) + QPoint(24, 24)

    def green() -> bool:
        colour = QColor(widget.canvas.grab().toImage().pixelColor(place))
        return colour.green() > 180 and colour.red() < 90

    qtbot.waitUntil(green)
    qtbot.mouseClick(widget.canvas.viewport(), LEFT, NO, place)
    assert made.focus == row
    widget.set_thumbnails(False)
    settle(widget)
    assert not green()


def test_that_thumbnails_keep_clear_of_what_stands_over_the_map(
    show_map: ShowMap, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    made = green_pool(tmp_path)
    widget = show_map(made)
    canvas, bar = widget.canvas, widget.nav.geometry()
    scale, canvas.is_fitted = canvas.view.scale * 30, False

    def put(row: int, at: QPoint) -> None:
        x, y = made.xy[row]
        right, down = at.x() - canvas.view.width / 2, at.y() - canvas.view.height / 2
        canvas.set_view(replace(canvas.view, x=float(x) - right / scale, y=float(y) + down / scale, scale=scale))
        settle(widget)

    def greens() -> int:
        image = canvas.grab().toImage()
        at = pixel_of(widget, row)
        colours = [QColor(image.pixelColor(at + QPoint(dx, 0))) for dx in range(36)]
        return sum(colour.green() > 180 and colour.red() < 90 for colour in colours)

    row, free, half = 7, QPoint(bar.right() + 60, bar.top() - 10), QPoint(bar.right() - 2, bar.top() - 10)
    put(row, free)
    qtbot.waitUntil(lambda: greens() > 30)
    assert widget.row_at(free.x(), free.y()) == row
    put(row, half)
    assert greens() == 0
    assert not widget._overlay.shows_thumbnail(canvas.view, row)
    widget.nav.hide()
    qtbot.waitUntil(lambda: greens() > 30)


# Enclosing


@pytest.mark.parametrize(
    ("held", "mode"),
    [(NO, "replace"), (SHIFT, "add"), (ALT, "subtract"), (SHIFT | ALT, "intersect"), (CONTROL, "replace")],
)
def test_that_modifiers_say_how_an_enclosure_joins(held: Qt.KeyboardModifier, mode: str) -> None:
    assert mode_of(held) == mode


def test_that_a_rectangle_replaces_adds_subtracts_and_intersects(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(800))
    qtbot.keyClick(widget.canvas, Qt.Key.Key_R)
    a, b = (QPoint(60, 40), QPoint(420, 600)), (QPoint(300, 150), QPoint(640, 450))
    in_a, in_b = rows_between(widget, *a), rows_between(widget, *b)
    assert (in_a & in_b).any()
    expected = in_a
    for corners, held, result in (
        (a, NO, in_a),
        (b, SHIFT, in_a | in_b),
        (b, ALT, in_a & ~in_b),
        (b, SHIFT, in_a | in_b),
        (b, SHIFT | ALT, (in_a | in_b) & in_b),
        (a, NO, in_a),
    ):
        drag(qtbot, widget, box(*corners), held)
        settle(widget)
        expected = result
        assert np.array_equal(widget.pool.highlight, expected), held


def test_that_a_lasso_highlights_what_it_surrounds(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(800))
    qtbot.keyClick(widget.canvas, Qt.Key.Key_L)
    assert widget.canvas.tool is Tool.LASSO
    corners = [QPoint(100, 60), QPoint(500, 60), QPoint(500, 500), QPoint(100, 500)]
    drag(qtbot, widget, [*corners, QPoint(100, 62)])
    settle(widget)
    assert np.array_equal(widget.pool.highlight, rows_between(widget, corners[0], corners[2]))


def test_that_a_drag_with_shift_highlights_without_changing_the_tool(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(800))
    before = widget.canvas.view
    a, b = QPoint(60, 40), QPoint(420, 600)
    drag(qtbot, widget, box(a, b), SHIFT)
    settle(widget)
    assert np.array_equal(widget.pool.highlight, rows_between(widget, a, b))
    assert (widget.canvas.view, widget.canvas.tool) == (before, Tool.PAN)


def test_that_an_enclosure_leaves_out_what_is_filtered(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(800))
    visible = np.arange(800) % 2 == 0
    widget.pool.set_visible(visible)
    widget.canvas.set_tool(Tool.RECTANGLE)
    a, b = QPoint(60, 40), QPoint(420, 600)
    drag(qtbot, widget, box(a, b))
    settle(widget)
    assert np.array_equal(widget.pool.highlight, rows_between(widget, a, b) & visible)


def test_that_escape_leaves_one_thing_at_a_time(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(100))
    canvas, made = widget.canvas, widget.pool
    made.set_highlight(np.arange(10))
    made.set_focus(3)
    canvas.set_tool(Tool.LASSO)
    qtbot.mousePress(canvas.viewport(), LEFT, NO, QPoint(100, 100))
    qtbot.mouseMove(canvas.viewport(), QPoint(200, 200))
    drawing = [bool(canvas.drawing)]
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    drawing.append(bool(canvas.drawing))
    assert drawing == [True, False]
    assert made.highlight.sum() == 10
    qtbot.mouseRelease(canvas.viewport(), LEFT, NO, QPoint(200, 200))
    assert made.highlight.sum() == 10
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not made.highlight.any()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert (canvas.tool, made.focus) == (Tool.PAN, 3)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert made.focus == -1


def test_that_shift_f_fits_the_highlight(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(400))
    some = widget.pool.xy[:, 0] > np.percentile(widget.pool.xy[:, 0], 80)
    widget.pool.set_highlight(some)
    before = widget.canvas.view.scale
    qtbot.keyClick(widget.canvas, Qt.Key.Key_F, SHIFT)
    assert widget.canvas.view.scale > before
    assert all(widget.canvas.rect().contains(pixel_of(widget, int(row))) for row in np.flatnonzero(some))


# Colours and legend


def test_that_the_legend_counts_and_its_lines_switch_points(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(500, picks=20))
    lines = {row.entry.name: row for row in widget.legend.rows}
    assert {name: row.entry.count for name, row in lines.items()} == {
        name: int(np.count_nonzero(widget.pool.state == state))
        for name, state in (
            ("Unlabelled", SampleState.UNLABELLED),
            ("Rejected", SampleState.REJECTED),
            ("Pending", SampleState.PENDING),
            ("Accepted", SampleState.ACCEPTED),
            ("Labelled", SampleState.LABELLED),
        )
    }
    unlabelled = int(np.count_nonzero(widget.pool.state == SampleState.UNLABELLED))
    qtbot.mouseClick(lines["Unlabelled"], LEFT)
    settle(widget)
    assert not lines["Unlabelled"].isChecked()
    assert widget.active == 500 - unlabelled
    qtbot.mouseClick(lines["Unlabelled"], LEFT)
    settle(widget)
    assert widget.active == 500


def test_that_a_double_click_on_a_line_shows_only_it_and_again_all(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(500, picks=20))
    line = next(row for row in widget.legend.rows if row.entry.name == "Pending")
    for shown in (line.entry.count, 500):
        qtbot.mouseClick(line, LEFT)
        qtbot.mouseDClick(line, LEFT)
        settle(widget)
        assert widget.active == shown


def test_that_the_points_can_be_coloured_by_every_field(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(500))
    combo = widget.toolbar.colour
    pictures = []
    for place in range(combo.count()):
        combo.setCurrentIndex(place)
        combo.activated.emit(place)
        settle(widget)
        assert widget.colour.title == combo.itemText(place)
        assert widget.canvas.picture.frame is not None
        pictures.append(widget.canvas.picture.frame.pixels.tobytes())
    assert combo.count() == 5
    assert len(set(pictures)) == 5


def test_that_a_numeric_field_has_a_colour_bar_and_its_missing_values_a_line(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(500))
    widget.set_colour(ColourBy(Kind.METADATA, "brightness"))
    settle(widget)
    assert widget.legend.findChild(ColourBar) is not None
    assert [row.entry.code for row in widget.legend.rows] == [NONE]


def test_that_each_colouring_remembers_what_its_legend_hid(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(500))
    category = ColourBy(Kind.METADATA, "category")
    widget.set_colour(category)
    settle(widget)
    widget.lines.toggle(widget.legend.rows[0].entry.code)
    widget.set_colour(ColourBy())
    settle(widget)
    assert widget.active == 500
    widget.set_colour(category)
    settle(widget)
    assert widget.active == 500 - widget.legend.rows[0].entry.count


def test_that_a_field_that_disappears_gives_way_to_the_state(show_map: ShowMap) -> None:
    widget = show_map(pool(50))
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    widget.pool.apply(replace(patch(50), samples=None, xy=None, metadata={}))
    assert widget.colour == ColourBy()
    assert widget.toolbar.colour.count() == 3


# The pool changes


def test_that_a_change_of_state_is_drawn(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(200, labelled=0.0))
    before = {row.entry.name: row.entry.count for row in widget.legend.rows}
    state = widget.pool.state.copy()
    state[:30] = SampleState.LABELLED
    given = patch(200, labelled=0.0)
    widget.pool.apply(replace(given, samples=None, xy=None, state=state))
    settle(widget)
    after = {row.entry.name: row.entry.count for row in widget.legend.rows}
    assert (before, after) == ({"Unlabelled": 200}, {"Unlabelled": 170, "Labelled": 30})


def test_that_without_images_and_without_positions_the_map_says_what_to_do(show_map: ShowMap, qtbot: QtBot) -> None:
    made = Pool()
    widget = show_map(made)
    assert widget.empty.isVisible()
    assert not widget.toolbar.isVisible()
    assert "No images yet" in widget.empty.accessibleName()
    with qtbot.waitSignal(widget.empty_asked) as asked:
        qtbot.mouseClick(widget.empty.button, LEFT)
    assert asked.args == ["add"]
    given = patch(30)
    made.load(replace(given, xy=np.full((30, 2), np.nan)))
    assert "No map yet" in widget.empty.accessibleName()
    with qtbot.waitSignal(widget.empty_asked) as asked:
        qtbot.mouseClick(widget.empty.button, LEFT)
    assert asked.args == ["embed"]
    assert given.samples is not None
    lost = np.array([SampleStatus.UNREADABLE] * 29 + [SampleStatus.MISSING], given.samples.status.dtype)
    made.apply(PoolPatch(samples=replace(given.samples, status=lost)))
    assert "None of the 30 files can be used" in widget.empty.accessibleName()
    with qtbot.waitSignal(widget.empty_asked) as asked:
        qtbot.mouseClick(widget.empty.button, LEFT)
    assert asked.args == ["unreadable"]
    made.apply(PoolPatch(samples=given.samples))
    assert "No map yet" in widget.empty.accessibleName()
    widget.set_working(True)
    assert not widget.empty.button.isVisible()
    made.set_positions(made.ids[:3], np.array([[0, 0], [1, 1], [0, 1]], float))
    assert widget.canvas.isVisible()
    assert widget.toolbar.isVisible()
    qtbot.waitUntil(lambda: widget.active == 3, timeout=60_000)


def test_that_adding_images_keeps_the_view_and_another_project_does_not(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(100))
    widget.canvas.zoom(4.0)
    chosen = widget.canvas.view
    widget.pool.load(patch(150))
    settle(widget)
    assert widget.canvas.view == chosen
    widget.pool.load(patch(150, root=Path("elsewhere")))
    settle(widget)
    assert widget.canvas.is_fitted


def test_that_a_picture_of_rows_that_are_gone_is_never_shown(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(300))
    widget.request()
    widget.pool.load(patch(20))
    settle(widget)
    assert widget.canvas.picture.frame is not None
    assert len(widget.canvas.picture.frame.cloud) == 20


def test_that_a_lasso_over_rows_that_are_gone_highlights_nothing(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(300))
    widget.canvas.set_tool(Tool.RECTANGLE)
    drag(qtbot, widget, box(QPoint(2, 2), QPoint(600, 600)))
    widget.pool.load(patch(20))
    settle(widget)
    assert not widget.pool.highlight.any()


def test_that_nothing_is_drawn_while_hidden_and_the_latest_when_shown(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(100))
    widget.hide()
    widget.pool.set_highlight(np.arange(5))
    assert widget.settled
    widget.show()
    settle(widget)
    assert widget.canvas.picture.frame is not None
    assert widget.canvas.picture.frame.style.highlighted == 5


def test_that_light_and_dark_switch_at_once(show_map: ShowMap, settle: Settle, qapp: QApplication) -> None:
    widget = show_map(pool(100))
    start = theme_watch().theme
    try:
        for choice, theme in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
            apply_appearance(qapp, choice)
            settle(widget)
            corner = widget.canvas.grab().toImage().pixelColor(3, 3)
            assert corner.name().upper() == theme.canvas.upper()
            assert widget.legend.rows[0].entry.colour == theme.states[0]
    finally:
        qapp.setStyleSheet("")
        theme_watch().switch(start)


# Access and responsiveness


def test_that_every_control_has_a_name_and_a_tip_and_is_reached_by_keyboard(show_map: ShowMap) -> None:
    widget = show_map(pool(100))
    buttons = [*widget.toolbar.findChildren(QToolButton), *widget.nav.findChildren(QToolButton)]
    assert len(buttons) >= 17
    # Of exclusive buttons, Qt lets Tab reach the checked one and the arrow keys the others.
    grouped = [*widget.toolbar.tools.values(), *widget.toolbar.modes.values()]
    others = [button for button in grouped if not button.isChecked()]
    assert len(others) == len(grouped) - 2
    controls: list[QWidget] = [*buttons, widget.toolbar.colour, widget.minimap]
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control in others or control.focusPolicy() & Qt.FocusPolicy.TabFocus
    for button in buttons:
        assert not button.icon().isNull()
    for row in widget.legend.rows:
        assert str(row.entry.count) in row.accessibleName()
        assert row.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert widget.canvas.accessibleName() == "Map"
    assert widget.canvas.accessibleDescription() == "100 images, 100 shown, 0 highlighted"


def test_that_the_toolbar_and_the_keys_agree_on_the_tool(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(50))
    qtbot.mouseClick(widget.toolbar.tools[Tool.RECTANGLE], LEFT)
    assert widget.canvas.tool is Tool.RECTANGLE
    qtbot.keyClick(widget.canvas, Qt.Key.Key_L)
    assert widget.toolbar.tools[Tool.LASSO].isChecked()
    qtbot.keyClick(widget.canvas, Qt.Key.Key_L)
    assert widget.toolbar.tools[Tool.PAN].isChecked()
    before = widget.canvas.view.scale
    qtbot.mouseClick(widget.nav.zoom_in, LEFT)
    assert widget.canvas.view.scale > before
    qtbot.mouseClick(widget.nav.fit, LEFT)
    assert widget.canvas.is_fitted
    qtbot.mouseClick(widget.toolbar.switches["legend"], LEFT)
    assert not widget.legend.isVisible()


def test_that_drawing_a_million_points_never_stalls_the_window(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    # An installed program finds its kernels compiled; what stalls here must not be the compiler.
    warm()
    widget = show_map(pool(1_000_000, picks=200, labelled=0.01))
    watch = LoopWatch()
    with watch.watching():
        for _ in range(3):
            for at in (QPoint(300, 300), QPoint(500, 200)):
                wheel(widget, at, 240)
                settle(widget)
                wheel(widget, at, -240)
                settle(widget)
        widget.set_colour(ColourBy(Kind.METADATA, "brightness"))
        settle(widget)
        widget.lines.toggle(NONE)
        settle(widget)
    assert watch.blocks == []


def test_that_keys_of_any_script_are_left_to_the_window(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(20))
    before = widget.canvas.view
    for code in (0x416, 0x1F600, int(Qt.Key.Key_P), int(Qt.Key.Key_F5)):
        event = QKeyEvent(QEvent.Type.KeyPress, code, NO)
        event.setAccepted(True)
        widget.keyPressEvent(event)
        assert not event.isAccepted()
    qtbot.keyClick(widget.canvas, Qt.Key.Key_L, CONTROL)
    assert (widget.canvas.view, widget.canvas.tool) == (before, Tool.PAN)


def test_that_fitting_what_is_fitted_leaves_no_step_in_the_history(show_map: ShowMap, qtbot: QtBot) -> None:
    widget = show_map(pool(100))
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Plus)
    closer = widget.canvas.view
    for key in ("F", "F", "F", "Backspace"):
        qtbot.keyClick(widget.canvas, getattr(Qt.Key, f"Key_{key}"))
    assert widget.canvas.view == closer


def test_that_enter_on_a_line_of_the_legend_switches_it_and_opens_nothing(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(500, picks=20))
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    widget.pool.set_focus(3)
    opened: list[object] = []
    widget.opened.connect(lambda *_: opened.append(True))
    line = widget.legend.rows[0]
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(widget)
    assert not line.isChecked()
    assert opened == []
    widget.canvas.setFocus()
    qtbot.keyClick(widget.canvas, Qt.Key.Key_Return)
    assert opened == [True]


def test_that_another_size_is_drawn_with_what_is_asked_for_meanwhile(
    qtbot: QtBot, show_map: ShowMap, settle: Settle
) -> None:
    widget = show_map(pool(300))
    drawn: list[tuple[int, int]] = []
    widget._driver.frame.connect(lambda frame: drawn.append((frame.view.height, frame.style.active)))
    widget.resize(900, 560)
    qtbot.waitUntil(lambda: widget.canvas.view.height < 560)
    assert not widget.settled
    widget.pool.set_visible(np.arange(300) < 100)
    settle(widget)
    assert drawn == [(widget.canvas.view.height, 100)]


def test_that_another_size_is_drawn_where_nothing_else_is_asked_for(
    qtbot: QtBot, show_map: ShowMap, settle: Settle
) -> None:
    widget = show_map(pool(300))
    widget.resize(700, 560)
    qtbot.waitUntil(lambda: widget.canvas.view.width == widget.canvas.viewport().width() < 900)
    settle(widget)
    frame = widget.canvas.picture.frame
    assert frame is not None
    assert (frame.view.width, frame.view.height) == (widget.canvas.view.width, widget.canvas.view.height)


def test_that_the_map_tells_the_one_who_draws_that_a_hand_moves_it(
    qtbot: QtBot, show_map: ShowMap, settle: Settle
) -> None:
    widget = show_map(pool(300))
    target = widget.canvas.viewport()
    assert not widget._asking.scene(0).moving
    qtbot.mousePress(target, LEFT, NO, QPoint(300, 300))
    qtbot.mouseMove(target, QPoint(340, 300))
    assert widget._asking.scene(0).moving
    qtbot.mouseRelease(target, LEFT, NO, QPoint(340, 300))
    assert not widget._asking.scene(0).moving


def test_that_the_canvas_takes_the_keys_and_not_the_map_around_it(show_map: ShowMap) -> None:
    widget = show_map(pool(100))
    widget.activateWindow()
    went: list[QWidget | None] = []
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(lambda _old, new: went.append(new))
    widget.setFocus()
    assert went == [widget.canvas]

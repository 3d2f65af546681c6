"""All of the map in sight: beside what lies over it, whatever the size of the window and the direction of reading."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.view import fitted
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import pool

SQUARE = (-1.0, -1.0, 1.0, 1.0)


def covered(widget: MapWidget) -> int:
    """How many samples lie below the legend or the buttons."""
    places = np.array([widget.canvas.view.to_pixel(x, y) for x, y in widget.pool.xy])
    below = np.zeros(len(places), bool)
    for piece in (widget.legend, widget.nav):
        if piece.isVisibleTo(widget):
            area = piece.geometry()
            low, high = (area.left(), area.top()), (area.right(), area.bottom())
            below |= np.all((places >= low) & (places <= high), axis=1)
    return int(np.count_nonzero(below))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("size", [(900, 640), (430, 320), (1200, 300), (340, 700)])
def test_that_no_sample_of_a_fitted_map_lies_below_what_floats_over_it(
    show_map: ShowMap, settle: Settle, size: tuple[int, int], direction: Qt.LayoutDirection
) -> None:
    widget = show_map(pool(400))
    widget.setLayoutDirection(direction)
    widget.resize(*size)
    settle(widget)
    assert widget.canvas.is_fitted
    assert covered(widget) == 0


def test_that_without_a_legend_the_points_take_its_room(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(400))
    widget.resize(600, 640)
    settle(widget)
    before = widget.canvas.view.scale
    widget.set_legend(False)
    settle(widget)
    assert widget.canvas.view.scale > before


def test_that_the_pieces_change_sides_where_one_reads_from_right_to_left(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(400))
    middle = widget.canvas.width() / 2
    assert widget.legend.geometry().center().x() > middle > widget.nav.geometry().center().x()
    widget.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    widget.resize(901, 640)
    settle(widget)
    assert widget.legend.geometry().center().x() < middle < widget.nav.geometry().center().x()


def test_that_the_buttons_show_only_where_they_reach_nothing_above_them(show_map: ShowMap) -> None:
    widget = show_map(pool(40))
    furniture, canvas = widget._furniture, widget.canvas
    for top in (12, canvas.height() - widget.nav.height() - 6):
        furniture.place(True, False, top)
        assert widget.nav.isVisibleTo(widget) == (widget.nav.height() + 12 + top <= canvas.height())
        assert not widget.nav.isVisibleTo(widget) or widget.nav.y() >= top


def test_that_bounds_lie_in_the_middle_of_what_is_free() -> None:
    view = fitted(SQUARE, 400, 200, ((100, 0, 100, 0),))
    assert view.to_pixel(0, 0) == (200, 100)
    view = fitted(SQUARE, 400, 200, ((200, 0, 0, 40),))
    assert view.to_pixel(0, 0) == pytest.approx((300, 80))
    corners = [view.to_pixel(-1, -1), view.to_pixel(1, 1)]
    assert all(200 <= x <= 400 and 0 <= y <= 160 for x, y in corners)


def test_that_the_roomier_margins_are_taken() -> None:
    beside, below = (0, 0, 220, 0), (0, 150, 0, 0)
    assert fitted(SQUARE, 800, 300, (beside, below)) == fitted(SQUARE, 800, 300, (beside,))
    assert fitted(SQUARE, 300, 700, (beside, below)) == fitted(SQUARE, 300, 700, (below,))


def test_that_margins_wider_than_the_view_leave_it_usable() -> None:
    assert fitted(SQUARE, 100, 100, ((200, 200, 200, 200),)).scale > 0


def test_that_fitting_a_few_samples_stops_at_the_closest_scale_and_shows_them(show_map: ShowMap) -> None:
    widget = show_map(pool(400))
    x, y = widget.pool.xy[7]
    widget.canvas.fit((x, y, x + 1e-9, y + 1e-9))
    px, py = widget.canvas.view.to_pixel(x, y)
    free = widget.legend.geometry().left()
    assert widget.nav.geometry().right() < px < free
    assert 0 < py < widget.canvas.height()

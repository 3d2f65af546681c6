"""What the map paints above the points: badges of pins and vetoes, two compared batches, and the menu on a point."""

from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication

import desktop_al.gui.map.map_widget as map_module
from desktop_al.domain.results import BatchComparison
from desktop_al.gui.comparison import Comparison
from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.marks import Mark
from desktop_al.gui.theme import Theme
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import pool

FIGURES = BatchComparison(1, 2, (25, 25), (), 0.5, 0.5, 0.5, (0.7, 0.8), (0.0, 0.2), (None, None))


def picture(widget: MapWidget) -> QImage:
    image: QImage = widget.canvas.grab().toImage()
    return image


def test_that_two_batches_are_drawn_until_they_are_no_longer_compared(show_map: ShowMap) -> None:
    widget = show_map(pool(400, picks=40))
    ids = widget.pool.ids[widget.pool.pick_order]
    plain = picture(widget)
    widget.set_comparison(Comparison(FIGURES, ids[:25], ids[15:]))
    both = picture(widget)
    assert both != plain
    widget.set_comparison(Comparison(FIGURES, ids[15:], ids[:25]))
    assert picture(widget) != both
    widget.set_comparison(None)
    assert picture(widget) == plain


def test_that_names_of_regions_are_read_over_the_shapes_of_a_comparison(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(2_000))
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    settle(widget)
    sight = widget._overlay.sight(widget.canvas.view)
    assert sight is not None
    _, x, y, opacity = widget._overlay.labels.visible(sight)[-1]
    assert opacity == 1
    place = QRect(round(x) - 20, round(y) - 6, 40, 12)
    ink = QColor(Theme.current().text)

    def letters() -> set[tuple[int, int]]:
        image = picture(widget).copy(place)
        spots = product(range(image.width()), range(image.height()))
        return {spot for spot in spots if image.pixelColor(*spot) == ink}

    plain = letters()
    assert len(plain) > 10
    # On every point there is a shape.
    widget.set_comparison(Comparison(FIGURES, widget.pool.ids, widget.pool.ids[:0]))
    assert letters() == plain


def test_that_images_of_regions_do_not_hide_the_shapes_of_a_comparison(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(2_000))
    sight = widget._overlay.sight(widget.canvas.view)
    assert sight is not None
    assert widget._overlay.labels.visible(sight)
    widget.set_comparison(Comparison(FIGURES, widget.pool.ids[:25], widget.pool.ids[15:40]))
    assert widget._overlay.labels.visible(sight) == []
    widget.set_comparison(None)
    assert widget._overlay.labels.visible(sight)


def test_that_kept_and_vetoed_samples_have_badges_of_their_own(show_map: ShowMap) -> None:
    widget = show_map(pool(400, picks=40))
    sample = int(widget.pool.ids[widget.pool.pick_order[0]])
    pictures = []
    for mark in Mark:
        widget.pool.set_marks({sample: mark})
        pictures.append(picture(widget))
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]
    assert pictures[0] != pictures[2]


def test_that_a_right_click_on_a_point_offers_what_can_be_done(
    show_map: ShowMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = show_map(pool(400, picks=40))
    asked: list[int] = []
    monkeypatch.setattr(map_module, "show_menu", lambda parent, known, row, where, do: asked.append(row))
    row = int(widget.pool.pick_order[0])
    x, y = widget.canvas.view.to_pixel(*widget.pool.xy[row])
    at = QPoint(round(x), round(y))
    viewport = widget.canvas.viewport()
    mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, mouse)
    assert len(asked) == 1
    assert widget.pool.focus == asked[0]
    assert np.hypot(*(widget.pool.xy[asked[0]] - widget.pool.xy[row])) * widget.canvas.view.scale < 12
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(viewport, key)
    assert asked == [widget.pool.focus] * 2
    empty = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(viewport, empty)
    assert len(asked) == 2

"""What a screen reader says of the map's focus: the sample, its state, and where it lies."""

import numpy as np
import pytest

from desktop_al.gui.map.regions import Regions
from desktop_al.gui.map.spoken import nearest_name, place_words
from tests.gui.map.conftest import ShowMap
from tests.gui.map.synthetic import pool

BOUNDS = (-3.0, 0.0, 3.0, 9.0)


def regions(*named: tuple[str, float, float]) -> Regions:
    texts, x, y = zip(*named, strict=True)
    some = np.ones(len(named))
    rows = np.zeros(len(named), np.int32)
    return Regions(np.array(x), np.array(y), some, some, rows.astype(np.int64), texts, rows)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (-3, 9, "at the upper left of the map"),
        (0, 9, "at the top of the map"),
        (3, 9, "at the upper right of the map"),
        (-2, 4, "at the left of the map"),
        (0, 4.5, "in the middle of the map"),
        (2.9, 5, "at the right of the map"),
        (-1.1, 1, "at the lower left of the map"),
        (0.9, 0, "at the bottom of the map"),
        (3, 0, "at the lower right of the map"),
    ],
)
def test_that_a_place_is_told_by_thirds_of_the_map(x: float, y: float, words: str) -> None:
    assert place_words(x, y, BOUNDS) == words


def test_that_one_point_alone_has_a_place() -> None:
    assert place_words(1.0, 1.0, (1.0, 1.0, 1.0, 1.0)).endswith("of the map")


def test_that_the_nearest_region_with_a_name_is_told_where_it_is_near() -> None:
    known = regions(("birds", 0.0, 8.0), ("", 0.0, 0.1), ("boats", 2.0, 8.0))
    assert nearest_name(0.1, 7.5, BOUNDS, known) == "birds"
    assert nearest_name(1.9, 8.5, BOUNDS, known) == "boats"
    assert nearest_name(0.0, 0.0, BOUNDS, known) == ""
    assert nearest_name(0.0, 0.0, BOUNDS, None) == ""


def test_that_the_map_says_what_is_focused_and_where_it_lies(show_map: ShowMap) -> None:
    widget = show_map(pool(100))
    widget.pool.set_focus(4)
    said = widget.canvas.accessibleDescription()
    assert said.startswith(f"{widget.pool.path(4).name}, ")
    assert "of the map" in said
    assert said.endswith(". 100 images, 100 shown, 0 highlighted")
    widget.pool.set_focus(-1)
    assert widget.canvas.accessibleDescription() == "100 images, 100 shown, 0 highlighted"

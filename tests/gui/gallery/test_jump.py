"""Going to an image by its name."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.jump import find_place
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.pools import full_pool

NAMES = ["b/Cat 1.jpg", "cat/dog.png", "a/bobcat.jpg", "a/cat 2.jpg", "zebra.png"]


def test_that_names_that_begin_so_come_before_those_that_contain_it() -> None:
    rows = np.arange(5)
    assert find_place(NAMES, rows, 0, "cat") == 0
    assert find_place(NAMES, rows, 1, "CAT ") == 3
    assert find_place(NAMES, rows, 4, "cat") == 0
    assert find_place(NAMES, rows, 0, "bra") == 4
    assert find_place(NAMES, rows[::-1].copy(), 0, "cat") == 1
    assert find_place(NAMES, rows, 0, "horse") == -1
    assert find_place(NAMES, rows, 0, "  ") == -1
    assert find_place(NAMES, rows[:0], 0, "cat") == -1


def test_that_a_number_is_a_place_and_the_ends_are_the_ends() -> None:
    rows = np.arange(5)
    assert [find_place(NAMES, rows, 0, text) for text in ("#1", "#4", "#0", "#999")] == [0, 3, 0, 4]
    assert find_place(NAMES, rows, 0, "#x") == -1


def test_that_the_search_can_be_called_off() -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        find_place(NAMES, np.arange(5), 0, "cat", ctx)


def test_that_one_goes_to_an_image_while_writing_on_to_the_next_and_back(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    pool = full_pool(*pictures)
    gallery = GalleryWidget(pool, thumbs)
    qtbot.addWidget(gallery)
    gallery.resize(640, 480)
    gallery.show()
    qtbot.waitExposed(gallery)
    gallery.set_show(Show.ALL)
    gallery.set_order("added")
    grid, line = gallery.grid, gallery.jump
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_J)
    assert gallery.focusWidget() is line
    name = pool.path(41).name
    qtbot.keyClicks(line, name)
    assert pool.focus == 41
    assert grid.viewport().rect().contains(grid.cell_rect(grid.position_of(41)))
    line.clear()
    qtbot.keyClicks(line, name[:1])
    first = pool.focus
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert pool.focus != first
    line.clear()
    qtbot.keyClicks(line, "no such")
    assert gallery.bar.note.text() == "No image here is called “no such”."
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert gallery.bar.note.isHidden()
    assert gallery.focusWidget() is grid

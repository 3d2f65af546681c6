"""The true neighbours in the inspector."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al.gui.insights import NearestTaker
from desktop_al.gui.neighbours_view import NeighboursView
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.pool_rows import NO_COUNTS
from desktop_al.gui.theme import Theme
from desktop_al.gui.thumb_strip import SIDE
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool
from tests.pictures import make_pictures


class Given:
    """The neighbours of a row are those that follow it; none of the last row."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.asked: list[int] = []
        self.waits: list[NearestTaker] = []

    def neighbours(self, row: int, k: int, on_done: NearestTaker, by: str = "") -> None:
        self.asked.append(row)
        self.waits.append(on_done)

    def answer(self) -> None:
        row = self.asked[-1]
        rows = np.arange(row + 1, min(row + 9, len(self.pool)))
        self.waits[-1](rows, np.linspace(0.25, 0.6, 8)[: len(rows)])


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    names = [path.name for path in make_pictures(tmp_path / "pictures", 20)]
    pool = full_pool(tmp_path / "pictures", names)
    pool.apply(PoolPatch(counts=replace(NO_COUNTS, embedded=20)))
    return pool


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path, pool: Pool) -> Iterator[NeighboursView]:
    thumbs = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    made = NeighboursView(pool, thumbs, Given(pool))
    qtbot.addWidget(made)
    made.resize(300, 200)
    yield made
    thumbs.close()


def given(view: NeighboursView) -> Given:
    finder = view._insights
    assert isinstance(finder, Given)
    return finder


def test_that_the_eight_nearest_show_and_a_click_goes_there(qtbot: QtBot, view: NeighboursView, pool: Pool) -> None:
    pool.set_focus(3)
    qtbot.waitUntil(lambda: given(view).asked == [3])
    given(view).answer()
    assert view.strip.rows == list(range(4, 12))
    assert view.title.text() == "Nearest images, 0.25 to 0.60 away"
    qtbot.mouseClick(view.strip, Qt.MouseButton.LeftButton, pos=view.strip._rect(2).center())
    assert pool.focus == 6


def test_that_who_passes_by_asks_for_nothing_and_late_answers_are_dropped(
    qtbot: QtBot, view: NeighboursView, pool: Pool
) -> None:
    for row in range(5):
        pool.set_focus(row)
    qtbot.waitUntil(lambda: bool(given(view).asked))
    assert given(view).asked == [4]
    pool.set_focus(7)
    given(view).answer()
    assert view.strip.rows == []
    assert view.isHidden()


def test_that_without_neighbours_or_embeddings_nothing_shows(qtbot: QtBot, view: NeighboursView, pool: Pool) -> None:
    pool.set_focus(19)
    qtbot.waitUntil(lambda: bool(given(view).asked))
    given(view).answer()
    assert view.isHidden()
    pool.apply(PoolPatch(counts=NO_COUNTS))
    pool.set_focus(2)
    assert not view._pause.isActive()


def test_that_the_image_under_the_mouse_is_outlined(qtbot: QtBot, view: NeighboursView, pool: Pool) -> None:
    strip = view.strip
    view.show()
    qtbot.waitExposed(view)
    strip.set_samples(pool.ids[:3].tolist())
    qtbot.waitUntil(lambda: strip.isVisible() and strip.height() > SIDE)

    def edge() -> str:
        # Of the second: the first may have the focus.
        return strip.grab().toImage().pixelColor(strip._rect(1).left(), 20).name().upper()

    assert edge() != Theme.current().faint
    qtbot.mouseMove(strip, strip._rect(1).center())
    assert edge() == Theme.current().faint
    qtbot.mouseMove(strip, strip._rect(0).center())
    assert edge() != Theme.current().faint

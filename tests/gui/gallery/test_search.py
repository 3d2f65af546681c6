"""Images like one: the most similar come into sight, and stay there."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_al.gui.columns import Column
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.orders import Order
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.pool import Pool
from desktop_al.gui.thumbs import ThumbLoader

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights


class Found(QObject):
    """Stands in for the insights: finds at once, and each row is as similar as its number to a file or an image."""

    ready, failed, state_changed = Signal(str), Signal(str, str), Signal(str)

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool

    def similar(self, of: object, done: Callable[[], None], fail: Callable[[str], None]) -> None:
        values = np.arange(len(self._pool), dtype=np.float64)
        if isinstance(of, Path):
            values = values[::-1].copy()
        else:
            values[int(cast("list[int]", of)[0])] = len(values)
        self._pool.set_insight("similarity", Column("similarity", None, (), values))
        self.state_changed.emit("similarity")
        done()

    def release(self, name: str, by: str) -> None:
        pass

    def state(self, name: str) -> str:
        return "ready"


@pytest.fixture
def gallery(qtbot: QtBot, pool: Pool, thumbs: ThumbLoader) -> GalleryWidget:
    widget = GalleryWidget(pool, thumbs, None, cast("Insights", Found(pool)))
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def in_sight(gallery: GalleryWidget, row: int) -> bool:
    grid = gallery.grid
    return grid.cell_rect(grid.position_of(row)).intersects(grid.viewport().rect())


def test_that_a_new_search_begins_with_the_most_similar(gallery: GalleryWidget, pool: Pool, tmp_path: Path) -> None:
    for row in (40, 7):
        gallery.find_similar(row)
        assert (gallery.grid.top, int(gallery.grid.rows[0]), pool.focus) == (0, row, row)
        pool.set_focus(50)
        gallery.find_similar_to(tmp_path / "file.jpg")
        assert (gallery.grid.top, int(gallery.grid.rows[0])) == (0, 0)
        # The keys act on what is seen.
        assert pool.focus == 0


def test_that_another_size_does_not_pull_the_gallery_to_a_focused_image_out_of_sight(
    gallery: GalleryWidget, pool: Pool
) -> None:
    gallery.set_show(Show.ALL)
    gallery.set_order(Order.ADDED)
    pool.set_focus(59)
    gallery.grid.verticalScrollBar().setValue(0)
    for width, height in ((640, 420), (520, 420), (800, 460)):
        gallery.resize(width, height)
        assert in_sight(gallery, 0)
    # One that is in sight stays there.
    pool.set_focus(30)
    for width, height in ((640, 420), (520, 260), (800, 460)):
        gallery.resize(width, height)
        assert in_sight(gallery, 30)

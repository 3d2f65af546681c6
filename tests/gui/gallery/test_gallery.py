from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.gallery import GalleryWidget, Order, Show, ordered, rows_shown
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.pool import Pool, PoolPatch
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.pools import full_pool, sample_table

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pool(pictures: tuple[Path, list[str]]) -> Pool:
    return full_pool(*pictures, picks=12, labelled=6)


@pytest.fixture
def gallery(qtbot: QtBot, pool: Pool, thumbs: ThumbLoader) -> GalleryWidget:
    widget = GalleryWidget(pool, thumbs)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.show()
    qtbot.waitExposed(widget)
    widget.set_order(Order.RANK)
    return widget


def what(gallery: GalleryWidget) -> Show:
    """What the gallery shows now."""
    return gallery.show_what


def show_all(gallery: GalleryWidget) -> None:
    """Show every sample in the order of rows."""
    gallery.set_show(Show.ALL)
    gallery.set_order(Order.ADDED)


def click(qtbot: QtBot, grid: GridView, position: int, modifier: Qt.KeyboardModifier) -> None:
    x, y, width, height = grid.layout_now().rect(position)
    point = QPoint(x + width // 2, y + height // 2 - grid.verticalScrollBar().value())
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, point)


def test_that_a_batch_shows_its_picks_in_rank_order(gallery: GalleryWidget, pool: Pool) -> None:
    assert gallery.show_what is Show.BATCH
    assert [pool.pick(int(row)).rank for row in gallery.grid.rows] == list(range(1, 13))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("show", "count"),
    [(Show.BATCH, 12), (Show.ALL, 60), (Show.HIGHLIGHT, 3), (Show.LABELLED, 6), (Show.UNREADABLE, 0)],
)
def test_that_each_tab_shows_what_it_counts(gallery: GalleryWidget, pool: Pool, show: Show, count: int) -> None:
    pool.set_highlight(np.array([3, 4, 5]))
    gallery.set_show(show)
    assert len(gallery.grid.rows) == count
    tabs = gallery._tabs
    assert tabs.tabText(tabs.currentIndex()) == f"{show.value}  {count}"


def test_that_clicks_focus_and_with_keys_mark_a_range_and_single_ones(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    show_all(gallery)
    none = Qt.KeyboardModifier.NoModifier
    click(qtbot, gallery.grid, 2, none)
    assert not pool.highlight.any()
    assert pool.focus == 2
    click(qtbot, gallery.grid, 5, SHIFT)
    assert np.flatnonzero(pool.highlight).tolist() == [2, 3, 4, 5]
    click(qtbot, gallery.grid, 4, CONTROL)
    assert np.flatnonzero(pool.highlight).tolist() == [2, 3, 5]
    click(qtbot, gallery.grid, 8, CONTROL)
    assert np.flatnonzero(pool.highlight).tolist() == [2, 3, 5, 8]
    click(qtbot, gallery.grid, 0, none)
    assert np.flatnonzero(pool.highlight).tolist() == [2, 3, 5, 8]
    assert pool.focus == 0


def test_that_a_set_begins_with_the_sample_clicked_first(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    click(qtbot, gallery.grid, 1, Qt.KeyboardModifier.NoModifier)
    click(qtbot, gallery.grid, 4, CONTROL)
    assert np.flatnonzero(pool.highlight).tolist() == [1, 4]


def test_that_the_tab_of_the_highlight_keeps_it_when_one_of_it_is_clicked(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    pool.set_highlight(np.array([3, 4, 5]))
    gallery.set_show(Show.HIGHLIGHT)
    click(qtbot, gallery.grid, 1, Qt.KeyboardModifier.NoModifier)
    assert sorted(gallery.grid.rows.tolist()) == [3, 4, 5]
    assert pool.focus == gallery.grid.rows[1]


def test_that_arrows_move_the_focus_and_bring_it_into_view(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    grid = gallery.grid
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert pool.focus == 0
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert pool.focus == 1 + grid.layout_now().columns
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert pool.focus == 59
    _, y, _, height = grid.layout_now().rect(59)
    assert y + height - grid.verticalScrollBar().value() <= grid.viewport().height()
    qtbot.keyClick(grid, Qt.Key.Key_Left, SHIFT)
    assert np.flatnonzero(pool.highlight).tolist() == [58, 59]
    qtbot.keyClick(grid, Qt.Key.Key_A, CONTROL)
    assert pool.highlight.all()


def test_that_focus_from_elsewhere_scrolls_the_gallery(gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    assert gallery.grid.verticalScrollBar().value() == 0
    pool.set_focus(57)
    assert gallery.grid.verticalScrollBar().value() > 0


def test_that_what_shows_gets_its_thumbnails(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool, thumbs: ThumbLoader
) -> None:
    show_all(gallery)
    qtbot.waitUntil(lambda: thumbs.pixmap(int(pool.ids[0])) is not None)
    picture = gallery.grid.viewport().grab().toImage()
    x, y, width, _ = gallery.grid.layout_now().rect(0)
    middle = picture.pixelColor(x + width // 2, y + width // 2)
    assert middle != picture.pixelColor(2, 2)


def test_that_the_size_slider_keeps_the_focused_sample_in_view(gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    pool.set_focus(30)
    for side in (48, 200, 256, 96):
        gallery.grid.set_cell(side)
        assert gallery._size.value() == side
        _, y, _, height = gallery.grid.layout_now().rect(30)
        top = gallery.grid.verticalScrollBar().value()
        assert y >= top
        assert y + height <= top + gallery.grid.viewport().height()


def test_that_letters_of_other_alphabets_are_no_fault(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    cyrillic = QKeyEvent(QKeyEvent.Type.KeyPress, 0x0431, Qt.KeyboardModifier.NoModifier, "\u0431")
    QApplication.sendEvent(gallery.grid, cyrillic)
    assert pool.focus == -1


def test_that_enter_and_double_clicks_open(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    pool.set_focus(5)
    with qtbot.waitSignal(gallery.opened) as opened:
        qtbot.keyClick(gallery.grid, Qt.Key.Key_Return)
    assert opened.args == [5]


def test_that_orders_sort_as_they_say(pool: Pool) -> None:
    rows = np.arange(60)
    by_rank = ordered(pool, rows, Order.RANK)
    assert pool.rank[by_rank[:12]].tolist() == list(range(1, 13))
    assert by_rank[12:].tolist() == list(range(12, 60))
    assert pool.label_code[ordered(pool, rows, Order.LABEL)[:6]].tolist() == [0, 0, 0, 1, 1, 1]
    assert pool.state[ordered(pool, rows, Order.STATE)[0]] == SampleState.LABELLED
    assert ordered(pool, rows[::-1], Order.ADDED).tolist() == list(range(60))


def test_that_the_next_sample_follows_the_shown_order(gallery: GalleryWidget) -> None:
    rows = gallery.grid.rows
    assert gallery.next_after(int(rows[0])) == rows[1]
    assert gallery.next_after(int(rows[-1])) == rows[-1]
    assert gallery.next_after(40) == -1


def test_that_hidden_samples_are_not_among_all(pool: Pool) -> None:
    mask = np.ones(60, bool)
    mask[10:] = False
    pool.set_visible(mask)
    assert rows_shown(pool, Show.ALL).tolist() == list(range(10))


def test_that_everything_shows_until_a_batch_comes(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    pool = full_pool(*pictures)
    widget = GalleryWidget(pool, thumbs)
    qtbot.addWidget(widget)
    assert what(widget) is Show.ALL
    picked = full_pool(*pictures, picks=5)
    pool.apply(PoolPatch(batches=picked.batches, batch=picked.batch, picks=picked.picks))
    assert what(widget) is Show.BATCH
    assert len(widget.grid.rows) == 5
    assert widget.grid.verticalScrollBar().value() == 0
    widget.set_show(Show.ALL)
    pool.apply(PoolPatch(batches=picked.batches, batch=picked.batch, picks=picked.picks))
    assert what(widget) is Show.ALL


def test_that_a_million_samples_are_laid_out_without_visiting_them(
    qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path
) -> None:
    class Names:
        """Counts which names are asked for."""

        asked = 0

        def __len__(self) -> int:
            return 1_000_000

        def __getitem__(self, index: int) -> str:
            Names.asked += 1
            return f"{index}.jpg"

    table = sample_table(tmp_path, ["x.jpg"] * 1_000_000)
    object.__setattr__(table, "relpaths", Names())
    pool = Pool()
    widget = GalleryWidget(pool, thumbs)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_show(Show.ALL)
    pool.load(PoolPatch(samples=table))
    widget.grab()
    assert len(widget.grid.rows) == 1_000_000
    assert 0 < Names.asked < 5_000

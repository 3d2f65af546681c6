import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.gui.accessible import install_roles
from desktop_al.gui.columns import Column
from desktop_al.gui.gallery.arrange import sort_rows
from desktop_al.gui.gallery.cell import CellPainter, stack_chip
from desktop_al.gui.gallery.cells import cells_of
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.gallery.header import button_rect
from desktop_al.gui.gallery.names import NameOrder
from desktop_al.gui.gallery.orders import Order, begins_descending, sort_keys
from desktop_al.gui.gallery.shown import Show, counts, empty_text, rows_of
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.theme import Theme
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.pools import full_pool, sample_table

if TYPE_CHECKING:
    from desktop_al.gui.insights import Insights

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def gallery(gallery: GalleryWidget) -> GalleryWidget:
    gallery.set_order(Order.RANK)
    return gallery


def what(gallery: GalleryWidget) -> Show:
    """What the gallery shows now."""
    return gallery.show_what


def ordered(pool: Pool, rows: np.ndarray, order: Order) -> np.ndarray:
    """``rows`` in the direction that ``order`` has by itself."""
    keys = sort_keys(pool, order, NameOrder())
    return np.sort(rows) if keys is None else sort_rows(rows, keys(), begins_descending(order))


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
    tabs = gallery.bar.tabs
    assert tabs.tabText(tabs.currentIndex()) == f"{show.value}  {count}"


def test_that_new_facts_do_not_pull_the_gallery_back_to_the_focused_image(
    gallery: GalleryWidget, pool: Pool, qtbot: QtBot
) -> None:
    gallery.grid.set_cell(200)
    show_all(gallery)
    pool.set_focus(2)
    bar = gallery.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    gallery.refresh()
    assert bar.value() == bar.maximum()
    # What is asked for anew shows the focused image, wherever it lies then.
    gallery.set_order(Order.ADDED, descending=True)
    pool.set_focus(58)
    gallery.set_order(Order.ADDED, descending=False)
    assert gallery.grid.cell_rect(58).intersects(gallery.grid.viewport().rect())


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
        assert gallery.bar.slider.value() == side
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
    assert rows_of(pool, Show.ALL)().tolist() == list(range(10))


def test_that_labelled_samples_go_by_the_filter_and_a_batch_does_not(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    labelled = np.flatnonzero(pool.state == SampleState.LABELLED)
    gallery.set_show(Show.LABELLED)
    qtbot.waitUntil(lambda: len(gallery.grid.rows) == len(labelled) == 6)
    mask = np.zeros(60, bool)
    mask[labelled[:2]] = True
    pool.set_visible(mask)
    qtbot.waitUntil(lambda: len(gallery.grid.rows) == 2)
    assert counts(pool)[Show.LABELLED] == 2
    pool.set_visible(np.arange(60) == 0)
    qtbot.waitUntil(lambda: len(gallery.grid.rows) == 0)
    assert gallery.grid.empty_text.startswith("The filters hide all of these")
    gallery.set_show(Show.BATCH)
    qtbot.waitUntil(lambda: len(gallery.grid.rows) == 12)
    pool.set_visible(np.ones(60, bool))
    assert counts(pool)[Show.LABELLED] == 6


@pytest.mark.parametrize("show", [Show.ALL, Show.HIGHLIGHT, Show.LABELLED])
def test_that_an_empty_tab_tells_a_filter_from_nothing_at_all(pool: Pool, show: Show) -> None:
    pool.set_highlight(np.array([1, 2]))
    pool.set_visible(np.zeros(60, bool))
    assert empty_text(pool, show).startswith("The filters hide")
    assert not empty_text(Pool(), show).startswith("The filters hide")


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


def stacked_pool(pool: Pool) -> None:
    """Give ``pool`` near-duplicates: rows 0 to 2 and 20 to 21."""
    codes = np.full(60, -1, np.int32)
    codes[:3], codes[20:22] = 0, 1
    pool.set_insight("copies", Column("copies", codes, ("Group 1", "Group 2"), None))


def test_that_sections_have_headers_that_fold_and_highlight(qtbot: QtBot, gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    gallery.set_group("meta:site")
    grid = gallery.grid
    assert [grid.arrangement.title(i) for i in range(3)] == ["north", "south", "west"]
    assert grid.rows[:20].tolist() == list(range(0, 60, 3))
    header = grid.header_rect(0)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=button_rect(header).center())
    assert np.flatnonzero(pool.highlight).tolist() == list(range(0, 60, 3))
    height = grid.layout_now().height
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=header.center())
    assert grid.folded == {0}
    assert grid.layout_now().height < height
    pool.set_focus(1)
    qtbot.keyClick(grid, Qt.Key.Key_Left, CONTROL)
    assert grid.folded == {0, 1}
    qtbot.keyClick(grid, Qt.Key.Key_Right, CONTROL | SHIFT)
    assert grid.folded == frozenset()
    qtbot.keyClick(grid, Qt.Key.Key_G)
    assert np.flatnonzero(pool.highlight).tolist() == list(range(1, 60, 3))


def test_that_folded_sections_stay_folded_when_the_order_changes(gallery: GalleryWidget) -> None:
    show_all(gallery)
    gallery.set_group("meta:site")
    gallery.grid.fold(1, True)
    gallery.set_order(Order.NAME)
    assert gallery.grid.folded == {1}
    gallery.set_group("")
    assert gallery.grid.folded == frozenset()


def test_that_the_header_of_the_section_in_view_sticks_to_the_top(gallery: GalleryWidget) -> None:
    show_all(gallery)
    gallery.set_group("meta:site")
    grid = gallery.grid
    grid.verticalScrollBar().setValue(grid.layout_now().header_top(1) - 10)
    assert grid.header_rect(0).bottom() < grid.header_rect(1).top() == 10
    grid.verticalScrollBar().setValue(grid.layout_now().header_top(1) + 100)
    assert grid.header_rect(1).top() == 0


def test_that_a_stack_stands_for_its_copies_and_spreads_out_in_place(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool
) -> None:
    show_all(gallery)
    stacked_pool(pool)
    gallery.set_stacked(True)
    grid = gallery.grid
    assert grid.rows[:3].tolist() == [0, 3, 4]
    assert len(grid.rows) == 57
    assert grid.position_of(2) == 0
    pool.set_focus(0)
    qtbot.keyClick(grid, Qt.Key.Key_S)
    assert grid.rows[:4].tolist() == [0, 1, 2, 3]
    x, y, width, _ = grid.layout_now().rect(0)
    chip = stack_chip(x, y - grid.verticalScrollBar().value(), width)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=chip.center())
    assert len(grid.rows) == 57


def test_that_the_direction_turns_round_and_what_lacks_a_value_stays_last(gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    values = np.arange(60.0)
    values[:5] = np.nan
    pool.set_insight("novelty", Column("novelty", None, (), values))
    gallery.set_order("insight:novelty")
    assert gallery.order == ("insight:novelty", True)
    assert gallery.grid.rows[:2].tolist() == [59, 58]
    gallery.bar.direction.click()
    assert gallery.grid.rows[:2].tolist() == [5, 6]
    assert gallery.grid.rows[-5:].tolist() == [0, 1, 2, 3, 4]


def test_that_what_cannot_be_used_yet_says_why(qtbot: QtBot, thumbs: ThumbLoader) -> None:
    widget = GalleryWidget(Pool(), thumbs)
    qtbot.addWidget(widget)
    box = widget.bar.orders
    index = box.findData(Order.RANK)
    assert not box.model().flags(box.model().index(index, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "There is no batch yet." in box.itemData(index, Qt.ItemDataRole.ToolTipRole)
    assert not widget.bar.stack.isEnabled()
    assert "Images must be embedded first." in widget.bar.stack.toolTip()


def test_that_large_pools_are_arranged_on_a_lane_and_late_results_are_dropped(
    qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path
) -> None:
    bridge = JobBridge()
    pool = Pool()
    pool.load(PoolPatch(samples=sample_table(tmp_path, [f"{i % 977}/{i}.jpg" for i in range(30_000)])))
    widget = GalleryWidget(pool, thumbs, bridge)
    qtbot.addWidget(widget)
    widget.set_order(Order.NAME)
    widget.set_order(Order.ADDED, True)
    assert not widget.settled
    qtbot.waitUntil(lambda: widget.settled)
    assert widget.grid.rows[0] == 29_999
    widget.set_order(Order.NAME)
    pool.load(PoolPatch(samples=sample_table(tmp_path, ["b.jpg", "a.jpg"])))
    assert widget.grid.rows.tolist() == [1, 0]
    qtbot.waitUntil(lambda: not bridge.busy)
    assert widget.grid.rows.tolist() == [1, 0]
    assert bridge.close()


def test_that_one_comes_back_to_the_very_spot(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool, thumbs: ThumbLoader
) -> None:
    stacked_pool(pool)
    gallery.set_show(Show.ALL)
    gallery.set_order(Order.NAME, True)
    gallery.set_group("meta:site")
    gallery.grid.set_cell(160)
    gallery.grid.verticalScrollBar().setValue(900)
    spot = json.loads(json.dumps(gallery.spot()))
    other = GalleryWidget(pool, thumbs)
    qtbot.addWidget(other)
    other.resize(gallery.size())
    other.show()
    qtbot.waitExposed(other)
    other.restore_spot(spot)
    assert other.spot() == spot
    assert other.grid.rows.tolist() == gallery.grid.rows.tolist()
    other.restore_spot({"show": "Nowhere", "order": 7, "group": "meta:gone", "cell": "x", "top": None})
    assert other.show_what is Show.ALL


def test_that_the_focused_cell_is_told_in_words(gallery: GalleryWidget, pool: Pool) -> None:
    install_roles()
    row = int(pool.pick_order[2])
    pool.set_focus(row)
    cells = gallery.grid._places
    told = cells.at(cells.focused)
    assert told is not None
    assert told.text(QAccessible.Text.Name) == f"{pool.path(row).name}, pick 3, pending"
    pool.set_focus(-1)
    assert cells.focused == -1


def test_that_adding_images_keeps_what_was_in_view(gallery: GalleryWidget, pool: Pool) -> None:
    show_all(gallery)
    gallery.grid.verticalScrollBar().setValue(gallery.grid.verticalScrollBar().maximum())
    first = int(pool.ids[gallery.grid.rows[gallery.grid.first_shown]])
    table = pool.samples
    assert table is not None
    names = [*table.relpaths, *(f"new{i}.jpg" for i in range(40))]
    pool.load(PoolPatch(samples=sample_table(table.roots[1], names)))
    assert int(pool.ids[gallery.grid.rows[gallery.grid.first_shown]]) == first


class Sayings(QObject):
    """Stands in for the insights: says why nothing can be found."""

    ready, failed, state_changed = Signal(str), Signal(str, str), Signal(str)

    def similar(self, of: object, done: Callable[[], None], fail: Callable[[str], None]) -> None:
        fail("The file is empty.")

    def state(self, name: str) -> str:
        return "failed"


def test_that_a_search_that_fails_says_why_and_changes_nothing(
    qtbot: QtBot, pool: Pool, thumbs: ThumbLoader, tmp_path: Path
) -> None:
    widget = GalleryWidget(pool, thumbs, None, cast("Insights", Sayings()))
    qtbot.addWidget(widget)
    widget.show()
    before = widget.order
    for of_file in (True, False):
        widget.bar.set_note("")
        if of_file:
            widget.find_similar_to(tmp_path / "empty.jpg")
        else:
            widget.find_similar(3)
        assert widget.bar.note.text() == "The file is empty."
        assert widget.order == before
        assert not widget.bar.chip.isVisible()


def test_that_pages_that_fly_by_are_neither_named_nor_read_until_the_scroll_stops(
    qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path
) -> None:
    pool = Pool()
    widget = GalleryWidget(pool, thumbs)
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_show(Show.ALL)
    widget.show()
    qtbot.waitExposed(widget)
    pool.load(PoolPatch(samples=sample_table(tmp_path, [f"{i}.jpg" for i in range(5000)])))
    asked: list[int] = []
    thumbs.request = lambda sample, key, path: asked.append(sample)  # type: ignore[method-assign]
    grid = widget.grid
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 2)
    grid.viewport().repaint()
    assert asked == []
    qtbot.waitUntil(lambda: bool(asked))
    first = int(pool.ids[grid.rows[grid.first_shown]])
    assert asked[-1] <= first < max(asked)


def test_that_a_cell_without_an_image_says_whether_it_waits_or_why_it_cannot_be_read(
    qtbot: QtBot, gallery: GalleryWidget, pool: Pool, thumbs: ThumbLoader
) -> None:
    assert pool.samples is not None
    pool.path(30).write_bytes(b"no image")
    pool.apply(PoolPatch(samples=replace(pool.samples, reasons=[*[""] * 30, "The file holds text.", *[""] * 29])))
    thumbs.forget()
    show_all(gallery)
    pool.set_focus(30)
    qtbot.waitUntil(lambda: thumbs.failed(int(pool.ids[30])))
    rows = np.array([30, 31])
    failed, other = cells_of(pool, thumbs, rows, hovered=-1, named=True, stack=None)
    assert (failed.failed, failed.reason) == (True, "The file holds text.")
    assert (other.failed, other.reason) == (False, "")
    painter = CellPainter(Theme.current(), 112, 1.0)
    pictures = []
    for cell in (failed, replace(failed, reason=""), replace(failed, failed=False)):
        pixmap = QPixmap(112, 132)
        pixmap.fill(Theme.current().canvas)
        into = QPainter(pixmap)
        painter.paint(into, [(0, 0)], [cell])
        into.end()
        pictures.append(pixmap.toImage())
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]

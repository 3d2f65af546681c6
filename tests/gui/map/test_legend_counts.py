"""The legend counts what the filters show, and says quietly of how many."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from desktop_al.gui.map.colouring import BINS, ColourBy, ColourColumn, Entry, Kind, colouring
from desktop_al.gui.map.legend_counts import counted, numbers, seen_bars, seen_codes
from desktop_al.gui.theme import DARK
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.pools import full_pool


@given(st.data())
def test_that_codes_are_counted_one_by_one(data: st.DataObject) -> None:
    codes = np.array(data.draw(st.lists(st.integers(0, 255), max_size=50)), np.uint8)
    flags = st.lists(st.booleans(), min_size=len(codes), max_size=len(codes))
    visible = np.array(data.draw(flags), bool)
    seen = seen_codes(codes, visible)
    if visible.all():
        assert seen is None
        return
    assert seen is not None
    pairs = list(zip(codes.tolist(), visible.tolist(), strict=True))
    assert seen.tolist() == [sum(code == each and shown for each, shown in pairs) for code in range(256)]


def test_that_codes_of_another_pool_are_not_counted() -> None:
    assert seen_codes(np.zeros(0, np.uint8), np.arange(3) > 0) is None


def test_that_the_bars_of_what_is_seen_are_those_of_a_histogram_of_it() -> None:
    values = np.random.default_rng(0).normal(size=500)
    painted = colouring(ColourColumn(ColourBy(Kind.METADATA, "weight"), None, (), values), DARK)
    assert painted.scale is not None
    all_seen = seen_codes(painted.codes, np.arange(500) >= 1)
    assert all_seen is not None
    bars = np.array(painted.scale.histogram)
    bars[int(painted.codes[0]) * BINS // 250] -= 1
    assert list(seen_bars(all_seen)) == bars.tolist()


def test_that_a_line_says_both_numbers_only_where_they_differ() -> None:
    entry = Entry(0, "cat", 1200, "#FFFFFF")
    assert (counted(entry, None), numbers(entry, None)) == ("cat: 1,200 images", ("1,200", ""))
    assert (counted(entry, 1200), numbers(entry, 1200)) == ("cat: 1,200 images", ("1,200", ""))
    assert (counted(entry, 7), numbers(entry, 7)) == ("cat: 7 of 1,200 images are shown", ("7", " of 1,200"))
    assert numbers(Entry(0, "covered", 9, "#FFFFFF", share="30 %"), 3) == ("30 %", "")


def test_that_the_legend_follows_the_filters(qtbot: QtBot, tmp_path: Path, show_map: ShowMap, settle: Settle) -> None:
    pool = full_pool(tmp_path, [f"{row}.png" for row in range(30)], picks=6, labelled=4)
    widget = show_map(pool)
    names = {row.entry.name: row for row in widget.legend.rows}
    assert names["Pending"].accessibleName() == "Pending: 6 images"
    pool.set_visible(np.arange(30) < 4)
    qtbot.waitUntil(lambda: names["Pending"].accessibleName() == "Pending: 4 of 6 images are shown")
    settle(widget)
    widget.set_colour(ColourBy(Kind.METADATA, "weight"))
    settle(widget)
    bar = widget.legend.colour_bar
    assert bar is not None
    assert bar.seen is not None
    assert sum(bar.seen) == 4
    pool.set_visible(np.ones(30, bool))
    qtbot.waitUntil(lambda: bar.seen is None)

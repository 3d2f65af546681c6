"""A line or a range of the legend as a filter: it keeps as many samples as the legend counts."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop_al.gui.filter_columns import FilterColumns
from desktop_al.gui.map.colour_bar import ColourBar, bounds
from desktop_al.gui.map.colouring import ColourBy, ColourColumn, Kind, Scale, colouring, column_of
from desktop_al.gui.map.legend import LegendRow
from desktop_al.gui.map.legend_filter import filter_of, range_filter
from desktop_al.gui.theme import DARK
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import Lazy, LazyColumns
from desktop_al.jobs.where_columns import column_of as column_of_values
from tests.gui.pools import full_pool


@pytest.mark.parametrize(
    "by", [ColourBy(), ColourBy(Kind.LABEL), ColourBy(Kind.SOURCE), ColourBy(Kind.METADATA, "site")]
)
def test_that_the_filter_keeps_what_the_line_counts(qtbot: QtBot, tmp_path: Path, by: ColourBy) -> None:
    pool = full_pool(tmp_path, [f"{row}.png" for row in range(12)], picks=3, labelled=4)
    columns = LazyColumns(FilterColumns(pool).lazy())
    entries = colouring(column_of(pool, by), DARK).entries
    assert entries
    for entry in entries:
        fits = matching(filter_of(pool, by, entry), columns, len(pool))
        assert int(np.count_nonzero(fits)) == entry.count, entry.name


def test_that_the_menu_of_a_line_asks_for_its_filter(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, ["a.png", "b.png"])
    (entry,) = colouring(column_of(pool, ColourBy()), DARK).entries
    row = LegendRow(entry, True)
    qtbot.addWidget(row)
    menu = row.menu()
    with qtbot.waitSignal(row.filter_asked) as asked:
        menu.actions()[1].trigger()
    assert asked.args == [entry]


SHIFT = Qt.KeyboardModifier.ShiftModifier
BRIGHTNESS = ColourBy(Kind.METADATA, "bright ness")


def scale_of(values: NDArray[np.float64]) -> Scale:
    scale = colouring(ColourColumn(BRIGHTNESS, None, (), values), DARK).scale
    assert scale is not None
    return scale


def chosen(bar: ColourBar) -> tuple[int, int] | None:
    return bar.chosen


@pytest.fixture
def values() -> NDArray[np.float64]:
    """Some of them unknown, some far out, beyond what the bars reach."""
    rng = np.random.default_rng(3)
    found = rng.normal(size=2000)
    found[:40], found[40:43] = np.nan, 90.0
    return found


@pytest.mark.parametrize(("factor", "offset"), [(1.0, 0.0), (1e-6, 0.0), (50.0, 1.7e9)])
@pytest.mark.parametrize(("first", "last"), [(0, 4), (5, 5), (9, 20), (20, 27)])
def test_that_the_filter_of_a_range_keeps_what_its_bars_count(
    values: NDArray[np.float64], first: int, last: int, factor: float, offset: float
) -> None:
    values = values * factor + offset
    scale = scale_of(values)
    text = range_filter(BRIGHTNESS, *bounds(scale, first, last))
    columns = LazyColumns({"bright ness": Lazy(lambda: column_of_values(values))})
    kept = int(np.count_nonzero(matching(text, columns, len(values))))
    # An edge is written with few digits, so that a sample beside it may fall to the other side.
    assert abs(kept - sum(scale.histogram[first : last + 1])) <= 2
    assert kept > 0


def test_that_all_bars_are_no_filter(values: NDArray[np.float64]) -> None:
    assert range_filter(BRIGHTNESS, *bounds(scale_of(values), 0, 27)) == ""


def test_that_dragging_over_bars_asks_for_their_values(qtbot: QtBot, values: NDArray[np.float64]) -> None:
    bar = ColourBar(scale_of(values))
    qtbot.addWidget(bar)
    bar.resize(28 * 7 + 16, 78)
    start, end = QPoint(8 + 7 * 5 + 3, 20), QPoint(8 + 7 * 9 + 3, 20)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=end)
    qtbot.mouseMove(bar, start)
    assert chosen(bar) == (5, 9)
    with qtbot.waitSignal(bar.asked) as asked:
        qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start)
    assert tuple(asked.args or ()) == bounds(scale_of(values), 5, 9)
    assert chosen(bar) is None
    with qtbot.assertNotEmitted(bar.asked):
        qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=start)


def test_that_bars_are_chosen_by_keys(qtbot: QtBot, values: NDArray[np.float64]) -> None:
    bar = ColourBar(scale_of(values))
    qtbot.addWidget(bar)
    for key, held in [(Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Right, None), (Qt.Key.Key_Right, SHIFT)]:
        qtbot.keyClick(bar, key, held or Qt.KeyboardModifier.NoModifier)
    assert chosen(bar) == (1, 2)
    with qtbot.waitSignal(bar.asked) as asked:
        qtbot.keyClick(bar, Qt.Key.Key_Return)
    assert tuple(asked.args or ()) == bounds(scale_of(values), 1, 2)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert chosen(bar) is None

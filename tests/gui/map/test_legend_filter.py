"""A line of the legend as a filter: it keeps as many samples as the line counts."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.filter_columns import FilterColumns
from desktop_al.gui.map.colouring import ColourBy, Kind, colouring, column_of
from desktop_al.gui.map.legend import LegendRow
from desktop_al.gui.map.legend_filter import filter_of
from desktop_al.gui.theme import DARK
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import LazyColumns
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

from collections.abc import Mapping

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.gallery.bar import GalleryBar
from desktop_al.gui.gallery.like_chip import END
from desktop_al.gui.gallery.shown import Show

NOTHING = dict.fromkeys(Show, 0)


def counted(**counts: int) -> Mapping[Show, int]:
    """So many of what is named, nothing of the rest."""
    return NOTHING | {Show[name.upper()]: count for name, count in counts.items()}


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    """A panel that the bar is at the top of."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(780, 300)
    return widget


@pytest.fixture
def bar(panel: QWidget) -> GalleryBar:
    """The bar of an empty gallery."""
    bar = GalleryBar(panel)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(bar)
    column.addStretch(1)
    bar.set_counts(NOTHING, Show.ALL)
    return bar


def uncut(bar: GalleryBar) -> bool:
    """Whether each tab is wide enough for what stands on it."""
    tabs = bar.tabs
    shown = [index for index in range(tabs.count()) if tabs.isTabVisible(index)]
    words = {index: tabs.fontMetrics().horizontalAdvance(tabs.tabText(index)) for index in shown}
    return all(tabs.tabRect(index).width() >= words[index] for index in shown)


def test_that_counts_written_out_of_sight_have_their_room_on_the_tabs(
    qtbot: QtBot, panel: QWidget, bar: GalleryBar
) -> None:
    panel.show()
    qtbot.waitExposed(panel)
    panel.hide()
    bar.set_counts(counted(all=4_886, labelled=1_415), Show.ALL)
    panel.show()
    qtbot.waitUntil(lambda: uncut(bar))


def test_that_a_rare_tab_takes_the_slider_from_nobody(qtbot: QtBot, panel: QWidget, bar: GalleryBar) -> None:
    panel.show()
    qtbot.waitExposed(panel)
    for width in range(600, 860, 4):
        panel.resize(width, 300)
        for counts in (NOTHING, counted(all=550, unreadable=92), counted(all=5_756, labelled=1_415)):
            bar.set_counts(counts, Show.ALL)
            qtbot.wait(0)
            assert bar.slider.isVisible()
            assert bar.rect().contains(bar.slider.geometry())
            assert uncut(bar)


@pytest.mark.parametrize("width", range(600, 860, 20))
def test_that_the_chip_of_a_likeness_always_shows_how_to_end_it(
    qtbot: QtBot, panel: QWidget, bar: GalleryBar, width: int
) -> None:
    panel.resize(width, 300)
    bar.set_counts(counted(all=5_756, highlight=4, labelled=1_415), Show.ALL)
    panel.show()
    qtbot.waitExposed(panel)
    bar.set_query("dd262e49-long-name-of-a-picture&ca24.jpg", None)
    qtbot.waitUntil(lambda: bar.rect().contains(bar.chip.geometry()) and bar.chip.width() == 190)
    said = bar.chip.fitting()
    assert said.endswith(END)
    assert said.startswith("Like")
    assert "…" in said
    assert bar.slider.isVisible()

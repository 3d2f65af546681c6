"""Two groups of controls: beside one another while there is room, above one another where there is none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.halves_layout import HalvesLayout


@pytest.fixture
def bar(qtbot: QtBot) -> tuple[QWidget, QPushButton, QPushButton]:
    """A window with one bar of two buttons and something below it."""
    window, bar = QWidget(), QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    halves = HalvesLayout(4, bar)
    left, right = QPushButton("left"), QPushButton("right")
    for button in (left, right):
        button.setMinimumWidth(150)
    halves.first.addWidget(left)
    halves.second.addWidget(right)
    column.addWidget(bar)
    column.addStretch(1)
    window.resize(500, 200)
    window.show()
    qtbot.waitExposed(window)
    return window, left, right


def test_that_the_halves_share_a_line_while_there_is_room(bar: tuple[QWidget, QPushButton, QPushButton]) -> None:
    _, left, right = bar
    assert left.y() == right.y()
    assert left.x() < right.x()


def test_that_the_second_half_goes_below_and_both_stay_whole(
    qtbot: QtBot, bar: tuple[QWidget, QPushButton, QPushButton]
) -> None:
    window, left, right = bar
    assert window.minimumSizeHint().width() < 300
    window.resize(260, 200)
    qtbot.waitUntil(lambda: right.y() > left.geometry().bottom())
    parent = left.parentWidget()
    assert parent is not None
    assert parent.rect().contains(left.geometry())
    assert parent.rect().contains(right.geometry())
    window.resize(500, 200)
    qtbot.waitUntil(lambda: left.y() == right.y())


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_that_the_first_half_is_not_squeezed_where_the_second_can_be(
    qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    window, tabs, name = QWidget(), QTabBar(), QLineEdit()
    qtbot.addWidget(window)
    window.setLayoutDirection(direction)
    halves = HalvesLayout(4, window, stretch=True)
    # Qt lets a line of tabs scroll before it shortens what would like to be wide.
    tabs.setUsesScrollButtons(True)
    for text in ("Batch 353", "All 3,786", "Highlighted 0"):
        tabs.addTab(text)
    name.setMinimumWidth(60)
    halves.first.addWidget(tabs, 1)
    halves.second.addWidget(name)
    window.resize(tabs.sizeHint().width() + 4 + (60 + name.sizeHint().width()) // 2, 40)
    window.show()
    qtbot.waitExposed(window)
    assert tabs.width() >= tabs.sizeHint().width()
    assert 60 <= name.width() < name.sizeHint().width()
    first, second = sorted((tabs, name), key=QWidget.x)
    assert (first is tabs) == (direction is Qt.LayoutDirection.LeftToRight)
    assert first.x() == 0
    assert first.geometry().right() + 4 < second.x() + 1
    assert second.geometry().right() == window.width() - 1

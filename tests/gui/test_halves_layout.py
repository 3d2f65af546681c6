"""Two groups of controls: beside one another while there is room, above one another where there is none."""

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
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

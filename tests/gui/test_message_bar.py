"""Messages: where they lie, buttons beside the sentence or below it, long paths that wrap, and what is copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.message_place import MOST_WIDTH, MessagePlace
from desktop_al.gui.theme import MEDIUM

PATH = "/home/ada/pictures/2026/birds/a_folder_of_a_name_that_no_line_has_room_for"


class Window(QWidget):
    """A view between two lines of buttons, with a message over it."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.above, self.view, self.below = QPushButton("above"), QWidget(), QPushButton("below")
        column.addWidget(self.above)
        column.addWidget(self.view, 1)
        column.addWidget(self.below)
        self.bar = MessageBar(self)
        self.place = MessagePlace(self.bar, self, self.view.geometry)
        self.resize(900, 400)

    def lies_well(self) -> bool:
        """Whether the message lies in the middle of the lower edge of the view."""
        at, room = self.bar.geometry(), self.view.geometry()
        apart = abs((at.left() - room.left()) - (room.right() - at.right()))
        return room.contains(at) and apart <= 1 and room.bottom() - at.bottom() == MEDIUM


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def say(window: Window) -> MessageBar:
    window.bar.show_message("error", f"The folder {PATH} cannot be read.", "details", "Open", list)
    return window.bar


def test_that_nothing_moves_when_a_message_comes_and_goes(qtbot: QtBot, window: Window) -> None:
    before = window.view.geometry()
    bar = say(window)
    assert bar.isVisible()
    QApplication.processEvents()
    assert window.view.geometry() == before
    assert window.lies_well()
    bar.dismiss()
    QApplication.processEvents()
    assert window.view.geometry() == before


def test_that_a_message_follows_the_view_and_what_it_says(qtbot: QtBot, window: Window) -> None:
    bar = say(window)
    window.resize(700, 560)
    qtbot.waitUntil(window.lies_well)
    high = bar.height()
    bar._more.click()
    assert bar.height() > high + 100
    assert window.lies_well()
    window.below.hide()
    qtbot.waitUntil(window.lies_well)
    bar.show_message("ok", "Done.")
    assert bar.width() < 250
    assert bar._sentence.width() >= bar._sentence.fontMetrics().horizontalAdvance("Done.")
    assert window.lies_well()


def test_that_a_long_message_has_lines_that_can_be_read(window: Window) -> None:
    window.resize(1600, 500)
    window.bar.show_message("warning", "A sentence that goes on and on, since a lot went wrong. " * 5)
    QApplication.processEvents()
    assert window.bar.width() == MOST_WIDTH
    assert window.bar._sentence.height() >= window.bar._sentence.heightForWidth(window.bar._sentence.width())


def test_that_a_message_goes_to_what_covers_the_view_and_comes_back(qtbot: QtBot, window: Window) -> None:
    cover = QWidget(window)
    cover.setGeometry(window.rect())
    cover.show()
    bar = say(window)
    window.place.over(cover, lambda: QRect(0, 0, cover.width(), 200))
    qtbot.waitUntil(lambda: bar.geometry().bottom() == 199 - MEDIUM)
    assert bar.isVisible()
    # So that the keys, which the cover keeps, get to its buttons.
    assert cover.isAncestorOf(bar)
    window.place.over(window, window.view.geometry)
    qtbot.waitUntil(window.lies_well)


def test_that_buttons_stand_below_a_sentence_that_they_would_squeeze(qtbot: QtBot, window: Window) -> None:
    bar = say(window)
    QApplication.processEvents()
    assert bar._buttons.y() < bar._sentence.geometry().bottom()
    window.resize(320, 400)
    qtbot.waitUntil(lambda: bar._buttons.y() >= bar._sentence.geometry().bottom())
    assert bar._sentence.height() >= bar._sentence.heightForWidth(bar._sentence.width())
    window.resize(900, 400)
    qtbot.waitUntil(lambda: bar._buttons.y() < bar._sentence.geometry().bottom())


@pytest.mark.parametrize("width", [1200, 500])
def test_that_a_message_that_is_shown_lets_the_window_rest(qtbot: QtBot, window: Window, width: int) -> None:
    window.resize(width, 600)
    window.bar.show_message("warning", "A folder is not there. " * 6, action="Say where", run=lambda: None)
    qtbot.waitUntil(lambda: window.bar.width() > 1 and not window.place._later.isActive())
    # Twice: it may be laid out once more for its new size.
    qtbot.waitSignal(window.place._later.timeout, timeout=100, raising=False).wait()
    with qtbot.assertNotEmitted(window.place._later.timeout, wait=200):
        pass


def test_that_what_is_copied_has_no_invisible_signs(window: Window) -> None:
    bar = say(window)
    bar.copy_text()
    assert QApplication.clipboard().text() == f"The folder {PATH} cannot be read.\n\ndetails"
    assert bar.sentence == f"The folder {PATH} cannot be read."

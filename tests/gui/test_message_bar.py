"""Messages: buttons beside the sentence or below it, long paths that wrap, and what is copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.message_bar import MessageBar

PATH = "/home/ada/pictures/2026/birds/a_folder_of_a_name_that_no_line_has_room_for"


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    bar = MessageBar(window)
    column.addWidget(bar)
    column.addStretch(1)
    window.resize(900, 300)
    window.show()
    bar.show_message("error", f"The folder {PATH} cannot be read.", "details", "Open", list)
    yield bar
    window.close()


def test_that_buttons_stand_below_a_sentence_that_they_would_squeeze(qtbot: QtBot, bar: MessageBar) -> None:
    window = bar.window()
    qtbot.waitUntil(lambda: bar._buttons.y() < bar._sentence.geometry().bottom())
    window.resize(300, 300)
    qtbot.waitUntil(lambda: bar._buttons.y() >= bar._sentence.geometry().bottom())
    assert bar._sentence.height() >= bar._sentence.heightForWidth(bar._sentence.width())
    window.resize(900, 300)
    qtbot.waitUntil(lambda: bar._buttons.y() < bar._sentence.geometry().bottom())


def test_that_the_message_asks_for_no_more_width_than_its_widest_button(bar: MessageBar) -> None:
    assert bar.minimumSizeHint().width() < 200


def test_that_what_is_copied_has_no_invisible_signs(bar: MessageBar) -> None:
    bar.copy_text()
    assert QApplication.clipboard().text() == f"The folder {PATH} cannot be read.\n\ndetails"
    assert bar.sentence == f"The folder {PATH} cannot be read."

"""What is told to a screen reader of what happens elsewhere in the window."""

from typing import TypeVar

import pytest
from PySide6.QtGui import QAccessible, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.announce import StepTeller, announce
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.note import Note
from desktop_al.gui.text import BREAK

W = TypeVar("W", bound=QWidget)
Heard = list[tuple[str, str]]
PATH = "/home/ada/pictures/2026/birds/a_folder_of_a_name_that_no_line_has_room_for"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with a column for what a test puts in."""
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window)
    window.show()
    return window


def put(window: QWidget, widget: W) -> W:
    column = window.layout()
    assert column is not None
    column.addWidget(widget)
    widget.show()
    return widget


def test_that_nothing_is_told_where_nobody_listens(
    window: QWidget, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QAccessible, "isActive", lambda: False)
    announce(window, "Accept 1 pick")
    assert heard == []


def test_that_a_message_is_told_whole_and_a_problem_at_once(window: QWidget, heard: Heard) -> None:
    bar = put(window, MessageBar(window))
    bar.show_message("ok", "Written.")
    bar.show_message("error", f"The folder {PATH} cannot be read.")
    assert heard == [("say", "Written."), ("say at once", f"The folder {PATH} cannot be read.")]
    assert BREAK in bar._sentence.text()
    assert BREAK not in bar._sentence.accessibleName()


def test_that_a_note_is_told_when_it_changes(window: QWidget, heard: Heard) -> None:
    note = put(window, Note("Among what"))
    for sentence in ("Among 12 images.", "Among 12 images.", "", "Among 3 images."):
        note.say(sentence)
    assert heard == [("say", "Among 12 images."), ("say", "Among 3 images.")]


def test_that_steps_are_told_when_made_and_when_taken_back(window: QWidget, heard: Heard, stack: QUndoStack) -> None:
    teller = StepTeller(stack, window)
    for name in ("Accept 1 pick", "Highlight 3 images"):
        stack.push(QUndoCommand(name))
    stack.undo()
    stack.undo()
    stack.redo()
    stack.clear()
    assert [words for _, words in heard] == [
        "Accept 1 pick",
        "Highlight 3 images",
        "Undone: Highlight 3 images",
        "Undone: Accept 1 pick",
        "Accept 1 pick",
    ]
    del teller

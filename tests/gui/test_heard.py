"""What is told to a screen reader of what happens elsewhere in the window, and how our controls call themselves."""

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.accessible import install_roles
from desktop_al.gui.announce import StepTeller, announce
from desktop_al.gui.choice_list import Choice, ChoiceList
from desktop_al.gui.disclosure import Disclosure
from desktop_al.gui.key_hints import KeyTip
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.note import Note
from desktop_al.gui.text import BREAK
from desktop_al.gui.thumb_strip import ThumbStrip
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool

W = TypeVar("W", bound=QWidget)
Heard = list[tuple[str, str]]
PATH = "/home/ada/pictures/2026/birds/a_folder_of_a_name_that_no_line_has_room_for"


@pytest.fixture(autouse=True)
def roles(qapp: QApplication) -> None:
    install_roles()


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


def test_that_the_current_one_of_the_choices_is_told_though_the_line_has_the_keys(
    window: QWidget, heard: Heard
) -> None:
    choices = put(window, ChoiceList("Commands that fit", 5))
    choices.set_choices([Choice("Export batch", "Ctrl+E", "Batch"), Choice("Next pick")])
    choices.step(1)
    choices.hide()
    choices.step(1)
    assert heard == [("Focus", "Export batch, Batch, Ctrl+E"), ("Focus", "Next pick")]


def test_that_a_strip_tells_which_image_the_keys_are_on(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    pool, thumbs = full_pool(tmp_path, ["a.png", "b.png"]), ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    strip = put(window, ThumbStrip(pool, thumbs, "Nearest images"))
    strip.set_samples(pool.ids.tolist())
    window.activateWindow()
    strip.setFocus()
    assert strip.accessibleDescription() == "a.png, unlabelled, 1 of 2"
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription() == "b.png, unlabelled, 2 of 2"
    thumbs.close()


def test_that_a_line_that_opens_is_a_button_that_is_expanded_or_not(window: QWidget, heard: Heard) -> None:
    line = put(window, Disclosure("More", QLabel("inside")))
    told = QAccessible.queryAccessibleInterface(line.button)
    assert told is not None
    assert told.role() == QAccessible.Role.Button
    assert (bool(told.state().expandable), bool(told.state().expanded)) == (True, False)
    actions = told.actionInterface()
    assert actions is not None
    assert actions.pressAction() in actions.actionNames()
    actions.doAction(actions.pressAction())
    assert line.is_open
    assert (bool(told.state().expanded), bool(told.state().collapsed)) == (True, False)
    assert heard == [("StateChanged", "More")]


def labels_of(box: QComboBox) -> list[str]:
    parent = box.parentWidget()
    assert parent is not None
    return [label.text() for label in parent.findChildren(QLabel) if label.buddy() is box]


def test_that_a_choice_without_a_label_gets_one_for_those_who_hear_it(qtbot: QtBot, window: QWidget) -> None:
    bare, labelled, label = put(window, QComboBox()), put(window, QComboBox()), put(window, QLabel("Aim"))
    label.setBuddy(labelled)
    for box in (bare, labelled):
        QAccessible.queryAccessibleInterface(box)
        # A name may come after the first who asks.
        box.setAccessibleName("Shown batch")
    qtbot.waitUntil(lambda: labels_of(bare) == ["Shown batch"])
    assert labels_of(labelled) == ["Aim"]
    assert not any(label.isVisible() for label in window.findChildren(QLabel) if label.buddy() is bare)


def test_that_a_tip_that_begins_with_the_name_is_not_told_after_it(window: QWidget) -> None:
    button = put(window, QToolButton())
    KeyTip(button, "Enlarge (Space)", "", named="Enlarge")
    assert (button.accessibleName(), button.accessibleDescription()) == ("Enlarge", "Space")
    assert button.toolTip() == "Enlarge (Space)"

"""The command palette: what it offers, what it finds, and the keys."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui import fuzzy
from desktop_al.gui.actions import TABLE
from desktop_al.gui.also import ALSO
from desktop_al.gui.palette import Command, Palette, ranked

Key = Qt.Key


def command(text: str, why_not: str = "", words: str = "", keys: str = "") -> Command:
    return Command(text, text, lambda: None, "Group", keys, "", words, why_not)


COMMANDS = [
    command("Export batch…", words="Write the accepted picks for labelling"),
    command("Select a batch"),
    command("Show batch 3: 200 by auto"),
    command("Accept all 12 pending", why_not="Select a batch first"),
    command("Highlight the batch"),
    command("Next pick"),
    command("Colour by label"),
    command("Reset the layout"),
]


def best(query: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [choice.text for choice in ranked(COMMANDS, query, recent)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("exp", "Export batch…"),
        ("next", "Next pick"),
        ("batch", "Export batch…"),
        ("lab", "Colour by label"),
        ("sab", "Select a batch"),
        ("show 3", "Show batch 3: 200 by auto"),
        ("batch sel", "Select a batch"),
        ("rst lay", "Reset the layout"),
        ("labelling", "Export batch…"),
        ("COLOUR", "Colour by label"),
    ],
)
def test_that_a_few_letters_find_what_is_meant(query: str, first: str) -> None:
    assert best(query)[0] == first


def test_that_what_does_not_fit_is_not_offered() -> None:
    assert best("zebra") == []
    assert best("x q") == []
    assert set(best("")) == {one.text for one in COMMANDS}


def test_that_what_was_used_last_comes_first_and_what_cannot_be_done_later() -> None:
    assert best("", ("Next pick", "Reset the layout"))[:2] == ["Next pick", "Reset the layout"]
    assert best("")[-1] == "Accept all 12 pending"
    assert best("ba", ("Highlight the batch",))[0] == "Highlight the batch"


def test_that_other_words_for_a_thing_find_it_before_a_word_of_an_explanation() -> None:
    alike = Command("alike", "Find images alike", lambda: None, also="similar, nearest, search by image")
    told = command("Sort", words="Sort by how similar images are")
    named = command("Similar images")
    assert [choice.text for choice in ranked([told, alike, named], "similar")] == [
        "Similar images",
        "Find images alike",
        "Sort",
    ]
    for query in ("find similar", "by image", "nearest"):
        (choice,) = ranked([alike], query)
        # Only letters of the name are marked.
        assert all(at < len(choice.text) for at in choice.marks)
    assert ranked([alike], "neighbour") == []


def test_that_each_other_word_belongs_to_something_that_is_offered() -> None:
    assert set(ALSO) <= {*TABLE, "appearance", "language"}


@given(st.text("abc AB", max_size=6), st.text("abcABé İ ", max_size=12))
def test_that_the_marks_are_letters_that_were_asked_for(query: str, text: str) -> None:
    found = fuzzy.match(query, text)
    if found is not None:
        asked = query.casefold()
        assert all(text[at].lower() in asked or text[at].casefold() in asked for at in found.marks)
        assert len(found.marks) <= len(asked)
    assert fuzzy.match(text.split()[0] if text.split() else "", text) is not None or len(text.casefold()) != len(text)


@pytest.fixture
def palette(qtbot: QtBot) -> Iterator[Palette]:
    window = QWidget()
    window.resize(900, 600)
    column = QVBoxLayout(window)
    line = QLineEdit()
    column.addWidget(line)
    palette = Palette(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    line.setFocus()
    yield palette
    window.close()


def test_that_it_is_used_by_keys_alone_and_gives_the_focus_back(qtbot: QtBot, palette: Palette) -> None:
    ran: list[str] = []
    line = palette.window().findChildren(QLineEdit)[0]
    palette.open([Command(name, name, lambda name=name: ran.append(name)) for name in ("One", "Two", "Three")])  # type: ignore[misc]  # bound
    assert palette.line.hasFocus()
    qtbot.keyClicks(palette.line, "t")
    assert [choice.text for choice in palette.list.choices] == ["Two", "Three"]
    qtbot.keyClick(palette.line, Key.Key_Down)
    qtbot.keyClick(palette.line, Key.Key_Return)
    assert ran == ["Three"]
    assert not palette.shown
    assert line.hasFocus()


def test_that_what_cannot_be_done_says_why_and_stays(qtbot: QtBot, palette: Palette) -> None:
    palette.open([command("Accept", why_not="Select a batch first")])
    (choice,) = palette.list.choices
    assert (choice.note, choice.enabled) == ("Select a batch first", False)
    qtbot.keyClick(palette.line, Key.Key_Return)
    assert palette.shown
    qtbot.keyClick(palette.line, Key.Key_Escape)
    assert not palette.shown


def test_that_a_click_beside_it_closes_it_and_one_on_a_line_does_it(qtbot: QtBot, palette: Palette) -> None:
    ran: list[str] = []
    palette.open([Command("One", "One", lambda: ran.append("One"))])
    view = palette.list
    place = view.visualRect(view.model().index(0, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert ran == ["One"]
    palette.open([command("Two")])
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(5, 590))
    assert not palette.shown


def test_that_what_was_typed_can_be_a_command_of_its_own(qtbot: QtBot, palette: Palette) -> None:
    ran: list[str] = []
    palette.open(COMMANDS, lambda query: Command("filter", f"Filter by {query}", lambda: ran.append(query)))
    qtbot.keyClicks(palette.line, "wren")
    assert [choice.text for choice in palette.list.choices] == ["Filter by wren"]
    qtbot.keyClick(palette.line, Key.Key_Return)
    assert ran == ["wren"]


def test_that_it_says_so_where_nothing_fits(qtbot: QtBot, palette: Palette) -> None:
    palette.open(COMMANDS)
    qtbot.keyClicks(palette.line, "zebra")
    assert palette._none.isVisible()
    assert not palette.list.isVisible()
    qtbot.keyClick(palette.line, Key.Key_Return)
    assert palette.shown


def test_that_it_closes_when_the_focus_goes_elsewhere(qtbot: QtBot, palette: Palette) -> None:
    palette.open(COMMANDS)
    line = palette.window().findChildren(QLineEdit)[0]
    line.setFocus()
    assert not palette.shown
    assert line.hasFocus()


def test_that_the_keys_go_straight_back_and_what_was_typed_is_gone(qtbot: QtBot, palette: Palette) -> None:
    before, closed = palette.window().findChildren(QLineEdit)[0], []
    other = QLineEdit(palette.window())
    other.show()
    palette.closed.connect(lambda: closed.append(True))
    palette.open(COMMANDS)
    qtbot.keyClicks(palette.line, "ex")
    went: list[QWidget | None] = []
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(lambda _old, new: went.append(new))
    qtbot.keyClick(palette.line, Key.Key_Escape)
    assert went == [before]
    assert closed == [True]
    assert palette.line.text() == ""

"""Tags and the note of the focused sample, in the inspector."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al.gui.annotation_box import AnnotationBox
from desktop_al.gui.filter_columns import FilterColumns
from desktop_al.gui.filter_words import filters_from
from desktop_al.gui.pool import Pool
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import LazyColumns
from tests.gui.pools import full_pool


@pytest.fixture
def pool(qtbot: QtBot, tmp_path: Path) -> Pool:
    return full_pool(tmp_path, [f"{i}.png" for i in range(12)], picks=4)


@pytest.fixture
def box(qtbot: QtBot, pool: Pool) -> AnnotationBox:
    """A box whose wishes come true."""
    made = AnnotationBox(pool)
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.tag_requested.connect(pool.set_tag)
    made.note_requested.connect(lambda row, text: pool.set_note(int(pool.ids[row]), text))
    pool.set_focus(2)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def tags(box: AnnotationBox) -> list[str]:
    return [chip.name for chip in box.chips]


def test_that_a_tag_is_written_shown_and_taken_away(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    box.ask_tag()
    qtbot.keyClicks(box.tag_field, " blurred ")
    with qtbot.waitSignal(box.left):
        qtbot.keyClick(box.tag_field, Qt.Key.Key_Return)
    assert tags(box) == ["blurred"]
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [2]
    assert box.tag_field.text() == ""
    qtbot.mouseClick(box.chips[0].cross, Qt.MouseButton.LeftButton)
    assert tags(box) == []
    assert not pool.tagged("blurred").any()


def test_that_a_tag_goes_to_all_that_is_highlighted_and_says_so(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    pool.set_tag(np.array([2]), "old", on=True)
    pool.set_highlight(np.array([1, 2, 3]))
    assert box.tag_field.placeholderText() == "Tag 3 images (T)"
    assert box.chips[0].cross.toolTip() == "Untag the image “old”"
    qtbot.keyClicks(box.tag_field, "new")
    qtbot.keyClick(box.tag_field, Qt.Key.Key_Return)
    assert np.flatnonzero(pool.tagged("new")).tolist() == [1, 2, 3]
    pool.set_focus(7)
    assert tags(box) == []
    assert box.tag_field.placeholderText() == "Add a tag (T)"


def test_that_escape_and_enter_on_nothing_tag_nothing(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    qtbot.keyClicks(box.tag_field, "blurred")
    qtbot.keyClick(box.tag_field, Qt.Key.Key_Escape)
    qtbot.keyClick(box.tag_field, Qt.Key.Key_Return)
    assert pool.tag_names == ()


def test_that_known_tags_are_offered(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    pool.set_tag(np.array([5]), "blurred", on=True)
    box.note_field.setFocus()
    box.ask_tag()
    # The list itself cannot be shown on the offscreen platform without a warning.
    completer = box.tag_field.completer()
    completer.setCompletionPrefix("LUR")
    assert completer.currentCompletion() == "blurred"


def test_that_a_note_is_kept_when_the_field_is_left(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    box.ask_note()
    qtbot.keyClicks(box.note_field, "1 ask the lab")
    assert pool.notes == {}
    box.tag_field.setFocus()
    assert pool.notes == {3: "1 ask the lab"}


def test_that_a_note_goes_to_the_sample_it_was_written_on(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    box.ask_note()
    qtbot.keyClicks(box.note_field, "mine")
    pool.set_focus(5)
    assert pool.notes == {3: "mine"}
    assert box.note_field.toPlainText() == ""
    pool.set_focus(2)
    assert box.note_field.toPlainText() == "mine"


def test_that_escape_takes_what_was_written_back(qtbot: QtBot, box: AnnotationBox, pool: Pool) -> None:
    pool.set_note(3, "before")
    box.ask_note()
    qtbot.keyClicks(box.note_field, "x")
    with qtbot.waitSignal(box.left):
        qtbot.keyClick(box.note_field, Qt.Key.Key_Escape)
    box.tag_field.setFocus()
    assert pool.notes == {3: "before"}
    assert box.note_field.toPlainText() == "before"


def test_that_a_note_that_changes_elsewhere_is_shown_once_nobody_writes(box: AnnotationBox, pool: Pool) -> None:
    pool.set_note(3, "from the project")
    assert box.note_field.toPlainText() == "from the project"


def test_that_filters_know_tags_and_notes(box: AnnotationBox, pool: Pool) -> None:
    pool.set_tag(np.array([1, 2]), "blurred", on=True)
    pool.set_tag(np.array([2]), "blur", on=True)
    pool.set_note(int(pool.ids[4]), "ask the lab")
    columns = FilterColumns(pool)

    def found(expression: str) -> list[int]:
        return np.flatnonzero(matching(expression, LazyColumns(columns.lazy()), len(pool))).tolist()

    assert found('tag == "blurred"') == [1, 2]
    assert found('"blur" in tags') == [2]
    assert found("tag is none and note is not none") == [4]
    assert found('note contains "lab"') == [4]
    assert found("lab") == [4]
    assert ("tag: blur", 'tag == "blur"') in filters_from(pool, 2)


def test_that_what_is_highlighted_is_tagged_where_nothing_has_the_focus(
    qtbot: QtBot, box: AnnotationBox, pool: Pool
) -> None:
    pool.set_tag(np.array([4]), "wet", on=True)
    pool.set_focus(-1)
    assert not box.isVisible()
    pool.set_highlight(np.array([3, 4, 5]))
    assert box.isVisible()
    assert not box.note_field.isVisible()
    assert tags(box) == ["wet"]
    box.ask_tag()
    qtbot.keyClicks(box.tag_field, "blurred")
    qtbot.keyClick(box.tag_field, Qt.Key.Key_Return)
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [3, 4, 5]
    pool.set_highlight(np.empty(0, np.int64))
    assert not box.isVisible()

"""The review: progress, classes by keys, and going on by itself, in the real window."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Decision, SampleState
from desktop_al.gui.annotating import label_text
from desktop_al.gui.gallery.arranger import COPIES
from desktop_al.gui.gallery.orders import insight_lacks
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.palette_commands import commands_of
from desktop_al.gui.review_bar import FIELD_WIDTH, LETTERS, MOST_LINES, SHARED, SLIM_FIELD, ReviewBar
from desktop_al.gui.review_progress import FittingLabel, Progress, ProgressLine
from desktop_al.gui.theme import SMALL, apply_appearance
from tests.gui.projects import make_review_project
from tests.gui.test_main_window import make, settle  # noqa: F401  # the fixture is used by name

NO = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot, make: Callable[[], MainWindow], tmp_path: Path) -> MainWindow:  # noqa: F811  # the fixture
    window = make()
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.workspace is not None
    window.workspace.map.setFocus()
    return window


def bar(window: MainWindow) -> ReviewBar:
    assert window.workspace is not None
    return window.workspace.review_bar


def label_of(window: MainWindow, row: int) -> str | None:
    pool = window.session.pool
    return pool.classes[pool.label_code[row]] if pool.label_code[row] >= 0 else None


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    assert window.workspace is not None
    qtbot.keyClick(window.workspace.map.canvas, key)


def test_that_progress_counts_what_needs_no_decision_any_more(qtbot: QtBot, window: MainWindow) -> None:
    pool, session = window.session.pool, window.session
    assert Progress.of(pool).sentence() == "None of 8 decided yet"
    order = pool.pick_order
    session.decide(order[:2], Decision.ACCEPTED)
    session.decide(order[2:3], Decision.REJECTED)
    assert Progress.of(pool) == Progress(2, 1, 0, 5)
    assert Progress.of(pool).sentence() == "3 of 8 decided: 2 accepted, 1 rejected; 5 to go"
    window.annotating.label_rows(order[3:4], "cat")
    qtbot.waitUntil(lambda: "1 labelled" in bar(window).line.accessibleName())
    session.decide(order, Decision.ACCEPTED)
    assert Progress.of(pool).sentence() == "All 8 decided: 7 accepted, 0 rejected, 1 labelled"


def test_that_the_buttons_say_how_many_picks_they_decide_on(qtbot: QtBot, window: MainWindow) -> None:
    pool, review = window.session.pool, bar(window)
    pool.set_highlight(pool.pick_order[:3])
    pool.set_focus(int(pool.pick_order[0]))
    review.refresh()
    accept = review.buttons[Decision.ACCEPTED]
    assert (accept.text(), accept.accessibleName()) == ("Accept 3  P", "Accept 3 picks (P)")
    qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)
    assert pool.state[pool.pick_order[:4]].tolist() == [SampleState.ACCEPTED] * 3 + [SampleState.PENDING]
    pool.set_highlight(np.empty(0, np.int64))
    review.refresh()
    assert accept.text() == "Accept  P"


def test_that_the_line_shows_every_part_in_its_share(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.show_progress(Progress(accepted=2, rejected=1, labelled=1, pending=4))
    assert [(state, end - begin) for state, begin, end in line.parts(80)] == [
        (SampleState.ACCEPTED, 20),
        (SampleState.LABELLED, 10),
        (SampleState.REJECTED, 10),
    ]


def test_that_few_words_stand_where_there_is_no_room_for_many(qtbot: QtBot) -> None:
    label = FittingLabel()
    qtbot.addWidget(label)
    label.show()
    label.resize(2000, 20)
    label.set_texts("a long sentence about it", "short")
    assert label.text() == "a long sentence about it"
    label.resize(40, 20)
    assert label.text() == "short"
    assert label.toolTip() == "a long sentence about it"


def test_that_a_digit_labels_the_focused_pick_and_goes_to_the_next_that_waits(qtbot: QtBot, window: MainWindow) -> None:
    pool = window.session.pool
    first, second, third = pool.pick_order[:3]
    window.session.decide(np.array([second]), Decision.ACCEPTED)
    window.annotating.keys.add("cat")
    window.annotating.keys.add("dog")
    pool.set_focus(int(first))
    press(qtbot, window, Qt.Key.Key_2)
    assert label_of(window, first) == "dog"
    assert pool.focus == third
    assert window.session.undo_stack.undoText() == "Label 1 image “dog”"
    settle(qtbot, window)
    assert window.session.project is not None
    assert window.session.project.labels().classes == ("dog",)
    pool.set_focus(int(first))
    press(qtbot, window, Qt.Key.Key_0)
    assert label_of(window, first) is None
    window.session.undo_stack.undo()
    assert label_of(window, first) == "dog"
    settle(qtbot, window)
    assert window.session.project.labels().ids.tolist() == [pool.ids[first]]


def test_that_a_digit_labels_all_that_is_highlighted_and_the_action_says_how_many(
    qtbot: QtBot, window: MainWindow
) -> None:
    pool = window.session.pool
    window.annotating.keys.add("a & b")
    action = window.actions_by_name.by_name["label_1"]
    rows = np.flatnonzero(pool.rank < 0)[:3]
    pool.set_highlight(rows)
    pool.set_focus(int(rows[0]))
    assert action.text() == "Label 3 images “a && b”"
    bar(window).refresh()
    assert bar(window).head.text() == "Label 3"
    assert bar(window).chips[0].accessibleName() == "Label 3 images “a & b” (1)"
    press(qtbot, window, Qt.Key.Key_1)
    assert {label_of(window, row) for row in rows} == {"a & b"}
    assert window.session.undo_stack.undoText() == "Label 3 images “a & b”"
    assert window.actions_by_name.by_name["unlabel"].text() == "&Unlabel 3 images"
    assert not window.actions_by_name.by_name["label_2"].isVisible()
    assert label_text("x", 1) == "Label the image “x”"


def test_that_an_action_that_would_change_nothing_is_disabled_and_names_no_zero(
    qtbot: QtBot, window: MainWindow
) -> None:
    pool, by_name = window.session.pool, window.actions_by_name.by_name
    window.annotating.keys.add("cat")
    pool.set_focus(-1)
    for name in ("label_1", "label_new", "tag", "unlabel"):
        assert not by_name[name].isEnabled()
        assert "the image" in by_name[name].text()
    count = len(pool.pick_order)
    assert by_name["accept_rest"].text() == f"Accept all {count} &pending"
    assert by_name["accept_rest"].isEnabled()
    assert not by_name["clear_all"].isEnabled()
    window.commands.accept_rest()
    assert by_name["accept_rest"].text() == "Accept all &pending"
    assert not by_name["accept_rest"].isEnabled()
    assert not by_name["next_pending"].isEnabled()
    assert by_name["clear_all"].isEnabled()
    window.commands.clear_all()
    assert by_name["next_pending"].isEnabled()
    pool.set_focus(0)
    assert by_name["unlabel"].text() == "&Unlabel the image"
    assert not by_name["unlabel"].isEnabled()


def test_that_after_a_label_outside_the_batch_the_gallery_goes_on(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    pool, gallery = window.session.pool, window.workspace.gallery
    from desktop_al.gui.gallery.shown import Show

    gallery.set_show(Show.ALL)
    row = int(np.flatnonzero(pool.rank < 0)[0])
    pool.set_focus(row)
    after = gallery.next_after(row)
    window.annotating.label("cat")
    assert pool.focus == after != row


def test_that_nothing_to_label_is_said_and_a_bad_name_too(window: MainWindow) -> None:
    pool = window.session.pool
    pool.set_focus(-1)
    window.annotating.label("cat")
    assert "Focus or highlight" in window.messages.sentence
    pool.set_focus(0)
    window.annotating.label("x" * 300)
    assert "at most 200" in window.messages.sentence
    pool.set_highlight(np.array([1]))
    window.annotating.save_highlight(" ")
    assert "needs a name" in window.messages.sentence
    assert not window.session.undo_stack.canUndo() or "Label" not in window.session.undo_stack.undoText()


def test_that_a_new_class_is_written_in_the_bar_and_takes_the_next_key(qtbot: QtBot, window: MainWindow) -> None:
    pool, review = window.session.pool, bar(window)
    first = int(pool.pick_order[0])
    pool.set_focus(first)
    window.actions_by_name.by_name["label_new"].trigger()
    assert review.field.hasFocus()
    qtbot.keyClicks(review.field, "wren 1")
    assert label_of(window, first) is None
    qtbot.keyClick(review.field, Qt.Key.Key_Return)
    assert label_of(window, first) == "wren 1"
    assert [chip.text() for chip in review.chips] == ["1 wren 1"]
    assert not review.field.hasFocus()


def test_that_chips_label_move_and_leave_their_key(qtbot: QtBot, window: MainWindow) -> None:
    pool, review, keys = window.session.pool, bar(window), window.annotating.keys
    for name in ("cat", "dog", "eel"):
        keys.add(name)
    pool.set_focus(int(pool.pick_order[0]))
    review.refresh()
    qtbot.mouseClick(review.chips[1], Qt.MouseButton.LeftButton)
    assert label_of(window, pool.pick_order[0]) == "dog"
    qtbot.keyClick(review.chips[2], Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert list(keys.names) == ["cat", "eel", "dog"]
    qtbot.keyClick(review.chips[0], Qt.Key.Key_Delete)
    assert list(keys.names) == ["eel", "dog"]


def test_that_a_chip_is_dragged_to_another_key(qtbot: QtBot, window: MainWindow) -> None:
    review, keys = bar(window), window.annotating.keys
    for name in ("cat", "dog", "eel"):
        keys.add(name)
    window.session.pool.set_focus(0)
    review.refresh()
    qtbot.waitUntil(lambda: review.chips[2].x() > review.chips[0].x())
    chip, first = review.chips[2], review.chips[0]
    target = chip.mapFromGlobal(first.mapToGlobal(QPoint(1, 5)))
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton, NO, QPoint(5, 5))
    qtbot.mouseMove(chip, target)
    qtbot.mouseRelease(chip, Qt.MouseButton.LeftButton, NO, target)
    assert list(keys.names) == ["eel", "cat", "dog"]
    assert window.session.pool.label_code[0] == -1


def test_that_ctrl_enter_leaves_the_note_and_does_nothing_else(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    pool, box = window.session.pool, window.workspace.inspector.notes
    pool.set_focus(int(pool.pick_order[0]))
    window.actions_by_name.by_name["note"].trigger()
    assert box.note_field.hasFocus()
    qtbot.keyClicks(box.note_field, "one hat or two")
    qtbot.keyClick(box.note_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert list(pool.notes.values()) == ["one hat or two"]
    settle(qtbot, window)
    assert len(pool.batches) == 1


def test_that_the_loupe_has_the_keys_again_once_a_tag_is_written(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    pool, loupe = window.session.pool, window.workspace.looking.loupe
    box = loupe.notes
    pool.set_highlight(pool.pick_order[:3])
    pool.set_focus(int(pool.pick_order[0]))
    assert window.actions_by_name.by_name["tag"].text() == "&Tag 3 images…"
    loupe.open(pool.focus)
    assert window.actions_by_name.by_name["tag"].text() == "&Tag the image…"
    window.actions_by_name.by_name["tag"].trigger()
    assert box.tag_field.hasFocus()
    qtbot.keyClicks(box.tag_field, "odd")
    qtbot.keyClick(box.tag_field, Qt.Key.Key_Return)
    assert loupe.isVisible()
    holder = QApplication.focusWidget()
    assert holder is not None
    assert holder is loupe or loupe.isAncestorOf(holder)
    assert np.count_nonzero(pool.tagged("odd")) == 1
    window.annotating.press(1)
    window.annotating.label("cat")
    assert np.count_nonzero(pool.label_code >= 0) == 1
    window.actions_by_name.by_name["label_new"].trigger()
    assert bar(window).field.hasFocus()
    assert loupe.isAncestorOf(bar(window))
    loupe.leave()
    window.actions_by_name.by_name["tag"].trigger()
    assert window.workspace.inspector.notes.tag_field.hasFocus()


def test_that_the_menu_of_a_sample_offers_classes_and_tags(window: MainWindow) -> None:
    pool, annotating = window.session.pool, window.annotating
    annotating.keys.add("cat")
    window.session.annotations.tag(np.array([0, 1]), "blurred", on=True)
    menu = QMenu(window)
    annotating.fill_menu(menu, np.array([0, 1]))
    labels, tags = menu.actions()[0].menu(), menu.actions()[1].menu()
    assert isinstance(labels, QMenu)
    assert isinstance(tags, QMenu)
    assert menu.actions()[0].text() == "&Label 2 images"
    labels.actions()[0].trigger()
    assert label_of(window, 0) == label_of(window, 1) == "cat"
    (blurred, *_) = tags.actions()
    assert blurred.isChecked()
    blurred.trigger()
    assert not pool.tagged("blurred").any()
    menu.deleteLater()


def test_that_the_names_of_classes_are_shortened_no_more_than_it_saves_lines(window: MainWindow) -> None:
    review, order = bar(window), window.session.pool.pick_order
    for place, row in enumerate(order.tolist()):
        window.annotating.label_rows(np.array([row]), f"kind {place} of bird")
    review.resize(1500, review.height())
    assert all(chip.text().endswith(" of bird") for chip in review.chips)
    assert not review.head.isHidden()
    review.resize(400, review.height())
    assert len({chip.text().partition(" ")[2] for chip in review.chips}) == len(order)
    assert all(chip.text().partition(" ")[2].startswith("k…") for chip in review.chips)
    assert review.head.isHidden()
    shown, room = review.chips[0].text(), 400 - 2 * SMALL
    lines = review._flow.lines(room)
    tried = {letters: review._lines(letters, room) for letters in LETTERS}
    assert lines == max(MOST_LINES, min(tried.values()))
    review._lines(next(letters for letters in LETTERS if tried[letters] <= lines), room)
    assert review.chips[0].text() == shown


def test_that_classes_without_a_chip_are_counted_and_can_be_given(window: MainWindow, qtbot: QtBot) -> None:
    review, pool = bar(window), window.session.pool
    assert review.more.isHidden()
    for row in range(11):
        window.annotating.label_rows(np.array([row]), f"class & {row:02d}")
    review.refresh()
    others = window.annotating.keys.others()
    assert len(review.chips) == 9
    assert len(others) == len(pool.classes) - 9 > 1
    assert review.more.text() == f"+{len(others)}"
    assert review.more.accessibleName() == f"{len(others)} more classes"
    assert review._flow.indexOf(review.more) == review._flow.indexOf(review.field) - 1
    pool.set_focus(20)
    review.refresh()
    menu = review.more.menu()
    menu.aboutToShow.emit()
    assert [action.text().replace("&&", "&") for action in menu.actions()] == sorted(others)
    menu.actions()[0].trigger()
    assert label_of(window, 20) == sorted(others)[0]
    review.more.show_classes([(f"{place:03d}", place) for place in range(50)], 1)
    menu.aboutToShow.emit()
    with qtbot.waitSignal(review.more.asked):
        menu.actions()[-1].trigger()
    assert len(menu.actions()) == 42


def test_that_the_line_for_a_new_class_is_slim_only_where_that_saves_a_line(window: MainWindow) -> None:
    review, room = bar(window), 700 - 2 * SMALL
    review.resize(700, review.height())
    assert review.field.width() == FIELD_WIDTH
    for place, row in enumerate([*window.session.pool.pick_order.tolist(), 30, 31, 32][:9]):
        window.annotating.label_rows(np.array([row]), f"kind {place} of bird")
        lines = review._flow.lines(room)
        if review.field.width() == SLIM_FIELD:
            review.field.setFixedWidth(FIELD_WIDTH)
            review._flow.invalidate()
            assert review._flow.lines(room) > lines
            review._fit_chips()


@pytest.mark.may_block("lays every panel out anew, for the first time")
def test_that_nine_classes_leave_the_map_its_height_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    # Its letters and margins are those of the program, whatever a test before this one left.
    apply_appearance(qapp, "dark")
    for place, row in enumerate([*window.session.pool.pick_order.tolist(), 30, 31, 32][:9]):
        window.annotating.label_rows(np.array([row]), f"kind {place} of bird")
    review, workspace = bar(window), window.workspace
    assert workspace is not None
    canvas, grid = workspace.map.canvas, workspace.gallery.grid
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: window.width() == 1024 and review.width() in SHARED)
    assert len(review.chips) == 9
    assert review._flow.lines(review.width() - 2 * SMALL) <= MOST_LINES
    qtbot.waitUntil(lambda: all(button.isVisible() for button in review.buttons.values()))
    # Both are usable: the map, and a whole line of the gallery.
    qtbot.waitUntil(lambda: canvas.height() >= 195 and grid.viewport().height() >= grid.sizeHint().height())
    assert canvas.width() >= 690
    assert not workspace.inspector.visibleRegion().isEmpty()
    assert not workspace.batch_panel.visibleRegion().isEmpty()
    review.setFixedWidth(300)
    qtbot.waitUntil(lambda: [chip.text() for chip in review.chips] == list("123456789"))
    assert not any(review._classes.isAncestorOf(button) for button in review.buttons.values())


def test_that_nobody_is_told_to_embed_what_cannot_be_read(window: MainWindow) -> None:
    pool, workspace = window.session.pool, window.workspace
    assert workspace is not None
    for present, told in ((7, "must be embedded"), (0, "No image can be used")):
        pool.counts = replace(pool.counts, present=present, embedded=0)
        workspace._on_counts()
        assert told in workspace.batch_panel.select_button.toolTip()
        window._update_facts()
        why = {command.key: command.why_not for command in commands_of(window)}["select"]
        assert why == ("Embed the images first" if present else "No image can be used")
        assert told in insight_lacks(pool, COPIES)

"""Texts that give way where there is no room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.eliding import Elided, ElidedChoice

LONG = "Batch 12: 1,364 images by uncertainty herding over everything"


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_that_a_label_with_room_looks_like_any_other(qtbot: QtBot) -> None:
    ours, plain = Elided(LONG), QLabel(LONG)
    for label in (ours, plain):
        qtbot.addWidget(label)
        label.resize(600, 30)
    assert picture(ours) == picture(plain)


def test_that_a_label_without_room_ends_in_dots(qtbot: QtBot) -> None:
    ours, dots = Elided(LONG, mode=Qt.TextElideMode.ElideRight), QLabel()
    for label in (ours, dots):
        qtbot.addWidget(label)
        label.resize(120, 30)
    dots.setText(ours.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, 120))
    assert ours.text() == LONG
    assert picture(ours) == picture(dots)


def test_that_a_count_without_room_gives_way_to_a_shorter_one_and_not_to_another_number(qtbot: QtBot) -> None:
    ours, short = Elided("3,783 of 3,786 shown"), QLabel("3,783")
    for label in (ours, short):
        qtbot.addWidget(label)
        label.resize(60, 30)
    ours.set_short("3,783")
    assert picture(ours) == picture(short)
    assert ours.minimumWidth() >= short.sizeHint().width()


def test_that_a_choice_without_room_ends_in_dots(qtbot: QtBot) -> None:
    ours, plain = ElidedChoice(), QComboBox()
    for box in (ours, plain):
        qtbot.addWidget(box)
        box.addItem(LONG)
        box.resize(160, 30)
    assert picture(ours) != picture(plain)
    ours.resize(600, 30)
    plain.resize(600, 30)
    assert picture(ours) == picture(plain)


def test_that_a_choice_without_room_leaves_out_first_what_is_in_brackets(qtbot: QtBot) -> None:
    whole = "Between two classes (margin sampling) (needs labels)"
    box, plain = ElidedChoice(brackets=True), ElidedChoice()
    for choice in (box, plain):
        qtbot.addWidget(choice)
        choice.addItem(whole)
    for shown in (whole, "Between two classes (margin sampling)", "Between two classes"):
        for choice in (box, plain):
            choice.resize(choice.fontMetrics().horizontalAdvance(shown) + 48, 30)
        assert box.shown_text == shown
        assert (plain.shown_text == whole) == (shown == whole)
    box.resize(100, 30)
    assert box.shown_text.endswith("…")

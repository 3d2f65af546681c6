"""Keys that mean something in one place only, beside those that hold in the whole window; and words that name keys."""

from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.actions import TABLE
from desktop_al.gui.batch_words import ready_sentence
from desktop_al.gui.key_hints import KeyTip, key_of, pressed, with_key
from desktop_al.gui.keys_in_force import keys_in_force
from desktop_al.gui.map.keys import commands, key_table
from desktop_al.gui.sample_menu import SampleActions, build_menu
from desktop_al.gui.shortcuts import LOCAL_KEYS
from tests.gui.pools import full_pool

SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


def event(key: Qt.Key, held: Qt.KeyboardModifier = NONE, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, text)


def of_actions() -> dict[str, str]:
    """The key that each action comes with."""
    keys = {name: QKeySequence(spec.keys).toString() for name, spec in TABLE.items()}
    return {key: name for name, key in keys.items() if key}


def fixed_on_the_map() -> set[str]:
    """The keys that the map takes whatever a person chose."""
    return {QKeySequence(key | (SHIFT.value if held else 0)).toString() for key, held in key_table(Mock(), Mock())}


def test_that_no_local_key_is_the_key_of_an_action(qtbot: QtBot) -> None:
    taken = of_actions()
    assert {local.keys: taken[local.keys] for local in LOCAL_KEYS if local.keys in taken} == {}
    assert fixed_on_the_map() & set(taken) == set()


def test_that_every_command_of_the_map_is_listed_with_a_key_of_its_own(qtbot: QtBot) -> None:
    listed = {local.name: local.keys for local in LOCAL_KEYS if local.place == "map" and local.name}
    assert set(commands(Mock(), Mock(), Mock())) == set(listed)
    assert fixed_on_the_map() & set(listed.values()) == set()


def test_that_no_place_gives_a_key_two_meanings() -> None:
    pairs = [(local.place, local.keys) for local in LOCAL_KEYS]
    assert len(pairs) == len(set(pairs))
    names = [local.name for local in LOCAL_KEYS if local.name]
    assert len(names) == len(set(names))
    assert not set(names) & set(TABLE)


def test_that_a_press_is_the_command_whose_key_it_is_now(qtbot: QtBot) -> None:
    assert pressed("map", event(Qt.Key.Key_L)) == "map.lasso"
    assert pressed("gallery", event(Qt.Key.Key_L)) == ""
    assert pressed("map", event(Qt.Key.Key_F, SHIFT, "F")) == "map.fit_highlight"
    assert pressed("map", event(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)) == ""
    keys_in_force().put("map.lasso", QKeySequence("J"))
    assert pressed("map", event(Qt.Key.Key_L)) == ""
    assert pressed("map", event(Qt.Key.Key_J)) == "map.lasso"


def test_that_a_sign_is_the_same_with_and_without_shift(qtbot: QtBot) -> None:
    assert pressed("map", event(Qt.Key.Key_BracketLeft, NONE, "[")) == "map.smaller"
    assert pressed("map", event(Qt.Key.Key_BracketLeft, SHIFT, "[")) == "map.smaller"


def test_that_words_name_the_key_in_force(qtbot: QtBot) -> None:
    assert (key_of("accept"), with_key("Accept", "accept")) == ("P", "Accept (P)")
    assert (key_of("no such thing"), with_key("Pan", "map.pan")) == ("", "Pan")
    keys_in_force().put("accept", QKeySequence("F9"))
    assert with_key("Accept", "accept") == "Accept (F9)"
    assert "Accept with F9, reject with X" in ready_sentence(3, 20)
    keys_in_force().put("reject", QKeySequence())
    assert ready_sentence(3, 20) == "Batch 3 is ready: 20 picks."


def test_that_a_tip_follows_the_key(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    KeyTip(button, "Accept this pick", "accept", "And go on")
    assert button.toolTip() == "Accept this pick (P)\nAnd go on"
    with qtbot.waitSignal(keys_in_force().changed):
        keys_in_force().put("accept", QKeySequence("J"))
    assert (button.toolTip(), button.accessibleName()) == ("Accept this pick (J)\nAnd go on", "Accept this pick (J)")


@pytest.mark.parametrize(("key", "end"), [("J", "\tJ"), ("", "Accept the pick")])
def test_that_the_menu_on_an_image_names_the_key_in_force(qtbot: QtBot, tmp_path: Path, key: str, end: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    keys_in_force().put("accept", QKeySequence(key))
    menu = build_menu(parent, full_pool(tmp_path, ["a.png", "b.png"], picks=1), 0, cast("SampleActions", Mock()))
    (text,) = [action.text() for action in menu.actions() if "Accept" in action.text()]
    assert text.replace("&", "").endswith(end)

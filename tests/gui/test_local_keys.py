"""Keys that mean something in one place only, beside those that hold in the whole window."""

from unittest.mock import Mock

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from desktop_al.gui.actions import TABLE
from desktop_al.gui.map.keys import key_table
from desktop_al.gui.shortcuts import LOCAL_KEYS

FIXED = {
    "Return",
    "Enter",
    "=",
    "_",
    "+",
    "-",
    "Shift++",
    "Shift+-",
    "Shift+=",
    "Shift+_",
    "Left",
    "Right",
    "Up",
    "Down",
}


def of_actions() -> dict[str, str]:
    """The key that each action comes with."""
    keys = {name: QKeySequence(spec.keys).toString() for name, spec in TABLE.items()}
    return {key: name for name, key in keys.items() if key}


def on_the_map() -> set[str]:
    """The keys that the map takes itself."""
    table = key_table(Mock(), Mock(), Mock(), Mock())
    shift = Qt.KeyboardModifier.ShiftModifier.value
    return {QKeySequence(key | (shift if held else 0)).toString() for key, held in table}


def test_that_no_local_key_is_the_key_of_an_action(qtbot: QtBot) -> None:
    taken = of_actions()
    assert {local.keys: taken[local.keys] for local in LOCAL_KEYS if local.keys in taken} == {}
    assert on_the_map() & set(taken) == set()


def test_that_every_key_of_the_map_is_listed(qtbot: QtBot) -> None:
    listed = {local.keys for local in LOCAL_KEYS if local.place == "map"}
    assert on_the_map() - FIXED <= listed


def test_that_no_place_gives_a_key_two_meanings() -> None:
    pairs = [(local.place, local.keys) for local in LOCAL_KEYS]
    assert len(pairs) == len(set(pairs))

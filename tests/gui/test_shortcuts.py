"""Keys that the user chooses: kept, searched, recorded, in conflict, taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit
from pytestqt.qtbot import QtBot

from desktop_al import settings
from desktop_al.gui.key_hints import key_of
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.shortcuts import Shortcuts, valid
from desktop_al.gui.shortcuts_editor import ShortcutsEditor
from desktop_al.gui.shortcuts_list import KEY_COLUMN

Key = Qt.Key
GIVEN = {"accept": "P", "export": "Ctrl+E", "filter": "Ctrl+F", "about": ""}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKTOP_AL_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config"


def make_shortcuts() -> Shortcuts:
    shortcuts = Shortcuts()
    for name, keys in GIVEN.items():
        shortcuts.add(name, QAction(f"&{name.capitalize()}…", shortcuts), QKeySequence(keys), f"Tip of {name}")
    return shortcuts


@pytest.fixture
def shortcuts(qtbot: QtBot, folder: Path) -> Shortcuts:
    return make_shortcuts()


@pytest.fixture
def editor(qtbot: QtBot, shortcuts: Shortcuts) -> Iterator[ShortcutsEditor]:
    editor = ShortcutsEditor(shortcuts)
    editor.show()
    yield editor
    editor.close()


def choose(editor: ShortcutsEditor, name: str) -> None:
    """Make the line of ``name`` the current one."""
    place = next(place for place, row in enumerate(editor.model.rows) if row.name == name)
    editor.view.setCurrentIndex(editor.model.index(place, KEY_COLUMN))
    editor.view.setFocus()


def record(qtbot: QtBot, editor: ShortcutsEditor, name: str, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    """Press Enter on the line of ``name``, then the key."""
    choose(editor, name)
    qtbot.keyClick(editor.view, Key.Key_Return)
    # Those of keys recorded before go with the event loop.
    recorder = editor.view.findChildren(QKeySequenceEdit)[-1]
    qtbot.keyClick(recorder, key, held)


CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def test_that_a_key_is_recorded_inline_and_kept(
    qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts, folder: Path
) -> None:
    record(qtbot, editor, "accept", Key.Key_A, NONE)
    assert shortcuts.shown("accept") == "A"
    assert shortcuts.action("accept").toolTip() == "Tip of accept (A)"
    assert settings.shortcuts() == {"accept": "A"}
    assert make_shortcuts().shown("accept") == "A"
    qtbot.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
    assert shortcuts.shown("accept") == "P"
    assert settings.shortcuts() == {}


def test_that_a_key_that_is_taken_is_asked_about_inline(
    qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts
) -> None:
    record(qtbot, editor, "accept", Key.Key_E, CTRL)
    assert shortcuts.shown("accept") == "P"
    assert editor.note.text() == "Ctrl+E is the key of “Export”, which would have none."
    qtbot.mouseClick(editor.take, Qt.MouseButton.LeftButton)
    assert (shortcuts.shown("accept"), shortcuts.shown("export")) == ("Ctrl+E", "")
    assert settings.shortcuts() == {"accept": "Ctrl+E", "export": ""}
    again = make_shortcuts()
    assert (again.shown("accept"), again.shown("export")) == ("Ctrl+E", "")
    choose(editor, "export")
    qtbot.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
    assert (shortcuts.shown("accept"), shortcuts.shown("export")) == ("", "Ctrl+E")


def test_that_a_key_of_the_map_is_asked_about_too(qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts) -> None:
    record(qtbot, editor, "accept", Key.Key_L, NONE)
    assert editor.note.text() == "On the map, L means “Lasso”; it would not any more."
    qtbot.mouseClick(editor.take, Qt.MouseButton.LeftButton)
    assert shortcuts.shown("accept") == "L"


def test_that_a_key_of_the_map_can_be_another_one(qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts) -> None:
    record(qtbot, editor, "map.lasso", Key.Key_J, NONE)
    assert (shortcuts.shown("map.lasso"), key_of("map.lasso")) == ("J", "J")
    assert settings.shortcuts() == {"map.lasso": "J"}
    assert make_shortcuts().shown("map.lasso") == "J"
    # S means something in the gallery only, R on the map itself.
    record(qtbot, editor, "map.lasso", Key.Key_S, NONE)
    assert shortcuts.shown("map.lasso") == "S"
    record(qtbot, editor, "map.lasso", Key.Key_R, NONE)
    assert editor.note.text() == "On the map, R means “Rectangle”; it would not any more."
    qtbot.mouseClick(editor.take, Qt.MouseButton.LeftButton)
    assert (shortcuts.shown("map.lasso"), shortcuts.shown("map.rectangle")) == ("R", "")
    qtbot.mouseClick(editor.reset_all, Qt.MouseButton.LeftButton)
    assert (shortcuts.shown("map.lasso"), shortcuts.shown("map.rectangle")) == ("L", "R")


def test_that_an_action_and_a_local_key_are_never_the_same(
    qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts
) -> None:
    record(qtbot, editor, "map.lasso", Key.Key_P, NONE)
    assert editor.note.text() == "P is the key of “Accept”, which would have none."
    # G names regions on the map and highlights sections in the gallery; an action takes it from both.
    record(qtbot, editor, "accept", Key.Key_G, NONE)
    qtbot.mouseClick(editor.take, Qt.MouseButton.LeftButton)
    assert [shortcuts.shown(name) for name in ("accept", "map.labels", "gallery.section")] == ["G", "", ""]


def test_that_delete_takes_a_key_away_and_escape_leaves_it(
    qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts
) -> None:
    choose(editor, "filter")
    qtbot.keyClick(editor.view, Key.Key_Return)
    (recorder,) = editor.view.findChildren(QKeySequenceEdit)
    recorder.clearFocus()
    assert shortcuts.shown("filter") == "Ctrl+F"
    qtbot.keyClick(editor.view, Key.Key_Delete)
    assert shortcuts.shown("filter") == ""
    qtbot.mouseClick(editor.reset_all, Qt.MouseButton.LeftButton)
    assert {name: shortcuts.shown(name) for name in GIVEN} == GIVEN


def test_that_a_key_is_found_by_its_name_and_by_itself(qtbot: QtBot, editor: ShortcutsEditor) -> None:
    qtbot.keyClicks(editor.search, "ctrl+e")
    assert [row.text for row in editor.model.rows] == ["Export"]
    editor.search.setText("map lasso")
    assert [(row.text, row.keys, row.name) for row in editor.model.rows] == [("Lasso", "L", "map.lasso")]
    assert editor.model.flags(editor.model.index(0, KEY_COLUMN)) & Qt.ItemFlag.ItemIsEditable
    editor.search.setText("map arrow")
    assert [row.name for row in editor.model.rows] == [""]
    assert not editor.model.flags(editor.model.index(0, KEY_COLUMN)) & Qt.ItemFlag.ItemIsEditable
    editor.search.setText("zebra")
    assert not editor.model.rows
    assert not editor.reset.isEnabled()
    assert editor.note.text() == "Nothing is called like this."


@pytest.mark.parametrize("stored", ["nonsense", "Ctrl+", "Ctrl+K, X", "hello world"])
def test_that_a_bad_key_in_the_settings_is_told_and_ignored(qtbot: QtBot, folder: Path, stored: str) -> None:
    settings.save_shortcuts({"accept": stored, "of another version": "Z"})
    shortcuts = make_shortcuts()
    assert shortcuts.shown("accept") == "P"
    assert len(shortcuts.wrong) == 1
    assert stored in shortcuts.wrong[0]


@pytest.mark.parametrize("text", ["shortcuts = 3", "[shortcuts]\naccept = 3", "[shortcuts", '[shortcuts]\n"x" = ["y"]'])
def test_that_no_settings_file_keeps_the_keys_from_working(qtbot: QtBot, folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    assert make_shortcuts().shown("accept") == "P"


def test_that_other_settings_and_the_keys_leave_each_other_alone(folder: Path) -> None:
    settings.save({"theme": "dark"})
    settings.save_shortcuts({"accept": "A", 'odd "name"': "B"})
    settings.save({"device": "cpu"})
    assert settings.shortcuts() == {"accept": "A", 'odd "name"': "B"}
    assert (settings.read()[0].theme, settings.read()[0].device) == ("dark", "cpu")
    settings.save_shortcuts({"accept": None, 'odd "name"': None})
    assert settings.shortcuts() == {}
    assert settings.read()[0].theme == "dark"


def test_that_keys_hold_although_they_cannot_be_kept(
    qtbot: QtBot, editor: ShortcutsEditor, shortcuts: Shortcuts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(settings, "save_shortcuts", refuse)
    record(qtbot, editor, "accept", Key.Key_A, NONE)
    assert shortcuts.shown("accept") == "A"
    assert "disk full" in editor.problem.text()


def test_that_what_is_a_key_is_known() -> None:
    assert valid("")
    assert valid("Ctrl+Shift+F12")
    assert not valid("Ctrl+Foo")


def test_that_no_two_actions_come_with_the_same_key(qtbot: QtBot, folder: Path) -> None:
    window = MainWindow()
    shortcuts = window.actions_by_name.shortcuts
    assert {"undo", "redo", "accept"} <= set(shortcuts.names)
    taken = [name for name in shortcuts.names if shortcuts.holders(shortcuts.action(name).shortcut(), but=name)]
    assert taken == []
    window.bridge.close()
    window.deleteLater()

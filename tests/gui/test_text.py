from pathlib import Path

import pytest

from desktop_al.gui.text import BREAK, breakable, readable, readable_path, shortened, unbroken, wrapping


def test_that_names_without_meaning_to_qt_become_readable() -> None:
    assert readable("a\udcffb\nc") == "a?b c"


def test_that_the_own_folder_is_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert Path(readable_path(tmp_path / "photos" / "a.png")) == Path("~/photos/a.png")
    assert Path(readable_path(Path("/data/a.png"))) == Path("/data/a.png")


def test_that_breaks_change_no_visible_character() -> None:
    text = "/data/a-long_name.with/" + "x" * 50
    assert breakable(text).replace("\u200b", "") == text
    assert max(len(piece) for piece in breakable(text).split("\u200b")) <= 12


def test_that_a_long_text_ends_in_an_ellipsis_and_a_short_one_stays_whole() -> None:
    assert shortened("x" * 80) == "x" * 80
    assert shortened("x" * 1000) == "x" * 79 + "…"
    assert shortened("two\nlines") == "two lines"


def test_that_only_words_that_no_line_has_room_for_can_be_broken_and_are_copied_whole() -> None:
    path = "/home/ada/pictures/2026/birds/and_a_name_that_goes_on_and_on.jpg"
    sentence = f"The file {path} cannot be read, for reasons of Datenschutzgrundverordnung."
    broken = wrapping(sentence)
    assert broken != sentence
    assert all(BREAK not in word for word in broken.split(" ") if word.replace(BREAK, "") != path)
    assert unbroken(broken) == sentence

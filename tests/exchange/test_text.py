"""Paths and cells as text: what is written reads back exactly, and nothing runs."""

import os
import unicodedata
from urllib.parse import unquote_to_bytes, urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_al.exchange.cells import RUNS, neutral, number, original
from desktop_al.exchange.paths_text import path_from_text, path_text
from tests.exchange.rows import ODD_NAMES

# Any file name of a POSIX system: bytes without NUL, as Python decodes them.
names = st.binary(min_size=1).map(lambda data: os.fsdecode(data.replace(b"\x00", b"x")))
texts = st.text(st.characters(codec="utf-8"))


@given(names)
def test_that_any_path_reads_back(name: str) -> None:
    assert path_from_text(path_text(name)) == name
    assert path_from_text(path_text("/photos/" + name)) == "/photos/" + name


@given(names)
def test_that_any_path_is_one_line_of_utf8(name: str) -> None:
    text = path_text(name)
    assert text.encode("utf-8")
    assert len(text.splitlines()) <= 1


def test_that_an_ordinary_path_stays_as_it_is() -> None:
    assert path_text("/photos/a b/ü,100%.png") == "/photos/a b/ü,100%.png"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_that_an_encoded_path_is_a_uri_that_others_read(name: str) -> None:
    text = path_text("/photos/" + name)
    if text.startswith("file:"):
        assert unquote_to_bytes(urlparse(text).path) == os.fsencode("/photos/" + name)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.png", "/a/b c.png"),
        ("file://localhost/a.png", "/a.png"),
        ("file:/a.png", "/a.png"),
        ("file:///C:/photos/a.png", "C:/photos/a.png"),
        ("/a/b%20c.png", "/a/b%20c.png"),
    ],
)
def test_that_uris_of_other_tools_are_understood(uri: str, path: str) -> None:
    assert path_from_text(uri) == path


@given(texts)
def test_that_any_cell_reads_back_and_runs_nothing(text: str) -> None:
    cell = neutral(text)
    assert original(cell) == text
    assert not cell.startswith(RUNS)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "'=1"]
)
def test_that_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "'tis", "a=1", "1-2"])
def test_that_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@given(st.floats(allow_nan=False))
def test_that_a_number_reads_back_exactly(value: float) -> None:
    assert float(number(value)) == value


@given(st.text(max_size=6) | st.sampled_from(["a\u00a0b", "a\u00adb", "a\ue000", "a\u2028b", "a\udc80", "\x7f"]))
def test_that_what_looks_printable_is_written_as_any_other_path(text: str) -> None:
    plain = not text.startswith("file:") and not any(unicodedata.category(c) in {"Cs", "Cc", "Zl", "Zp"} for c in text)
    assert (path_text(text) == text) is plain

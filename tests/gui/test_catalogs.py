"""The words of the window in every language: none is missing, none is stale, none is out of reach."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from desktop_al.gui.batch_words import percent
from desktop_al.gui.i18n import ENGLISH, LANGUAGES, catalog, language, number, tr, trn, use_catalog, use_language
from desktop_al.gui.language import SYSTEM, apply_language, chosen
from desktop_al.jobs.resources import resource
from desktop_al.settings import TABLE
from scripts.translations_parts import catalogs, main, source
from tests.gui.words import bare_sentences, bare_words

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "desktop_al"
GUI = PACKAGE / "gui"
CODES = pytest.mark.parametrize("code", catalogs.CODES)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Leave the language as it was."""
    before = QLocale()
    yield
    use_catalog(ENGLISH, gettext.NullTranslations())
    QLocale.setDefault(before)


def test_that_the_catalogs_agree_with_the_code_and_are_complete() -> None:
    assert main.check(ROOT) == []


def test_that_no_text_of_the_window_asks_for_what_only_the_command_line_has() -> None:
    messages = source.messages(ROOT)
    asked = [message.one for message in messages if re.search(r"(^|[\s(“`])(--[a-z]|desktop-al [a-z])", message.one)]
    assert asked == []


def test_that_faults_of_a_catalog_are_found() -> None:
    catalog = catalogs.template([source.Message("{count:,} image of {name}", "{count:,} images of {name}", "x.py")])
    assert catalogs.faults(catalog) == [
        "is not translated: '{count:,} image of {name}'",
        "is not translated: '{count:,} image of {name}'",
    ]
    entry = next(catalogs.entries(catalog))
    entry.string = ("{count:,} Bild von {nme}", "{count:,} Bilder von {name}")
    assert len(catalogs.faults(catalog)) == 1
    entry.string = ("ein Bild von {name}", "{count:,} Bilder von {name}")
    assert catalogs.faults(catalog) == []


@CODES
def test_that_marks_of_keys_and_dots_are_those_of_the_source(code: str) -> None:
    for entry in catalogs.entries(catalogs.read(catalogs.po_file(ROOT, code), code)):
        one = catalogs.sources(entry)[0]
        for text in catalogs.translations(entry):
            assert ("&" in text.replace("&&", "")) == bool(re.search(r"&\w", one)), (one, text)
            assert ("…" in text) == ("…" in one), (one, text)
            assert text.count("\t") == one.count("\t"), (one, text)


@pytest.mark.parametrize("file", sorted(GUI.rglob("*.py")), ids=lambda file: file.relative_to(GUI).as_posix())
def test_that_no_word_of_the_window_is_out_of_the_catalogs_reach(file: Path) -> None:
    assert bare_words(file.read_text(encoding="utf-8")) == []


def test_that_bare_words_are_found() -> None:
    code = """
label.setText("Open the project")
label.setText(tr("Open the project"))
menu.addAction(f"Open {name}")
QLabel("" if empty else "No images yet", self)
show_message("error", sentence)
edit.setObjectName("edit")
"""
    assert bare_words(code) == [(2, "Open the project"), (4, "Open "), (5, "No images yet")]


def test_that_marked_words_are_found() -> None:
    code = 'tr("a"); trn("b", "bs", 2); later("c"); tr("d" if x else "e"); tr(name); ActionSpec("f", "g", "Ctrl+F")'
    found = [(message.one, message.many) for message in source.messages_in(code, "x.py")]
    assert sorted(found) == [("a", ""), ("b", "bs"), ("c", ""), ("d", ""), ("e", ""), ("f", ""), ("g", "")]


def test_that_stages_of_jobs_are_found() -> None:
    code = """
STAGE = "Placing"
def work(ctx, stage="Comparing", *, unit="images"):
    ctx.report("Selecting", 1, 2, "picks")
    run(stage="Measuring")
"""
    found = {message.one for message in source.stages_in(code, "x.py")}
    assert found == {"Placing", "Comparing", "images", "Selecting", "picks", "Measuring"}


def test_that_sentences_of_jobs_are_found() -> None:
    code = """
TABLE = {1: templates("Accept {count} pick", "Accept {count} picks"), 2: template("Pin {count}")}
def work(n):
    if n:
        raise LabelError(say("One " "class" if n > 1 else "No label"))
    raise UsageError(say_n("{count} row", "{count} rows", n))
"""
    assert {(message.one, message.many) for message in source.messages_in(code, "x.py")} == {
        ("Accept {count} pick", "Accept {count} picks"),
        ("Pin {count}", ""),
        ("One class", ""),
        ("No label", ""),
        ("{count} row", "{count} rows"),
    }


@pytest.mark.parametrize("room", sorted({file.relative_to(PACKAGE).parts[0] for file in PACKAGE.rglob("*.py")}))
def test_that_no_sentence_for_the_window_is_without_a_template(room: str) -> None:
    place = PACKAGE / room
    for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
        assert bare_sentences(file.read_text(encoding="utf-8")) == [], file


def test_that_sentences_without_a_template_are_found() -> None:
    code = """
raise LabelError(say("a {b}", b=b))
raise LabelError(f"a {b}")
raise FilterError("a" if b else say("c"), 1, 2)
raise errors.ModelError("a {}".format(b)) from error
return SourceError("a " + b)
ctx.message("a")
ctx.message(say("a"))
Change(frozenset(), "Scanned", 0)
raise ValueError("a fault of ours")
raise ModelError(refusal)
"""
    assert [line for line, _ in bare_sentences(code)] == [3, 4, 5, 6, 7, 9]


@CODES
def test_that_a_language_speaks(code: str) -> None:
    assert use_language(code) == code == language()
    assert tr("&File") != "&File"
    assert trn("{count:,} image", "{count:,} images", 2000) != "2,000 images"
    assert tr("") == ""


@CODES
def test_that_a_language_that_comes_back_has_the_catalog_that_it_had(code: str) -> None:
    use_language(code)
    before = catalog()
    use_language(ENGLISH)
    use_language(code)
    assert catalog() is before


def test_that_numbers_are_written_as_the_language_writes_them() -> None:
    assert trn("{count:,} image", "{count:,} images", 12_345) == "12,345 images"
    use_language("de")
    assert trn("{count:,} image", "{count:,} images", 12_345) == "12.345 Bilder"
    assert number(1234.5, ",.1f") == "1.234,5"
    assert percent(0.9876) == "98,8\u00a0%"
    assert tr("Opening {name}…", name="1,5.png") == "1,5.png wird geöffnet…"


def test_that_an_unknown_language_is_english(tmp_path: Path) -> None:
    assert use_language("de", tmp_path) == ENGLISH
    assert tr("&File") == "&File"


def test_that_the_language_of_the_system_is_taken_where_there_is_a_catalog() -> None:
    assert chosen(SYSTEM, ["fr-FR", "de-AT"]) == "de"
    assert chosen(SYSTEM, ["ja_JP"]) == "ja"
    assert chosen(SYSTEM, ["fr-FR"]) == ENGLISH
    assert chosen("ja", ["de-DE"]) == "ja"
    assert next(row for row in TABLE if row.name == "language").choices == (SYSTEM, *LANGUAGES)


def test_that_the_buttons_of_qt_speak_too(qtbot: QtBot, qapp: QApplication) -> None:
    assert apply_language(qapp, "de") == "de"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == "Abbrechen"
    assert QLocale().toString(1.5) == "1,5"
    assert apply_language(qapp, ENGLISH) == ENGLISH
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == "Cancel"


@CODES
def test_that_the_catalogs_come_with_the_program(code: str) -> None:
    assert (resource("translations") / code / "LC_MESSAGES" / "desktop-al.mo").is_file()

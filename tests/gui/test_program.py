"""The program opens its window anew in another language, on the same project and at the same spot."""

import gc
import gettext
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from desktop_al import settings
from desktop_al.gui.collector import set_aside
from desktop_al.gui.i18n import DOMAIN, ENGLISH, Catalog, use_catalog
from desktop_al.gui.language_menu import keep_language
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.program import Program
from desktop_al.gui.sheet import shown_sheet
from desktop_al.jobs.resources import resource
from tests.gui.projects import make_review_project

CODE = "de"
pytestmark = pytest.mark.may_block("builds the window twice and shows every panel for the first time")


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program on its start page; the worker process is not needed here."""
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    # As the first window of a program does.
    set_aside.cache_clear()
    before = QLocale()
    program = Program(qapp, MainWindow)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=30_000)
    yield program
    program.close()
    qtbot.waitUntil(lambda: program.window.closed and program.window.isHidden(), timeout=20_000)
    program.window.deleteLater()
    program.deleteLater()
    gc.unfreeze()
    use_catalog(ENGLISH, gettext.NullTranslations())
    QLocale.setDefault(before)


def test_that_the_window_comes_back_in_another_language_at_the_same_spot(
    qtbot: QtBot, qapp: QApplication, program: Program, tmp_path: Path
) -> None:
    first, path = program.window, make_review_project(tmp_path)
    with qtbot.waitSignal(first.session.opened):
        first.open(path)
    first.session.pool.set_focus(5)
    keep_language("de", "Deutsch", first.messages, first.again.emit)
    assert "Deutsch" in first.messages.sentence
    first.messages._act.click()
    qtbot.waitUntil(lambda: program.window is not first, timeout=20_000)
    second = program.window
    qtbot.waitUntil(lambda: second.workspace is not None and second.session.project is not None, timeout=30_000)
    assert second.session.project is not None
    assert second.session.project.path == path
    qtbot.waitUntil(lambda: second.session.pool.focus == 5, timeout=10_000)
    assert second.actions_by_name.by_name["quit"].text().replace("&", "") != first_words("quit")
    assert settings.read()[0].language == "de"
    assert qapp.quitOnLastWindowClosed()


def test_that_every_text_comes_in_the_new_language(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    first, path = program.window, make_review_project(tmp_path)
    assert in_english(first, CODE)
    with qtbot.waitSignal(first.session.opened):
        first.open(path)
    keep_language(CODE, "Deutsch", first.messages, first.again.emit)
    first.again.emit()
    qtbot.waitUntil(lambda: program.window is not first, timeout=20_000)
    second = program.window
    qtbot.waitUntil(lambda: second.workspace is not None and len(second.session.pool) > 0, timeout=30_000)
    assert second.workspace is not None
    second.session.pool.set_focus(5)
    for panel in second.workspace.docks:
        second.workspace.show_panel(panel)
    qtbot.waitUntil(lambda: not second.bridge.busy, timeout=20_000)
    # Fields are called as filters write them, whatever the language.
    assert in_english(second, CODE) <= {"label", "tag", "source"}
    for show in (second.commands.export, second.commands.import_labels, second.commands.choose_model):
        show()
        sheet = shown_sheet(second)
        assert sheet is not None
        assert not in_english(sheet, CODE), sheet.windowTitle()
        qtbot.waitUntil(lambda: not second.bridge.busy, timeout=20_000)
        sheet.reject()


def in_english(widget: QWidget, code: str) -> set[str]:
    """The texts in ``widget`` that are English though the catalog of ``code`` has another word for them."""
    folder = resource("translations")
    catalog = gettext.translation(DOMAIN, folder, [code], Catalog)
    assert isinstance(catalog, Catalog)
    # The letter that a menu takes as its key is none of the word.
    said = {text.replace("&", ""): catalog.gettext(text).replace("&", "") for each in catalog.sources for text in each}
    words = {text for text, other in said.items() if other != text}
    parts = [widget, *widget.findChildren(QWidget)]
    texts = {value for part in parts for value in (part.toolTip(), part.accessibleName(), part.windowTitle())}
    texts |= {part.text() for part in parts if isinstance(part, QLabel | QAbstractButton)}
    texts |= {part.placeholderText() for part in parts if isinstance(part, QLineEdit)}
    texts |= {part.itemText(at) for part in parts if isinstance(part, QComboBox) for at in range(part.count())}
    texts |= {part.tabText(at) for part in parts if isinstance(part, QTabBar) for at in range(part.count())}
    texts |= {action.text() for action in widget.findChildren(QAction)}
    return {line for text in texts for line in text.replace("&", "").split("\n")} & words


def first_words(name: str) -> str:
    """What the action ``name`` is called in English."""
    from desktop_al.gui.actions import TABLE

    return TABLE[name].text.replace("&", "")


def test_that_the_start_page_comes_back_where_no_project_is_open(qtbot: QtBot, program: Program) -> None:
    first = program.window
    keep_language("ja", "日本語", first.messages, first.again.emit)
    first.messages._act.click()
    qtbot.waitUntil(lambda: program.window is not first, timeout=20_000)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=30_000)
    assert program.window.page is program.window.start_page


def test_that_nothing_of_a_window_stays_in_memory(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    path = make_review_project(tmp_path)
    with qtbot.waitSignal(program.window.session.opened):
        program.window.open(path)
    # The first window was there when the libraries were set aside, the second was not.
    for code in ("de", "ja"):
        before = parts_of(qtbot, program.window)
        in_another_language(qtbot, program, code)
        qtbot.waitUntil(partial(all_gone, before), timeout=10_000)


def parts_of(qtbot: QtBot, window: MainWindow) -> list[weakref.ref[object]]:
    """The ``window`` and what holds the most memory in it, once the map is drawn."""
    workspace = window.workspace
    assert workspace is not None
    shown = workspace.map
    qtbot.waitUntil(lambda: shown.settled)
    return [weakref.ref(part) for part in (window, window.session.pool, shown, shown.canvas.picture, workspace.thumbs)]


def all_gone(parts: list[weakref.ref[object]]) -> bool:
    """Whether none of ``parts`` is there any more."""
    return all(part() is None for part in parts)


def in_another_language(qtbot: QtBot, program: Program, code: str) -> None:
    """Open the window anew, and wait for it and its project."""
    qtbot.waitUntil(lambda: not program.window.session.bridge.busy, timeout=20_000)
    old = id(program.window)
    keep_language(code, code, program.window.messages, program.window.again.emit)
    program.window.messages._act.click()
    qtbot.waitUntil(lambda: id(program.window) != old, timeout=20_000)
    qtbot.waitUntil(
        lambda: program.window.workspace is not None and program.window.session.project is not None, timeout=30_000
    )

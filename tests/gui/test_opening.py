"""What a person sees while a project opens, and where messages about it stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import SILENT
from desktop_al.domain.specs import AddSpec
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.palette import ranked
from desktop_al.gui.palette_commands import commands_of
from desktop_al.gui.relinking import FolderChooser
from desktop_al.gui.sheet import shown_sheet
from desktop_al.gui.start_page import StartPage
from desktop_al.jobs.add import run_add
from desktop_al.jobs.demo import emoji_table
from desktop_al.store.project import Project
from tests.gui.projects import make_review_project
from tests.pictures import make_pictures

pytestmark = pytest.mark.may_block("builds the window and shows every panel for the first time")


class ShownWindows(QObject):
    """Notes every window that is shown, and hidden again or not."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.names: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note it."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window whose views are not built yet."""
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    window = MainWindow()
    window.show()
    yield window
    window.close()
    qtbot.waitUntil(lambda: window.closed and window.isHidden(), timeout=20_000)
    window.deleteLater()


def test_that_a_project_opened_before_the_views_are_built_shows_one_window_and_a_word_in_its_middle(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, tmp_path: Path
) -> None:
    shown = ShownWindows(qapp)
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    word = window.page
    assert isinstance(word, QLabel)
    assert word.text() == "Opening review…"
    assert word.alignment() == Qt.AlignmentFlag.AlignCenter
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.prepare()
    assert window.workspace is not None
    assert window.page is window.workspace.map
    assert window.workspace.batch_panel.view.isVisible()
    qapp.removeEventFilter(shown)
    assert shown.names == []


def test_that_the_start_page_tells_as_many_emoji_as_the_demo_has(qtbot: QtBot) -> None:
    page = StartPage()
    qtbot.addWidget(page)
    assert page.demo.accessibleDescription().startswith(f"Some {round(len(emoji_table()), -2):,} emoji")


def with_moved(folder: Path) -> tuple[Path, Path]:
    """A project whose image folder was renamed, and where that lies now."""
    path = make_review_project(folder)
    with Project.open(path) as project:
        old = project.sources()[0].root
    return path, old.rename(folder / "now here")


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)


@pytest.fixture
def built(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A window whose views are built."""
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.prepare()
    return window


@pytest.mark.parametrize("first", [True, False])
def test_that_a_folder_that_is_gone_is_told_of_at_once_and_its_place_asked_for(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    path, now = with_moved(tmp_path)
    if first:
        with qtbot.waitSignal(window.session.opened):
            window.open(path)
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.prepare()
    if not first:
        with qtbot.waitSignal(window.session.opened):
            window.open(path)
    qtbot.waitUntil(lambda: "is not there: connect its disk, or say where" in window.messages.sentence, timeout=20_000)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(now))
    button = next(part for part in window.messages.findChildren(QPushButton) if part.text() == "Say where it lies…")
    assert button.isVisible()
    button.click()
    settle(qtbot, window)
    project = window.session.project
    assert project is not None
    assert [source.root for source in project.sources()] == [now]
    assert project.counts().missing == 0
    qtbot.waitUntil(lambda: window.session.pool.path(0).parent == now)
    assert window.session.pool.path(0).is_file()


def test_that_scan_again_offers_to_say_where_a_folder_lies_and_nothing_is_told_once_the_project_is_closed(
    qtbot: QtBot, built: MainWindow, tmp_path: Path
) -> None:
    path, _ = with_moved(tmp_path)
    with qtbot.waitSignal(built.session.opened):
        built.open(path)
    settle(qtbot, built)
    built.messages.dismiss()
    built.actions_by_name.by_name["rescan"].trigger()
    settle(qtbot, built)
    assert built.messages.kind == "error"
    button = next(part for part in built.messages.findChildren(QPushButton) if part.text() == "Say where it lies…")
    assert button.isVisible()
    with qtbot.waitSignal(built.session.closed):
        built.session.close()
    assert built.messages.sentence == ""


def test_that_of_several_folders_the_one_that_moved_is_chosen(
    qtbot: QtBot, built: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = with_moved(tmp_path)
    make_pictures(tmp_path / "more", 2, seed=9)
    make_pictures(tmp_path / "third", 2, seed=11)
    with Project.open(path, "w") as project:
        run_add(project, AddSpec((tmp_path / "more", tmp_path / "third")), SILENT)
    (tmp_path / "third").rename(tmp_path / "fourth")
    with qtbot.waitSignal(built.session.opened):
        built.open(path)
    qtbot.waitUntil(lambda: built.messages.sentence.startswith("2 image folders of this project"), timeout=20_000)
    built.actions_by_name.by_name["relink"].trigger()
    qtbot.waitUntil(lambda: isinstance(shown_sheet(built), FolderChooser))
    sheet = shown_sheet(built)
    assert isinstance(sheet, FolderChooser)
    texts = [sheet.list.item(row).text() for row in range(sheet.list.count())]
    assert [text.endswith("(not there)") for text in texts] == [True, True, False]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(now))
    sheet.act.click()
    settle(qtbot, built)
    project_now = built.session.project
    assert project_now is not None
    assert project_now.sources()[0].root == now


@pytest.mark.parametrize("query", ["relink", "moved", "folder"])
def test_that_the_palette_finds_how_to_say_where_a_folder_lies(window: MainWindow, query: str) -> None:
    found = [choice.text for choice in ranked(commands_of(window), query)]
    assert "Say where a folder lies now…" in found[:6]

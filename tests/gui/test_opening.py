"""What a person sees while a project opens, and where messages about it stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.start_page import StartPage
from desktop_al.jobs.demo import emoji_table
from tests.gui.projects import make_review_project

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

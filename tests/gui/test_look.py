"""What the window looks like, as a script can tell: nothing clipped, nothing that overlaps, nothing without a name."""

import gettext
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_al.gui.about import show_about
from desktop_al.gui.accessible import install_roles
from desktop_al.gui.crash import CrashDialog
from desktop_al.gui.i18n import ENGLISH, use_catalog, use_language
from desktop_al.gui.import_dialog import ImportDialog
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.sheet import Sheet, shown_sheet
from desktop_al.gui.theme import Theme, apply_appearance
from scripts.screenshots_parts.faults import faults
from scripts.screenshots_parts.tour import LONG, READY, LongWords, Tour
from tests.gui.projects import make_review_project

SIZE = 1440, 900


@pytest.fixture(params=[ENGLISH, "de", "ja", LONG])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn, and the one whose words are long."""
    if request.param == LONG:
        use_catalog(ENGLISH, LongWords())
    else:
        use_language(request.param)
    yield request.param
    use_catalog(ENGLISH, gettext.NullTranslations())


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window with the review project open, in the style of the program."""
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    before = qapp.styleSheet(), qapp.font(), qapp.palette()
    install_roles()
    apply_appearance(qapp, "dark")
    window = MainWindow()
    window.resize(*SIZE)
    window.show()
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.prepare()
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)
    yield window
    window.close()
    qtbot.waitUntil(lambda: window.closed and window.isHidden(), timeout=20_000)
    window.deleteLater()
    qapp.setStyleSheet(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])


DIALOGS: dict[str, Callable[[MainWindow], object]] = {
    "about": show_about,
    "export": lambda window: window.commands.export(),
    "report": lambda window: window.commands.save_report(),
    "unreadable": lambda window: window.commands.show_unreadable(),
    "import": lambda window: ImportDialog(window.session, None, window).open(),
}


def crash(window: MainWindow) -> CrashDialog:
    """The report of a mistake, which waits beside the window."""
    report = CrashDialog("ValueError", window)
    report.show()
    return report


def test_that_every_word_is_shown_whole(qtbot: QtBot, language: str, window: MainWindow) -> None:
    window.session.pool.set_focus(int(window.session.pool.pick_order[0]))
    QApplication.sendPostedEvents()
    assert faults(window) == []
    for name, show in (*DIALOGS.items(), ("crash", crash)):
        made = show(window)
        dialog = made if isinstance(made, CrashDialog) else shown_sheet(window)
        assert isinstance(dialog, QDialog | Sheet), name
        qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)
        QApplication.sendPostedEvents()
        assert faults(dialog) == [], name
        dialog.reject()


@pytest.mark.parametrize("language", [ENGLISH, "de", "ja"], indirect=True)
def test_that_no_choice_of_a_selection_ends_in_dots(qtbot: QtBot, language: str, window: MainWindow) -> None:
    assert window.workspace is not None
    window.show_panel("batch")
    form = window.workspace.batch_panel.form
    qtbot.waitUntil(lambda: form.strategy.count() > 10 and form.budget.isVisible(), timeout=30_000)
    form.more.set_open(True)
    for choice in (form.strategy, form.preset, form.budget.rule):
        for at in range(choice.count()):
            choice.setCurrentIndex(at)
            QApplication.sendPostedEvents()
            assert not choice.shown_text.endswith("…"), (choice.currentText(), choice.shown_text)


@pytest.mark.parametrize("size", [(1024, 640), (1100, 700)])
def test_that_one_line_of_images_is_in_sight_in_a_small_window(
    qtbot: QtBot, language: str, window: MainWindow, size: tuple[int, int]
) -> None:
    assert window.workspace is not None
    window.resize(*size)
    gallery, panels = window.workspace.gallery, window.workspace.panels
    panels.lay_out()
    panels.give_way()
    qtbot.waitUntil(lambda: gallery.grid.viewport().height() >= gallery.grid.sizeHint().height())
    assert faults(window) == []


def test_that_the_crash_report_shows_what_to_do_first(window: MainWindow) -> None:
    report = crash(window)
    (copy,) = (button for button in report.findChildren(QPushButton) if button.property("kind") == "primary")
    colour = copy.grab().toImage().pixelColor(copy.width() // 2, 4)
    assert colour.name().upper() == Theme.current().accent
    report.reject()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.may_block("shows every panel and dialog for the first time")
def test_that_every_state_can_be_shown_and_looks_right(qapp: QApplication, window: MainWindow, tmp_path: Path) -> None:
    tour = Tour(qapp, window, tmp_path, "smoke")
    tour.settle_ms = 0
    tour.visit_all(READY)
    assert tour.faults == []
    assert len(list(tmp_path.glob("smoke-*.png"))) > 40


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    """An empty window of 200 × 100."""
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(200, 100)
    room.show()
    return room


def placed(widget: QWidget, x: int, y: int, width: int, height: int) -> None:
    widget.setGeometry(x, y, width, height)
    widget.show()


def test_that_a_clipped_label_is_found(room: QWidget) -> None:
    label = QLabel("Covers alone", room)
    placed(label, 0, 0, 20, 30)
    assert "clipped" in faults(room)[0]
    label.setWordWrap(True)
    label.resize(200, 30)
    assert faults(room) == []
    label.resize(100, 8)
    assert "clipped" in faults(room)[0]


def test_that_a_clipped_button_or_choice_is_found(room: QWidget) -> None:
    button, choice = QPushButton("Accept rest", room), QComboBox(room)
    choice.addItem("Automatic")
    choice.setAccessibleName("Budget")
    placed(button, 0, 0, 190, 30)
    placed(choice, 0, 40, 190, 30)
    assert faults(room) == []
    button.resize(30, 30)
    choice.resize(40, 30)
    assert len(faults(room)) == 2


def test_that_a_line_of_tabs_that_is_cut_off_is_found(room: QWidget) -> None:
    tabs = QTabBar(room)
    tabs.setAccessibleName("What is shown")
    for text in ("Batch 353", "All 3,786"):
        tabs.addTab(text)
    placed(tabs, 0, 0, 190, 30)
    assert faults(room) == []
    tabs.resize(tabs.sizeHint().width() - 20, 30)
    assert any("cut off" in fault for fault in faults(room))


def test_that_what_overlaps_or_lies_outside_is_found(room: QWidget) -> None:
    first, second = QLabel("a", room), QLabel("b", room)
    placed(first, 0, 0, 40, 30)
    placed(second, 60, 0, 40, 30)
    assert faults(room) == []
    second.move(20, 0)
    assert "overlap" in faults(room)[0]
    second.move(180, 0)
    assert "outside" in faults(room)[0]


def test_that_a_control_without_a_name_is_found(room: QWidget) -> None:
    button = QToolButton(room)
    placed(button, 0, 0, 30, 30)
    assert "no accessible name" in faults(room)[0]
    button.setAccessibleName("Zoom in")
    assert faults(room) == []


def test_that_a_control_too_small_to_be_hit_is_found(room: QWidget) -> None:
    button = QPushButton("Go", room)
    # A style sheet that an earlier test left would not let it get so small.
    button.setStyleSheet("min-height: 0")
    placed(button, 0, 0, 60, 24)
    assert faults(room) == []
    button.resize(60, 20)
    assert "only 60 × 20 px" in faults(room)[0]


def test_that_a_window_too_large_for_a_small_screen_is_found(qtbot: QtBot) -> None:
    window, content = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    window.setCentralWidget(content)
    window.show()
    assert faults(window) == []
    content.setMinimumSize(1100, 300)
    assert any("1024 × 640" in fault for fault in faults(window))


def test_that_content_cut_off_at_the_side_is_found(qtbot: QtBot) -> None:
    area, content = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    row = QHBoxLayout(content)
    button = QPushButton("A long word on a button")
    button.setMinimumHeight(24)
    row.addWidget(button)
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.resize(400, 100)
    area.show()
    assert faults(area) == []
    area.resize(60, 100)
    assert any("cut off" in fault for fault in faults(area))

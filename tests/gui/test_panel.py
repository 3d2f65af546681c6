"""A panel: what the buttons of its title do and say, and what the title leaves to Qt."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop_al.gui.panel import TARGET, Panel
from desktop_al.gui.theme import DARK, LIGHT, SMALL, Theme, theme_watch

# The offscreen platform says so of a window that is to come to the front.
comes_to_the_front = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
LEFT = Qt.MouseButton.LeftButton
Make = Callable[[str], Panel]


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """A window with a line of text in its centre."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLineEdit())
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def make(qtbot: QtBot, window: QMainWindow) -> Make:
    """Make a panel at the left of ``window``."""

    def made(name: str) -> Panel:
        inside = QLineEdit()
        panel = Panel(name, name, inside, window)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panel)
        qtbot.waitUntil(lambda: inside.isVisible() and inside.y() >= TARGET)
        return panel

    return made


def behind(panel: Panel) -> bool:
    return panel.visibleRegion().isEmpty()


def said(button: QToolButton) -> tuple[str, str]:
    return button.accessibleName(), button.toolTip()


@comes_to_the_front
def test_that_the_buttons_float_put_back_and_close_and_say_so(qtbot: QtBot, make: Make) -> None:
    panel = make("Gallery")
    away = ("Float Gallery", "Float above the window")
    assert said(panel.title.float_button) == away
    qtbot.mouseClick(panel.title.float_button, LEFT)
    assert panel.isFloating()
    assert said(panel.title.float_button) == ("Put Gallery back into the window", "Put back into the window")
    qtbot.mouseClick(panel.title.float_button, LEFT)
    assert not panel.isFloating()
    assert said(panel.title.float_button) == away
    assert said(panel.title.close_button) == ("Close Gallery", "Close; the menu View opens it again")
    qtbot.mouseClick(panel.title.close_button, LEFT)
    assert panel.isHidden()
    panel.setWindowTitle("Images")
    assert (panel.title.text.text(), panel.title.close_button.accessibleName()) == ("Images", "Close Images")


def test_that_the_buttons_are_large_enough_and_reached_by_tab_before_what_the_panel_holds(
    qtbot: QtBot, window: QMainWindow, make: Make
) -> None:
    panel = make("Gallery")
    window.activateWindow()
    centre, inside = window.centralWidget(), panel.widget()
    assert centre is not None
    assert inside is not None
    centre.setFocus()
    order = []
    for _ in range(3):
        here = QApplication.focusWidget()
        assert here is not None
        qtbot.keyClick(here, Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order == [panel.title.float_button, panel.title.close_button, inside]
    for button in (panel.title.float_button, panel.title.close_button):
        assert (button.width(), button.height()) == (TARGET, TARGET)
    qtbot.keyClick(panel.title.close_button, Qt.Key.Key_Space)
    assert panel.isHidden()


@comes_to_the_front
def test_that_a_double_click_floats_the_panel_and_puts_it_back_before_others(
    qtbot: QtBot, window: QMainWindow, make: Make
) -> None:
    panel, other = make("Gallery"), make("Jobs")
    window.tabifyDockWidget(other, panel)
    panel.raise_()
    qtbot.waitUntil(lambda: (behind(panel), behind(other)) == (False, True))
    qtbot.mouseDClick(panel.title.text, LEFT, pos=QPoint(4, 8))
    assert panel.isFloating()
    qtbot.waitUntil(lambda: (behind(panel), behind(other)) == (False, False))
    qtbot.mouseDClick(panel.title.text, LEFT, pos=QPoint(4, 8))
    assert not panel.isFloating()
    qtbot.waitUntil(lambda: (behind(panel), behind(other)) == (False, True))


@comes_to_the_front
def test_that_a_panel_that_floats_has_an_edge(qtbot: QtBot, make: Make) -> None:
    panel = make("Gallery")
    panel.turn()
    qtbot.waitExposed(panel)
    image = panel.grab().toImage()
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1), (image.width() // 2, image.height() - 1)]
    assert {image.pixelColor(*corner).name().upper() for corner in corners} == {Theme.current().faint}


@comes_to_the_front
def test_that_the_panel_is_moved_by_its_title(qtbot: QtBot, window: QMainWindow, make: Make) -> None:
    panel = make("Gallery")
    qtbot.mousePress(panel.title.text, LEFT, pos=QPoint(4, 8))
    for step in (30, 300, 340, 380):
        qtbot.mouseMove(panel.title.text, QPoint(4 + step, 8 + step // 2))
    assert panel.isFloating()
    qtbot.mouseRelease(panel.title.text, LEFT)
    assert panel.x() > 0


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_that_the_title_turns_with_the_direction_and_loses_its_end_where_it_is_long(
    qtbot: QtBot, window: QMainWindow, make: Make, direction: Qt.LayoutDirection
) -> None:
    window.setLayoutDirection(direction)
    panel = make("A panel whose name is much longer than anyone would like to read")
    assert panel.width() < panel.title.text.sizeHint().width()
    row = (panel.title.text, panel.title.float_button, panel.title.close_button)
    order = row if direction is Qt.LayoutDirection.LeftToRight else row[::-1]
    far = panel.title.text.x() if order is row else panel.title.width() - 1 - panel.title.text.geometry().right()
    assert far == SMALL
    ends = [edge for part in order for edge in (part.geometry().left(), part.geometry().right())]
    assert [0, *ends, panel.title.width()] == sorted([0, *ends, panel.title.width()])


def test_that_the_icons_take_the_colours_of_the_theme(qtbot: QtBot, make: Make) -> None:
    panel = make("Gallery")
    pictures = []
    for theme in (LIGHT, DARK):
        theme_watch().switch(theme)
        pictures.append(panel.title.close_button.icon().pixmap(48, 48).toImage())
    assert pictures[0] != pictures[1]
    assert pictures[1].pixelColor(24, 24).name().upper() == DARK.text


@comes_to_the_front
def test_that_neither_tab_nor_a_screen_reader_comes_to_a_panel_behind_another(
    qtbot: QtBot, window: QMainWindow, make: Make
) -> None:
    panel, other = make("Gallery"), make("Jobs")
    size = other.minimumSizeHint(), other.sizeHint()
    window.tabifyDockWidget(other, panel)
    for front, back in ((panel, other), (other, panel), (panel, other)):
        front.raise_()
        qtbot.waitUntil(lambda front=front, back=back: (behind(front), behind(back)) == (False, True))  # type: ignore[misc]  # bound
        for shown, each in ((True, front), (False, back)):
            inside = each.widget()
            assert inside is not None
            assert (inside.isVisible(), each.title.isVisible()) == (shown, shown)
    assert (other.minimumSizeHint(), other.sizeHint()) == size
    other.setFloating(True)
    assert other.title.isVisible()


def test_that_enter_clicks_the_button_that_has_the_keys(qtbot: QtBot, window: QMainWindow) -> None:
    button = QPushButton("More")
    panel = Panel("Batch", "Batch", button, window)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panel)
    window.activateWindow()
    qtbot.waitUntil(button.isVisible)
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    button.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        qtbot.keyClick(button, key)
    assert len(clicks) == 3

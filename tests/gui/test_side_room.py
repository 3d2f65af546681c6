"""In a narrow window the panels give way before the middle does; what a person made wider stays so."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.side_room import LEAST_MIDDLE, SideRoom

LEAST = 150


def make(qtbot: QtBot) -> tuple[QMainWindow, list[QDockWidget]]:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    panels = []
    for area in (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea):
        panel, inner = QDockWidget("x", window), QWidget()
        inner.setMinimumWidth(LEAST)
        panel.setWidget(inner)
        window.addDockWidget(area, panel)
        panels.append(panel)
    SideRoom(window, panels)
    window.resize(1400, 500)
    window.show()
    window.resizeDocks(panels, [320, 330], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: panels[0].width() == 320)
    return window, panels


def middle(window: QMainWindow) -> int:
    centre = window.centralWidget()
    assert centre is not None
    return centre.width()


def test_that_panels_give_way_by_what_the_middle_lacks(qtbot: QtBot) -> None:
    window, panels = make(qtbot)
    window.resize(1100, 500)
    qtbot.waitUntil(lambda: abs(middle(window) - LEAST_MIDDLE) < 20)
    assert all(LEAST <= panel.width() < 330 for panel in panels)


def test_that_panels_keep_what_they_cannot_do_without(qtbot: QtBot) -> None:
    window, panels = make(qtbot)
    window.resize(600, 500)
    qtbot.waitUntil(lambda: all(panel.width() < LEAST + 8 for panel in panels))
    assert all(panel.width() >= LEAST for panel in panels)


def test_that_a_panel_that_is_made_wider_stays_so_until_the_window_gets_narrower(qtbot: QtBot) -> None:
    window, panels = make(qtbot)
    window.resize(1000, 500)
    qtbot.waitUntil(lambda: panels[0].width() < 320)
    window.resizeDocks(panels[:1], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: panels[0].width() == 400)
    window.resize(1010, 500)
    qtbot.waitUntil(lambda: window.width() == 1010)
    assert panels[0].width() == 400


def test_that_panels_come_back_when_the_window_grows_again(qtbot: QtBot) -> None:
    window, panels = make(qtbot)
    for width in (1200, 1000, 900):
        window.resize(width, 500)
        qtbot.waitUntil(lambda: abs(middle(window) - LEAST_MIDDLE) < 20)
    assert all(panel.width() < 200 for panel in panels)
    window.resize(1100, 500)
    qtbot.waitUntil(lambda: panels[0].width() > 240)
    assert abs(middle(window) - LEAST_MIDDLE) < 20
    window.resize(1400, 500)
    qtbot.waitUntil(lambda: [panel.width() for panel in panels] == [320, 330])


def test_that_a_width_that_a_person_gave_meanwhile_is_the_one_that_comes_back(qtbot: QtBot) -> None:
    window, panels = make(qtbot)
    window.resize(900, 500)
    qtbot.waitUntil(lambda: all(panel.width() < 200 for panel in panels))
    window.resizeDocks(panels[:1], [260], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: panels[0].width() == 260)
    window.resize(1400, 500)
    qtbot.waitUntil(lambda: panels[1].width() == 330)
    assert panels[0].width() == 260

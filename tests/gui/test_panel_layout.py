"""Panels lie at both sides of the map, in a narrow window all at one; what a person moved stays where it is."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.areas import tabs_below
from desktop_al.gui.panel_layout import AT_LEFT, AT_RIGHT, BELOW, LEFT, MORE_HEIGHT, RIGHT, PanelLayout

WIDE, NARROW = QSize(1440, 900), QSize(1024, 640)
NAMES = AT_LEFT + AT_RIGHT + BELOW
LINE = 170


class Content(QWidget):
    """What a panel holds: it would like to have a line of images."""

    def sizeHint(self) -> QSize:
        return QSize(300, LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 60)


def make(qtbot: QtBot, size: QSize = WIDE) -> tuple[QMainWindow, dict[str, QDockWidget], PanelLayout]:
    window, centre = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    inner = QWidget()
    inner.setMinimumHeight(200)
    column = QVBoxLayout(centre)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inner)
    window.setCentralWidget(centre)
    docks = {}
    for name in NAMES:
        dock = docks[name] = QDockWidget(name, window)
        dock.setObjectName(name)
        dock.setWidget(Content())
    window.resize(size)
    layout = PanelLayout(window, docks)
    window.show()
    qtbot.waitExposed(window)
    layout.give_way()
    return window, docks, layout


def areas(window: QMainWindow, docks: dict[str, QDockWidget]) -> set[Qt.DockWidgetArea]:
    return {window.dockWidgetArea(docks[name]) for name in AT_RIGHT}


def wait_for(qtbot: QtBot, window: QMainWindow, docks: dict[str, QDockWidget], area: Qt.DockWidgetArea) -> None:
    qtbot.waitUntil(lambda: areas(window, docks) == {area})


def resize(qtbot: QtBot, window: QMainWindow, size: QSize) -> None:
    window.resize(size)
    qtbot.waitUntil(lambda: window.size() == size)


def test_that_a_narrow_window_has_its_panels_at_one_side_and_a_wide_one_at_both(qtbot: QtBot) -> None:
    window, docks, _ = make(qtbot)
    centre = window.centralWidget()
    assert centre is not None
    assert areas(window, docks) == {RIGHT}
    for _ in range(2):
        resize(qtbot, window, NARROW)
        qtbot.waitUntil(lambda: areas(window, docks) == {LEFT})
        qtbot.waitUntil(lambda: centre.width() >= 700)
        assert docks["inspector"].y() > docks["batch"].geometry().bottom()
        qtbot.waitUntil(lambda: abs(docks["inspector"].height() - docks["batch"].height()) < 40)
        resize(qtbot, window, WIDE)
        qtbot.waitUntil(lambda: areas(window, docks) == {RIGHT})
        qtbot.waitUntil(lambda: [docks[name].width() for name in ("batch", "inspector")] == [320, 330])


def test_that_the_panel_in_front_and_those_that_are_closed_stay_so(qtbot: QtBot) -> None:
    window, docks, _ = make(qtbot)
    docks["history"].raise_()
    docks["compare"].close()
    for size, area in ((NARROW, LEFT), (WIDE, RIGHT)):
        resize(qtbot, window, size)
        wait_for(qtbot, window, docks, area)
        qtbot.waitUntil(lambda: not docks["history"].visibleRegion().isEmpty())
        assert docks["inspector"].visibleRegion().isEmpty()
        assert not docks["inspector"].isHidden()
        assert docks["compare"].isHidden()


def test_that_panels_that_a_person_moved_stay_where_they_are(qtbot: QtBot) -> None:
    window, docks, layout = make(qtbot)
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, docks["compare"])
    resize(qtbot, window, NARROW)
    qtbot.waitUntil(lambda: layout.state().narrow)
    assert window.dockWidgetArea(docks["compare"]) == Qt.DockWidgetArea.TopDockWidgetArea
    assert window.dockWidgetArea(docks["inspector"]) == RIGHT


def test_that_a_layout_comes_back_as_the_window_of_now_allows(qtbot: QtBot) -> None:
    window, docks, layout = make(qtbot)
    wide = layout.state()
    resize(qtbot, window, NARROW)
    qtbot.waitUntil(lambda: areas(window, docks) == {LEFT})
    assert layout.restore(wide)
    assert areas(window, docks) == {LEFT}
    # A person wants them there in spite of the little room.
    for name in AT_RIGHT:
        window.addDockWidget(RIGHT, docks[name])
    wanted = layout.state()
    layout.lay_out()
    assert areas(window, docks) == {LEFT}
    assert layout.restore(wanted)
    assert areas(window, docks) == {RIGHT}


def test_that_a_low_window_leaves_the_panels_below_one_line_and_a_high_one_gives_it_back(qtbot: QtBot) -> None:
    window, docks, _ = make(qtbot)
    centre, gallery = window.centralWidget(), docks["gallery"]
    assert centre is not None
    qtbot.waitUntil(lambda: 0 < tabs_below(window, gallery) == 270 - gallery.height())
    before = gallery.height()
    resize(qtbot, window, QSize(1440, 500))
    qtbot.waitUntil(lambda: gallery.height() == gallery.sizeHint().height() < before)
    resize(qtbot, window, QSize(1440, 700))
    qtbot.waitUntil(lambda: gallery.height() == before)
    assert centre.height() >= 200 + MORE_HEIGHT

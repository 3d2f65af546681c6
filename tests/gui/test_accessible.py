"""What a screen reader is told of the widgets that we draw ourselves."""

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.accessible import install_roles, interfaces
from desktop_al.gui.curve_plot import CurvePlot
from desktop_al.gui.gallery.arrange import Request, arrange
from desktop_al.gui.gallery.grid import GridView
from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.thumb_strip import ThumbStrip
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool


class Drawn(QWidget):
    accessible_role = QAccessible.Role.Canvas


@pytest.fixture(autouse=True)
def roles(qapp: QApplication) -> None:
    install_roles()


def role_of(widget: QWidget) -> QAccessible.Role:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.role()


def test_that_a_class_says_its_role_and_the_widget_its_name(qtbot: QtBot) -> None:
    widget = Drawn()
    qtbot.addWidget(widget)
    widget.setAccessibleName("Map")
    widget.setAccessibleDescription("40 images")
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    assert interface.role() == QAccessible.Role.Canvas
    assert interface.text(QAccessible.Text.Name) == "Map"
    assert interface.text(QAccessible.Text.Description) == "40 images"


def test_that_what_is_known_of_a_widget_goes_with_it(qtbot: QtBot) -> None:
    before = len(interfaces)
    for _ in range(50):
        widget = Drawn()
        assert role_of(widget) == QAccessible.Role.Canvas
        widget.deleteLater()
        del widget
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: len(interfaces) == before)


def test_that_our_grid_strip_and_plot_have_roles(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, ["a.png"])
    thumbs = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    grid, strip, plot = GridView(pool, thumbs), ThumbStrip(pool, thumbs, "Nearest"), CurvePlot()
    for widget, role in ((grid, QAccessible.Role.List), (strip, QAccessible.Role.List), (plot, QAccessible.Role.Chart)):
        qtbot.addWidget(widget)
        assert role_of(widget) == role
    assert MapCanvas.accessible_role == QAccessible.Role.Canvas
    thumbs.close()


@pytest.fixture
def grid(qtbot: QtBot, tmp_path: Path) -> Iterator[GridView]:
    thumbs = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(500)], picks=3)
    grid = GridView(pool, thumbs)
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    grid.show()
    rows = np.arange(500)
    grid.take(arrange(Request(500, lambda: rows)))
    yield grid
    thumbs.close()


def entry_of(grid: GridView) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(grid)
    assert found is not None
    return found


def test_that_a_screen_reader_finds_the_cells_in_view_and_no_others(grid: GridView) -> None:
    pool, told = grid._pool, entry_of(grid)
    shown = [position for part in grid.shown() for position in part]
    assert 10 < told.childCount() == len(shown) < 60
    first, third = told.child(0), told.child(2)
    assert first is not None
    assert third is not None
    assert third.role() == QAccessible.Role.ListItem
    assert first.text(QAccessible.Text.Name) == "0.png, pick 3, pending"
    assert told.indexOfChild(third) == 2
    assert third.parent() is told
    assert told.child(len(shown)) is None
    middle = third.rect().center()
    assert told.childAt(middle.x(), middle.y()) is third
    pool.set_focus(2)
    pool.set_highlight(np.array([0]))
    assert (bool(third.state().focused), bool(third.state().selected)) == (True, False)
    assert (bool(first.state().focused), bool(first.state().selected)) == (False, True)
    assert told.focusChild() is third
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    assert told.child(0) is first
    assert first.text(QAccessible.Text.Name) == f"{next(iter(grid.shown()[0]))}.png, unlabelled"
    assert told.focusChild() is None


def test_that_moving_the_focus_is_told_of_the_cell_alone(
    qtbot: QtBot, grid: GridView, heard: list[tuple[str, str]]
) -> None:
    grid.activateWindow()
    grid.setFocus()
    grid._pool.set_focus(4)
    assert heard == [("Focus", "4.png, unlabelled")]
    qtbot.waitUntil(lambda: len(heard) == 2)
    # Qt tells of the grid as it gets the keys, so that the cell has to come after it.
    assert heard[1] == ("Focus", "4.png, unlabelled")
    fifth = entry_of(grid).child(4)
    assert fifth is not None
    assert fifth.text(QAccessible.Text.Description) == "5 of 500"
    assert "arrow keys" in grid.accessibleDescription()


def test_that_a_scroll_is_told_once_when_it_rests(qtbot: QtBot, grid: GridView, heard: list[tuple[str, str]]) -> None:
    for top in range(300, 900, 60):
        grid.verticalScrollBar().setValue(top)
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("ObjectReorder", "Gallery")]


def test_that_what_a_screen_reader_held_goes_with_the_grid(
    qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = len(interfaces)
    thumbs = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(200)])
    rows = np.arange(200)
    # Each collection below would visit all that the suite has loaded.
    gc.freeze()
    request.addfinalizer(gc.unfreeze)
    for _ in range(20):
        grid = GridView(pool, thumbs)
        grid.resize(640, 480)
        grid.take(arrange(Request(200, lambda: rows)))
        told = entry_of(grid)
        names = [told.child(i).text(QAccessible.Text.Name) for i in range(told.childCount())]
        assert len(names) == told.childCount() > 5
        del told
        grid.deleteLater()
        del grid
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: len(interfaces) == before)
    thumbs.close()

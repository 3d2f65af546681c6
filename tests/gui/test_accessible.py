"""What a screen reader is told of the widgets that we draw ourselves."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.accessible import install_roles, interfaces
from desktop_al.gui.curve_plot import CurvePlot
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

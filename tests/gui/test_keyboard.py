"""Everything in the window can be reached, and told apart, without a mouse."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_al.gui.actions import TABLE
from desktop_al.gui.areas import areas_of, go_area
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.palette_commands import commands_of
from tests.gui.test_main_window import Make, make, settle, window

__all__ = ["Make", "make", "window"]

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractSlider, QTabBar)


def described(widget: QWidget) -> str:
    """What someone hears who cannot see ``widget``."""
    text = widget.accessibleName() or widget.toolTip()
    if isinstance(widget, QAbstractButton):
        text = text or widget.text()
    buddies = [label.text() for label in widget.window().findChildren(QLabel) if label.buddy() is widget]
    return (text or " ".join(buddies)).strip()


def named(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{described(widget)}” in {type(widget.parentWidget()).__name__}"


def interactive(window: MainWindow) -> list[QWidget]:
    """The controls in sight that do something."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and widget.isVisible()
        and widget.isEnabled()
        # Qt's own parts of other controls and of docks; the View menu does what the latter do.
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit)
    ]


def test_that_tab_reaches_every_control_and_that_each_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    assert window.workspace is not None
    window.session.pool.set_focus(0)
    reached = tabbed(qtbot, window)
    controls = interactive(window)
    assert len(controls) > 30
    unreached = [named(widget) for widget in controls if widget not in reached and not _reached_by_other(widget)]
    assert not unreached, "\n".join(unreached)
    assert [named(widget) for widget in controls if not described(widget)] == []


def tabbed(qtbot: QtBot, window: MainWindow) -> list[QWidget]:
    """What has the keys as one presses Tab until it comes round."""
    assert window.workspace is not None
    window.activateWindow()
    window.workspace.filter_bar.line.setFocus()
    seen: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in seen:
        seen.append(here)
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    return seen


def _reached_by_other(widget: QWidget) -> bool:
    """Whether keys get to ``widget`` through another control: the arrow keys within a group of which one is chosen."""
    if widget.focusProxy() is not None:
        return True
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not None


def test_that_f6_goes_through_the_parts_of_the_window_and_back(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    workspace = window.workspace
    assert workspace is not None
    window.activateWindow()
    parts = areas_of(workspace)
    assert [part.accessibleName() or type(part).__name__ for part in parts[:2]] == ["Filters", "MapWidget"]
    assert len(parts) >= 4

    def here() -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None
        return next(part for part in parts if part is focused or part.isAncestorOf(focused))

    workspace.filter_bar.line.setFocus()
    seen = []
    for _ in parts:
        qtbot.keyClick(window, Qt.Key.Key_F6)
        seen.append(here())
    assert seen == [*parts[1:], parts[0]]
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert here() is parts[-1]
    go_area(workspace, 1)
    assert here() is parts[0]


def test_that_the_palette_knows_every_action_and_what_the_project_offers(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    found = {command.key: command for command in commands_of(window)}
    assert set(TABLE) - {"palette"} <= set(found)
    assert found["accept"].keys == "P"
    assert found["filter_clear"].why_not == "Nothing is filtered"
    assert found["compare"].why_not == ""
    assert found["batch 1"].why_not == "It is shown already"
    for start in ("panel ", "colour ", "gallery ", "Aim: ", "Strategy: ", "appearance ", "project "):
        assert any(key.startswith(start) for key in found), start
    assert all(command.text and "&" not in command.text for command in found.values())


def test_that_kept_highlights_and_tags_are_commands(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    pool, workspace = window.session.pool, window.workspace
    assert workspace is not None
    pool.set_saved_highlight("odd ones", pool.ids[[1, 3]])
    pool.set_tag(np.array([2, 5]), "blurry", True)
    found = {command.text: command for command in commands_of(window)}
    found["Highlight odd ones"].run()
    assert np.flatnonzero(pool.highlight).tolist() == [1, 3]
    found["Show only the tag blurry"].run()
    qtbot.waitUntil(lambda: np.flatnonzero(pool.visible).tolist() == [2, 5])


def test_that_ctrl_k_opens_the_palette_and_does_what_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    window.activateWindow()
    assert window.workspace is not None
    window.workspace.map.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_view
    assert palette is not None
    assert palette.shown
    qtbot.keyClicks(palette.line, "invert high")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.session.pool.highlight.all()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(palette.line, "clr hi")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert not window.session.pool.highlight.any()


def test_that_the_palette_filters_by_what_no_command_is_called(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    window.actions_by_name.by_name["palette"].trigger()
    palette, workspace = window.palette_view, window.workspace
    assert palette is not None
    assert workspace is not None
    qtbot.keyClicks(palette.line, "id < 5")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.filters.counts == (4,))
    assert int(window.session.pool.visible.sum()) == 4


def test_that_an_aim_is_chosen_from_the_palette(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    workspace = window.workspace
    assert workspace is not None
    form = workspace.batch_panel.form
    qtbot.waitUntil(lambda: form.preset.count() > 1)
    place = next(
        place
        for place in range(1, form.preset.count())
        if form.preset.model().index(place, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    )
    command = next(known for known in commands_of(window) if known.text == f"Aim: {form.preset.itemText(place)}")
    command.run()
    assert form.preset.currentIndex() == place


@pytest.mark.parametrize("wrong", ["widht > 3", "width >"])
def test_that_a_wrong_filter_from_the_palette_is_explained_in_the_bar(
    qtbot: QtBot, window: MainWindow, wrong: str, tmp_path: Path
) -> None:
    settle(qtbot, window)
    window.actions_by_name.by_name["palette"].trigger()
    palette, workspace = window.palette_view, window.workspace
    assert palette is not None
    assert workspace is not None
    palette.line.setText(wrong)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(workspace.filter_bar.sentence.text()))
    assert workspace.filter_bar.line.text() == wrong

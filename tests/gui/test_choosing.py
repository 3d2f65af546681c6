"""Who types in a field types into it: no letter of the field is a command of the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.choosing import TypedChoice
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.main_window import MainWindow
from tests.gui.test_main_window import Make, make, settle, window

__all__ = ["Make", "make", "window"]

LETTERS = "PXUJOI123456789"


@pytest.fixture
def panel(qtbot: QtBot) -> tuple[QWidget, list[str]]:
    """A window whose letters are commands, with a field of every kind, and the commands that ran."""
    panel, ran = QWidget(), list[str]()
    column = QVBoxLayout(panel)
    for field in (TypedChoice(), ElidedChoice(), QSpinBox(), QDoubleSpinBox(), QLineEdit()):
        if isinstance(field, QComboBox):
            field.addItems(["auto", "coverage", "probability-coverage", "outliers"])
        column.addWidget(field)
    for letter in LETTERS:
        action = QAction(panel, shortcut=QKeySequence(letter))
        action.triggered.connect(lambda _checked=False, letter=letter: ran.append(letter))
        panel.addAction(action)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return panel, ran


def fields(panel: QWidget) -> list[QWidget]:
    return [*panel.findChildren(QComboBox), *panel.findChildren(QAbstractSpinBox), *panel.findChildren(QLineEdit)]


def test_that_a_letter_typed_where_tab_led_is_no_command(qtbot: QtBot, panel: tuple[QWidget, list[str]]) -> None:
    host, ran = panel
    for field in fields(host):
        field.setFocus(Qt.FocusReason.TabFocusReason)
        for letter in LETTERS:
            qtbot.keyClicks(field, letter)
    assert ran == []


def test_that_a_letter_chooses_what_begins_with_it(qtbot: QtBot, panel: tuple[QWidget, list[str]]) -> None:
    choice = panel[0].findChildren(TypedChoice)[0]
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(choice, "p")
    assert choice.currentText() == "probability-coverage"


def test_that_a_letter_stays_a_command_after_a_choice_by_mouse(qtbot: QtBot, panel: tuple[QWidget, list[str]]) -> None:
    host, ran = panel
    choice = host.findChildren(TypedChoice)[0]
    fields(host)[-1].setFocus()
    choice.setFocus(Qt.FocusReason.MouseFocusReason)
    choice.setCurrentText("coverage")
    qtbot.keyClicks(choice, "P")
    assert (ran, choice.currentText()) == (["P"], "coverage")
    fields(host)[-1].setFocus()
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(choice, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["P"]


def test_that_no_field_of_the_window_lets_a_letter_through(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    workspace, pool = window.workspace, window.session.pool
    assert workspace is not None
    window.activateWindow()
    pool.set_focus(int(pool.pick_order[0]))
    seen = [field for field in fields(window) if field.isVisible() and field.isEnabled()]
    choices = [field for field in seen if isinstance(field, QComboBox)]
    assert len(choices) >= 3
    for field in seen:
        field.setFocus(Qt.FocusReason.TabFocusReason)
        for letter in "PXJ":
            qtbot.keyClicks(field, letter)
    assert pool.decision[pool.pick_order].tolist() == [int(pool.decision[pool.pick_order[0]])] * len(pool.pick_order)
    assert pool.focus == int(pool.pick_order[0])
    settle(qtbot, window)

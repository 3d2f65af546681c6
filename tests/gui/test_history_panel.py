"""The history lists every step by name, follows undo and redo, and goes where one clicks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_al.gui.history_panel import HistoryPanel
from desktop_al.gui.theme import apply_appearance

Role = Qt.ItemDataRole


@pytest.fixture
def stack() -> QUndoStack:
    stack = QUndoStack()
    for name in ("Accept 1 pick", "filter wren", "Tag 3 images “blurred”"):
        stack.push(QUndoCommand(name))
    return stack


@pytest.fixture
def panel(qtbot: QtBot, stack: QUndoStack) -> HistoryPanel:
    panel = HistoryPanel(stack)
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show()
    return panel


def names(panel: HistoryPanel) -> list[str]:
    return [panel.items.index(row).data() for row in range(panel.items.rowCount())]


def here(panel: HistoryPanel) -> int:
    return panel.steps.currentIndex().row()


def test_that_steps_are_listed_below_the_beginning(panel: HistoryPanel, stack: QUndoStack) -> None:
    assert names(panel) == ["As it was opened", "Accept 1 pick", "filter wren", "Tag 3 images “blurred”"]
    assert here(panel) == 3
    stack.undo()
    assert here(panel) == 2
    stack.push(QUndoCommand("Reject 1 pick"))
    assert names(panel)[-2:] == ["filter wren", "Reject 1 pick"]
    assert here(panel) == 3
    stack.clear()
    assert names(panel) == ["As it was opened"]


def test_that_a_click_and_enter_go_to_a_step(qtbot: QtBot, panel: HistoryPanel, stack: QUndoStack) -> None:
    area = panel.steps.visualRect(panel.items.index(1))
    qtbot.mouseClick(panel.steps.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert (stack.index(), here(panel)) == (1, 1)
    for _ in range(2):
        qtbot.keyClick(panel.steps, Qt.Key.Key_Down)
    assert stack.index() == 1
    qtbot.keyClick(panel.steps, Qt.Key.Key_Return)
    assert (stack.index(), here(panel)) == (3, 3)


def test_that_what_is_undone_is_told_in_words_and_form(panel: HistoryPanel, stack: QUndoStack) -> None:
    stack.setIndex(1)
    undone, now, done = (panel.items.index(row) for row in (2, 1, 0))
    assert undone.data(Role.FontRole).italic()
    assert undone.data(Role.AccessibleTextRole) == "filter wren: undone"
    assert now.data(Role.FontRole).bold()
    assert now.data(Role.AccessibleTextRole) == "Accept 1 pick: you are here"
    assert done.data(Role.FontRole) is None
    assert done.data(Role.AccessibleTextRole) == "As it was opened"


def test_that_the_only_row_is_as_high_as_its_words_need(qtbot: QtBot, qapp: QApplication) -> None:
    before = qapp.styleSheet(), qapp.font(), qapp.palette()
    apply_appearance(qapp, "dark")
    panel = HistoryPanel(QUndoStack())
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    first = panel.items.index(0)
    assert panel.steps.visualRect(first).height() == panel.steps.sizeHintForIndex(first).height()
    qapp.setStyleSheet(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])

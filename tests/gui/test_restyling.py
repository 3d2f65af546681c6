"""Another appearance: everything looks as after a fresh start, each widget is styled once and nothing moves."""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_al.gui.theme import apply_appearance

SIZE = 260, 160


@pytest.fixture(autouse=True)
def appearance(qapp: QApplication) -> Iterator[None]:
    """Begin in the dark, and leave everything as it was."""
    before = qapp.styleSheet(), qapp.font(), qapp.palette()
    apply_appearance(qapp, "dark")
    yield
    qapp.setStyleSheet(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])


def kinds() -> list[QWidget]:
    """Some of everything that the style sheet names, and a label with colours of its own."""
    title, muted, own = QLabel("Title"), QLabel("Muted"), QLabel("Own")
    title.setProperty("kind", "title")
    muted.setProperty("kind", "muted")
    own.setStyleSheet("border: 2px solid palette(mid);")
    primary, tool, choice, tabs = QPushButton("Select"), QToolButton(), QComboBox(), QTabBar()
    primary.setProperty("kind", "primary")
    tool.setText("Lasso")
    choice.addItems(["One", "Two"])
    tabs.addTab("Batch")
    tabs.addTab("All")
    return [title, muted, own, primary, QPushButton("Export"), tool, choice, tabs, QCheckBox("Only"), QLineEdit("x")]


class Scrolled(QScrollArea):
    """All `kinds` in a page that is higher than what shows of it, and deep within others."""

    def __init__(self) -> None:
        super().__init__()
        page = inner = QWidget()
        for _ in range(4):
            box = QVBoxLayout(inner)
            inner = QWidget()
            box.addWidget(inner)
        column = QVBoxLayout(inner)
        for widget in kinds():
            column.addWidget(widget)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.resize(*SIZE)

    def to_end(self) -> None:
        """Show the lowest part."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())


def shown(qtbot: QtBot) -> Scrolled:
    area = Scrolled()
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    QApplication.sendPostedEvents()
    return area


def looks(area: QScrollArea) -> list[QImage]:
    """The page from its head to its end, in parts."""
    bar, found = area.verticalScrollBar(), []
    QApplication.sendPostedEvents()
    for value in range(0, bar.maximum() + 1, 40):
        bar.setValue(value)
        found.append(area.grab().toImage())
    return found


def test_that_everything_looks_as_after_a_fresh_start(qtbot: QtBot, qapp: QApplication) -> None:
    switched, asked = shown(qtbot), Scrolled()
    qtbot.addWidget(asked)
    # What was never shown, but had to say its size, has met the old style.
    asked.sizeHint()
    for widget in asked.findChildren(QWidget):
        widget.sizeHint()
    dark = looks(switched)
    apply_appearance(qapp, "light")
    fresh = looks(shown(qtbot))
    assert fresh != dark
    assert looks(switched) == fresh
    asked.show()
    qtbot.waitExposed(asked)
    assert looks(asked) == fresh
    apply_appearance(qapp, "dark")
    assert looks(switched) == dark


class Styled(QObject):
    """Counts how often each widget hears that its style changed."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Counter[QWidget] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.heard[watched] += 1
        return False


def test_that_each_widget_is_styled_once(qtbot: QtBot, qapp: QApplication) -> None:
    area, styled = shown(qtbot), Styled()
    qapp.installEventFilter(styled)
    apply_appearance(qapp, "light")
    qapp.removeEventFilter(styled)
    ours = [widget for widget in area.findChildren(QWidget) if not widget.styleSheet()]
    assert {styled.heard[widget] for widget in ours} == {1}


def test_that_what_is_scrolled_stays_where_it_is(qtbot: QtBot, qapp: QApplication) -> None:
    area = shown(qtbot)
    area.to_end()
    end = area.verticalScrollBar().value()
    moved: list[int] = []
    area.verticalScrollBar().valueChanged.connect(moved.append)
    apply_appearance(qapp, "light")
    QApplication.sendPostedEvents()
    assert (area.verticalScrollBar().value(), moved) == (end, [])


def test_that_the_same_appearance_styles_nothing_anew(qtbot: QtBot, qapp: QApplication) -> None:
    area, styled = shown(qtbot), Styled()
    qapp.installEventFilter(styled)
    apply_appearance(qapp, "dark")
    qapp.removeEventFilter(styled)
    assert area.isVisible()
    assert not styled.heard

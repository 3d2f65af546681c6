"""What lies under the mouse, and what it holds down, looks clearly different, in both appearances."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QDoubleSpinBox,
    QLineEdit,
    QMainWindow,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionMenuItem,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_al.gui.contrast import GRAPHICS, TEXT, ratio
from desktop_al.gui.distribution import Bar
from desktop_al.gui.field_bar import FieldBar
from desktop_al.gui.gallery.cell import Cell, CellPainter
from desktop_al.gui.gallery.header import HEADER_HEIGHT, Header, button_rect, paint_header
from desktop_al.gui.map.colouring import Entry
from desktop_al.gui.map.legend import LegendRow
from desktop_al.gui.marks import Mark
from desktop_al.gui.theme import DARK, LIGHT, Theme, apply_appearance

# An outline of so many pixels is seen where each has twice the contrast that it had (and 3:1 with what lies around it:
# see `test_theme`); a fill where a third of all pixels has so much contrast with what it was.
OUTLINE, TWICE, FILL, PART = 20, 2.0, 1.4, 3
AWAY = QPoint(2, 2)
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    """Each appearance in turn."""
    before = qapp.styleSheet(), qapp.font(), qapp.palette()
    apply_appearance(qapp, request.param)
    yield Theme.current()
    qapp.setStyleSheet(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])


def push(kind: str = "", checked: bool = False) -> QPushButton:
    button = QPushButton("Select")
    button.setProperty("kind", kind)
    button.setCheckable(checked)
    button.setChecked(checked)
    return button


def tool(kind: str = "", checked: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText("Lasso")
    button.setProperty("kind", kind)
    button.setCheckable(checked)
    button.setChecked(checked)
    return button


def checked_box() -> QCheckBox:
    box = QCheckBox("Only these")
    box.setChecked(True)
    return box


def tabs() -> QTabBar:
    bar = QTabBar()
    for name in ("Behind", "Batch"):
        bar.addTab(name)
    bar.setCurrentIndex(1)
    return bar


def scroll_bar() -> QScrollBar:
    bar = QScrollBar(Qt.Orientation.Vertical)
    bar.setFixedSize(12, 120)
    return bar


def slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setFixedSize(120, 24)
    return slider


def parted() -> QMainWindow:
    window, dock = QMainWindow(), QDockWidget()
    window.setFixedSize(200, 100)
    window.setCentralWidget(QWidget())
    inside = QWidget()
    inside.setMinimumWidth(80)
    dock.setTitleBarWidget(QWidget())
    dock.setWidget(inside)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    return window


def middle(widget: QWidget) -> QPoint:
    return widget.rect().center()


def begin(widget: QWidget) -> QPoint:
    return QPoint(10, widget.height() // 2)


def upper_end(widget: QWidget) -> QPoint:
    return QPoint(widget.width() - 10, widget.height() // 4)


def lower_end(widget: QWidget) -> QPoint:
    return QPoint(widget.width() - 10, widget.height() * 3 // 4)


def beside_dock(widget: QWidget) -> QPoint:
    dock = widget.findChild(QDockWidget)
    assert dock is not None
    return QPoint(dock.geometry().right() + 1, 50)


Make = Callable[[], QWidget]
Where = Callable[[QWidget], QPoint]
# By its selector in the style sheet: what has a look of its own under the mouse, and where the mouse is then.
STYLED: dict[str, tuple[Make, Where]] = {
    "QPushButton": (push, middle),
    'QPushButton[kind="primary"]': (lambda: push("primary"), middle),
    'QPushButton[kind="flat"]': (lambda: push("flat"), middle),
    'QPushButton[kind="disclosure"]': (lambda: push("disclosure"), middle),
    'QPushButton[kind="row"]': (lambda: push("row"), middle),
    "QToolButton": (tool, middle),
    'QToolButton[kind="class"]': (lambda: tool("class"), middle),
    'QToolButton[kind="chip"]': (lambda: tool("chip"), middle),
    "QPushButton:checked": (lambda: push(checked=True), middle),
    'QPushButton[kind="flat"]:checked': (lambda: push("flat", checked=True), middle),
    'QPushButton[kind="disclosure"]:checked': (lambda: push("disclosure", checked=True), middle),
    'QPushButton[kind="row"]:checked': (lambda: push("row", checked=True), middle),
    "QToolButton:checked": (lambda: tool(checked=True), middle),
    'QToolButton[kind="class"]:checked': (lambda: tool("class", checked=True), middle),
    'QToolButton[kind="chip"]:checked': (lambda: tool("chip", checked=True), middle),
    "QLineEdit": (QLineEdit, middle),
    "QComboBox": (QComboBox, middle),
    "QSpinBox": (QSpinBox, begin),
    "QDoubleSpinBox": (QDoubleSpinBox, begin),
    "QPlainTextEdit": (QPlainTextEdit, middle),
    "QAbstractSpinBox::up-button": (QSpinBox, upper_end),
    "QAbstractSpinBox::down-button": (QSpinBox, lower_end),
    "QRadioButton::indicator": (lambda: QRadioButton("Aim"), begin),
    "QCheckBox::indicator": (lambda: QCheckBox("Aim"), begin),
    "QCheckBox::indicator:checked": (checked_box, begin),
    "QTabBar::tab:!selected": (tabs, begin),
    "QSlider::handle:horizontal": (slider, begin),
    "QScrollBar::handle": (scroll_bar, lambda bar: QPoint(6, 12)),
    "QMainWindow::separator": (parted, beside_dock),
}
PAINTED: dict[str, tuple[Make, Where]] = {
    "legend": (lambda: LegendRow(Entry(0, "cat", 12, "#00B080"), True), middle),
    "field": (lambda: FieldBar("label", Bar("cat", None, None, 'label == "cat"', 4, 9), 9), middle),
}


def test_that_everything_with_a_look_of_its_own_under_the_mouse_is_looked_at_here(theme: Theme) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    selectors = ",".join(re.findall(r"([^{}]+)\{", application.styleSheet())).split(",")
    hovered = [selector.strip() for selector in selectors if ":hover" in selector]
    assert {selector.replace(":hover", "").replace(":enabled", "") for selector in hovered} == set(STYLED)


def shown(qtbot: QtBot, widget: QWidget, ground: str) -> QWidget:
    """A window on ``ground``, with ``widget`` in its middle."""
    window = QWidget()
    qtbot.addWidget(window)
    colours = QPalette(window.palette())
    colours.setColor(QPalette.ColorRole.Window, QColor(ground))
    window.setPalette(colours)
    window.resize(260, 160)
    # The focus has an outline of its own, and would be with the control.
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setFocus()
    widget.setParent(window)
    widget.move(20, 20)
    widget.resize(widget.sizeHint())
    window.show()
    qtbot.waitExposed(window)
    return window


def looks(qtbot: QtBot, window: QWidget, widget: QWidget, at: QPoint) -> tuple[QImage, QImage]:
    """``widget`` with the mouse far off, and at ``at``."""
    qtbot.mouseMove(window, AWAY)
    assert not widget.hasFocus()
    before = widget.grab().toImage()
    qtbot.mouseMove(widget, at)
    return before, widget.grab().toImage()


def ratios(before: QImage, after: QImage) -> list[float]:
    """The contrast of each pixel of one with that of the other, the largest first."""
    pixels = [(x, y) for x in range(after.width()) for y in range(after.height())]
    found = (ratio(before.pixelColor(x, y), after.pixelColor(x, y)) for x, y in pixels)
    return sorted(found, reverse=True)


def clear(before: QImage, after: QImage) -> bool:
    """Whether one sees at a glance that they differ: by an outline, or by a fill."""
    found = ratios(before, after)
    return found[OUTLINE] >= TWICE or found[len(found) // PART] >= FILL


@pytest.mark.parametrize("ground", ["surface", "raised", "canvas"])
@pytest.mark.parametrize("name", [*STYLED, *PAINTED])
def test_that_what_lies_under_the_mouse_stands_out(qtbot: QtBot, theme: Theme, name: str, ground: str) -> None:
    make, where = (STYLED | PAINTED)[name]
    widget = make()
    window = shown(qtbot, widget, getattr(theme, ground))
    before, after = looks(qtbot, window, widget, where(widget))
    assert clear(before, after), f"{ratios(before, after)[OUTLINE]:.2f}"
    again, _ = looks(qtbot, window, widget, where(widget))
    assert ratios(before, again)[0] == 1


def readable(image: QImage) -> bool:
    """Whether something in the middle of ``image`` has the contrast of text with what most of it is filled with."""
    places = [(x, y) for x in range(6, image.width() - 6) for y in range(6, image.height() - 6)]
    colours = [image.pixelColor(*place) for place in places]
    back, _ = Counter(colour.name() for colour in colours).most_common(1)[0]
    return max(ratio(colour, QColor(back)) for colour in colours) >= TEXT


BUTTONS = [name for name in STYLED if re.match(r"Q(Push|Tool)Button", name)]


@pytest.mark.parametrize("name", [name for name in BUTTONS if not name.endswith(":checked")])
def test_that_what_is_held_down_stands_out_from_what_lies_under_the_mouse(
    qtbot: QtBot, theme: Theme, name: str
) -> None:
    button = STYLED[name][0]()
    window = shown(qtbot, button, theme.surface)
    _, hovered = looks(qtbot, window, button, middle(button))
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    held = button.grab().toImage()
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    for image in (hovered, held):
        assert readable(image)
    assert ratios(hovered, held)[hovered.width() * hovered.height() // PART] >= FILL


@pytest.mark.parametrize("name", BUTTONS)
def test_that_what_is_disabled_does_not_answer_to_the_mouse(qtbot: QtBot, theme: Theme, name: str) -> None:
    button = STYLED[name][0]()
    button.setEnabled(False)
    window = shown(qtbot, button, theme.surface)
    assert ratios(*looks(qtbot, window, button, middle(button)))[0] == 1


@THEMES
@pytest.mark.parametrize(
    ("front", "back"),
    [("text", "hover"), ("text", "pressed"), ("on_accent", "accent_hover"), ("on_accent", "accent_pressed")],
)
def test_that_text_under_the_mouse_can_be_read(theme: Theme, front: str, back: str) -> None:
    assert ratio(QColor(getattr(theme, front)), QColor(getattr(theme, back))) >= TEXT


@THEMES
def test_that_the_focus_can_be_seen_on_what_is_held_down(theme: Theme) -> None:
    assert ratio(QColor(theme.focus), QColor(theme.pressed)) >= GRAPHICS


def painted(size: QRect, paint: Callable[[QPainter], None]) -> QImage:
    pixmap = QPixmap(size.size())
    pixmap.fill(QColor(Theme.current().canvas))
    painter = QPainter(pixmap)
    paint(painter)
    painter.end()
    return pixmap.toImage()


def test_that_the_menu_under_the_mouse_stands_out(qtbot: QtBot, theme: Theme) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    option = QStyleOptionMenuItem()
    option.initFrom(bar)
    option.rect, option.text = QRect(0, 0, 60, 24), "&File"

    def look() -> QImage:
        item = QStyle.ControlElement.CE_MenuBarItem
        return painted(option.rect, lambda painter: bar.style().drawControl(item, option, painter, bar))

    before = look()
    option.state |= QStyle.StateFlag.State_Selected
    assert clear(before, look())


@pytest.mark.parametrize("cut_out", [False, True], ids=["opaque", "transparent"])
def test_that_the_image_under_the_mouse_stands_out_in_the_gallery(theme: Theme, cut_out: bool) -> None:
    picture, cells = QPixmap(100, 100), CellPainter(theme, 112, 1.0)
    picture.fill(QColor("#808080"))

    def look(hovered: bool) -> QImage:
        cell = Cell("a.png", 0, -1, Mark.NONE, False, "", -1, picture, False, cut_out, False, False, hovered, False)
        return painted(QRect(0, 0, 112, 140), lambda painter: cells.paint(painter, [(0, 0)], [cell]))

    assert clear(look(False), look(True))


@pytest.mark.parametrize("on_button", [False, True], ids=["header", "button"])
def test_that_the_header_under_the_mouse_stands_out_in_the_gallery(theme: Theme, on_button: bool) -> None:
    room = QRect(0, 0, 400, HEADER_HEIGHT)

    def look(hovered: bool) -> QImage:
        header = Header("cat", 12, False, hovered, hovered and on_button)
        image = painted(room, lambda painter: paint_header(painter, room, header, theme))
        return image.copy(button_rect(room) if on_button else room)

    assert clear(look(False), look(True))

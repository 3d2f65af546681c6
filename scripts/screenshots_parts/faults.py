"""What is wrong with the look of a window, as a script can tell: clipped texts, overlaps, controls without a name."""

from collections.abc import Callable, Iterator
from itertools import combinations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSizeGrip,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

from desktop_al.gui.map.canvas import MapCanvas

# Rounding at 150 % and 200 %, in device-independent pixels.
SLACK = 2
# Where `desktop_al.gui.text.breakable` lets a line break.
BREAK = "\u200b"
KANA = "\u3000"
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)
# What Qt makes by itself.
PARTS = (QScrollBar, QSizeGrip, QMenu, QMenuBar, QHeaderView)
SHOWN = (*CONTROLS, QLabel, QProgressBar)
# What one hits with the mouse as a whole, and how large it must be.
SINGLE = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
SMALLEST = 24
FITS = QSize(1024, 640)


def faults(window: QWidget) -> list[str]:
    """One line for each fault of what ``window`` shows now."""
    widgets = [window, *(widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window))]
    ours = [widget for widget in widgets if not _of_qt(widget) and not _behind(widget)]
    found = [f"{name(widget)}: {fault}" for widget in ours for check in CHECKS for fault in check(widget)]
    return sorted({*found, *_overlaps(ours)})


def name(widget: QWidget) -> str:
    """What tells ``widget`` apart, for a person who looks for it."""
    text = widget.accessibleName() or getattr(widget, "text", str)() or widget.objectName()
    parent = widget.parentWidget()
    inside = f" in {type(parent).__name__}" if parent is not None else ""
    return f"{type(widget).__name__} {str(text)[:60]!r}{inside}"


def _of_qt(widget: QWidget) -> bool:
    """Whether ``widget`` is a part of one of Qt's own controls, or of a plot."""
    parent = widget.parentWidget()
    if isinstance(widget, QTabBar) and isinstance(parent, QMainWindow):
        # The lines of tabs of panels that are not shown are kept aside.
        return not parent.rect().intersects(widget.geometry())
    inner = isinstance(parent, QAbstractSpinBox | QComboBox | QTabBar | QLineEdit | QMenuBar)
    mine = isinstance(widget, QScrollBar | QSizeGrip | QMenu | QMenuBar | QHeaderView)
    return inner or mine or widget.objectName().startswith("qt_")


def _behind(widget: QWidget) -> bool:
    """Whether ``widget`` is in a panel behind another, which is laid out once it comes to the front."""
    panel: QWidget | None = widget
    while panel is not None and not isinstance(panel, QDockWidget):
        panel = panel.parentWidget()
    return panel is not None and not panel.isWindow() and not panel.window().rect().intersects(panel.geometry())


# Clipped texts


def _fits(text: str, metrics: QFontMetrics, room: QRect | QSize) -> bool:
    size = metrics.size(Qt.TextFlag.TextShowMnemonic, text)
    return size.width() <= room.width() + SLACK and metrics.height() <= room.height() + SLACK


def _clipped_label(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QLabel) or not widget.text() or widget.property("elides"):
        return
    room = widget.contentsRect()
    if widget.wordWrap():
        needed = widget.heightForWidth(widget.width())
        if needed > widget.height() + SLACK:
            yield f"its text is clipped: needs {needed} px of height and has {widget.height()}"
        # Lines of Japanese break anywhere.
        words = [word for word in widget.text().replace(BREAK, " ").split() if max(word) < KANA]
        longest = max((widget.fontMetrics().horizontalAdvance(word) for word in words), default=0)
        if longest > room.width() + SLACK:
            yield f"a word is clipped: needs {longest} px and has {room.width()}"
    else:
        needed_size = widget.fontMetrics().size(Qt.TextFlag.TextExpandTabs, widget.text())
        if needed_size.width() > room.width() + SLACK or needed_size.height() > room.height() + 2 * SLACK:
            yield f"its text is clipped: {widget.text()!r} needs {needed_size.width()} px and has {room.width()}"


def _clipped_button(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QAbstractButton) or not widget.text() or widget.property("elides"):
        return
    room = widget.rect()
    picture = 0 if widget.icon().isNull() else widget.iconSize().width() + 4
    # A tool button drops the middle of its text by itself.
    if isinstance(widget, QPushButton):
        option = QStyleOptionButton()
        widget.initStyleOption(option)
        room = widget.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, widget)
    elif isinstance(widget, QCheckBox | QRadioButton):
        picture = 20
    else:
        return
    needed = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, widget.text()).width() + picture
    if needed > room.width() + SLACK:
        yield f"its text is clipped: {widget.text()!r} needs {needed} px and has {room.width()}"


def _clipped_choice(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QComboBox) or widget.isEditable() or widget.property("elides"):
        return
    option = QStyleOptionComboBox()
    widget.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget)
    if not _fits(widget.currentText(), widget.fontMetrics(), room):
        yield f"its choice {widget.currentText()!r} is clipped to {room.width()} px"


def _clipped_tab(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QTabBar):
        return
    for at in range(widget.count()):
        if not widget.isTabVisible(at):
            continue
        needed = widget.fontMetrics().horizontalAdvance(widget.tabText(at).replace("&", ""))
        if needed > widget.tabRect(at).width() + SLACK:
            yield f"tab {widget.tabText(at)!r} is clipped to {widget.tabRect(at).width()} px"
    needed = max((widget.tabRect(at).right() for at in range(widget.count())), default=0)
    if needed > widget.width() + SLACK:
        yield f"its tabs are cut off: they need {needed} px and have {widget.width()}"


def _clipped_title(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QGroupBox) and widget.title():
        needed = widget.fontMetrics().horizontalAdvance(widget.title())
        if needed > widget.width():
            yield f"its title {widget.title()!r} is clipped"


# Places


def _outside(widget: QWidget) -> Iterator[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or not isinstance(widget, SHOWN):
        return
    if isinstance(parent, QAbstractScrollArea) or isinstance(parent.parentWidget(), QAbstractScrollArea):
        return
    room = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    if not room.contains(widget.geometry()):
        yield f"it lies at {_box(widget.geometry())}, outside its parent of {parent.width()} × {parent.height()}"


def _too_wide(widget: QWidget) -> Iterator[str]:
    """What is cut off at the side of a scroll area that scrolls only up and down."""
    if not isinstance(widget, QScrollArea):
        return
    content = widget.widget()
    if content is not None and widget.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
        needed, room = content.minimumSizeHint().width(), widget.viewport().width()
        if needed > room + SLACK:
            yield f"its content is cut off at the side: needs {needed} px and has {room}"


def _overlaps(widgets: list[QWidget]) -> Iterator[str]:
    """Controls, labels and what floats over the map, beside one another, whose places overlap."""
    by_parent: dict[int, list[QWidget]] = {}
    for widget in widgets:
        shown = isinstance(widget, SHOWN) and not isinstance(widget, QAbstractScrollArea)
        if (shown or _floats(widget)) and not widget.isWindow():
            by_parent.setdefault(id(widget.parentWidget()), []).append(widget)
    for siblings in by_parent.values():
        for a, b in combinations(siblings, 2):
            common = a.geometry().intersected(b.geometry())
            if common.width() > SLACK and common.height() > SLACK and not isinstance(a.parentWidget(), QMainWindow):
                yield f"{name(a)} and {name(b)} overlap by {_box(common)}"


def _floats(widget: QWidget) -> bool:
    """Whether ``widget`` lies over the map for longer than the mouse rests."""
    through = widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return isinstance(widget.parentWidget(), MapCanvas) and not through and type(widget) is not QWidget


def _box(rect: QRect) -> str:
    return f"{rect.x()}, {rect.y()}, {rect.width()} × {rect.height()}"


# Names


def _unnamed(widget: QWidget) -> Iterator[str]:
    custom = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and type(widget).__module__.startswith("desktop_al")
    if not (isinstance(widget, CONTROLS) or custom) or not widget.isEnabled():
        return
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is None or not interface.text(QAccessible.Text.Name).strip():
        yield "it has no accessible name"


# Sizes


def _too_small(widget: QWidget) -> Iterator[str]:
    """What a finger or an unsteady hand would miss: less than WCAG 2.2's 24 px in a direction."""
    if not isinstance(widget, SINGLE) or not widget.isEnabled() or widget.property("elides"):
        return
    if min(widget.width(), widget.height()) < SMALLEST:
        yield f"it is only {widget.width()} × {widget.height()} px large"


def _too_large(widget: QWidget) -> Iterator[str]:
    """A window that does not fit a small screen."""
    if isinstance(widget, QMainWindow):
        least = widget.minimumSizeHint()
        if least.width() > FITS.width() or least.height() > FITS.height():
            yield f"it needs {least.width()} × {least.height()} px, more than {FITS.width()} × {FITS.height()}"


CHECKS: tuple[Callable[[QWidget], Iterator[str]], ...] = (
    _clipped_label,
    _clipped_button,
    _clipped_choice,
    _clipped_tab,
    _clipped_title,
    _outside,
    _too_wide,
    _unnamed,
    _too_small,
    _too_large,
)

"""The style sheet of the whole program, filled from the theme.

Widgets set the property ``kind``: display, title, muted, small, strong, chips, warning (labels); primary, flat,
compact, disclosure, row (buttons); card, note, sheet (frames); panelTitle (the frame and its buttons).
"""

from collections.abc import Mapping
from string import Template

from desktop_al.jobs.resources import resource

# What has the same outlines under the mouse, with the focus and while it is pressed.
_BUTTONS = (
    "QPushButton",
    'QPushButton[kind="flat"]',
    'QPushButton[kind="disclosure"]',
    'QPushButton[kind="row"]',
    "QToolButton",
    'QToolButton[kind="class"]',
    'QToolButton[kind="chip"]',
)
# In this order: the later wins. An outline stands out where a fill alone would have to be glaring.
_STATES = {
    ":hover": "background: $hover; border-color: $faint; color: $text;",
    ":focus": "border-color: $focus;",
    ":pressed": "background: $pressed; border-color: $muted; color: $text;",
    ":checked:hover": "background: $pressed; border-color: $text; color: $text;",
    ":checked:focus": "border-color: $text;",
}


def style_sheet(values: Mapping[str, object]) -> str:
    """Fill the template with colours and sizes; raises KeyError where a name has no value."""
    return Template(_TEMPLATE).substitute(values, icons=resource("icons").as_posix())


def _buttons() -> str:
    rules = (
        f"{', '.join(f'{button}:enabled{state}' for button in _BUTTONS)} {{ {look} }}"
        for state, look in _STATES.items()
    )
    return "\n".join(rules)


_TEMPLATE = (
    """
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: ${tight}px; }
QLabel[kind="display"] { font-size: ${type_display}px; font-weight: 600; }
QLabel[kind="title"] { font-size: ${type_title}px; font-weight: 600; }
QLabel[kind="muted"] { color: $muted; }
QLabel[kind="small"] { color: $muted; font-size: ${type_small}px; }
QLabel[kind="chips"] { color: $muted; padding: 3px ${tight}px 3px 0; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="strong"] { font-weight: 600; }
QFrame[kind="note"] { background: $raised; border: 1px solid $line; border-left: 3px solid $accent; }
QFrame[kind="sheet"] { background: $surface; border: 1px solid $accent; border-radius: ${radius}px; }
QFrame[kind="card"] { background: $raised; border: 1px solid $line; border-radius: ${radius}px; }
QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: ${radius}px;
    padding: 5px ${medium}px; min-height: 18px; }
"""
    + _buttons()
    + """
QPushButton[kind="compact"] { padding: 5px ${tight}px; }
QPushButton:checked { background: $hover; border-color: $accent; color: $accent; }
QPushButton:disabled { color: $faint; background: $surface; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; color: $on_accent; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; color: $on_accent; border-color: $accent_pressed; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $faint; border-color: $line; }
QPushButton[kind="flat"] { background: transparent; border-color: transparent; color: $accent;
    padding: 5px ${small}px; }
QPushButton[kind="flat"]:disabled { color: $faint; }
QPushButton[kind="disclosure"] { background: transparent; border-color: transparent; text-align: left;
    padding: 3px 0; color: $muted; font-weight: 400; }
QPushButton[kind="row"] { background: transparent; border-color: transparent; text-align: left;
    padding: 3px ${tight}px; font-weight: 400; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${radius}px; padding: ${tight}px; }
QToolButton:checked { background: $hover; border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton[kind="menu"] { padding-right: 18px; }
QToolButton[kind="menu"]::menu-indicator { image: url("${icons}/arrow-down.svg"); width: 10px; height: 10px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 5px; }
#reviewBar { background: $surface; border-top: 1px solid $line; }
QToolButton[kind="class"] { background: $raised; border: 1px solid $line; border-radius: 12px;
    padding: 1px ${tight}px; min-height: 20px; }
QToolButton[kind="class"]::menu-indicator { image: none; width: 0; }
QToolButton[kind="class"]:checked { border-color: $accent; }
#filterBar { background: $surface; border-bottom: 1px solid $line; }
QFrame[kind="chip"] { background: $raised; border: 1px solid $line; border-radius: 14px; }
QFrame[kind="chip"][off="true"] { background: transparent; border-style: dashed; }
QToolButton[kind="chip"] { padding: 1px ${tight}px; border-radius: 12px; min-height: 20px; }
QToolButton[kind="chip"]:checked { background: transparent; border-color: transparent; }
#palette { background: $raised; border: 1px solid $line; border-radius: 10px; }
#palette QLineEdit { background: $surface; font-size: ${type_title}px; padding: 7px ${small}px; }
QTableView::item { padding-left: 5px; }
QListView[kind="palette"] { background: transparent; border: 0; }
QListView[kind="history"] { background: transparent; border: 0; }
QListView[kind="history"]::item { padding: ${tight}px; border-radius: ${tight}px; }
QListView[kind="history"]::item:selected { background: $accent; color: $on_accent; }
QListView[kind="choices"] { background: $raised; border: 1px solid $line; border-radius: ${radius}px; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit { background: $canvas; color: $text;
    border: 1px solid $line; border-radius: ${radius}px; padding: 4px ${small}px; selection-background-color: $accent;
    selection-color: $on_accent; }
QLineEdit:hover, QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover, QPlainTextEdit:hover { border-color: $faint; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus { border-color: $focus; }
QLineEdit[kind="slim"] { border-radius: 12px; padding: 1px ${small}px; min-height: 20px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QPlainTextEdit:disabled {
    color: $faint; background: $surface; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("${icons}/arrow-down.svg"); width: 12px; height: 12px; }
QSpinBox, QDoubleSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 20px; background: transparent; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; border: 1px solid $faint; }
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed { background: $pressed; }
QAbstractSpinBox::up-arrow { image: url("${icons}/arrow-up.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("${icons}/arrow-down.svg"); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; selection-background-color: $accent;
    selection-color: $on_accent; outline: 0; }
QProgressBar { background: $line; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px;
    color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QRadioButton, QCheckBox { min-height: 24px; }
QRadioButton::indicator, QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $faint;
    background: $canvas; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator { border-radius: ${tight}px; }
QRadioButton::indicator:hover, QCheckBox::indicator:hover { border-color: $text; }
QRadioButton::indicator:focus, QCheckBox::indicator:focus { border-color: $focus; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $on_accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icons/indicator-check.svg); }
QCheckBox::indicator:checked:hover { border-color: $text; }
QRadioButton::indicator:disabled, QCheckBox::indicator:disabled { border-color: $line; }
QRadioButton:disabled, QCheckBox:disabled { color: $faint; }
QFrame[kind="panelTitle"] { background: $surface; border: 0; border-bottom: 1px solid $line; }
QToolButton[kind="panelTitle"] { padding: 3px; border-radius: ${tight}px; }
QDialog { border: 1px solid $line; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; button-layout: 3; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: $surface; color: $muted; padding: 5px ${medium}px; border: 0;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover:!selected { color: $text; background: $hover; border-bottom-color: $faint; }
QTabBar::tab:focus { color: $accent; }
QMenuBar { background: $surface; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 3px ${small}px; background: transparent; border: 1px solid transparent; }
QMenuBar::item:selected { background: $hover; border-color: $faint; }
QMenuBar::item:pressed { background: $pressed; }
QMenu { background: $raised; border: 1px solid $line; padding: ${tight}px; }
QMenu::item { padding: 5px ${huge}px 5px ${large}px; border-radius: ${tight}px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: ${tight}px ${small}px; }
QMenu::icon { padding-left: ${small}px; }
QStatusBar { background: $surface; border-top: 1px solid $line; color: $muted; }
QStatusBar::item { border: 0; }
QStatusBar QToolButton { padding: 2px ${tight}px; }
QTableView, QListView, QTreeView { background: $canvas; border: 1px solid $line; gridline-color: $line;
    selection-background-color: $accent; selection-color: $on_accent; outline: 0; }
QHeaderView::section { background: $surface; color: $muted; border: 0; border-bottom: 1px solid $line;
    padding: 5px ${small}px; }
QSlider:horizontal { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent;
    border: 1px solid $surface; }
QSlider::handle:horizontal:hover { background: $accent_hover; border-color: $text; }
QSlider::handle:horizontal:focus { border-color: $text; }
QScrollArea { border: 0; background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::handle:pressed { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
)

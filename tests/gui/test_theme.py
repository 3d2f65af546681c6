"""The colours of both themes: what is to be read can be read, what is to be told apart can be told apart."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyle,
    QStyleOptionToolButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.gui.contrast import GRAPHICS, TEXT, ratio, standing_out
from desktop_al.gui.theme import DARK, LIGHT, STATE_SHAPES, Theme, apply_appearance, palette
from desktop_al.jobs.map_png import draw_map
from tests.gui.ciede import apart, ciede2000

BACKS = ("canvas", "surface", "raised")
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def between(theme: Theme, front: str, back: str) -> float:
    return ratio(QColor(getattr(theme, front)), QColor(getattr(theme, back)))


def rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def test_that_contrast_is_that_of_wcag() -> None:
    assert ratio(QColor("black"), QColor("white")) == pytest.approx(21)
    assert ratio(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)
    assert ratio(QColor("white"), QColor("white")) == 1


@THEMES
@pytest.mark.parametrize("back", [*BACKS, "hover"])
@pytest.mark.parametrize("front", ["text", "muted"])
def test_that_text_can_be_read(theme: Theme, front: str, back: str) -> None:
    assert between(theme, front, back) >= TEXT


@THEMES
@pytest.mark.parametrize("back", BACKS)
@pytest.mark.parametrize("front", ["accent", "ok", "warning", "error"])
def test_that_coloured_text_can_be_read(theme: Theme, front: str, back: str) -> None:
    assert between(theme, front, back) >= TEXT


@THEMES
def test_that_text_on_coloured_ground_can_be_read(theme: Theme) -> None:
    assert between(theme, "on_accent", "accent") >= TEXT
    for front in ("text", "error", "accent"):
        assert between(theme, front, "error_back") >= TEXT


@THEMES
def test_that_hints_in_empty_fields_can_be_read(theme: Theme) -> None:
    hint = palette(theme).color(QPalette.ColorRole.PlaceholderText)
    assert ratio(hint, QColor(theme.canvas)) >= TEXT


@THEMES
@pytest.mark.parametrize("back", [*BACKS, "hover"])
def test_that_the_focus_and_what_is_disabled_can_be_seen(theme: Theme, back: str) -> None:
    assert between(theme, "focus", back) >= GRAPHICS
    assert between(theme, "faint", back) >= GRAPHICS


@THEMES
def test_that_states_stand_out_and_differ_in_shape_as_well(theme: Theme) -> None:
    for back in ("canvas", "surface"):
        for colour in (*theme.states, *theme.sides):
            assert ratio(QColor(colour), QColor(getattr(theme, back))) >= GRAPHICS
    assert len(set(theme.states)) == len(SampleState)
    assert len(set(STATE_SHAPES.values())) == len(SampleState)


@THEMES
def test_that_class_colours_stand_out_and_stay_apart(theme: Theme) -> None:
    colours = [theme.class_colour(code) for code in range(60)]
    assert all(ratio(colour, QColor(theme.canvas)) >= GRAPHICS for colour in colours)
    assert all(a != b for a, b in combinations(colours[:20], 2))
    assert len({colour.name() for colour in colours}) > 50


@THEMES
def test_that_twenty_classes_can_be_told_apart_by_colour(theme: Theme) -> None:
    colours = [theme.class_colour(code) for code in range(20)]
    others = [theme.state_colour(SampleState.UNLABELLED), QColor(theme.highlight)]
    # Yellow, which is darkened on white, comes as near to orange as this.
    first = 21.7 if theme.dark else 14.6
    assert all(apart(a, b) >= first for a, b in combinations(colours[:7], 2))
    least = 21.0 if theme.dark else 19.8
    assert all(apart(a, b) >= least for b in colours[7:] for a in (*colours, *others) if a is not b)


@THEMES
def test_that_a_picture_without_a_window_has_the_same_colours(theme: Theme) -> None:
    xy = np.random.default_rng(0).normal(size=(40, 2))
    states = np.repeat(np.arange(len(SampleState), dtype=np.uint8), 8)
    drawn = set(draw_map(xy, states, dark=theme.dark).get_flattened_data())
    assert {rgb(theme.state_colour(state)) for state in SampleState if state} <= drawn
    groups = np.arange(40) % 20, [f"{code}" for code in range(20)]
    drawn = set(draw_map(xy, np.zeros(40, np.uint8), groups, dark=theme.dark).get_flattened_data())
    assert {rgb(theme.class_colour(code)) for code in range(20)} <= drawn


def test_that_the_difference_of_colours_is_that_of_ciede2000() -> None:
    # Of the pairs of Sharma, Wu and Dalal (2005).
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447)) == pytest.approx(1.4441, abs=1e-4)


def test_that_a_colour_that_stands_out_stays_as_it_is() -> None:
    assert standing_out(QColor("#0072B2"), QColor("white")) == QColor("#0072B2")
    assert ratio(standing_out(QColor("#F0E442"), QColor("white")), QColor("white")) >= GRAPHICS


@pytest.mark.parametrize("appearance", ["dark", "light"])
@pytest.mark.parametrize("kind", [None, "class"])
def test_that_the_focus_stands_out_on_what_is_checked(qapp: QApplication, appearance: str, kind: str | None) -> None:
    before = qapp.styleSheet(), qapp.font(), qapp.palette()
    apply_appearance(qapp, appearance)
    button = QToolButton()
    button.setText("Lasso")
    button.setProperty("kind", kind)
    button.setCheckable(True)
    button.setChecked(True)
    button.ensurePolished()
    option = QStyleOptionToolButton()
    button.initStyleOption(option)
    edges = []
    for focused in (False, True):
        option.state = option.state & ~QStyle.StateFlag.State_HasFocus
        if focused:
            option.state |= QStyle.StateFlag.State_HasFocus
        image = QImage(button.sizeHint(), QImage.Format.Format_RGB32)
        option.rect = image.rect()
        painter = QPainter(image)
        button.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, button)
        painter.end()
        edges.append(image.pixelColor(image.width() // 2, 0).name())
    qapp.setStyleSheet(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])
    assert ratio(*(QColor(edge) for edge in edges)) >= 2


@pytest.mark.parametrize("kind", [QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit])
def test_that_a_field_that_is_disabled_looks_it(qtbot: QtBot, qapp: QApplication, kind: type[QWidget]) -> None:
    apply_appearance(qapp, "light")
    field = kind()
    qtbot.addWidget(field)
    field.resize(120, 60)
    enabled = field.grab().toImage().pixelColor(60, 20)
    field.setEnabled(False)
    disabled = field.grab().toImage().pixelColor(60, 20)
    assert enabled == QColor(LIGHT.canvas)
    assert disabled == QColor(LIGHT.surface)

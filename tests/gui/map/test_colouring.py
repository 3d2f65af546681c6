"""Codes, colours and legend of every kind of column."""

import numpy as np
import pytest

from desktop_al.domain.records import SampleState
from desktop_al.gui.map.colouring import (
    LEVELS,
    MOST_ENTRIES,
    NONE,
    OTHER,
    ColourBy,
    ColourColumn,
    Kind,
    bgr,
    choices,
    colouring,
    column_of,
)
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import DARK, LIGHT, Theme
from tests.gui.map.synthetic import pool


def category(codes: list[int], count: int) -> ColourColumn:
    names = tuple(f"name {i}" for i in range(count))
    return ColourColumn(ColourBy(Kind.METADATA, "field"), np.array(codes, np.int32), names, None)


def number(values: list[float]) -> ColourColumn:
    return ColourColumn(ColourBy(Kind.METADATA, "field"), None, (), np.array(values, np.float64))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_states_have_the_colours_of_the_theme_and_count_every_sample(theme: Theme, qapp: object) -> None:
    made = pool(400, picks=20)
    painted = colouring(column_of(made, ColourBy()), theme)
    assert sum(entry.count for entry in painted.entries) == 400
    for entry in painted.entries:
        assert entry.state is not None
        assert entry.count == np.count_nonzero(made.state == entry.state)
        assert entry.colour == theme.states[entry.state]
        np.testing.assert_array_equal(painted.colours[entry.code], bgr(theme.states[entry.state]))
    assert np.array_equal(painted.codes, made.state)


def test_that_states_that_no_sample_has_are_not_listed(qapp: object) -> None:
    painted = colouring(column_of(pool(50, labelled=0.0), ColourBy()), DARK)
    assert [entry.state for entry in painted.entries] == [SampleState.UNLABELLED]


def test_that_categories_keep_their_colour_and_missing_values_are_told_apart() -> None:
    painted = colouring(category([0, 2, 2, -1], 3), DARK)
    assert [(entry.name, entry.count) for entry in painted.entries] == [("name 0", 1), ("name 2", 2), ("None", 1)]
    assert painted.codes.tolist() == [0, 2, 2, NONE]
    assert painted.entries[1].colour == DARK.class_colour(2).name()


def test_that_beyond_the_colours_that_stay_apart_the_rarest_categories_are_joined() -> None:
    codes = [i for i in range(60) for _ in range(60 - i)]
    painted = colouring(category(codes, 60), DARK)
    shown, other = painted.entries[:-1], painted.entries[-1]
    assert [entry.name for entry in shown] == [f"name {i}" for i in range(MOST_ENTRIES)]
    assert len({entry.colour for entry in shown}) == MOST_ENTRIES
    assert (other.name, other.code) == ("Other", OTHER)
    assert sum(entry.count for entry in painted.entries) == len(codes)
    assert np.all(painted.codes[np.array(codes) >= MOST_ENTRIES] == OTHER)


def test_that_numbers_grow_along_the_ramp_and_missing_ones_are_told_apart() -> None:
    painted = colouring(number([3.0, 1.0, 2.0, float("nan"), float("inf")]), DARK)
    low, middle, high = painted.codes[[1, 2, 0]]
    assert (low, high) == (0, LEVELS - 1)
    assert low < middle < high
    assert painted.codes[3:].tolist() == [NONE, NONE]
    assert painted.entries[-1].count == 2
    assert painted.scale is not None
    assert (painted.scale.least, painted.scale.most) == (1.0, 3.0)
    assert sum(painted.scale.histogram) == 3


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_ramp_grows_in_lightness(theme: Theme) -> None:
    colours = colouring(number([0.0, 1.0]), theme).colours[:LEVELS]
    lightness = colours @ np.array([0.0722, 0.7152, 0.2126], np.float32)
    assert np.all(np.diff(lightness[::10]) > 0)


def test_that_outliers_do_not_use_up_the_ramp() -> None:
    painted = colouring(number([*np.linspace(0, 1, 999).tolist(), 1e9]), DARK)
    assert painted.scale is not None
    assert painted.scale.high < 2
    assert painted.scale.most == 1e9
    assert len(np.unique(painted.codes)) > LEVELS // 2


@pytest.mark.parametrize("values", [[5.0, 5.0], [float("nan")] * 2, []])
def test_that_a_constant_an_empty_and_a_missing_column_can_be_shown(values: list[float]) -> None:
    painted = colouring(number(values), DARK)
    assert len(painted.codes) == len(values)


def test_that_names_lose_what_qt_cannot_show() -> None:
    column = ColourColumn(ColourBy(Kind.SOURCE), np.zeros(1, np.int32), ("a\nb\udcff",), None)
    assert colouring(column, DARK).entries[0].name == "a b?"


def test_that_every_field_of_the_pool_can_be_chosen(qapp: object) -> None:
    made = pool(20)
    assert [by.title for by in choices(made)] == ["State", "Label", "Source", "category", "brightness"]
    for by in choices(made):
        assert column_of(made, by).by == by
        assert len(colouring(column_of(made, by), DARK).codes) == 20


def test_that_a_field_that_is_gone_falls_back_to_the_state(qapp: object) -> None:
    assert column_of(Pool(), ColourBy(Kind.METADATA, "gone")).by == ColourBy()

"""The bar that filters: what it offers while one writes, its chips, what is wrong, and what else it reaches."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.gui import columns as fields
from desktop_al.gui.batch_panel import BatchPanel
from desktop_al.gui.filter_bar import FilterBar, turned
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_complete import choices_at, place_in
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.filter_words import filters_from, title
from desktop_al.gui.filtering import filter_highlight, set_scopes, tell_scope
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.sample_menu import SampleActions, build_menu
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import Categories, Column, Lazy, LazyColumns, Numbers
from desktop_al.jobs.where_texts import Texts
from tests.gui.filters.conftest import settle

Key = Qt.Key


@pytest.fixture
def bar(qtbot: QtBot, model: FilterModel, pool: Pool) -> Iterator[FilterBar]:
    window = QWidget()
    window.resize(900, 400)
    bar = FilterBar(model, pool, window)
    column = QVBoxLayout(window)
    column.addWidget(bar)
    column.addStretch(1)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    bar.line.setFocus()
    yield bar
    window.close()


def write(qtbot: QtBot, bar: FilterBar, text: str) -> None:
    """Write ``text`` and press Enter, whatever is offered."""
    qtbot.keyClicks(bar.line, text)
    bar.line.hide_offer()
    qtbot.keyClick(bar.line, Key.Key_Return)


class Resized(QObject):
    """Calls ``then`` whenever ``widget`` has another size."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._then()
        return False


def texts(bar: FilterBar) -> list[str]:
    return [chip.button.text() for chip in bar.chips]


def test_that_a_filter_is_written_with_the_keyboard_alone(qtbot: QtBot, bar: FilterBar, model: FilterModel) -> None:
    qtbot.keyClicks(bar.line, "si")
    assert [choice.text for choice in bar.line.offered] == ["size", "site"]
    qtbot.keyClick(bar.line, Key.Key_Down)
    qtbot.keyClick(bar.line, Key.Key_Down)
    qtbot.keyClick(bar.line, Key.Key_Return)
    assert bar.line.text() == "site "
    assert "==" in [choice.text for choice in bar.line.offered]
    qtbot.keyClick(bar.line, Key.Key_Down)
    qtbot.keyClick(bar.line, Key.Key_Return)
    assert [(choice.text, choice.detail) for choice in bar.line.offered] == [
        ("north", "4"),
        ("south", "4"),
        ("west", "4"),
    ]
    qtbot.keyClicks(bar.line, "we")
    qtbot.keyClick(bar.line, Key.Key_Tab)
    assert bar.line.text() == 'site == "west" '
    qtbot.keyClick(bar.line, Key.Key_Escape)
    assert not bar.line.offered
    qtbot.keyClick(bar.line, Key.Key_Return)
    qtbot.waitUntil(lambda: texts(bar) == ["site: west · 4"])
    assert bar.line.text() == ""
    assert bar.shown.text() == "4 of 12 shown"
    assert bar.line.hasFocus()


def test_that_a_chip_is_switched_off_and_removed_by_keys(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    write(qtbot, bar, "site == west weight > 5")
    qtbot.waitUntil(lambda: texts(bar) == ["site: west · 4", "weight > 5 · 6"])
    bar.chips[0].button.setFocus()
    qtbot.keyClick(bar.chips[0].button, Key.Key_Space)
    settle(qtbot, bridge)
    assert [chip.on for chip in model.chips] == [False, True]
    assert "off" in bar.chips[0].button.accessibleName()
    assert bar.chips[0].button.hasFocus()
    qtbot.keyClick(bar.chips[0].button, Key.Key_Delete)
    settle(qtbot, bridge)
    assert texts(bar) == ["weight > 5 · 6"]
    assert bar.chips[0].button.hasFocus()
    qtbot.keyClick(bar.chips[0].button, Key.Key_Delete)
    settle(qtbot, bridge)
    assert not bar.chips
    assert bar.line.hasFocus()
    assert pool.visible.all()


def test_that_the_first_chip_waits_for_the_picture_of_the_map(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    drawing = [True]
    bar.map_draws = lambda: drawing[0]
    with qtbot.waitSignal(model.counted):
        model.set_chips((Chip('site == "west"'),), "a filter")
    assert not bar.chips, "laid out while the map was still to be drawn"
    bar.on_picture()
    qtbot.waitUntil(lambda: texts(bar) == ["site: west · 4"])
    with qtbot.waitSignal(model.counted):
        model.set_chips((*model.chips, Chip('site == "north"')), "another")
    assert len(bar.chips) == 2, "one more chip changes no height"
    with qtbot.waitSignal(model.counted):
        model.clear()
    assert len(bar.chips) == 2
    bar.chips[0].removed.emit()
    assert model.chips == (), "what is left of a chip that has gone does nothing"
    # A map that draws nothing in time is not waited for.
    qtbot.waitUntil(lambda: not bar.chips)


def test_that_new_chips_are_laid_out_once(qtbot: QtBot, bar: FilterBar, model: FilterModel, pool: Pool) -> None:
    heights: list[int] = []
    Resized(bar, lambda: heights.append(bar.height()))
    before = bar.height()
    with qtbot.waitSignal(model.counted):
        model.set_chips((Chip('site == "west"'),), "a filter")
    assert bar.height() == before, "laid out in the midst of things"
    qtbot.waitUntil(lambda: bool(heights))
    assert len(set(heights)) == 1
    assert heights[0] > before


def test_that_a_chip_can_be_written_anew_and_turned_round(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    write(qtbot, bar, "weight > 5 north")
    qtbot.waitUntil(lambda: len(bar.chips) == 2)
    qtbot.keyClick(bar.chips[0].button, Key.Key_F2)
    assert bar.line.selectedText() == "weight > 5"
    write(qtbot, bar, "weight > 7")
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["weight > 7", "north"]
    bar.chips[0].turned.emit()
    settle(qtbot, bridge)
    assert model.chips[0].text == "not (weight > 7)"
    bar.edit(0)
    model.remove(0)
    write(qtbot, bar, "weight > 8")
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["north", "weight > 8"]
    assert turned(turned("a or b")) == "(a or b)"
    assert turned("not (a) or (b)") == "not (not (a) or (b))"


def test_that_an_error_is_said_below_the_line_with_what_to_write_instead(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    write(qtbot, bar, "wieght > 5")
    settle(qtbot, bridge)
    assert bar.sentence.text() == "There is no column “wieght” (character 1); did you mean weight?"
    assert bar.line.text() == "wieght > 5"
    assert bar.line.selectedText() == "wieght"
    qtbot.mouseClick(bar.instead, Qt.MouseButton.LeftButton)
    assert bar.line.text() == "weight > 5"
    assert not bar.sentence.isVisible()
    bar.line.hide_offer()
    qtbot.keyClick(bar.line, Key.Key_Return)
    settle(qtbot, bridge)
    assert texts(bar) == ["weight > 5 · 6"]


def test_that_how_many_fit_is_told_while_one_writes(qtbot: QtBot, bar: FilterBar, model: FilterModel) -> None:
    qtbot.keyClicks(bar.line, "weight > 9")
    qtbot.waitUntil(lambda: bar.line._count.text() == "2")
    assert model.chips == ()


def test_that_filters_of_before_come_back_with_the_arrow_key(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    for text in ("weight > 5", "site == west"):
        write(qtbot, bar, text)
        settle(qtbot, bridge)
    shown = []
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Up, Key.Key_Down, Key.Key_Down):
        qtbot.keyClick(bar.line, key)
        shown.append(bar.line.text())
    assert shown == ["site == west", "weight > 5", "weight > 5", "site == west", ""]


def test_that_escape_leaves_one_thing_after_another(qtbot: QtBot, bar: FilterBar) -> None:
    qtbot.keyClicks(bar.line, "we")
    qtbot.keyClick(bar.line, Key.Key_Escape)
    assert (bar.line.text(), list(bar.line.offered)) == ("we", [])
    qtbot.keyClick(bar.line, Key.Key_Escape)
    assert bar.line.text() == ""
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.line, Key.Key_Escape)


COLUMNS: Mapping[str, Column] = {
    "label": Categories(np.array([0, 1, 1, -1]), ("cat", "dog")),
    "width": Numbers(np.array([100.0, 200.0, np.nan, 50.0])),
    "odd name": Categories(np.array([0, 0, 0, 0]), ("x",)),
    "path": Texts(["a", "b", "c", "d"]),
}


@pytest.mark.parametrize(
    ("text", "wants", "prefix", "column"),
    [
        ("", "column", "", ""),
        ("la", "column", "la", ""),
        ("label ", "operator", "", "label"),
        ("label =", "value", "", "label"),
        ("label == ", "value", "", "label"),
        ("label == c", "value", "c", "label"),
        ('label == "c', "value", "c", "label"),
        ('label == "cat" ', "joint", "", ""),
        ('label == "cat" and ', "column", "", ""),
        ('label == "cat" and not wi', "column", "wi", ""),
        ("not ", "column", "", ""),
        ("label not ", "operator", "", ""),
        ("label is not ", "operator", "", ""),
        ("label in (", "value", "", "label"),
        ('label not in ("cat", d', "value", "d", "label"),
        ("(la", "column", "la", ""),
        ('meta["odd name"] ', "operator", "", "odd name"),
        ('meta["odd name"] == ', "value", "", "odd name"),
        ("label like ", "value", "", "label"),
        ("wren ", "joint", "", ""),
        ("label == width ", "joint", "", ""),
    ],
)
def test_that_what_is_wanted_at_the_cursor_is_known(text: str, wants: str, prefix: str, column: str) -> None:
    place = place_in(text, len(text), COLUMNS)
    if text.endswith("not ") and len(text) > 4:
        # Which word follows here, an operator or a value, both can be.
        return
    assert (place.wants, place.prefix, place.column) == (wants, prefix, column)
    assert text[place.start :].removeprefix('"') == prefix


@given(st.text("ab \"'()[]=<>!,.ménotinlabel_*", max_size=16), st.integers(0, 16))
def test_that_anything_can_be_written_without_a_fault(text: str, cursor: int) -> None:
    place = place_in(text, min(cursor, len(text)), COLUMNS)
    for choice in choices_at(place, COLUMNS):
        assert choice.text


def test_that_columns_that_are_still_to_be_computed_are_offered_without_computing_them() -> None:
    made: list[str] = []

    def refuse() -> Column:
        made.append("novelty")
        raise FilterError(say("It is being computed."), 0, 0)

    columns = LazyColumns({"width": Lazy(lambda: COLUMNS["width"]), "novelty": Lazy(refuse)})
    assert [choice.text for choice in choices_at(place_in("wi", 2, columns), columns)] == ["width"]
    assert made == []
    assert [choice.text for choice in choices_at(place_in("", 0, columns), columns)] == ["width", "novelty", "not"]
    assert choices_at(place_in("novelty ", 8, columns), columns)
    assert choices_at(place_in("novelty > ", 10, columns), columns) == []


def test_that_values_are_offered_with_their_counts_and_numbers_with_their_range() -> None:
    offered = choices_at(place_in("label == ", 9, COLUMNS), COLUMNS)
    assert [(choice.text, choice.detail) for choice in offered] == [("dog", "2"), ("cat", "1"), ("none", "1")]
    (reach,) = choices_at(place_in("width > ", 8, COLUMNS), COLUMNS)
    assert (reach.text, reach.enabled) == ("from 50 to 200", False)
    assert choices_at(place_in("path == ", 8, COLUMNS), COLUMNS) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('label == "cat"', "label: cat"),
        ("label in (cat, dog)", "label: cat, dog"),
        ("label is none", "label: none"),
        ('label == ""', "label: “”"),
        ("width >= 800", "width ≥ 800"),
        ("wren", "“wren”"),
        ('meta["odd name"] != "x"', "odd name ≠ x"),
        ("a or  b", "a or b"),
        ("700 < width < 900", "700 < width < 900"),
        ("'a' in path", "'a' in path"),
        ("width >", "width >"),
    ],
)
def test_that_a_chip_says_its_filter_in_few_words(text: str, says: str) -> None:
    assert title(text) == says


def test_that_every_filter_from_a_sample_keeps_that_sample(qtbot: QtBot, pool: Pool, model: FilterModel) -> None:
    columns = LazyColumns(model.columns.lazy())
    for row in range(len(pool)):
        for _, expression in filters_from(pool, row):
            assert matching(expression, columns, len(pool))[row], expression


def test_that_the_menu_of_a_sample_filters(qtbot: QtBot, pool: Pool, bar: FilterBar, bridge: JobBridge) -> None:
    do = SampleActions(lambda _row: None, lambda _rows, _what: None, lambda _rows, _what: None, bar.add)
    menu = build_menu(bar, pool, 0, do)
    (only,) = [action.menu() for action in menu.actions() if action.text() == "Show &only"]
    assert isinstance(only, QMenu)
    entries = {action.text(): action for action in only.actions()}
    assert list(entries) == [
        "label: none",
        f"source: {Path(pool.source_names[0]).name}",
        "state: pending",
        "site: north",
        "weight: 0",
    ]
    entries["site: north"].trigger()
    settle(qtbot, bridge)
    assert texts(bar) == ["site: north · 4"]
    menu.deleteLater()


def test_that_only_the_highlighted_can_be_shown(qtbot: QtBot, pool: Pool, bar: FilterBar, bridge: JobBridge) -> None:
    pool.set_highlight(np.array([1, 4]))
    filter_highlight(pool, bar._model)
    settle(qtbot, bridge)
    assert texts(bar) == ["highlight of 2 images · 2"]
    assert np.flatnonzero(pool.visible).tolist() == [1, 4]


def test_that_select_says_that_it_picks_only_among_what_is_shown(
    qtbot: QtBot, pool: Pool, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    panel = BatchPanel(pool)
    qtbot.addWidget(panel)
    model.changed.connect(lambda: tell_scope(panel, model))
    write(qtbot, bar, "site == north")
    settle(qtbot, bridge)
    assert panel.spec().where == ""
    set_scopes(bar, model, True)
    assert panel.spec().where == "site == north"
    assert "4 images that the filters show" in panel.scope_note.sentence
    model.clear()
    assert panel.spec().where == ""
    assert panel.scope_note.sentence == ""


def test_that_a_highlight_that_cannot_be_written_down_is_no_scope(
    qtbot: QtBot, pool: Pool, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    values = np.arange(12, dtype=np.float64)
    pool.apply(PoolPatch(metadata={"id": fields.Column("id", None, (), values)}))
    model.add_samples(np.arange(1, 5), "highlight of 4 images")
    settle(qtbot, bridge)
    set_scopes(bar, model, True)
    assert not model.scopes
    assert "have a field “id”" in bar.sentence.text()
    with pytest.raises(FilterError):
        model.where()


def test_that_how_much_a_filter_leaves_is_told(
    qtbot: QtBot, bar: FilterBar, bridge: JobBridge, heard: list[tuple[str, str]]
) -> None:
    write(qtbot, bar, "bird0")
    settle(qtbot, bridge)
    assert ("say", "10 of 12 shown") in heard
    assert len([words for _, words in heard if "shown" in words]) == 1

"""The fields: counts against a plain reference, bars that filter and undo, and nothing done while out of sight."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.gui.apart import apart
from desktop_al.gui.columns import Column
from desktop_al.gui.distribution import Distribution, distribution, edges_of, span
from desktop_al.gui.fields_panel import FieldSection, FieldsPanel, ordered
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.pool import Pool
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import Categories, Lazy, Numbers, Sets
from desktop_al.jobs.where_texts import Texts
from tests.gui.map.synthetic import pool
from tests.gui.projects import make_review_project

RNG = np.random.default_rng(7)


def checked(name: str, column: Numbers | Categories | Sets, visible: np.ndarray) -> Distribution:
    """The distribution of ``column``, each bar of which its own filter has to confirm."""
    found = distribution(name, column, visible)
    for bar in found.bars:
        fits = matching(bar.expression, {name: column}, len(visible), {})
        assert bar.total == np.count_nonzero(fits), bar.expression
        assert bar.shown == np.count_nonzero(fits & visible), bar.expression
    return found


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("make", ["normal", "whole", "long tail", "same", "infinite", "missing"])
def test_that_each_bar_of_numbers_counts_what_its_filter_keeps(make: str, share: float) -> None:
    n = 5_000
    values = {
        "normal": RNG.normal(size=n),
        "whole": RNG.integers(0, 9, n),
        "long tail": np.exp(RNG.normal(0, 3, n)),
        "same": np.full(n, 64, np.int32),
        "infinite": np.where(RNG.random(n) < 0.01, np.inf, RNG.random(n)),
        "missing": np.where(RNG.random(n) < 0.4, np.nan, RNG.normal(1e6, 10, n)),
    }[make]
    found = checked("v", Numbers(values), RNG.random(n) < share)
    assert sum(bar.total for bar in found.bars) == n
    assert 1 <= len(found.bars) <= 14


def test_that_each_bar_of_values_counts_what_its_filter_keeps() -> None:
    n, names = 5_000, tuple(f'class {k} “q"' for k in range(20))
    column = Categories(RNG.integers(-1, 20, n).astype(np.int32), names)
    found = checked("label", column, RNG.random(n) < 0.5)
    assert found.others == 12
    totals = [bar.total for bar in found.bars[:-1]]
    assert totals == sorted(totals, reverse=True)
    assert found.bars[-1].value is None


def test_that_tags_are_counted_one_by_one() -> None:
    bits = RNG.integers(0, 4, 1_000).astype(np.uint64)
    found = checked("tag", Sets(bits, ("blurred", "night", "unused")), RNG.random(1_000) < 0.5)
    assert {bar.value for bar in found.bars} == {"blurred", "night"}


def test_that_edges_are_round_and_lie_within_the_values() -> None:
    edges = edges_of(RNG.normal(1000, 100, 20_000))
    assert edges == sorted(set(edges))
    assert all(edge % 50 == 0 for edge in edges)
    assert edges_of(np.full(9, np.nan)) == []
    assert span("file size", 1.0, None) == 'meta["file size"] >= 1'


@pytest.mark.parametrize("kind", ["numbers", "categories", "sets"])
def test_that_the_shares_of_a_highlight_are_those_of_its_filters(kind: str) -> None:
    n = 4_000
    names = tuple(f"class {k}" for k in range(20))
    bits = RNG.integers(0, 1 << 20, n).astype(np.uint64) & RNG.integers(0, 1 << 20, n).astype(np.uint64)
    columns: dict[str, Numbers | Categories | Sets] = {
        "numbers": Numbers(RNG.normal(size=n)),
        "categories": Categories(RNG.integers(-1, 20, n).astype(np.int32), names),
        "sets": Sets(bits, names),
    }
    column = columns[kind]
    visible, highlight = RNG.random(n) < 0.7, RNG.random(n) < 0.2
    lit = visible & highlight
    found = distribution("v", column, visible, lit)
    shares = apart(found, column, visible, lit)
    assert set(shares) == {bar.expression for bar in found.bars}
    for expression, share in shares.items():
        fits = matching(expression, {"v": column}, n, {})
        assert share.count == np.count_nonzero(fits & lit)
        assert share.share == share.count / np.count_nonzero(lit)
        assert share.usual == np.count_nonzero(fits & visible) / np.count_nonzero(visible)
        assert max(share.share, share.usual) <= share.most
    assert apart(found, column, visible, np.zeros(n, bool)) == {}


def test_that_values_of_the_highlight_come_first_however_rare_they_are() -> None:
    codes = np.repeat(np.arange(12), np.arange(120, 0, -10)).astype(np.int32)
    column = Categories(codes, tuple("abcdefghijkl"))
    everything = np.ones(len(codes), bool)
    assert [bar.value for bar in distribution("v", column, everything).bars] == list("abcdefgh")
    found = distribution("v", column, everything, codes >= 10)
    assert [bar.value for bar in found.bars] == list("klabcdef")
    assert found.others == 4


def test_that_the_panel_tells_what_sets_the_highlight_apart_while_there_is_one(
    qtbot: QtBot, panel: tuple[FieldsPanel, Pool, FilterModel, QUndoStack]
) -> None:
    fields, rows, _, _ = panel
    assert fields.note.isHidden()
    rows.set_highlight(np.flatnonzero(rows.state == SampleState.PENDING))
    qtbot.waitUntil(lambda: any(bar.share is not None for bar in bars(fields)))
    first = bars(fields)[0]
    assert (first.bar.value, first.share.share) == ("pending", 1.0)
    assert "100\N{NO-BREAK SPACE}% of them" in first.toolTip()
    assert f"{rows.highlighted:,} highlighted" in fields.note.text()
    assert not fields.grab().toImage().isNull()
    rows.set_highlight(np.zeros(len(rows), bool))
    qtbot.waitUntil(lambda: all(bar.share is None for bar in bars(fields)))
    assert fields.note.isHidden()


def test_that_texts_have_no_bars_and_the_panel_says_how_to_filter_by_them(qtbot: QtBot) -> None:
    found = distribution("file name", Texts([f"{at}.png" for at in range(90)]), np.ones(90, bool))
    assert found.texts
    assert found.bars == ()
    section = FieldSection("file name")
    qtbot.addWidget(section)
    section.show_distribution(found, frozenset())
    said = [label.text() for label in section.findChildren(QLabel)]
    assert any('meta["file name"] == "…"' in text for text in said)


def test_that_what_a_person_asks_for_first_comes_first() -> None:
    assert ordered(["width", "tag", "state", "camera"]) == ["state", "tag", "width", "camera"]


@pytest.fixture
def panel(qtbot: QtBot, stack: QUndoStack) -> Iterator[tuple[FieldsPanel, Pool, FilterModel, QUndoStack]]:
    rows, bridge = pool(600, picks=20), JobBridge()
    model = FilterModel(rows, bridge, stack)
    panel = FieldsPanel(rows, model, bridge)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: bool(panel.sections) and bool(panel.sections["state"].bars))
    yield panel, rows, model, stack
    bridge.close()


def test_that_a_click_on_a_bar_filters_and_another_takes_it_back(
    qtbot: QtBot, panel: tuple[FieldsPanel, Pool, FilterModel, QUndoStack]
) -> None:
    fields, rows, model, stack = panel
    bar = next(bar for bar in fields.sections["state"].bars if bar.bar.value == "pending")
    expression, bar_total = bar.bar.expression, bar.bar.total
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [chip.text for chip in model.chips] == [expression])
    qtbot.waitUntil(lambda: any(one.bar.expression == expression and one.isChecked() for one in bars(fields)))
    qtbot.waitUntil(lambda: int(rows.visible.sum()) == bar_total)
    qtbot.waitUntil(lambda: any(one.bar.total and not one.bar.shown for one in bars(fields)))
    again = next(one for one in bars(fields) if one.bar.expression == expression)
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not model.chips)
    assert stack.count() == 2
    stack.undo()
    assert [chip.text for chip in model.chips] == [expression]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_that_enter_and_space_on_a_bar_filter_as_a_click_does(
    qtbot: QtBot, panel: tuple[FieldsPanel, Pool, FilterModel, QUndoStack], key: Qt.Key
) -> None:
    fields, _, model, _ = panel
    bar = next(bar for bar in fields.sections["state"].bars if bar.bar.value == "pending")
    expression = bar.bar.expression
    bar.setFocus()
    qtbot.keyClick(bar, key)
    qtbot.waitUntil(lambda: [chip.text for chip in model.chips] == [expression])


def bars(fields: FieldsPanel) -> list:  # type: ignore[type-arg]  # of the section that the tests look at
    return fields.sections["state"].bars


def test_that_nothing_is_counted_out_of_sight_and_the_latest_when_shown(
    qtbot: QtBot, panel: tuple[FieldsPanel, Pool, FilterModel, QUndoStack]
) -> None:
    fields, rows, _, _ = panel
    fields.hide()
    before = bars(fields)
    rows.set_visible(np.zeros(len(rows), bool))
    assert bars(fields) is before
    fields.show()
    qtbot.waitUntil(lambda: bars(fields) is not before and all(bar.bar.shown == 0 for bar in bars(fields)))


def test_that_fields_are_found_by_a_part_of_their_name_and_opened_by_a_click(
    qtbot: QtBot, panel: tuple[FieldsPanel, Pool, FilterModel, QUndoStack]
) -> None:
    fields, rows, model, _ = panel
    fields.search.setText("STA")
    assert [name for name, section in fields.sections.items() if section.isVisible()] == ["state"]
    fields.search.clear()
    assert "density" not in fields.sections
    values = np.linspace(0, 1, len(rows))
    model.set_extra(lambda _pool: {"density": Lazy(lambda: Numbers(values), (values,))}, lambda _names, _then: False)
    rows.set_insight("density", Column("density", None, (), values))
    qtbot.waitUntil(lambda: "density" in fields.sections)
    section = fields.sections["density"]
    assert not section.is_open
    section.set_open(True)
    qtbot.waitUntil(lambda: len(section.bars) > 3)
    assert all("density, " in bar.accessibleName() for bar in section.bars)


def test_that_a_million_samples_are_counted_without_blocking_the_window(qtbot: QtBot, stack: QUndoStack) -> None:
    rows, bridge = pool(1_000_000), JobBridge()
    panel = FieldsPanel(rows, FilterModel(rows, bridge, stack), bridge)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: bool(panel.sections) and bool(panel.sections["state"].bars), timeout=30_000)
    assert sum(bar.bar.total for bar in panel.sections["state"].bars) == 1_000_000
    bridge.close()


@pytest.mark.may_block("builds the window")
def test_that_f9_hides_every_panel_and_brings_them_back_as_they_lay(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    window = MainWindow()
    window.show()
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.prepare()
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)
    assert window.workspace is not None
    docks = window.workspace.docks
    docks["jobs"].hide()
    window.workspace.show_panel("fields")
    before = {name for name, dock in docks.items() if not dock.isHidden()}
    hide: Callable[[], None] = window.actions_by_name.by_name["hide_panels"].trigger
    hide()
    assert all(dock.isHidden() for dock in docks.values())
    hide()
    assert {name for name, dock in docks.items() if not dock.isHidden()} == before
    for dock in docks.values():
        dock.hide()
    hide()
    assert {name for name, dock in docks.items() if not dock.isHidden()} == before
    window.close()
    qtbot.waitUntil(lambda: window.closed and window.isHidden(), timeout=20_000)
    window.deleteLater()

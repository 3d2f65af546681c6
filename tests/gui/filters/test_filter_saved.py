"""Filters saved by name: used from a menu, from the line, and undone like everything else."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_bar import FilterBar
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_complete import place_in, saved_at
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.session import Session
from desktop_al.jobs.packing import pack_ids
from tests.gui.filters.conftest import settle


@pytest.fixture
def bar(qtbot: QtBot, model: FilterModel, pool: Pool) -> Iterator[FilterBar]:
    pool.set_saved_filter("light north", "site == north and weight < 6")
    pool.set_saved_filter("heavy", "weight >= 6")
    window = QWidget()
    window.resize(900, 300)
    bar = FilterBar(model, pool, window)
    qtbot.addWidget(window)
    bar.resize(900, 120)
    window.show()
    yield bar
    window.close()


def rows(pool: Pool) -> list[int]:
    found: list[int] = np.flatnonzero(pool.visible).tolist()
    return found


def test_that_the_menu_offers_and_uses_them(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    bar.saved.fill()
    texts = [action.text() for action in bar.saved.choices.actions() if not action.isSeparator()]
    assert texts == ["heavy", "light north", "&Save these filters…", "&Forget"]
    model.show((Chip("state == pending"),))
    bar.saved.choices.actions()[1].trigger()
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["site == north", "weight < 6"]
    assert rows(pool) == [0, 3]
    model._stack.undo()
    assert [chip.text for chip in model.chips] == ["state == pending"]
    assert model._stack.redoText() == "Filter light north"


def test_that_the_line_knows_them_by_their_sign(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    bar.submit('@"light north" and not @heavy')
    qtbot.waitUntil(lambda: len(model.chips) == 2)
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["(site == north and weight < 6)", "not (weight >= 6)"]
    bar.submit("@hevy")
    assert "did you mean @heavy?" in bar.sentence.text()
    assert len(model.chips) == 2


def test_that_the_filters_of_now_get_a_name_inline(
    qtbot: QtBot, bar: FilterBar, model: FilterModel, bridge: JobBridge
) -> None:
    bar.saved.ask_name()
    assert not bar.saved.naming.isVisible()
    model.show((Chip("weight >= 6"), Chip("site == north", on=False)))
    settle(qtbot, bridge)
    bar.saved.ask_name()
    assert bar.saved.naming.isVisible()
    qtbot.keyClicks(bar.saved.name, "mine")
    with qtbot.waitSignal(bar.saved.save_asked) as asked:
        qtbot.keyClick(bar.saved.name, Qt.Key.Key_Return)
    assert asked.args == ["mine", "weight >= 6"]
    assert not bar.saved.naming.isVisible()


def test_that_the_line_offers_them_where_a_condition_can_begin() -> None:
    saved = {"light north": "weight < 6", "heavy": "weight >= 6"}
    for text, wanted in (("", ['@"light north"', "@heavy"]), ("@he", ["@heavy"]), ("weight > ", []), ("wei", [])):
        found = saved_at(place_in(text, len(text), {"weight": None}), saved)
        assert [choice.text for choice in found] == wanted


def test_that_one_that_is_broken_is_told_and_harms_nobody(bar: FilterBar, pool: Pool, model: FilterModel) -> None:
    pool.set_saved_filter("broken", "weight >=")
    bar.saved.use("broken")
    assert "ends too early" in bar.sentence.text()
    assert model.chips == ()


def test_that_saving_and_forgetting_are_steps_that_reach_the_project(qtbot: QtBot, session: Session) -> None:
    def kept() -> dict[str, str]:
        qtbot.waitUntil(lambda: not session.bridge.busy)
        assert session.project is not None
        return session.project.filters()

    session.annotations.save_filter("large", "width >= 800")
    assert session.undo_stack.undoText() == "Save the filter “large”"
    assert session.pool.saved_filters == kept() == {"large": "width >= 800"}
    session.annotations.save_filter("large", "width >= 900")
    session.undo_stack.undo()
    assert session.pool.saved_filters == kept() == {"large": "width >= 800"}
    session.annotations.forget_filter("large")
    assert session.pool.saved_filters == kept() == {}
    session.undo_stack.undo()
    assert session.pool.saved_filters == kept() == {"large": "width >= 800"}


def test_that_a_large_highlight_can_be_what_select_picks_among(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_al.gui.filter_chips.MOST_IDS", 3)
    model.add_samples(pool.ids[:3], "three")
    settle(qtbot, bridge)
    assert model.where() == "id in (1, 2, 3)"
    model.clear()
    model.add_samples(pool.ids[2:9], "seven")
    settle(qtbot, bridge)
    assert model.where() == f'id in packed("{pack_ids(pool.ids[2:9])}")'
    model.set_scopes(True)
    found: list[int] = []
    model.try_out(model.where(), _fail, lambda _hint, count: found.append(count))
    settle(qtbot, bridge)
    assert found == [7]


def _fail(error: FilterError) -> None:
    pytest.fail(str(error))

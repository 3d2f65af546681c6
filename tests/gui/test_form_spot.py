"""What a person asked for last comes back with the project, whenever the strategies come."""

import json
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_al.gui.budget_field import Budget
from desktop_al.gui.form_spot import FormSpot
from desktop_al.gui.strategy_form import StrategyForm
from desktop_al.jobs.catalogue import presets, strategy_infos

NAME = "k-center"


@pytest.fixture
def form(qtbot: QtBot) -> StrategyForm:
    form = StrategyForm()
    qtbot.addWidget(form)
    form.set_catalogue(strategy_infos(), presets())
    return form


def ask(form: StrategyForm) -> None:
    form.strategy.setCurrentIndex(form.strategy.findData(NAME))
    form.limits.set_values(form.limits.shown | {"where": "width > 3", "constraints.minimum_distance": 0.25})
    form.budget.rule.setCurrentIndex(Budget.FIXED)
    form.budget.count.setValue(42)


def test_that_what_was_asked_for_comes_back(qtbot: QtBot, form: StrategyForm) -> None:
    first, spot = form.spec(), FormSpot(form)
    ask(form)
    asked = form.spec()
    assert (asked.strategy, asked.count, asked.where) == (NAME, "42", "width > 3")
    kept = json.loads(json.dumps(spot.spot()))
    spot.forget()
    assert form.spec() == first
    spot.restore_spot(kept)
    assert form.spec() == asked


def test_that_it_waits_for_the_strategies_and_is_not_lost_meanwhile(qtbot: QtBot, form: StrategyForm) -> None:
    ask(form)
    kept, asked = FormSpot(form).spot(), form.spec()
    late = StrategyForm()
    qtbot.addWidget(late)
    assert late.preset.currentText() == "Automatic"
    spot = FormSpot(late)
    spot.restore_spot(kept)
    assert spot.spot() == kept
    late.set_catalogue(strategy_infos(), presets())
    spot.catch_up()
    assert late.spec() == asked


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"strategy": 3, "options": [], "fields": "x", "rule": "FIXED", "count": None},
        {"strategy": "gone", "fields": {"where": 3, "aims.targets": {"a": "b"}, "constraints.group_cap": True}},
        {"rule": 99, "count": -1, "least": 10**12},
        {"rule": True, "count": 10**40},
    ],
)
def test_that_nonsense_of_somebody_else_changes_nothing(form: StrategyForm, kept: dict[str, Any]) -> None:
    before = form.spec()
    FormSpot(form).restore_spot(kept)
    assert form.spec() == before

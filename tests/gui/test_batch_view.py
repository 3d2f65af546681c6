"""What the panel says about a batch: what it did, how far it can be trusted, what it costs, when to stop."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_al import settings
from desktop_al.gui.batch_view import BatchView
from desktop_al.gui.batch_words import budget_sentence, facts, small_percent
from desktop_al.gui.cost_view import CostView, Unit, duration
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from tests.gui.pools import full_pool

BUDGET = {
    "interval": [8, 13],
    "second_opinion": 17,
    "second_opinion_rule": "delta coverage",
    "next_batch_buys": 0.021,
    "stop_advice": "Another batch buys less than 1\u00a0%: stop here.",
    "account": "The pool is dense with rare outskirts: reaching out.",
}
SUMMARY = {
    "redundancy": 0.04,
    "novelty": 0.62,
    "vendi_ratio": 1.42,
    "balance": None,
    "expected_labels": {"a": 1.0, "b": 5.2, "c": 2.0, "d": 3.0, "e": 4.0, "f": 0.4},
    "veto_cost": 0.0004,
    "new_class_risk": None,
}


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return full_pool(tmp_path, [f"{i}.png" for i in range(50)], picks=10)


@pytest.fixture
def view(qtbot: QtBot, pool: Pool) -> BatchView:
    made = BatchView(pool)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def tell(pool: Pool, budget: dict[str, Any], summary: dict[str, Any]) -> None:
    assert pool.batch is not None
    told = replace(pool.batch, budget={**pool.batch.budget, **budget}, summary=summary)
    pool.apply(PoolPatch(batches=(told,), batch=told, picks=pool.picks))


def test_that_a_plain_batch_says_nothing_that_it_does_not_know(view: BatchView) -> None:
    assert view.account.isHidden()
    assert view.advice.isHidden()
    assert view.about.isHidden()
    assert not view.curve._interval.isVisible()
    assert not view.curve._second.isVisible()


def test_that_what_it_did_and_when_to_stop_are_told(view: BatchView, pool: Pool) -> None:
    tell(pool, BUDGET, SUMMARY)
    assert view.account.text() == BUDGET["account"]
    assert view.advice.sentence == BUDGET["stop_advice"]
    assert not view.advice.isHidden()
    assert view.curve._interval.getRegion() == (8.0, 13.0)
    assert view.curve._second.value() == 17
    assert view.key.names == ["coverage", "random", "heldout", "interval", "second"]
    view.about.set_open(True)
    shown = {label.text() for label in view.about.findChildren(QLabel)}
    assert {"4\u00a0%", "0.62", "1.42 × random", "0.04\u00a0%", "b 5, e 4, d 3, c 2, a 1 and 1 more"} <= shown


def test_that_what_another_batch_buys_is_told_unless_it_is_advised_against(view: BatchView, pool: Pool) -> None:
    tell(pool, BUDGET, {})
    assert "As many again" not in view.sentence.text()
    tell(pool, {**BUDGET, "stop_advice": None}, {})
    assert view.sentence.text().endswith("As many again would buy 2.1\u00a0% more coverage of unseen images.")
    assert view.advice.isHidden()


def test_that_the_budget_is_explained(pool: Pool) -> None:
    tell(pool, BUDGET, {})
    assert pool.batch is not None
    assert budget_sentence(pool.batch) == (
        "The automatic budget lies between 8 and 13. A second opinion, by delta coverage, is 17."
    )
    assert facts(pool.batch) == []
    tell(pool, {"interval": [8, 8]}, {})
    assert budget_sentence(pool.batch).startswith("The automatic budget is 8. ")


def test_that_dragging_tells_coverage_and_cost_without_asking_for_anything(qtbot: QtBot, view: BatchView) -> None:
    with qtbot.assertNotEmitted(view.resize_requested):
        view.curve.budget_moved.emit(20)
    assert view.sentence.text() == "20 picks bring coverage to 70\u00a0%; let go to take them."
    assert view.cost.line.button.text() == "20 labels · 3\u00a0min"


def test_that_the_axis_counts_what_is_chosen(qtbot: QtBot, view: BatchView) -> None:
    axis = view.curve.getAxis("bottom")
    view.cost.unit.setCurrentIndex(list(Unit).index(Unit.TIME))
    assert axis.labelText == "minutes"
    assert axis.scale == pytest.approx(10 / 60)
    view.cost.price.setValue(0.5)
    view.cost.unit.setCurrentIndex(list(Unit).index(Unit.MONEY))
    assert axis.labelText.startswith("cost")
    assert axis.scale == pytest.approx(0.5)
    view.cost.unit.setCurrentIndex(list(Unit).index(Unit.LABELS))
    assert (axis.labelText, axis.scale) == ("picks", 1.0)


def test_that_seconds_and_price_are_kept_as_settings(qtbot: QtBot) -> None:
    view = CostView()
    qtbot.addWidget(view)
    view.set_count(600)
    assert view.line.button.text() == "600 labels · 1\u00a0h 40\u00a0min"
    view.seconds.setValue(30)
    view.seconds.editingFinished.emit()
    view.price.setValue(0.25)
    view.price.editingFinished.emit()
    assert view.line.button.text().startswith("600 labels · 5\u00a0h 00\u00a0min · ")
    assert view.line.button.text().endswith("150.00")
    values, _ = settings.read()
    assert (values.label_seconds, values.label_price) == (30.0, 0.25)
    again = CostView()
    qtbot.addWidget(again)
    assert again.seconds.value() == 30


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0\u00a0s"),
        (89, "89\u00a0s"),
        (100, "2\u00a0min"),
        (5400, "1\u00a0h 30\u00a0min"),
        (360_000, "100\u00a0h 00\u00a0min"),
    ],
)
def test_that_durations_are_readable(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0004, "0.04\u00a0%"), (0.021, "2.1\u00a0%"), (0.5, "50\u00a0%"), (0.0, "0\u00a0%")]
)
def test_that_small_shares_keep_their_digits(share: float, text: str) -> None:
    assert small_percent(share) == text

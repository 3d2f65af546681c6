from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_al.domain.catalogue import OptionInfo, StrategyInfo
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui.batch_panel import BatchPanel
from desktop_al.gui.batch_words import coverage_sentence, percent
from desktop_al.gui.budget_field import Budget
from desktop_al.gui.curve_plot import CurvePlot
from desktop_al.gui.pool import Pool
from desktop_al.gui.selecting import Turn
from tests.gui.pools import batch_record, full_pool

INFOS = (
    StrategyInfo(
        "coverage",
        "Covers.",
        frozenset(),
        (
            OptionInfo("density", "float", 0.0, "how novel", 0.0, 8.0, ()),
            OptionInfo("rounds", "int", 3, "how often", 1, 9, ()),
            OptionInfo("careful", "bool", True, "whether", None, None, ()),
            OptionInfo("kernel", "choice", "rbf", "which", None, None, ("rbf", "top-hat")),
        ),
    ),
    StrategyInfo("k-center", "Spreads.", frozenset(), ()),
)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return full_pool(tmp_path, [f"{i}.png" for i in range(50)], picks=10)


@pytest.fixture
def panel(qtbot: QtBot, pool: Pool) -> BatchPanel:
    widget = BatchPanel(pool)
    qtbot.addWidget(widget)
    widget.set_catalogue(INFOS)
    widget.resize(340, 760)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_that_the_form_says_what_it_shows(qtbot: QtBot, panel: BatchPanel) -> None:
    with qtbot.waitSignal(panel.select_requested) as requested:
        qtbot.mouseClick(panel.select_button, Qt.MouseButton.LeftButton)
    options = {"density": 0.0, "rounds": 3, "careful": True, "kernel": "rbf"}
    assert requested.args == [SelectSpec("coverage", "auto", 0, "", options)]
    panel.form.strategy.setCurrentIndex(1)
    panel.form.budget.rule.setCurrentIndex(Budget.FIXED)
    panel.form.budget.count.setValue(37)
    assert panel.form.spec() == SelectSpec("k-center", "37", 0, "", {})
    panel.form.budget.rule.setCurrentIndex(Budget.SHARE)
    panel.form.budget.count.setValue(12)
    assert panel.form.spec().count == "12%"


def test_that_the_button_says_where_the_selection_is_and_who_presses_twice_cancels_nothing(
    qtbot: QtBot, panel: BatchPanel
) -> None:
    panel.select_button.setFocus()
    assert not panel.cancel_button.isVisible()
    panel.set_turn(Turn.WAITING)
    assert panel.select_button.text() == "Waits for its turn…"
    assert not panel.select_button.isEnabled()
    assert not panel.cancel_button.hasFocus()
    panel.set_turn(Turn.RUNNING)
    assert panel.select_button.text() == "Selecting…"
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel.cancel_button, Qt.MouseButton.LeftButton)
    panel.set_turn(Turn.NONE)
    assert panel.select_button.text() == "Select"
    assert panel.select_button.isEnabled()
    assert not panel.cancel_button.isVisible()


def test_that_the_batch_and_its_counts_are_shown(panel: BatchPanel, pool: Pool) -> None:
    assert "81\u00a0%" in panel.view.sentence.text()
    assert panel.view.counts[SampleState.PENDING][1].text() == "10"
    pool.set_decisions(pool.pick_order[:3], SampleState.ACCEPTED)
    assert panel.view.counts[SampleState.ACCEPTED][1].text() == "3"
    assert panel.view.accept.text() == "Accept rest (7)"


@pytest.mark.parametrize("budget", list(Budget))
def test_that_nothing_is_cut_off_at_the_least_width(qtbot: QtBot, panel: BatchPanel, budget: Budget) -> None:
    panel.form.budget.rule.setCurrentIndex(budget)
    panel.form.more.set_open(True)
    panel.resize(panel.minimumWidth(), 900)
    qtbot.waitUntil(lambda: panel.width() == panel.minimumWidth())
    content = panel.widget()
    assert content is not None
    assert content.width() <= panel.viewport().width()


def test_that_the_curve_stays_where_it_is_while_its_marker_is_dragged(qtbot: QtBot, panel: BatchPanel) -> None:
    qtbot.waitUntil(lambda: panel.view.curve.y() > panel.view.sentence.y())
    before = panel.view.curve.y()
    panel.view.curve.budget_moved.emit(7)
    qtbot.waitUntil(lambda: panel.view.sentence.text().startswith("7 picks"))
    QApplication.processEvents()
    assert panel.view.curve.y() == before


def test_that_the_rest_can_be_decided_without_scrolling(panel: BatchPanel) -> None:
    view = panel.view
    assert view.curve.isVisible()
    for button in (view.accept, view.reject, view.export_button):
        assert panel.viewport().rect().contains(button.rect().translated(button.mapTo(panel.viewport(), QPoint())))
        assert button.mapTo(view, QPoint()).y() < view.curve.y()


def test_that_the_rest_is_what_is_pending(qtbot: QtBot, panel: BatchPanel, pool: Pool) -> None:
    pool.set_decisions(pool.pick_order[:4], SampleState.REJECTED)
    with qtbot.waitSignal(panel.decide_requested) as requested:
        qtbot.mouseClick(panel.view.accept, Qt.MouseButton.LeftButton)
    rows, decision = requested.args
    assert rows.tolist() == pool.pick_order[4:].tolist()
    assert decision is Decision.ACCEPTED


def test_that_without_a_batch_only_the_form_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    panel = BatchPanel(full_pool(tmp_path, ["a.png", "b.png"]))
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.view.isVisible()
    assert panel.select_button.isVisible()


def test_that_the_marker_asks_for_another_budget_only_when_let_go(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_curve(batch_record(10).budget["curve"], 10)
    assert plot.budget == 10
    with qtbot.assertNotEmitted(plot.budget_chosen):
        plot._marker.setValue(14)
        plot._marker.sigDragged.emit(plot._marker)
    with qtbot.waitSignal(plot.budget_chosen) as chosen:
        plot._marker.sigPositionChangeFinished.emit(plot._marker)
    assert chosen.args == [14]
    with qtbot.waitSignal(plot.budget_chosen) as chosen:
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert chosen.args == [13]


def test_that_the_marker_stays_on_the_curve(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_curve(batch_record(10).budget["curve"], 10)
    plot._marker.setValue(500)
    assert plot.budget == 20
    plot._marker.setValue(-5)
    assert plot.budget == 1


def test_that_an_empty_curve_shows_no_marker(qtbot: QtBot) -> None:
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_curve({}, 0)
    assert not plot._marker.isVisible()


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.814, "81\u00a0%"), (0.9961, "99.6\u00a0%"), (1.0, "100\u00a0%"), (0.0, "0\u00a0%"), (None, "an unknown share")],
)
def test_that_shares_are_never_rounded_to_everything(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_that_the_sentence_names_random_picks_and_the_bound() -> None:
    sentence = coverage_sentence(batch_record(10))
    assert sentence == (
        "10 images bring coverage to 81\u00a0%; as many random ones to 74\u00a0%. "
        "No 10 images could bring more than 86\u00a0%."
    )


def test_that_a_later_batch_says_where_it_began_and_that_its_scale_is_another() -> None:
    first, second = batch_record(10), batch_record(10, 2)
    later = replace(second, coverage={**second.coverage, "before": 0.31}, budget={**second.budget, "bandwidth": 0.6})
    begin = "10 images bring coverage from 31\u00a0% to 81\u00a0%; as many random ones to 74\u00a0%. "
    assert coverage_sentence(later, replace(first, budget={"bandwidth": 0.6})) == (
        begin + "No 10 images could bring more than 86\u00a0%."
    )
    sentence = coverage_sentence(later, replace(first, budget={"bandwidth": 0.9}))
    assert sentence.startswith(begin)
    assert sentence.endswith("the figures of the two do not compare.")
    assert "than for batch 1" in sentence

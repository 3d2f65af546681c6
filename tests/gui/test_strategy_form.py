"""The form of a selection: presets in plain words above, everything else below, all of it from descriptions."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from desktop_al.domain.catalogue import OptionInfo, PresetInfo, StrategyInfo
from desktop_al.domain.specs import Aims, Constraints, SelectSpec
from desktop_al.gui.batch_panel import BatchPanel
from desktop_al.gui.budget_field import LEAST_STEPS, Budget
from desktop_al.gui.fields import parse_shares, write_shares
from desktop_al.gui.select_fields import FIELDS, spec_with, value_in
from desktop_al.gui.strategy_form import OWN, OWN_SENTENCE, Knowledge, StrategyForm
from desktop_al.jobs.catalogue import presets, strategy_infos
from tests.gui.pools import full_pool

DENSITY = OptionInfo("density", "float", 0.0, "how novel", 0.0, 8.0, ())
INFOS = (
    StrategyInfo("auto", "Chooses.", frozenset(), ()),
    StrategyInfo("coverage", "Covers.", frozenset(), (DENSITY,)),
    StrategyInfo("badge", "Learns.", frozenset({"labels", "probabilities"}), (), title="Learning steps (BADGE)"),
    StrategyInfo("similar", "Looks.", frozenset({"queries"}), (), title="Similar images"),
)
PRESETS = (
    PresetInfo("automatic", "Automatic", "It chooses.", "auto"),
    PresetInfo("cover", "Cover everything", "It covers.", "coverage"),
    PresetInfo("rare", "Find the rare", "It reaches out.", "coverage", {"density": 3.0}),
    PresetInfo("doubts", "Fix what the model doubts", "It learns.", "badge"),
    PresetInfo("even", "Balance", "It evens out.", "coverage", {}, {"aims": {"balance": 1.0}}, "aims.strata"),
)


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> StrategyForm:
    made = StrategyForm()
    qtbot.addWidget(made)
    made.set_catalogue(INFOS, PRESETS)
    made.set_pool(full_pool(tmp_path, [f"{i}.png" for i in range(20)]))
    return made


def choose(form: StrategyForm, key: str) -> None:
    at = form.preset.findData(key)
    form.preset.setCurrentIndex(at)
    form.preset.activated.emit(at)


def enabled(combo: QComboBox, at: int) -> bool:
    model = combo.model()
    assert isinstance(model, QStandardItemModel)
    return model.item(at).isEnabled()


def test_that_the_fields_begin_with_what_a_selection_does_unless_told(form: StrategyForm) -> None:
    for info in FIELDS:
        assert value_in(SelectSpec(), info.name) == info.default
    assert Aims(priority="sharp").priority_weight > 0


def test_that_nothing_is_said_of_the_aim_before_the_presets_have_come(qtbot: QtBot, tmp_path: Path) -> None:
    form = StrategyForm()
    qtbot.addWidget(form)
    form.set_pool(full_pool(tmp_path, [f"{i}.png" for i in range(20)]))
    said = {label.text() for label in form.findChildren(QLabel)}
    assert OWN_SENTENCE not in said
    form.set_catalogue(INFOS, PRESETS)
    assert "It chooses." in {label.text() for label in form.findChildren(QLabel)}


def test_that_the_form_starts_with_the_first_preset_and_asks_for_nothing_else(form: StrategyForm) -> None:
    assert form.spec() == SelectSpec()
    assert form.preset.currentData() == "automatic"
    assert form._sentence.text() == "It chooses."
    assert form.more.content.isHidden()
    assert form.lacks == ""


def test_that_a_preset_sets_its_strategy_and_options(form: StrategyForm) -> None:
    choose(form, "rare")
    assert form.spec() == SelectSpec("coverage", options={"density": 3.0})
    choose(form, "cover")
    assert form.spec() == SelectSpec("coverage", options={"density": 0.0})


def test_that_what_is_changed_below_is_named_above(form: StrategyForm) -> None:
    choose(form, "cover")
    density = form.options.controls["density"]
    assert isinstance(density, QDoubleSpinBox)
    density.setValue(1.5)
    assert form.preset.currentText() == OWN
    density.setValue(3.0)
    assert form.preset.currentData() == "rare"
    form.strategy.setCurrentIndex(0)
    assert form.preset.currentData() == "automatic"


def test_that_a_preset_that_asks_for_a_column_shows_the_field_and_waits_for_it(form: StrategyForm) -> None:
    choose(form, "even")
    assert form.preset.currentData() == "even"
    column = form.asked.controls["aims.strata"]
    assert isinstance(column, QComboBox)
    assert [column.itemData(i) for i in range(column.count())] == ["", "label", "source", "site"]
    assert form.lacks == "Choose a value for “Balance over”."
    column.setCurrentIndex(3)
    assert form.lacks == ""
    assert form.spec().aims == Aims(strata="site", balance=1.0)
    assert form.preset.currentData() == "even"
    choose(form, "cover")
    assert form.asked.controls == {}
    assert form.spec().aims.balance == 0.0


def test_that_limits_stay_when_the_preset_changes_and_are_counted(form: StrategyForm) -> None:
    group, where = form.limits.controls["constraints.group_by"], form.limits.controls["where"]
    cap = form.limits.controls["constraints.group_cap"]
    assert isinstance(group, QComboBox)
    assert isinstance(where, QLineEdit)
    assert isinstance(cap, QSpinBox)
    assert not cap.isEnabled()
    assert cap.toolTip().endswith("Choose a value for “Groups” first.")
    group.setCurrentIndex(group.findData("site"))
    where.setText("width > 10")
    assert cap.isEnabled()
    assert "first" not in cap.toolTip()
    cap.setValue(3)
    choose(form, "rare")
    assert form.spec().constraints == Constraints(group_by="site", group_cap=3)
    assert form.spec().where == "width > 10"
    assert form.more.button.text() == "More · 3 set"


def test_that_a_strategy_whose_needs_lack_is_shown_with_the_reason(form: StrategyForm) -> None:
    assert form.strategy.itemText(2) == "Learning steps (BADGE) (needs labels of two classes)"
    assert not enabled(form.strategy, 2)
    assert form.strategy.itemText(3) == "Similar images (needs highlighted images)"
    doubts = form.preset.findData("doubts")
    assert not enabled(form.preset, doubts)
    form.strategy.setCurrentIndex(2)
    assert form.lacks == "The strategy needs labels of two classes."
    form.set_knowledge(Knowledge(labels=True, probabilities=True))
    assert form.strategy.itemText(2) == "Learning steps (BADGE)"
    assert enabled(form.strategy, 2)
    assert enabled(form.preset, doubts)
    assert form.lacks == ""


def test_that_a_slider_sets_what_each_label_stands_for(form: StrategyForm) -> None:
    form.budget.rule.setCurrentIndex(Budget.LEAST)
    form.budget.least.setValue(LEAST_STEPS.index(50))
    assert form.budget._least_text.text() == "Each label stands for at least 50 images"
    assert (form.spec().count, form.spec().least_images) == ("auto", 50.0)
    form.budget.rule.setCurrentIndex(Budget.FIXED)
    assert (form.spec().count, form.spec().least_images) == ("100", 0.0)


def test_that_every_field_edits_the_place_that_it_is_named_after() -> None:
    spec = SelectSpec()
    for info in FIELDS:
        assert value_in(spec, info.name) == info.default, info.name
    changed = spec_with(spec, {"constraints.group_cap": 4, "aims.balance": 2.0, "random_share": 0.1})
    assert changed == SelectSpec(constraints=Constraints(group_cap=4), aims=Aims(balance=2.0), random_share=0.1)
    with pytest.raises(TypeError):
        spec_with(spec, {"aims.nowhere": 1})


def test_that_the_form_takes_the_whole_catalogue(form: StrategyForm) -> None:
    infos = strategy_infos()
    form.set_catalogue(infos, presets())
    for at, info in enumerate(infos):
        form.strategy.setCurrentIndex(at)
        assert form.spec().strategy == info.name
        assert form.spec().options == {option.name: option.default for option in info.options}
    for preset in presets():
        if preset.strategy in {info.name for info in infos}:
            choose(form, preset.key)
            assert form.preset.currentData() == preset.key


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("", {}),
        ("day = 0.3, night=0.7", {"day": 0.3, "night": 0.7}),
        ("a=b, = 3, x = -1, y", {}),
        ("p=q = 2", {"p=q": 2.0}),
    ],
)
def test_that_shares_are_read_part_by_part(text: str, shares: dict[str, float]) -> None:
    assert parse_shares(text) == shares
    assert parse_shares(write_shares(shares)) == shares


def test_that_a_strategy_that_looks_takes_what_is_highlighted(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(20)])
    panel = BatchPanel(pool)
    qtbot.addWidget(panel)
    panel.set_catalogue(INFOS, PRESETS)
    panel.set_ready(True)
    panel.form.strategy.setCurrentIndex(3)
    assert not panel.select_button.isEnabled()
    assert panel.select_button.toolTip() == "The strategy needs highlighted images."
    assert panel.lacks.text() == "The strategy needs highlighted images."
    pool.set_highlight(np.array([2, 5]))
    assert panel.select_button.isEnabled()
    assert panel.lacks.isHidden()
    with qtbot.waitSignal(panel.select_requested) as requested:
        qtbot.mouseClick(panel.select_button, Qt.MouseButton.LeftButton)
    assert requested.args is not None
    assert requested.args[0].like == (3, 6)
    panel.form.strategy.setCurrentIndex(1)
    assert panel.spec().like == ()


class Painted(QObject):
    """Notes by how much ``label`` was too low each time it was painted."""

    def __init__(self, label: QLabel) -> None:
        super().__init__(label)
        self._label, self.lacking, self._text = label, list[int](), ""
        label.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._text, lack = (
                self._label.text(),
                self._label.heightForWidth(self._label.width()) - self._label.height(),
            )
            self.lacking += [lack] if lack > 0 else []
        return False

    def wait(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: self._text == self._label.text())


def test_that_a_sentence_that_comes_late_or_changes_is_never_painted_cut_off(qtbot: QtBot, tmp_path: Path) -> None:
    long = PresetInfo("long", "Long", " ".join(["It says a lot about what it does and why."] * 6), "coverage")
    panel = BatchPanel(full_pool(tmp_path, [f"{i}.png" for i in range(20)]))
    qtbot.addWidget(panel)
    panel.resize(320, 800)
    panel.show()
    qtbot.waitExposed(panel)
    painted = Painted(panel.form._sentence)
    panel.set_catalogue(INFOS, (long, *PRESETS))
    for key in ("cover", "long"):
        painted.wait(qtbot)
        choose(panel.form, key)
    painted.wait(qtbot)
    assert painted.lacking == []

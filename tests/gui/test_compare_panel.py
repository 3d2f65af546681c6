"""Two batches side by side: the table, the parts of the overlap, the shapes on the map."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_al.domain.catalogue import StrategyInfo
from desktop_al.domain.results import BatchComparison
from desktop_al.gui.compare_panel import ComparePanel
from desktop_al.gui.comparison import Comparison, Side, paint_side
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.theme import DARK, LIGHT, Theme
from tests.gui.pools import batch_record, full_pool

FIGURES = BatchComparison(1, 2, (3, 4), (4, 5), 0.5, 0.66, 0.5, (0.7, 0.8), (0.0, 0.25), (0.6, None))
STRATEGIES = (
    StrategyInfo("k-center", "Far apart.", frozenset(), (), title="Farthest first"),
    StrategyInfo("similar", "Alike.", frozenset({"queries"}), (), title="Similar"),
)
COMPARISON = Comparison(FIGURES, np.array([5, 3, 4]), np.array([4, 5, 6, 7]))


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    made = full_pool(tmp_path, [f"{i}.png" for i in range(30)], picks=8)
    assert made.batch is not None
    second = replace(batch_record(8, 2), strategy="k-center")
    made.apply(PoolPatch(batches=(batch_record(8), second), batch=second, picks=made.picks))
    return made


@pytest.fixture
def panel(qtbot: QtBot, pool: Pool) -> ComparePanel:
    made = ComparePanel(pool)
    qtbot.addWidget(made)
    made.show()
    made.in_sight = True
    qtbot.waitExposed(made)
    return made


def texts(panel: ComparePanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label.text()]


def test_that_the_shown_batch_is_compared_with_the_one_before(qtbot: QtBot, panel: ComparePanel) -> None:
    assert panel.chosen == (1, 2)
    with qtbot.waitSignal(panel.compare_asked) as asked:
        panel.ask()
    assert asked.args == [1, 2]
    assert panel.note.text() == "Comparing…"
    panel.show_comparison(COMPARISON)
    with qtbot.assertNotEmitted(panel.compare_asked):
        panel.ask()


def test_that_figures_and_overlap_are_told(qtbot: QtBot, panel: ComparePanel) -> None:
    with qtbot.waitSignal(panel.shown) as shown:
        panel.show_comparison(COMPARISON)
    assert shown.args == [COMPARISON]
    assert panel.parts[Side.FIRST].text() == "Only in batch 1: 1"
    assert panel.parts[Side.SECOND].text() == "Only in batch 2: 2"
    assert panel.parts[Side.BOTH].text() == "In both: 2"
    told = {"70\u00a0%", "80\u00a0%", "25\u00a0%", "66\u00a0%", "50\u00a0%", "0.60", "unknown"}
    qtbot.waitUntil(lambda: told <= set(texts(panel)))
    with qtbot.waitSignal(panel.highlight_asked) as asked:
        qtbot.mouseClick(panel.parts[Side.BOTH], Qt.MouseButton.LeftButton)
    assert asked.args is not None
    assert asked.args[0].tolist() == [4, 5]


def test_that_a_batch_is_not_compared_with_itself(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.show_comparison(COMPARISON)
    with qtbot.waitSignal(panel.shown) as shown:
        panel.choices[0].setCurrentIndex(panel.choices[0].findData(2))
        panel.choices[0].activated.emit(panel.choices[0].currentIndex())
    assert shown.args == [None]
    assert panel.note.text() == "Choose two different batches."


def test_that_one_batch_alone_is_compared_with_another_strategy(qtbot: QtBot, tmp_path: Path) -> None:
    panel = ComparePanel(full_pool(tmp_path, [f"{i}.png" for i in range(10)], picks=4))
    qtbot.addWidget(panel)
    panel.show()
    assert panel.note.text().startswith("Choose another batch, or another strategy")
    with qtbot.assertNotEmitted(panel.compare_asked):
        panel.ask()
    panel.set_catalogue(STRATEGIES)
    first, second = panel.choices
    assert not first.isEnabled()
    assert second.findData("similar") < 0
    second.setCurrentIndex(second.findData("k-center"))
    with qtbot.waitSignal(panel.compare_asked) as asked:
        second.activated.emit(second.currentIndex())
    assert asked.args == [1, "k-center"]
    figures = replace(FIGURES, b=0, strategy="k-center")
    panel.show_comparison(Comparison(figures, COMPARISON.first, COMPARISON.second))
    assert panel.parts[Side.SECOND].text() == "Only by Farthest first: 2"
    panel.show_comparison(None, "It needs labels.")
    assert panel.note.text() == "It needs labels."


def test_that_there_is_nothing_to_compare_without_a_batch(qtbot: QtBot, tmp_path: Path) -> None:
    panel = ComparePanel(full_pool(tmp_path, [f"{i}.png" for i in range(10)]))
    qtbot.addWidget(panel)
    panel.set_catalogue(STRATEGIES)
    assert panel.note.text().startswith("There is nothing to compare yet")
    assert not any(combo.isEnabled() for combo in panel.choices)


def test_that_a_second_batch_is_compared_at_once_where_the_panel_is_in_sight(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(30)], picks=8)
    panel = ComparePanel(pool)
    qtbot.addWidget(panel)
    panel.in_sight = True
    panel.show()
    second = batch_record(8, 2)
    with qtbot.waitSignal(panel.compare_asked) as asked:
        pool.apply(PoolPatch(batches=(batch_record(8), second), batch=second, picks=pool.picks))
    assert asked.args == [1, 2]
    assert panel.note.text() == "Comparing…"


def test_that_a_batch_that_changed_is_compared_again(qtbot: QtBot, panel: ComparePanel, pool: Pool) -> None:
    panel.show_comparison(COMPARISON)
    with qtbot.waitSignal(panel.compare_asked):
        pool.apply(PoolPatch(batches=pool.batches, batch=pool.batch, picks=pool.picks[:6]))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_sides_differ_in_shape_without_any_colour(theme: Theme) -> None:
    pictures = []
    for side in Side:
        image = QImage(24, 24, QImage.Format.Format_Grayscale8)
        image.fill(QColor(theme.canvas))
        painter = QPainter(image)
        paint_side(painter, QPointF(12, 12), 8.0, side, replace(theme, sides=(theme.text, theme.text)))
        painter.end()
        pictures.append(bytes(image.constBits()))
    assert len(set(pictures)) == 3

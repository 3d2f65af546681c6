"""A map coloured by an insight asks for it, says how it stands, and shows it with a legend once it is there."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Change
from desktop_al.gui.columns import Column
from desktop_al.gui.insights import Insights, InsightState
from desktop_al.gui.map.colouring import NONE, ColourBy, Kind, choices, colouring, column_of
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.session import Session
from desktop_al.gui.theme import DARK
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.map.synthetic import pool

DENSITY, NOVELTY, GUESS = (ColourBy(Kind.INSIGHT, name) for name in ("density", "novelty", "guess"))


@pytest.fixture
def shown(qtbot: QtBot, session: Session, thumbs: ThumbLoader) -> Iterator[MapWidget]:
    widget = MapWidget(session.pool, thumbs, Insights(session, session))
    qtbot.addWidget(widget)
    widget.resize(900, 640)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.shutdown()


def insights_of(widget: MapWidget) -> Insights:
    """The insights that ``widget`` was made with."""
    session = widget.pool.parent()
    assert session is not None
    (found,) = session.findChildren(Insights)
    return found


def test_that_insights_are_offered_where_images_are_embedded_and_not_before() -> None:
    made = pool(50)
    assert not any(choice.kind is Kind.INSIGHT for choice in choices(made))
    made.counts = replace(made.counts, embedded=50)
    offered = [choice.name for choice in choices(made) if choice.kind is Kind.INSIGHT]
    assert {"uncertainty", "guess", "novelty", "density", "agreement", "trust", "covered"} <= set(offered)
    assert not {"rank", "gain", "similarity"} & set(offered)
    made.set_insight("similarity", Column("similarity", None, (), np.zeros(50)))
    assert ColourBy(Kind.INSIGHT, "similarity") in choices(made)


def test_that_what_is_not_there_yet_is_drawn_without_any_value() -> None:
    made = pool(50)
    column = column_of(made, DENSITY)
    assert column_of(made, DENSITY).codes is column.codes
    painted = colouring(column, DARK)
    assert (painted.codes == NONE).all()
    assert painted.entries == ()
    assert painted.scale is None


def test_that_an_insight_has_the_legend_of_its_kind() -> None:
    made = pool(50)
    made.set_insight("density", Column("density", None, (), np.linspace(1, 9, 50)))
    made.set_insight("guess", Column("guess", np.arange(50, dtype=np.int32) % 2, ("cat", "dog"), None))
    scale = colouring(column_of(made, DENSITY), DARK).scale
    assert scale is not None
    assert (scale.least, scale.most) == (1, 9)
    assert sum(scale.histogram) == 50
    assert [(entry.name, entry.count) for entry in colouring(column_of(made, GUESS), DARK).entries] == [
        ("cat", 25),
        ("dog", 25),
    ]


def test_that_choosing_an_insight_computes_it_and_says_so(qtbot: QtBot, shown: MapWidget) -> None:
    insights = insights_of(shown)
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        shown.set_colour(DENSITY)
        assert shown.legend.note == "Computing…"
    assert shown.legend.note == ""
    qtbot.waitUntil(lambda: shown.settled and shown.legend.colour_bar is not None, timeout=20_000)
    shown.set_colour(ColourBy())
    qtbot.waitUntil(lambda: shown.settled and shown.legend.colour_bar is None, timeout=20_000)


def test_that_an_insight_that_is_computed_anew_is_shown_as_it_was_meanwhile(qtbot: QtBot, shown: MapWidget) -> None:
    insights = insights_of(shown)
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        shown.set_colour(DENSITY)
    told: list[str] = []
    session = shown.pool.parent()
    assert isinstance(session, Session)
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        session.changed.emit(Change(frozenset({"embeddings"}), "something"))
        told.append(shown.legend.note)
    assert told == [""]
    assert shown.legend.note == ""


def test_that_an_insight_that_lacks_something_says_what_to_do(qtbot: QtBot, shown: MapWidget) -> None:
    insights = insights_of(shown)
    with qtbot.waitSignal(insights.failed, timeout=20_000):
        shown.set_colour(NOVELTY)
    assert "label some images" in shown.legend.note
    assert shown.legend.height() > 60
    assert insights.state("novelty") is InsightState.FAILED
    shown.set_colour(ColourBy())
    assert shown.legend.note == ""


def test_that_the_first_of_the_ranks_stand_out_and_none_is_left_out() -> None:
    made = pool(300)
    values = np.full(300, np.nan)
    values[:60] = np.arange(1, 61)
    made.set_insight("rank", Column("rank", None, (), values))
    painted = colouring(column_of(made, ColourBy(Kind.INSIGHT, "rank")), DARK)
    assert painted.scale is not None
    assert (painted.scale.low, painted.scale.high) == (1, 60)
    assert painted.colours[painted.codes[0]].sum() > painted.colours[painted.codes[59]].sum()


def test_that_the_list_of_colours_parts_what_is_known_from_what_is_computed(shown: MapWidget) -> None:
    combo = shown.toolbar.colour
    chosen: list[ColourBy] = []
    shown.toolbar.colour_chosen.connect(chosen.append)
    place = combo.findText("Density")
    assert combo.itemData(place, Qt.ItemDataRole.ToolTipRole).startswith("One over the mean distance")
    assert any(combo.itemText(at) == "" for at in range(3, place))
    combo.activated.emit(place)
    assert chosen == [DENSITY]
    assert combo.currentText() == "Density"

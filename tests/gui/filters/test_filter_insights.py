"""A filter that names an insight waits for it, holds once it is there, and says what it lacks."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import FilterError
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_complete import choices_at, place_in
from desktop_al.gui.filter_insights import FilterInsights
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.insights import Insights, InsightState
from desktop_al.gui.session import Session
from desktop_al.jobs.where_columns import LazyColumns
from tests.gui.projects import settle


@pytest.fixture
def insights(session: Session) -> Insights:
    return Insights(session, session)


@pytest.fixture
def filters(session: Session, insights: Insights) -> FilterModel:
    model = FilterModel(session.pool, session.bridge, session.undo_stack, session)
    FilterInsights(model, insights, session.pool, session)
    return model


def refuse(error: FilterError) -> None:
    pytest.fail(str(error))


def test_that_a_filter_by_an_insight_that_nobody_computed_yet_computes_it(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    filters.add("density > 0 and rank <= 3", refuse)
    qtbot.waitUntil(lambda: len(filters.chips) == 2 and not session.bridge.busy, timeout=20_000)
    assert insights.state("density") is InsightState.READY
    assert filters.errors == (None, None)
    assert np.array_equal(np.flatnonzero(session.pool.visible), np.sort(session.pool.pick_order[:3]))


def test_that_a_filter_by_what_cannot_be_computed_says_why(
    qtbot: QtBot, session: Session, filters: FilterModel
) -> None:
    told: list[str] = []
    filters.add("uncertainty > 0.5", lambda error: told.append(str(error)))
    settle(qtbot, session)
    assert filters.chips == ()
    assert "two classes" in told[0]


def test_that_a_chip_from_yesterday_holds_once_its_insight_is_there(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    filters.show((Chip("cluster == 1"), Chip("novelty > 0.1")))
    settle(qtbot, session)
    qtbot.waitUntil(lambda: insights.state("novelty") is InsightState.FAILED, timeout=20_000)
    settle(qtbot, session)
    column = session.pool.insight("cluster")
    assert column is not None
    assert column.codes is not None
    assert np.array_equal(session.pool.visible, column.codes == 0)
    cluster, novelty = filters.errors
    assert cluster is None
    assert "has a label yet" in str(novelty)


def test_that_a_similarity_that_nobody_asked_for_is_explained(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    told: list[str] = []
    filters.add("similarity > 0.9", lambda error: told.append(str(error)))
    settle(qtbot, session)
    assert "Find similar" in told[0]
    insights.similar([0])
    settle(qtbot, session)
    filters.add("similarity > 0.9", refuse)
    settle(qtbot, session)
    assert 1 <= filters.shown < len(session.pool)


def test_that_an_insight_stays_fresh_only_while_a_chip_names_it(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    filters.add("density > 0", refuse)
    qtbot.waitUntil(lambda: len(filters.chips) == 1 and not session.bridge.busy, timeout=20_000)
    filters.clear()
    assert not insights.wanted("density")


def test_that_insights_are_offered_while_one_writes_without_computing_them(
    session: Session, insights: Insights, filters: FilterModel
) -> None:
    columns = LazyColumns(filters.columns.lazy())
    offered = {choice.text: choice.detail for choice in choices_at(place_in("un", 2, columns), columns)}
    assert offered["uncertainty"] == "computed when it is named"
    operators = [choice.text for choice in choices_at(place_in("density ", 8, columns), columns)]
    assert "<" in operators
    assert "like" not in operators
    assert "like" in [choice.text for choice in choices_at(place_in("guess ", 6, columns), columns)]
    assert choices_at(place_in("guess == ", 9, columns), columns) == []
    assert insights.state("uncertainty") is InsightState.ABSENT
    assert not session.bridge.busy


def test_that_a_filter_that_waits_for_an_insight_ends_with_its_project(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    session.closed.connect(filters.forget)
    assert session.project is not None
    path = session.project.path
    filters.add("density > 0", refuse)
    assert insights.state("density") is InsightState.COMPUTING
    with qtbot.waitSignal(session.opened):
        session.open(path)
    insights.want("density", "map")
    qtbot.waitUntil(lambda: insights.state("density") is InsightState.READY, timeout=20_000)
    settle(qtbot, session)
    assert filters.chips == ()


def test_that_an_insight_of_a_filter_that_was_refused_is_kept_fresh_no_longer(
    qtbot: QtBot, session: Session, insights: Insights, filters: FilterModel
) -> None:
    told: list[str] = []
    filters.add('density > "much"', lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert not insights.wanted("density")

"""Insights are computed where somebody wants them, follow their samples, and never show what went stale."""

import gettext
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Change
from desktop_al.gui.columns import Column
from desktop_al.gui.i18n import ENGLISH, use_catalog, use_language
from desktop_al.gui.insights import INSIGHTS, Insights, InsightState
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.session import Session
from desktop_al.jobs.insights import DEPENDS
from tests.gui.pools import full_pool, sample_table


@pytest.fixture
def insights(session: Session) -> Insights:
    return Insights(session)


def test_that_every_insight_of_the_jobs_has_words_and_only_similarity_is_asked_otherwise() -> None:
    assert set(INSIGHTS) == {*DEPENDS, "similarity"}


def test_that_a_wanted_insight_reaches_the_pool(qtbot: QtBot, session: Session, insights: Insights) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density")
        assert insights.state("density") is InsightState.COMPUTING
    column = session.pool.insight("density")
    assert column is not None
    assert column.values is not None
    assert np.isfinite(column.values).all()
    assert insights.state("density") is InsightState.READY


def test_that_a_fresh_insight_is_not_computed_again(qtbot: QtBot, session: Session, insights: Insights) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density")
    insights.want("density", by="another view")
    assert insights.state("density") is InsightState.READY
    assert not session.bridge.busy


def test_that_a_stale_insight_is_computed_again_where_it_is_wanted_and_else_forgotten(
    qtbot: QtBot, session: Session, insights: Insights
) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density", by="map")
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        session.changed.emit(Change(frozenset({"embeddings"}), "something"))
    insights.release("density", by="map")
    session.changed.emit(Change(frozenset({"embeddings"}), "something"))
    assert insights.state("density") is InsightState.ABSENT
    assert not session.bridge.busy
    assert session.pool.insight("density") is None


def test_that_changes_that_follow_one_another_are_taken_up_together(
    qtbot: QtBot, session: Session, insights: Insights
) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density", by="map")
    seen: list[str] = []
    insights.ready.connect(seen.append)
    for _ in range(5):
        session.changed.emit(Change(frozenset({"embeddings"}), "something"))
        assert insights.state("density") is InsightState.COMPUTING
    qtbot.waitUntil(lambda: insights.state("density") is InsightState.READY, timeout=20_000)
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=20_000)
    assert seen == ["density"]


def test_that_labels_leave_the_density_alone(qtbot: QtBot, session: Session, insights: Insights) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density")
    session.changed.emit(Change(frozenset({"labels"}), "labels"))
    assert insights.state("density") is InsightState.READY


def test_that_an_insight_under_way_when_things_change_is_dropped(
    qtbot: QtBot, session: Session, insights: Insights
) -> None:
    seen: list[str] = []
    insights.ready.connect(seen.append)
    insights.want("density")
    session.changed.emit(Change(frozenset({"embeddings"}), "something"))
    assert insights.state("density") is InsightState.COMPUTING
    qtbot.waitUntil(lambda: insights.state("density") is InsightState.READY, timeout=20_000)
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=20_000)
    assert seen == ["density"]


def test_that_what_nobody_wants_any_more_is_dropped_where_it_went_stale_under_way(
    qtbot: QtBot, session: Session, insights: Insights
) -> None:
    insights.want("density", by="map")
    insights.release("density", by="map")
    session.changed.emit(Change(frozenset({"embeddings"}), "something"))
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=20_000)
    assert session.pool.insight("density") is None
    assert insights.state("density") is InsightState.ABSENT


def test_that_a_similarity_does_not_outlive_its_model(qtbot: QtBot, session: Session, insights: Insights) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.similar([0])
    session.model_changed.emit()
    assert session.pool.insight("similarity") is None
    assert insights.state("similarity") is InsightState.ABSENT


def test_that_rank_and_gain_are_those_of_the_shown_batch(session: Session, insights: Insights) -> None:
    insights.want("rank")
    insights.want("gain")
    rank, gain = session.pool.insight("rank"), session.pool.insight("gain")
    assert rank is not None
    assert rank.values is not None
    assert gain is not None
    assert gain.values is not None
    picks = session.pool.pick_order
    assert rank.values[picks].tolist() == list(range(1, len(picks) + 1))
    assert np.isnan(rank.values).sum() == len(session.pool) - len(picks)
    assert (np.diff(gain.values[picks]) <= 0).all()


def test_that_closing_forgets_the_insights(qtbot: QtBot, session: Session, insights: Insights) -> None:
    with qtbot.waitSignal(insights.ready, timeout=20_000):
        insights.want("density")
    with qtbot.waitSignal(session.closed):
        session.close()
    assert session.pool.insight_names == ()
    assert insights.state("density") is InsightState.ABSENT


def test_that_an_unknown_insight_is_refused(insights: Insights) -> None:
    with pytest.raises(KeyError):
        insights.want("beauty")


def test_that_the_neighbours_of_a_row_are_the_nearest_by_brute_force(
    qtbot: QtBot, session: Session, insights: Insights
) -> None:
    found: list[tuple[list[int], list[float]]] = []
    insights.neighbours(3, 5, lambda rows, distances: found.append((rows.tolist(), distances.tolist())))
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    assert session.project is not None
    vectors = session.project.embeddings().vectors
    away = np.sqrt(((vectors - vectors[3]) ** 2).sum(axis=1))
    away[3] = np.inf
    rows, distances = found[0]
    assert np.allclose(distances, np.sort(away)[:5], atol=1e-3)
    assert np.allclose(away[rows], distances, atol=1e-3)


def test_that_similar_fills_the_similarity(qtbot: QtBot, session: Session, insights: Insights) -> None:
    done: list[bool] = []
    insights.similar([0, 7], lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    column = session.pool.insight("similarity")
    assert column is not None
    assert column.values is not None
    assert session.project is not None
    vectors = session.project.embeddings().vectors
    vectors = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    assert np.allclose(column.values, (vectors @ vectors[[0, 7]].T).max(axis=1), atol=1e-5)


def test_that_a_file_that_is_no_image_is_told(
    qtbot: QtBot, session: Session, insights: Insights, tmp_path: Path
) -> None:
    told: list[str] = []
    insights.similar(tmp_path, on_error=told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "is a folder" in told[0]
    assert insights.state("similarity") is InsightState.FAILED
    assert insights.reason("similarity") == told[0]


def test_that_the_reason_for_a_missing_insight_is_told_in_the_language_of_the_window(
    qtbot: QtBot, insights: Insights, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: use_catalog(ENGLISH, gettext.NullTranslations()))
    use_language("de")
    with qtbot.waitSignal(insights.failed, timeout=20_000) as told:
        insights.want("agreement")
    assert told.args == ["agreement", insights.reason("agreement")]
    assert insights.reason("agreement").startswith("Modelle lassen sich vergleichen, sobald zwei")


def test_that_insights_follow_their_samples_when_rows_come_and_go(tmp_path: Path) -> None:
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(4)])
    pool.set_insight("density", Column("density", None, (), np.array([1.0, 2.0, 3.0, 4.0])))
    pool.set_insight("guess", Column("guess", np.array([0, 1, 0, 1], np.int32), ("a", "b"), None))
    pool.load(PoolPatch(samples=sample_table(tmp_path, [f"{i}.png" for i in range(4)], first_id=3)))
    density, guess = pool.insight("density"), pool.insight("guess")
    assert density is not None
    assert density.values is not None
    assert guess is not None
    assert guess.codes is not None
    assert density.values[:2].tolist() == [3.0, 4.0]
    assert np.isnan(density.values[2:]).all()
    assert guess.codes.tolist() == [0, 1, -1, -1]
    pool.load(PoolPatch(samples=sample_table(tmp_path, ["x.png"], first_id=90)))
    assert pool.insight_names == ()

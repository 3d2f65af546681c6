"""Two maps side by side, other projections, and the spot to come back to."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Change, Projection
from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.map.drawing import Tool
from desktop_al.gui.map.map_widget import MapWidget
from desktop_al.gui.map.places import Places, far_apart
from desktop_al.gui.map.projections import BEFORE, PRESENT, Projections, Source
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import MEDIUM
from desktop_al.gui.thumbs import ThumbLoader
from tests.gui.map.conftest import Settle, ShowMap
from tests.gui.map.synthetic import clusters, patch, pool

LEFT = Qt.MouseButton.LeftButton


class StandIn(QObject):
    """A session with a pool and two models, the second of which may have a map."""

    opened, closed, model_changed = Signal(), Signal(), Signal()
    changed = Signal(object)

    def __init__(self, made: Pool, other: Projection | None = None) -> None:
        super().__init__()
        self.pool, self.other = made, other
        self.models = (
            SimpleNamespace(key="a", name="first", active=True),
            SimpleNamespace(key="b", name="second", active=False),
        )

    def run(self, operation: object, on_done: Callable[[object], None]) -> None:
        on_done(self.other)


def turned(made: Pool) -> Projection:
    """Another projection of the first half of ``made``."""
    half = len(made) // 2
    return Projection(made.ids[:half], -made.xy[:half].astype(np.float32), "umap", 0)


def projections(made: Pool, other: Projection | None = None) -> tuple[Projections, StandIn]:
    session = StandIn(made, other)
    return Projections(session), session  # type: ignore[arg-type]  # stands in for a session


def pair(show_map: ShowMap, settle: Settle, made: Pool) -> tuple[MapWidget, MapWidget]:
    widget = show_map(made)
    widget.looks.switch("pair", True)
    second = widget.pairing.second
    assert second is not None
    second.canvas.glide_ms = 0
    settle(widget)
    settle(second)
    return widget, second


def test_that_a_key_opens_a_second_map_and_closes_it_again(show_map: ShowMap, settle: Settle, qtbot: QtBot) -> None:
    widget = show_map(pool(400))
    qtbot.keyClick(widget.canvas, Qt.Key.Key_M)
    second = widget.pairing.second
    assert second is not None
    settle(second)
    assert second.isVisible()
    assert second.active == 400
    assert second.colour == ColourBy(Kind.LABEL)
    assert not second.toolbar.tools[Tool.LASSO].isVisible()
    assert widget.toolbar.switches["pair"].isChecked()
    qtbot.mouseClick(widget.toolbar.switches["pair"], LEFT)
    assert widget.pairing.second is None
    widget.looks.switch("pair", True)
    assert widget.pairing.second is not second


def test_that_two_maps_of_one_projection_move_together(show_map: ShowMap, settle: Settle) -> None:
    widget, second = pair(show_map, settle, pool(400))
    for leader, other in ((widget, second), (second, widget)):
        leader.canvas.zoom(1.7)
        a, b = leader.canvas.view, other.canvas.view
        assert (a.x, a.y, a.scale) == pytest.approx((b.x, b.y, b.scale))
        assert (b.width, b.height) == (other.canvas.viewport().width(), other.canvas.viewport().height())


def test_that_a_linked_map_is_drawn_as_one_that_a_hand_moves_while_the_other_is_moved(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget, second = pair(show_map, settle, pool(400))
    at, to = QPoint(150, 300), QPoint(190, 300)
    for leader, other in ((widget, second), (second, widget)):
        target = leader.canvas.viewport()
        assert not other._asking.scene(0).moving
        qtbot.mousePress(target, LEFT, Qt.KeyboardModifier.NoModifier, at)
        qtbot.mouseMove(target, to)
        assert other._asking.scene(0).moving
        qtbot.mouseRelease(target, LEFT, Qt.KeyboardModifier.NoModifier, to)
        assert not other._asking.scene(0).moving
    # A map of other places goes its own way.
    second.places.show(widget.pool.ids, -widget.pool.xy)
    qtbot.mousePress(widget.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    qtbot.mouseMove(widget.canvas.viewport(), to)
    assert not second._asking.scene(0).moving
    widget.looks.switch("pair", False)
    qtbot.mouseRelease(widget.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, to)
    assert not widget._asking.scene(0).moving


def test_that_highlight_focus_and_hover_are_the_same_on_both(show_map: ShowMap, settle: Settle) -> None:
    widget, second = pair(show_map, settle, pool(400))
    widget.pool.set_highlight(np.arange(7))
    settle(widget)
    settle(second)
    frames = [each.canvas.picture.frame for each in (widget, second)]
    assert [frame.style.highlighted for frame in frames if frame is not None] == [7, 7]
    widget._pointing._hover(3)
    assert second._overlay.rings.hovered == 3
    second._pointing._hover(5)
    assert widget._overlay.rings.hovered == 5


def test_that_tools_modes_and_switches_of_the_first_hold_for_both(show_map: ShowMap, settle: Settle) -> None:
    widget, second = pair(show_map, settle, pool(400))
    widget.canvas.set_tool(Tool.LASSO)
    widget.canvas.set_mode("add")
    widget.looks.switch("labels", False)
    assert (second.canvas.tool, second.canvas.mode, second.looks.is_on("labels")) == (Tool.LASSO, "add", False)
    widget.set_colour(ColourBy(Kind.METADATA, "category"))
    assert second.colour == ColourBy(Kind.LABEL)


def test_that_keys_on_the_second_map_are_about_both_and_close_it(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget, second = pair(show_map, settle, pool(400))
    second.canvas.setFocus()
    for key, tool in ((Qt.Key.Key_L, Tool.LASSO), (Qt.Key.Key_R, Tool.RECTANGLE), (Qt.Key.Key_D, Tool.BRUSH)):
        qtbot.keyClick(second.canvas, key)
        assert (widget.canvas.tool, second.canvas.tool) == (tool, tool)
    qtbot.keyClick(second.canvas, Qt.Key.Key_G)
    assert not widget.looks.is_on("labels")
    assert not second.looks.is_on("labels")
    qtbot.keyClick(second.canvas, Qt.Key.Key_M)
    assert widget.pairing.second is None
    assert second.pairing.second is None
    assert widget.canvas.hasFocus()


def test_that_a_click_on_a_list_above_the_map_leaves_the_keys_where_they_are(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget, second = pair(show_map, settle, pool(400))
    for box in (widget.toolbar.colour, second.toolbar.source, second.toolbar.colour):
        assert box.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_that_the_second_map_can_show_the_projection_of_another_model(
    qtbot: QtBot, thumbs: ThumbLoader, settle: Settle
) -> None:
    made = pool(400)
    known, _ = projections(made, turned(made))
    widget = MapWidget(made, thumbs, None, known)
    qtbot.addWidget(widget)
    widget.resize(900, 640)
    with qtbot.waitExposed(widget):
        widget.show()
    settle(widget)
    widget.looks.switch("pair", True)
    second = widget.pairing.second
    assert second is not None
    settle(second)
    texts = [second.toolbar.source.itemText(place) for place in range(second.toolbar.source.count())]
    assert texts == ["The same map", "Model second"]
    second.toolbar.source.setCurrentIndex(1)
    second.toolbar.source.activated.emit(1)
    settle(second)
    assert second.active == 200
    np.testing.assert_allclose(second.places.xy[:200], -made.xy[:200], rtol=1e-6)
    assert np.isnan(second.places.xy[200:]).all()
    before = widget.canvas.view
    second.canvas.zoom(3.0)
    assert widget.canvas.view == before
    second.toolbar.source.activated.emit(0)
    settle(second)
    assert second.active == 400
    widget.shutdown()


def test_that_a_model_without_a_map_is_told_of(qtbot: QtBot) -> None:
    known, _ = projections(pool(20))
    with qtbot.waitSignal(known.missing) as told:
        known.load(Source("b", "Model second"), lambda ids, xy: pytest.fail("there is no map"))
    assert told.args == ["Model second"]


def test_that_the_map_before_is_kept_when_it_is_drawn_afresh_and_not_when_it_grows(qtbot: QtBot) -> None:
    made = pool(200)
    known, session = projections(made)
    session.opened.emit()
    old = made.xy
    sources = [source.key for source in known.sources()]
    assert sources == [PRESENT, "b"]
    session.changed.emit(Change(frozenset({"projection"}), "drawn"))
    made.set_positions(made.ids, old + 0.01)
    assert [source.key for source in known.sources()] == sources
    made.set_positions(made.ids, -old)  # a stage on the way: nothing is finished yet
    session.changed.emit(Change(frozenset({"projection"}), "drawn"))
    fresh = clusters(200, seed=9)[0]
    made.set_positions(made.ids, fresh)
    assert [source.key for source in known.sources()] == [PRESENT, BEFORE, "b"]
    found: list[object] = []
    known.load(Source(BEFORE, ""), lambda ids, xy: found.extend((ids, xy)))
    np.testing.assert_array_equal(found[1], old + 0.01)
    session.opened.emit()
    assert [source.key for source in known.sources()] == [PRESENT, "b"]


def test_that_far_apart_means_a_share_of_the_spread() -> None:
    xy = np.random.default_rng(0).normal(size=(500, 2))
    assert not far_apart(xy, xy + 0.05)
    assert far_apart(xy, xy + 3)
    assert not far_apart(np.full((5, 2), np.nan), xy[:5])


def test_that_other_positions_follow_their_samples(qapp: object) -> None:
    made = pool(30)
    parent = QObject()
    places = Places(made, parent)
    places.show(made.ids[10:20], made.xy[10:20])
    np.testing.assert_array_equal(places.xy[10:20], made.xy[10:20])
    expected = places.xy[12].copy()
    made.load(patch(40))
    assert places.xy.shape == (40, 2)
    np.testing.assert_array_equal(places.xy[12], expected)
    places.show(None, None)
    assert places.xy is made.xy


# The spot to come back to


def test_that_a_spot_brings_back_view_colour_switches_and_tool(show_map: ShowMap, settle: Settle) -> None:
    widget = show_map(pool(400))
    category = ColourBy(Kind.METADATA, "category")
    widget.set_colour(category)
    settle(widget)
    widget.lines.toggle(widget.legend.rows[1].entry.code)
    widget.canvas.zoom(5.0, 300, 200)
    widget.looks.switch("labels", False)
    widget.canvas.set_tool(Tool.BRUSH)
    widget.canvas.set_mode("subtract")
    widget.canvas.resize_brush(1)
    settle(widget)
    spot, view, active = widget.spot(), widget.canvas.view, widget.active
    other = show_map(pool(400))
    other.restore_spot(spot)
    settle(other)
    assert other.canvas.view.x == pytest.approx(view.x)
    assert other.canvas.view.scale == pytest.approx(view.scale)
    assert (other.colour, other.active) == (category, active)
    assert not other.looks.is_on("labels")
    assert (other.canvas.tool, other.canvas.mode) == (Tool.BRUSH, "subtract")
    assert other.spot() | {"view": None} == spot | {"view": None}


def test_that_a_spot_waits_for_the_first_picture(qtbot: QtBot, thumbs: ThumbLoader, settle: Settle) -> None:
    made = pool(400)
    widget = MapWidget(made, thumbs)
    qtbot.addWidget(widget)
    widget.resize(900, 640)
    widget.restore_spot({"view": [1.5, -2.0, 6.0]})
    with qtbot.waitExposed(widget):
        widget.show()
    settle(widget)
    view = widget.canvas.view
    assert (view.x, view.y) == (1.5, -2.0)
    assert widget.spot()["view"] == pytest.approx([1.5, -2.0, 6.0])
    widget.shutdown()


@pytest.mark.parametrize(
    "spot",
    [
        {},
        {"view": [1, 2]},
        {"view": ["a", 1, 1]},
        {"view": [0, 0, -1]},
        {"view": [float("nan"), 0, 1]},
        {"colour": ["metadata", "gone"]},
        {"colour": "label", "hidden": 3},
        {"switches": {"labels": "yes", "other": True}, "tool": "axe", "mode": 4, "brush": 1e9},
        {"switches": [], "tool": ["pan"], "colour": [["label"], ""]},
    ],
)
def test_that_a_spot_that_makes_no_sense_changes_nothing(show_map: ShowMap, spot: dict[str, object]) -> None:
    widget = show_map(pool(40))
    before = widget.spot()
    widget.restore_spot(spot)
    assert widget.spot() == before


def test_that_a_fitted_map_stays_fitted(show_map: ShowMap) -> None:
    widget = show_map(pool(40))
    assert widget.spot()["view"] is None
    widget.restore_spot({"view": None})
    assert widget.canvas.is_fitted
    assert widget.canvas.rect().contains(QPoint(5, 5))


def test_that_closing_the_second_map_gives_legend_and_coverage_their_places_back(
    show_map: ShowMap, settle: Settle, qtbot: QtBot
) -> None:
    widget = show_map(pool(400))
    widget.set_colour(ColourBy(Kind.COVERAGE))
    settle(widget)
    whole = widget.canvas.width()
    widget.looks.switch("pair", True)
    assert widget.colour == ColourBy(Kind.INSIGHT, "covered")
    qtbot.waitUntil(lambda: widget.canvas.width() < whole)
    assert widget.legend.geometry().right() < widget.canvas.width()
    widget.looks.switch("pair", False)
    assert widget.colour == ColourBy(Kind.COVERAGE)
    qtbot.waitUntil(lambda: widget.canvas.width() == whole)
    assert widget.legend.geometry().right() > whole - 2 * MEDIUM

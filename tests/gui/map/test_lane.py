"""The thread that draws: the latest request wins, every polygon is answered, nothing outlives `close`."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from desktop_al.gui.map import lane as lane_module
from desktop_al.gui.map.colouring import ColourBy, ColourColumn
from desktop_al.gui.map.frame import Frame, FrameRequest, Renderer
from desktop_al.gui.map.lane import LaneFailure, PolygonAnswer, PolygonRequest, RenderLane, SideAnswer, SideTask
from desktop_al.gui.map.style import Columns
from desktop_al.gui.map.view import View
from desktop_al.gui.theme import DARK

XY = np.random.default_rng(0).normal(size=(200, 2))
BOX = np.array([(-9, -9), (9, -9), (9, 9), (-9, 9)], float)


def request(generation: int, xy: np.ndarray = XY) -> FrameRequest:
    n = len(xy)
    state, yes = np.zeros(n, np.uint8), np.ones(n, np.bool_)
    columns = Columns(state, np.full(n, -1, np.int32), ~yes, yes, np.ones(256, np.bool_))
    column = ColourColumn(ColourBy(), state, (), None)
    return FrameRequest(generation, xy, column, columns, View(0, 0, 20, 200, 100), True, 1.0, DARK, True)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Holds every frame back until it is set."""
    opened = threading.Event()
    draw = Renderer.render

    def held(self: Renderer, asked: FrameRequest) -> Frame:
        assert opened.wait(60)
        return draw(self, asked)

    monkeypatch.setattr(Renderer, "render", held)
    return opened


def test_that_only_the_latest_of_several_requests_is_drawn(gate: threading.Event) -> None:
    lane = RenderLane()
    lane.ask(PolygonRequest(request(0), BOX, "replace"))
    assert isinstance(lane.finished.get(timeout=60), PolygonAnswer)
    for generation in range(1, 50):
        lane.submit(request(generation))
    assert lane.busy
    gate.set()
    drawn: list[int] = []
    while not drawn or drawn[-1] != 49:
        frame = lane.finished.get(timeout=60)
        assert isinstance(frame, Frame)
        drawn.append(frame.generation)
    assert len(drawn) <= 2
    lane.close()


def test_that_every_polygon_is_answered_in_order() -> None:
    lane = RenderLane()
    for mode in ("replace", "add", "subtract"):
        lane.ask(PolygonRequest(request(1), BOX, mode))
    answers = [lane.finished.get(timeout=60) for _ in range(3)]
    lane.close()
    assert [answer.mode for answer in answers if isinstance(answer, PolygonAnswer)] == ["replace", "add", "subtract"]
    assert all(isinstance(answer, PolygonAnswer) and answer.inside.all() for answer in answers)


def test_that_the_first_frame_leaves_every_question_ready() -> None:
    lane = RenderLane()
    assert not lane.ready
    lane.submit(request(1))
    assert isinstance(lane.finished.get(timeout=60), Frame)
    lane.close()
    assert lane.ready


def test_that_a_fault_of_ours_reaches_the_other_side_and_the_lane_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = RenderLane()

    def broken(*_: object) -> Frame:
        raise RuntimeError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(lane_module, "_answer", broken)
        lane.submit(request(1))
        failure = lane.finished.get(timeout=60)
    assert isinstance(failure, LaneFailure)
    assert str(failure.error) == "planted"
    lane.submit(request(2))
    assert isinstance(lane.finished.get(timeout=60), Frame)
    lane.close()


def test_that_closing_ends_the_thread_whatever_is_under_way() -> None:
    before = threading.active_count()
    lane = RenderLane()
    lane.submit(request(1))
    lane.close()
    assert threading.active_count() == before
    lane.submit(request(2))
    assert threading.active_count() == before
    RenderLane().close()


def test_that_pictures_go_before_the_next_step_of_a_side_task() -> None:
    lane = RenderLane()
    asked: list[str] = []

    def steps(renderer: Renderer) -> Iterator[object]:
        for step in range(3):
            asked.append(f"step {step}")
            if step == 0:
                lane.submit(request(7))
            yield None
        yield "done"

    lane.put_aside(SideTask("side", 1, steps))
    answers = [lane.finished.get(timeout=60) for _ in range(2)]
    lane.close()
    assert isinstance(answers[0], Frame)
    assert isinstance(answers[1], SideAnswer)
    assert (answers[1].name, answers[1].value) == ("side", "done")
    assert asked == ["step 0", "step 1", "step 2"]


def test_that_a_later_side_task_of_the_same_name_replaces_the_first() -> None:
    lane = RenderLane()
    begun, go_on = threading.Event(), threading.Event()

    def first(renderer: Renderer) -> Iterator[object]:
        begun.set()
        assert go_on.wait(60)
        yield None
        yield "first"

    lane.put_aside(SideTask("side", 1, first))
    assert begun.wait(60)
    lane.put_aside(SideTask("side", 2, lambda renderer: iter(["second"])))
    go_on.set()
    answer = lane.finished.get(timeout=60)
    lane.close()
    assert isinstance(answer, SideAnswer)
    assert answer.value == "second"
    assert lane.finished.empty()


def test_that_a_side_task_that_fails_is_told_and_given_up() -> None:
    lane = RenderLane()

    def broken(renderer: Renderer) -> Iterator[object]:
        yield None
        raise RuntimeError("planted")

    lane.put_aside(SideTask("side", 1, broken))
    failure = lane.finished.get(timeout=60)
    assert isinstance(failure, LaneFailure)
    lane.put_aside(SideTask("other", 1, lambda renderer: iter(["done"])))
    answer = lane.finished.get(timeout=60)
    lane.close()
    assert isinstance(answer, SideAnswer)
    assert answer.value == "done"

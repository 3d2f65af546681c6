"""The thread that makes frames and answers polygons, so that the GUI thread never waits for a kernel.

It touches no Qt signal: what is finished waits in a queue that the GUI thread empties. Only the latest request for a
frame is kept; questions about polygons are all answered, in order. Side tasks (region labels, the overview) go on step
by step while nobody waits for a picture.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.gui.map.frame import Frame, FrameRequest, Renderer


@dataclass(frozen=True, slots=True, eq=False)
class PolygonRequest:
    """Asks which active points lie in ``polygon`` (v, 2), or with ``radius`` > 0 that near to its path.

    ``mode`` comes back with the answer.
    """

    scene: FrameRequest
    polygon: NDArray[np.float64]
    mode: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PolygonAnswer:
    """The rows (n,) bool inside; ``generation`` is that of the scene that the question was about."""

    generation: int
    inside: NDArray[np.bool_]
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class SideTask:
    """Something that may take a while; each thing but None that ``steps`` yields is delivered.

    It replaces an earlier task of the same ``name``. Between two steps pictures and polygons go first.
    """

    name: str
    generation: int
    steps: Callable[[Renderer], Iterator[object]]


@dataclass(frozen=True, slots=True, eq=False)
class SideAnswer:
    """What a side task found; ``generation`` is that of the task."""

    name: str
    generation: int
    value: object


@dataclass(frozen=True, slots=True)
class LaneFailure:
    """The lane met a fault of ours; the GUI thread raises it."""

    error: Exception


Answer = Frame | PolygonAnswer | SideAnswer | LaneFailure


class RenderLane:
    """One daemon thread with one `Renderer`; started by the first request, ended by `close`."""

    def __init__(self) -> None:
        self.finished: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._condition = threading.Condition()
        self._frame: FrameRequest | None = None
        self._polygons: deque[PolygonRequest] = deque()
        self._tasks: dict[str, SideTask] = {}
        self._under_way: dict[str, tuple[SideTask, Iterator[object]]] = {}
        self._closing = False
        self._working = False
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None

    def submit(self, request: FrameRequest) -> None:
        """Ask for a frame in place of any that was asked for and not begun."""
        with self._condition:
            self._frame = request
            self._wake()

    def ask(self, request: PolygonRequest) -> None:
        """Ask which points lie in a polygon."""
        with self._condition:
            self._polygons.append(request)
            self._wake()

    def put_aside(self, task: SideTask) -> None:
        """Work on ``task`` whenever nothing else is asked for, in place of an earlier one of its name."""
        with self._condition:
            self._tasks.pop(task.name, None)
            self._tasks[task.name] = task
            self._wake()

    @property
    def busy(self) -> bool:
        """Whether something was asked for that was not taken from ``finished`` yet."""
        with self._condition:
            open_requests = self._working or self._frame is not None or bool(self._polygons) or bool(self._tasks)
        return open_requests or not self.finished.empty()

    @property
    def ready(self) -> bool:
        """Whether the queries of a cloud answer at once: until then a call could wait for a compiler."""
        return self._asked.is_set()

    def stop(self) -> None:
        """Drop what was asked for and let the thread end once it has done what it does."""
        with self._condition:
            self._closing = True
            self._frame = None
            self._polygons.clear()
            self._tasks.clear()
            self._condition.notify_all()

    def close(self) -> None:
        """Stop and wait for the thread to end, from any thread; the first frame may wait for a compiler."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _wake(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._work, name="map", daemon=True)
            self._thread.start()
        self._condition.notify()

    def _next(self) -> FrameRequest | PolygonRequest | SideTask | None:
        with self._condition:
            self._working = False
            while not self._closing and self._frame is None and not self._polygons and not self._tasks:
                self._condition.wait()
            if self._closing:
                return None
            self._working = True
            if self._polygons:
                return self._polygons.popleft()
            if self._frame is not None:
                request, self._frame = self._frame, None
                return request
            return next(iter(self._tasks.values()))

    def _work(self) -> None:
        renderer = Renderer()
        while (request := self._next()) is not None:
            try:
                if isinstance(request, SideTask):
                    self._step(renderer, request)
                    continue
                answer = _answer(renderer, request)
                self.finished.put(answer)
                if not self.ready and isinstance(answer, Frame):
                    ask_once(answer)
                    self._asked.set()
            except Exception as error:  # noqa: BLE001 - the boundary of the thread: the GUI thread raises it again
                if isinstance(request, SideTask):
                    self._end(request)
                self.finished.put(LaneFailure(error))

    def _step(self, renderer: Renderer, task: SideTask) -> None:
        begun = self._under_way.get(task.name)
        if begun is None or begun[0] is not task:
            begun = self._under_way[task.name] = (task, task.steps(renderer))
        try:
            value = next(begun[1])
        except StopIteration:
            self._end(task)
            return
        if value is not None:
            self.finished.put(SideAnswer(task.name, task.generation, value))

    def _end(self, task: SideTask) -> None:
        with self._condition:
            self._under_way.pop(task.name, None)
            if self._tasks.get(task.name) is task:
                del self._tasks[task.name]


def ask_once(frame: Frame) -> None:
    """Ask ``frame`` every kind of question, so that the answers are compiled or loaded from the cache."""
    if len(frame.cloud):
        role, x, y = frame.style.role, float(frame.cloud.x[0]), float(frame.cloud.y[0])
        frame.cloud.nearest(role, 0, x, y, 1.0)
        frame.cloud.step(role, 0, int(frame.cloud.row[0]), 1.0, 0.0)
        triangle = np.array([(x - 1, y - 1), (x + 1, y - 1), (x, y + 1)], np.float64)
        frame.cloud.inside(role, 0, triangle)
        frame.cloud.near(role, 0, triangle, 1.0)


def _answer(renderer: Renderer, request: FrameRequest | PolygonRequest) -> Answer:
    if isinstance(request, FrameRequest):
        return renderer.render(request)
    inside = enclosed(renderer, request.scene, request.polygon, request.radius)
    return PolygonAnswer(request.scene.generation, inside, request.mode)


def enclosed(renderer: Renderer, scene: FrameRequest, polygon: NDArray[np.float64], radius: float) -> NDArray[np.bool_]:
    """The active rows (n,) bool of ``scene`` in ``polygon``, or with ``radius`` > 0 that near to its path."""
    from desktop_al.gui.map.raster import ACTIVE

    cloud, _, style = renderer.looks(scene)
    if radius > 0:
        return cloud.near(style.role, ACTIVE, polygon, radius)
    return cloud.inside(style.role, ACTIVE, polygon)

"""Between the GUI thread and the lane that draws: asks for pictures, takes them in, drops those that came too late."""

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_al.gui.map.drawing import Shape
from desktop_al.gui.map.frame import FrameRequest, Renderer
from desktop_al.gui.map.lane import (
    LaneFailure,
    PolygonAnswer,
    PolygonRequest,
    RenderLane,
    SideAnswer,
    SideTask,
    enclosed,
)

POLL_MS = 4
# What only has another size is drawn this much later, as what else is asked for meanwhile then has the lane to itself.
SOON_MS = 100
COUNT = "count"


class FrameDriver(QObject):
    """Owns the lane; ``scene(generation)`` describes what is to be drawn now.

    Signals: ``frame(Frame)`` a picture is finished; ``enclosed(mask, mode)`` the rows (n,) bool inside a polygon;
    ``found(name, value)`` what a side task came to.
    """

    frame = Signal(object)
    enclosed = Signal(object, str)
    found = Signal(str, object)

    def __init__(self, scene: Callable[[int], FrameRequest], parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._lane = RenderLane()
        self._generation = 0
        self._first_valid = 0
        # The lane touches no Qt signal; while it works, its results are looked for at this interval.
        self._poll = QTimer(self)
        self._poll.setTimerType(Qt.TimerType.PreciseTimer)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._take_finished)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.request)
        parent.destroyed.connect(self._lane.stop)

    @property
    def settled(self) -> bool:
        """Whether everything that was asked for was delivered."""
        return not (self._poll.isActive() or self._soon.isActive())

    @property
    def ready(self) -> bool:
        """Whether a cloud's queries answer at once."""
        return self._lane.ready

    def request(self) -> None:
        """Ask for a picture in place of any that was not begun."""
        self._soon.stop()
        self._generation += 1
        self._lane.submit(self._scene(self._generation))
        self._poll.start()

    def request_soon(self) -> None:
        """Ask for a picture in a moment, where none is asked for until then."""
        if not self._soon.isActive():
            self._soon.start()

    def enclose(self, shape: Shape, mode: str) -> None:
        """Ask which rows lie in ``shape``."""
        self._lane.ask(PolygonRequest(self._scene(self._generation), shape.points, mode, shape.radius))
        self._poll.start()

    def count(self, shape: Shape | None) -> None:
        """Ask how many rows lie in ``shape``, in place of any such question before: ``found("count", number)``."""
        if shape is None:
            return

        def steps(renderer: Renderer, scene: FrameRequest) -> Iterator[object]:
            yield int(np.count_nonzero(enclosed(renderer, scene, shape.points, shape.radius)))

        self.put_aside(COUNT, steps)

    def put_aside(self, name: str, steps: Callable[[Renderer, FrameRequest], Iterator[object]]) -> None:
        """Work on ``steps`` of the present scene whenever no picture is asked for; see `SideTask`."""
        scene = self._scene(self._generation)
        self._lane.put_aside(SideTask(name, self._generation, lambda renderer: steps(renderer, scene)))
        self._poll.start()

    def forget(self) -> None:
        """Deliver nothing of what was asked for so far: the rows are others."""
        self._generation += 1
        self._first_valid = self._generation

    def stop(self) -> Callable[[], None]:
        """Deliver nothing more and let the lane end; return what waits for it, on any thread."""
        self._poll.stop()
        self._soon.stop()
        self._lane.stop()
        return self._lane.close

    def close(self) -> None:
        """End the lane and deliver nothing more."""
        self.stop()()

    def _take_finished(self) -> None:
        busy = self._lane.busy
        while not self._lane.finished.empty():
            answer = self._lane.finished.get()
            if isinstance(answer, LaneFailure):
                self._poll.stop()
                raise answer.error
            if answer.generation < self._first_valid:
                continue
            if isinstance(answer, PolygonAnswer):
                self.enclosed.emit(answer.inside, answer.mode)
            elif isinstance(answer, SideAnswer):
                self.found.emit(answer.name, answer.value)
            else:
                self.frame.emit(answer)
        if not busy:
            self._poll.stop()

"""The real window on a real display, driven as a hand drives it, with a watch on every frame and on the event loop."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop_al.gui.app import make_application
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.map.frame import Frame
from desktop_al.gui.program import Program
from desktop_al.gui.theme import apply_appearance
from desktop_al.gui.workspace import Workspace

WINDOW = QRect(40, 20, 1440, 900)
PATIENCE_S = 300.0
BEAT_MS = 5
WAKE_MS = 2
FRAME_MS = 16


class Paints(QObject):
    """Counts how often a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count and let pass."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


class Heartbeat(QObject):
    """Beats every `BEAT_MS`; a gap between two beats, less that, is how long the event loop did something else."""

    def __init__(self) -> None:
        super().__init__()
        # In milliseconds.
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, 1000 * (now - self._last) - BEAT_MS))
        self._last = now

    def stop(self) -> None:
        """Stop, with a last beat."""
        self._timer.stop()
        self._beat()


class Desk:
    """One window and what it takes to drive it; a ``strict`` one ends the program where a job fails."""

    def __init__(self, strict: bool = True) -> None:
        self.strict = strict
        self.app = make_application()
        apply_appearance(self.app, "dark")
        self.program = Program(self.app, MainWindow)
        # What a condition waits for may come without an event: look at it now and then.
        self._wake = QTimer()
        self._wake.setTimerType(Qt.TimerType.PreciseTimer)
        self._wake.start(WAKE_MS)
        self.failures: list[str] = []
        self.window.setGeometry(WINDOW)
        self._await_window()

    @property
    def window(self) -> MainWindow:
        """The window: another one after `open_anew`."""
        return self.program.window

    def _await_window(self) -> None:
        """Learn of the faults of the window, and wait until it can be used."""
        self.window.bridge.failed.connect(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        self.until("the views", lambda: self.window.workspace is not None)
        self.until("the strategies", lambda: not self.window.bridge.busy)

    def open_anew(self) -> None:
        """Let the window be made anew, as another language needs it, and wait until it shows the same project."""
        old, project = self.window, self.window.session.project
        old.again.emit()
        self.until("the new window", lambda: self.window is not old)
        self._await_window()
        if project is not None:
            self.until("the project", lambda: self.window.session.project is not None)

    @property
    def workspace(self) -> Workspace:
        """The views."""
        assert self.window.workspace is not None
        return self.window.workspace

    def until(self, what: str, holds: Callable[[], bool]) -> float:
        """Let the window live until ``holds``; the milliseconds that it took."""
        began = time.perf_counter()
        while not holds():
            self._turn()
            if self.failures and self.strict:
                raise SystemExit(f"while waiting for {what}: {self.failures[0]}")
            if time.perf_counter() - began > PATIENCE_S:
                raise SystemExit(f"waited in vain for {what}")
        return 1000 * (time.perf_counter() - began)

    def _turn(self) -> None:
        """Let the event loop sleep until something happens, and handle that."""
        self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def live(self, milliseconds: float) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(round(milliseconds), loop.quit)
        loop.exec()

    def settle(self) -> None:
        """Wait until nothing runs and everything is drawn."""
        self.until("the jobs", lambda: not self.window.bridge.busy)
        self.until("the map", lambda: self.workspace.map.settled)
        self.live(60)
        self.until("the map", lambda: self.workspace.map.settled and not self.window.bridge.busy)

    def open(self, project: Path) -> tuple[float, float]:
        """Open ``project``; seconds until the window can be used, and until the map is drawn."""
        shown = self.workspace.map
        paints = Paints(shown.canvas.viewport())
        began = time.perf_counter()
        self.window.open(project)
        self.until("the project", lambda: self.window.session.project is not None)
        # What the pool told the views was handled when the loop comes round again.
        self.app.processEvents()
        usable = time.perf_counter() - began
        self.until("the map", lambda: shown.active > 0 and shown.settled)
        # The picture was handed to the view; what is left is to paint it, where that was not done in the same turn.
        self.until("the picture", lambda: paints.count > 0)
        self.app.processEvents()
        return usable, time.perf_counter() - began

    def close(self) -> None:
        """Close the window and wait until it is gone."""
        self.window.close()
        self.until("the end", lambda: self.window.closed and self.window.isHidden())

    # Timing

    def redrawn(self, act: Callable[[], object], is_it: Callable[[Frame], bool] = lambda _frame: True) -> float:
        """Milliseconds from the start of ``act`` until the map shows another picture than before, for which ``is_it``.

        Names of regions and the overview may follow it.
        """
        canvas = self.workspace.map.canvas
        before, paints = canvas.picture.frame, Paints(canvas.viewport())
        began = time.perf_counter()
        act()

        def there() -> bool:
            frame = canvas.picture.frame
            return frame is not None and frame is not before and is_it(frame)

        self.until("another picture", there)
        painted = paints.count
        while paints.count == painted and not self.workspace.map.settled:
            self._turn()
        self.app.processEvents()
        took = 1000 * (time.perf_counter() - began)
        canvas.viewport().removeEventFilter(paints)
        paints.deleteLater()
        return took

    def frame(self, widget: QWidget, act: Callable[[], object]) -> float:
        """Milliseconds from the start of ``act`` until ``widget`` was painted and the picture handed to the screen."""
        paints = Paints(widget)
        began = time.perf_counter()
        act()
        while paints.count == 0:
            # The paint and its way to the screen are one event.
            self._turn()
            if time.perf_counter() - began > 10:
                raise SystemExit(f"{type(widget).__name__} was not painted")
        took = 1000 * (time.perf_counter() - began)
        widget.removeEventFilter(paints)
        paints.deleteLater()
        return took

    def handled(self, act: Callable[[], object]) -> float:
        """Milliseconds from the start of ``act`` until the event loop has handled all that followed at once."""
        done: list[bool] = []
        began = time.perf_counter()
        act()
        QTimer.singleShot(0, lambda: done.append(True))
        while not done:
            self._turn()
        return 1000 * (time.perf_counter() - began)

    @contextmanager
    def heartbeat(self) -> Iterator[list[float]]:
        """Collect the gaps of the event loop, in milliseconds, in the list that is given; it grows all the while."""
        beat = Heartbeat()
        yield beat.gaps
        beat.stop()

    # A hand

    def mouse(
        self,
        widget: QWidget,
        kind: QEvent.Type,
        at: QPoint | QPointF,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Send a mouse event to ``widget``."""
        point = QPointF(at)
        moves = kind == QEvent.Type.MouseMove
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(
            kind,
            point,
            QPointF(widget.mapToGlobal(point)),
            Qt.MouseButton.NoButton if moves else button,
            held,
            modifiers,
        )
        self.app.sendEvent(widget, event)

    def wheel(
        self,
        widget: QWidget,
        at: QPoint | QPointF,
        turned: int,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Turn the wheel over ``widget`` by ``turned`` eighths of a degree."""
        point = QPointF(at)
        event = QWheelEvent(
            point,
            QPointF(widget.mapToGlobal(point)),
            QPoint(0, 0),
            QPoint(0, turned),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self.app.sendEvent(widget, event)


def resident_mib() -> float:
    """The resident memory of this process now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")

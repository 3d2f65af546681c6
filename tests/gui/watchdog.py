"""A heartbeat on the GUI thread: how long the event loop was blocked."""

import time
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
ALLOWED_MS = 100.0


class Watchdog(QObject):
    """Beats every 5 ms; a gap between two beats is the time for which the event loop did nothing else.

    Used as a context manager it fails the test where a gap was longer than ``allowed_ms``::

        with Watchdog():
            qtbot.waitUntil(lambda: done)
    """

    def __init__(self, allowed_ms: float = ALLOWED_MS) -> None:
        super().__init__()
        self._allowed = allowed_ms
        self._last = 0.0
        self.gaps: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000 * (now - self._last) - BEAT_MS)
        self._last = now

    def __enter__(self) -> Self:
        """Start beating."""
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and fail where the loop was blocked for too long or never ran."""
        self._beat()
        self._timer.stop()
        if error is None:
            assert len(self.gaps) > 1, "the event loop never ran"
            assert self.worst <= self._allowed, f"the GUI thread was blocked for {self.worst:.0f} ms"

    @property
    def worst(self) -> float:
        """The longest gap in milliseconds."""
        return max(self.gaps)

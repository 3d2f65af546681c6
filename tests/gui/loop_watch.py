"""Watches the event loop in every test of the window: no event handler may take the GUI thread for long."""

import gc
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from PySide6 import QtCore
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

BEAT_MS = 5
ALLOWED_MS = 100.0


class LoopWatch(QObject):
    """Collects stretches of an event loop in which the GUI thread itself computed for more than `ALLOWED_MS`.

    What counts is the processor time that the thread used between two beats of a timer, and only while a test waits in
    an event loop (``qtbot.wait…``). So a machine that is busy with other things makes no test fail, and neither does
    what a test computes itself, between its waits; a handler that waits for a lock or for the disk is not seen here
    (`Watchdog` sees it), and neither is one that a test calls directly, as ``QTest`` does. Full collections of cycles
    are let be too: they visit all that the suite has loaded, in whichever test they fall due.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[float] = []
        self._depth = 0
        self._last = self._collecting = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.thread_time()
        used = 1000 * (now - self._last)
        self._last = now
        if used > ALLOWED_MS:
            self.blocks.append(used)

    def _on_collection(self, phase: str, info: Mapping[str, int]) -> None:
        if info["generation"] < 2 or threading.current_thread() is not threading.main_thread():
            return
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._last += time.thread_time() - self._collecting

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Watch while an event loop runs."""
        self._depth += 1
        if self._depth == 1:
            self._last = time.thread_time()
            gc.callbacks.append(self._on_collection)
            self._timer.start()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._beat()
                self._timer.stop()
                gc.callbacks.remove(self._on_collection)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch every event loop that a test starts by way of ``qtbot``."""
        watch = self

        class WatchedLoop(QEventLoop):
            def exec(self, *flags: Any) -> int:
                with watch.inside():
                    return super().exec(*flags)

        with mock.patch.object(QtCore, "QEventLoop", WatchedLoop):
            yield

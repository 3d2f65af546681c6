"""What runs inside the worker process: take a request, run it, answer, wait for the next."""

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from desktop_al.domain.context import REPORT_INTERVAL_S, Context
from desktop_al.domain.errors import CancelledError, WorldError
from desktop_al.engines import transport

TAKEN = "taken"
AHEAD = 2
"""How many publications may be under way before the worker waits for the program to take one."""


class WorkerContext(Context):
    """The context of a call inside the worker: everything goes to the program, which has the real one."""

    def __init__(self, connection: Connection, cancel: Any) -> None:
        super().__init__()
        self._connection = connection
        self._flag = cancel
        self._sending = threading.Lock()
        self._ahead = 0
        self._sent_stage = ""
        self._sent_at = 0.0

    def send(self, kind: str, content: object) -> None:
        """Send one message to the program."""
        with self._sending:
            transport.send(self._connection, (kind, content))

    def report(self, stage: str, done: int, total: int | None = None, unit: str = "") -> None:
        """Pass the report on, throttled as `Context.report` is."""
        now = time.monotonic()
        finished = total is not None and done >= total
        if stage == self._sent_stage and not finished and now - self._sent_at < REPORT_INTERVAL_S:
            return
        self._sent_stage, self._sent_at = stage, now
        self.send("report", (stage, done, total, unit))

    def publish(self, partial: object) -> None:
        """Hand a partial result to the program; waits while it has not taken the one before the last."""
        with self._sending:
            while self._ahead >= AHEAD:
                transport.receive(self._connection)
                self._ahead -= 1
            transport.send(self._connection, ("partial", partial))
            self._ahead += 1

    def message(self, sentence: str) -> None:
        """Pass one sentence on to the user."""
        self.send("message", sentence)

    @property
    def cancelled(self) -> bool:
        """Whether the program asked for a stop."""
        return bool(self._flag.value)

    def check(self) -> None:
        """Raise `CancelledError` where a stop was asked for."""
        if self.cancelled:
            self.cancel()
        super().check()


def main(connection: Connection, cancel: Any) -> None:
    """Serve requests until the program says stop, or is gone."""
    _settle()
    with contextlib.suppress(transport.ClosedError):
        while True:
            request = transport.receive(connection)
            if request is None:
                return
            if request != TAKEN:
                _serve(request, WorkerContext(connection, cancel))


def _serve(request: Any, context: WorkerContext) -> None:
    fn, args = request
    try:
        context.send("result", fn(*args, context))
    except transport.ClosedError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of the process: it is raised again on the other side
        if not isinstance(error, WorldError | CancelledError):
            error.add_note(f"In the worker process:\n{traceback.format_exc()}")
        error.__cause__ = error.__context__ = None
        _send_error(error, context)


def _send_error(error: Exception, context: WorkerContext) -> None:
    try:
        context.send("error", error)
    except (TypeError, AttributeError, ValueError) as unpicklable:
        context.send("error", RuntimeError(f"{error!r} (not picklable: {unpicklable})\n{traceback.format_exc()}"))


def _settle() -> None:
    """Make this process a quiet child: no Ctrl-C of its own, no words on standard output, gone with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A library that prints must not spoil the one JSON object on standard output. A windowed program has neither.
    with contextlib.suppress(OSError):
        os.dup2(2, 1)
    if sys.stderr is not None:
        sys.stdout = sys.stderr
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _lower_priority()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _lower_priority() -> None:
    """Let the window go first."""
    if hasattr(os, "nice"):
        os.nice(5)
    else:
        import ctypes

        below_normal = 0x00004000
        kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - mypy knows it on Windows alone
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)

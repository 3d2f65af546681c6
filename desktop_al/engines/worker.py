"""The worker process: heavy libraries run there, so that the window never stalls and a job can always be stopped.

One process is spawned (never forked) and stays warm between calls: torch, OpenVINO and the compiled models
are loaded once. The program asks it to run any importable function and watches it meanwhile.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import connection as mp_connection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, WorkerLostError
from desktop_al.domain.sentence import say
from desktop_al.engines import transport, worker_main

T = TypeVar("T")

CANCEL_GRACE_S = 1.5
"""How long a worker that was asked to stop may go on before it is ended."""
POLL_S = 0.05


@dataclass(slots=True)
class _Live:
    """A running worker process and the two ways to reach it."""

    process: BaseProcess
    connection: Connection
    cancel: Any

    def end(self) -> None:
        """End the process now."""
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextlib.contextmanager
def _interrupt_held_back() -> Iterator[None]:
    """Let a child start with SIGINT blocked: Ctrl-C is answered here, and the worker is told through its flag."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _spawn() -> _Live:
    spawner = get_context("spawn")
    ours, theirs = spawner.Pipe()
    # Without a lock: a worker that is killed while it looks at the flag must not leave it locked.
    cancel = spawner.RawValue("b", 0)
    process = spawner.Process(target=worker_main.main, args=(theirs, cancel), name="desktop-al worker", daemon=True)
    with _interrupt_held_back():
        process.start()
    theirs.close()
    return _Live(process, ours, cancel)


class WorkerProcess:
    """One warm worker process; safe to use from several threads, which take turns."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._live: _Live | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the worker, or None while there is none."""
        return self._live.process.pid if self._live else None

    def start(self) -> None:
        """Spawn the worker without waiting for it, so that the next call finds it warm."""
        with self._turn:
            self._started()

    def _started(self) -> _Live:
        if self._live is not None and not self._live.process.is_alive():
            self._live.end()
            self._live = None
        if self._live is None:
            self._live = _spawn()
        return self._live

    def call(
        self,
        fn: Callable[..., T],
        *args: Any,
        ctx: Context = SILENT,
        partial: Callable[[Any], None] | None = None,
    ) -> T:
        """Run ``fn(*args, context)`` in the worker and return what it returns.

        ``fn`` is a function at the top level of a module. The context that it gets reports, publishes and sends
        messages to ``ctx``, and sees its cancel; what it publishes goes to ``partial`` where one is given.
        ``partial`` runs on the calling thread, and a worker that is two publications ahead of it waits.

        Raises
        ------
        CancelledError
            ``ctx`` was cancelled: the worker stopped, or was ended because it did not stop within 1.5 s.
        WorkerLostError
            The worker ended unexpectedly. The next call starts a new one.
        """
        while not self._turn.acquire(timeout=POLL_S):
            ctx.check()
        try:
            ctx.check()
            live = self._started()
            live.cancel.value = 0
            try:
                result: T = self._attend(live, (fn, args), ctx, partial or ctx.publish)
                return result
            except transport.ClosedError as lost:
                raise self._lost(live) from lost
        finally:
            self._turn.release()

    def _attend(self, live: _Live, request: object, ctx: Context, partial: Callable[[Any], None]) -> Any:
        """Send the request, pass on what comes back, and see to the cancel."""
        finished = False
        transport.send(live.connection, request)
        try:
            asked_at = None
            while True:
                if ctx.cancelled and asked_at is None:
                    live.cancel.value, asked_at = 1, time.monotonic()
                if asked_at is not None and time.monotonic() - asked_at > CANCEL_GRACE_S:
                    raise CancelledError
                if not mp_connection.wait([live.connection, live.process.sentinel], POLL_S):
                    continue
                kind, content = transport.receive(live.connection)
                if kind in {"result", "error"}:
                    finished = True
                    if kind == "error":
                        raise content
                    return content
                if kind == "report":
                    ctx.report(*content)
                elif kind == "message":
                    ctx.message(content)
                else:
                    partial(content)
                    transport.send(live.connection, worker_main.TAKEN)
        finally:
            if not finished:
                # The worker is in the middle of a call whose end nobody waits for.
                live.process.kill()
                live.process.join()

    def _lost(self, live: _Live) -> WorkerLostError:
        live.end()
        self._live = None
        code = live.process.exitcode
        killed = code == -getattr(signal, "SIGKILL", 9)
        cause = say("for lack of memory, it seems") if killed else say("exit status {code}", code=code)
        return WorkerLostError(
            say(
                "The worker process ended unexpectedly ({cause}); what was done is kept, start the job again to go on.",
                cause=cause,
            )
        )

    def shutdown(self) -> None:
        """End the worker; a call under way in another thread gets `WorkerLostError`."""
        live = self._live
        if live is None:
            return
        if self._turn.acquire(blocking=False):
            try:
                with contextlib.suppress(transport.ClosedError):
                    transport.send(live.connection, None)
                live.process.join(1.0)
                live.end()
                self._live = None
            finally:
                self._turn.release()
        else:
            live.process.kill()

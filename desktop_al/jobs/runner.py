"""The runner: lanes, each one thread, that run jobs one after another and tell what happens to them.

The runner knows no Qt. Whoever makes it passes one listener; events reach it on the thread of the lane.
"""

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_al.domain.context import Context, Progress
from desktop_al.domain.errors import CancelledError

Work = Callable[[Context], Any]

COMPUTE, TRANSFER, QUICK = "compute", "transfer", "quick"


class Stage(StrEnum):
    """What happened to a job."""

    QUEUED = "queued"
    STARTED = "started"
    PROGRESS = "progress"
    PARTIAL = "partial"
    MESSAGE = "message"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = frozenset({Stage.DONE, Stage.FAILED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One cancellable piece of work on a lane; ``id`` counts from 1 and is never reused.

    It does not hold the work itself, which goes at its end: a job and its ``ctx`` know each other, and stay until the
    collector of cycles comes by.
    """

    id: int
    name: str
    lane: str
    ctx: Context = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """``value`` is a `Progress`, a partial result, a sentence, the result or the exception, as ``stage`` says."""

    job: Job
    stage: Stage
    value: Any = None


class Runner:
    """Runs jobs on named lanes.

    Jobs of one lane run one after another in the order of submission; lanes run beside each other. Every submitted
    job ends with exactly one of the events done, failed and cancelled; one that is cancelled while it waits, at once.

    Parameters
    ----------
    listener
        Called with each `JobEvent` on the thread of the lane (queued: on the thread that submits; cancelled while it
        waits: on the one that cancels); must not block.
    """

    def __init__(self, listener: Callable[[JobEvent], None]) -> None:
        self._listener = listener
        self._numbers = itertools.count(1)
        self._lanes: dict[str, _Lane] = {}
        self._open: dict[int, Job] = {}
        self._waiting: set[int] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, name: str, work: Work, lane: str = COMPUTE) -> Job:
        """Queue ``work``; raises RuntimeError after `close`."""

        def tell(stage: Stage) -> Callable[[Any], None]:
            return lambda value: self._listener(JobEvent(job, stage, value))

        progress: Callable[[Progress], None] = tell(Stage.PROGRESS)
        ctx = Context(progress, tell(Stage.PARTIAL), tell(Stage.MESSAGE), lambda: self._on_cancel(job))
        job = Job(next(self._numbers), name, lane, ctx)
        with self._lock:
            if self._closed:
                raise RuntimeError("the runner is closed")
            self._open[job.id] = job
            self._waiting.add(job.id)
            if lane not in self._lanes:
                self._lanes[lane] = _Lane(lane, self._run)
            self._listener(JobEvent(job, Stage.QUEUED))
            self._lanes[lane].jobs.put((job, work))
        return job

    def cancel_all(self) -> None:
        """Ask every job that has not ended to stop."""
        for job in self.open_jobs():
            job.ctx.cancel()

    def open_jobs(self) -> list[Job]:
        """List the jobs that have not ended, oldest first."""
        with self._lock:
            return list(self._open.values())

    def close(self, timeout: float = 10.0) -> bool:
        """Cancel everything and wait up to ``timeout`` seconds; returns whether every lane ended."""
        with self._lock:
            self._closed = True
            lanes = list(self._lanes.values())
        self.cancel_all()
        for lane in lanes:
            lane.jobs.put(None)
        for lane in lanes:
            lane.thread.join(timeout)
        return not any(lane.thread.is_alive() for lane in lanes)

    def _run(self, job: Job, work: Work) -> None:
        if not self._begins(job):
            return
        stage, value = Stage.CANCELLED, None
        self._listener(JobEvent(job, Stage.STARTED))
        try:
            stage, value = Stage.DONE, work(job.ctx)
        except CancelledError:
            stage = Stage.CANCELLED
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: the listener gets it
            stage, value = Stage.FAILED, error
        with self._lock:
            del self._open[job.id]
        self._listener(JobEvent(job, stage, value))

    def _begins(self, job: Job) -> bool:
        """Let ``job`` wait no longer; returns whether it did."""
        with self._lock:
            waits = job.id in self._waiting
            self._waiting.discard(job.id)
        return waits

    def _on_cancel(self, job: Job) -> None:
        """End ``job`` here where it has not begun: its lane may be long in coming to it."""
        if self._begins(job):
            with self._lock:
                del self._open[job.id]
            self._listener(JobEvent(job, Stage.CANCELLED))


class _Lane:
    def __init__(self, name: str, run: Callable[[Job, Work], None]) -> None:
        self.jobs: queue.SimpleQueue[tuple[Job, Work] | None] = queue.SimpleQueue()
        self._run = run
        self.thread = threading.Thread(target=self._loop, name=f"lane-{name}", daemon=True)
        self.thread.start()

    def _loop(self) -> None:
        while self._turn():
            pass

    def _turn(self) -> bool:
        """Run the next job, of which nothing is held afterwards; False where there is to be none."""
        found = self.jobs.get()
        if found is not None:
            self._run(*found)
        return found is not None


def warm_worker() -> None:
    """Start the worker process, so that the first job that needs it does not wait for it."""
    from desktop_al.engines.local import get_worker

    get_worker().start()


def end_worker() -> None:
    """End the worker process."""
    from desktop_al.engines.local import shutdown

    shutdown()

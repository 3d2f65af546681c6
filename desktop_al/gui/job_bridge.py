"""The one place where a thread meets a Qt signal.

Events of the runner's lanes cross to the GUI thread through one queued signal. Results of what was superseded or of a
project that was closed since are dropped here, by generation, and so is what a deleted object was to hear.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from desktop_al.domain.context import Context
from desktop_al.gui.sentences import told
from desktop_al.jobs.runner import COMPUTE, ENDS, Job, JobEvent, Runner, Stage

T = TypeVar("T")
SWITCH_INTERVAL_S = 0.0005


@dataclass(slots=True)
class _Watch:
    job: Job
    generation: int | None
    key: str
    quiet: bool
    kept: bool
    on_done: Callable[[Any], None] | None
    on_partial: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None
    on_end: Callable[[], None] | None


class JobBridge(QObject):
    """Submits work to the lanes and delivers what happens to it on the GUI thread.

    Signals: ``job_event(JobEvent)`` for every job that is not quiet; ``message(str)`` a sentence of a job;
    ``failed(str, object)`` the name of a job and its exception where nobody else handles it; ``idle`` no job of a
    project runs.
    """

    job_event = Signal(object)
    message = Signal(str)
    failed = Signal(str, object)
    idle = Signal()
    _crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Painting calls into Qt hundreds of times, and takes the interpreter back after each call: from a lane that
        # computes in Python it gets it after this time instead of Python's 5 ms.
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._runner = Runner(self._cross)
        self._watches: dict[int, _Watch] = {}
        self._latest: dict[str, int] = {}
        self._generation = 0
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        name: str,
        work: Callable[[Context], T],
        *,
        lane: str = COMPUTE,
        key: str = "",
        quiet: bool = False,
        lasting: bool = False,
        kept: bool = False,
        on_done: Callable[[T], None] | None = None,
        on_partial: Callable[[Any], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> Job:
        """Submit ``work``; the call backs run on the GUI thread.

        A later submission with the same non-empty ``key`` supersedes this one: it is cancelled and its result dropped.
        A ``quiet`` job is not listed. A ``lasting`` job belongs to no project: `drop_all` lets it be. A ``kept``
        one comes to its end when its project is closed, and is told where it fails. ``on_end`` runs however the job
        ended, unless its project was closed.
        """
        self.supersede(key)
        job = self._runner.submit(name, work, lane)
        generation = None if lasting else self._generation
        self._watches[job.id] = _Watch(job, generation, key, quiet, kept, on_done, on_partial, on_error, on_end)
        if key:
            self._latest[key] = job.id
        return job

    def supersede(self, key: str) -> None:
        """Cancel the jobs with the non-empty ``key`` and drop their results."""
        for watch in self._watches.values():
            if key and watch.key == key:
                watch.job.ctx.cancel()
        self._latest.pop(key, None)

    @property
    def busy(self) -> bool:
        """Whether a job of a project has not ended, or its end was not delivered yet."""
        return any(watch.generation is not None for watch in self._watches.values())

    @property
    def working(self) -> bool:
        """Whether a listed job of the compute lane runs or waits."""
        return any(job.lane == COMPUTE for job in self.listed_jobs())

    def listed_jobs(self) -> list[Job]:
        """List the jobs that have not ended and are not quiet, oldest first."""
        return [watch.job for watch in self._watches.values() if not watch.quiet]

    def drop_all(self) -> None:
        """Cancel the jobs of the project that are not kept, and deliver nothing more of any but their ends.

        The project is being closed.
        """
        self._generation += 1
        for watch in self._watches.values():
            if watch.generation is not None and not watch.kept:
                watch.job.ctx.cancel()

    def close(self, timeout: float = 10.0) -> bool:
        """Cancel, wait for the lanes, deliver nothing more; returns whether every lane ended."""
        self.drop_all()
        ended = self._runner.close(timeout)
        self._crossed.disconnect(self._deliver)
        self._watches.clear()
        return ended

    def _cross(self, event: JobEvent) -> None:
        self._crossed.emit(event)

    @Slot(object)
    def _deliver(self, event: JobEvent) -> None:
        watch = self._watches.get(event.job.id)
        if watch is None:
            return
        if event.stage in ENDS:
            del self._watches[event.job.id]
        if not watch.quiet:
            self.job_event.emit(event)
        current = watch.generation in (None, self._generation)
        if current and (not watch.key or self._latest.get(watch.key) == event.job.id):
            self._dispatch(watch, event)
        elif watch.kept and event.stage is Stage.FAILED:
            self.failed.emit(event.job.name, event.value)
        if current and event.stage in ENDS and watch.on_end is not None and _hears(watch.on_end):
            watch.on_end()
        if not self.busy:
            self.idle.emit()

    def _dispatch(self, watch: _Watch, event: JobEvent) -> None:
        if event.stage is Stage.DONE and watch.on_done is not None:
            if _hears(watch.on_done):
                watch.on_done(event.value)
        elif event.stage is Stage.PARTIAL and watch.on_partial is not None:
            if _hears(watch.on_partial):
                watch.on_partial(event.value)
        elif event.stage is Stage.MESSAGE:
            self.message.emit(told(event.value))
        elif event.stage is Stage.FAILED:
            if watch.on_error is not None and _hears(watch.on_error):
                watch.on_error(event.value)
            else:
                self.failed.emit(event.job.name, event.value)


def _hears(called: Callable[..., None]) -> bool:
    """Whether ``called`` is no method of a widget that has been deleted since."""
    owner = getattr(called, "__self__", None)
    return not isinstance(owner, QObject) or bool(isValid(owner))

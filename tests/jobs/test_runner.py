"""Lanes run jobs one after another, beside each other, and every job ends with exactly one event."""

import threading
import time
import weakref
from collections.abc import Iterator
from functools import partial

import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import SourceError
from desktop_al.domain.sentence import say
from desktop_al.jobs.runner import COMPUTE, ENDS, QUICK, Job, JobEvent, Runner, Stage


class Log:
    """Collects events and wakes up who waits for one."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, job: Job) -> list[Stage]:
        return [event.stage for event in self.events if event.job is job]

    def end_of(self, job: Job) -> JobEvent:
        def ended() -> list[JobEvent]:
            return [event for event in self.events if event.job is job and event.stage in ENDS]

        with self._changed:
            assert self._changed.wait_for(ended, 20), "the job did not end"
            return ended()[0]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def runner(log: Log) -> Iterator[Runner]:
    runner = Runner(log)
    yield runner
    assert runner.close()


def until_cancelled(ctx: Context) -> None:
    while True:
        ctx.check()
        time.sleep(0.001)


def test_that_a_result_progress_and_partials_reach_the_listener(runner: Runner, log: Log) -> None:
    def work(ctx: Context) -> str:
        ctx.report("count", 1, 2, "images")
        ctx.publish("half")
        ctx.message("A sentence.")
        return "whole"

    job = runner.submit("Count", work)
    assert log.end_of(job).value == "whole"
    assert log.of(job) == [
        Stage.QUEUED, Stage.STARTED, Stage.PROGRESS, Stage.PARTIAL, Stage.MESSAGE, Stage.DONE,
    ]  # fmt: skip


def test_that_jobs_of_a_lane_run_in_turn_and_lanes_beside_each_other(runner: Runner, log: Log) -> None:
    release = threading.Event()
    order: list[str] = []

    def first(ctx: Context) -> None:
        assert release.wait(20)
        order.append("first")

    slow = runner.submit("first", first, COMPUTE)
    after = runner.submit("second", lambda ctx: order.append("second"), COMPUTE)
    beside = runner.submit("beside", lambda ctx: order.append("beside"), QUICK)
    log.end_of(beside)
    assert order == ["beside"]
    release.set()
    log.end_of(slow)
    log.end_of(after)
    assert order == ["beside", "first", "second"]


def test_that_an_error_is_handed_on_and_the_lane_goes_on(runner: Runner, log: Log) -> None:
    def fails(ctx: Context) -> None:
        raise SourceError(say("The folder is gone; plug the disk in."))

    broken = runner.submit("fails", fails)
    fine = runner.submit("works", lambda ctx: 7)
    assert isinstance(log.end_of(broken).value, SourceError)
    assert log.end_of(fine).value == 7


def test_that_a_running_and_a_waiting_job_can_be_cancelled(runner: Runner, log: Log) -> None:
    running = runner.submit("running", until_cancelled)
    waiting = runner.submit("waiting", until_cancelled)
    waiting.ctx.cancel()
    running.ctx.cancel()
    assert log.end_of(running).stage is Stage.CANCELLED
    assert log.end_of(waiting).stage is Stage.CANCELLED
    assert Stage.STARTED not in log.of(waiting)


def test_that_a_waiting_job_that_is_cancelled_ends_before_its_turn(runner: Runner, log: Log) -> None:
    release = threading.Event()
    runner.submit("First", lambda ctx: release.wait(20))
    waiting = runner.submit("Second", lambda ctx: None)
    waiting.ctx.cancel()
    waiting.ctx.cancel()
    assert log.of(waiting) == [Stage.QUEUED, Stage.CANCELLED]
    assert waiting not in runner.open_jobs()
    release.set()
    last = runner.submit("Third", lambda ctx: None)
    assert log.end_of(last).stage is Stage.DONE
    assert log.of(waiting) == [Stage.QUEUED, Stage.CANCELLED]


def test_that_every_job_ends_exactly_once_whatever_happens(runner: Runner, log: Log) -> None:
    def of(number: int) -> object:
        def work(ctx: Context) -> int:
            ctx.check()
            if number % 3 == 0:
                raise ValueError(number)
            return number

        return work

    jobs = [runner.submit(str(number), of(number), f"lane{number % 4}") for number in range(200)]  # type: ignore[arg-type]
    for job in jobs[::5]:
        job.ctx.cancel()
    for job in jobs:
        log.end_of(job)
    assert all(sum(stage in ENDS for stage in log.of(job)) == 1 for job in jobs)
    assert runner.open_jobs() == []


def test_that_a_lane_holds_nothing_of_a_job_that_has_ended() -> None:
    class Thing:
        """Something that can be followed."""

    def hold(thing: Thing, ctx: Context) -> None:
        assert thing is not None

    ended = threading.Event()
    runner = Runner(lambda event: ended.set() if event.stage is Stage.DONE else None)
    thing = Thing()
    gone = weakref.ref(thing)
    runner.submit("hold", partial(hold, thing))
    del thing
    assert ended.wait(10)
    # The lane is past the job once it waits for the next one; it must be soon, and without another job.
    until = time.monotonic() + 10
    while gone() is not None and time.monotonic() < until:
        time.sleep(0.001)
    assert gone() is None
    assert runner.close()


def test_that_closing_cancels_and_waits(log: Log) -> None:
    runner = Runner(log)
    job = runner.submit("long", until_cancelled)
    assert runner.close()
    assert log.end_of(job).stage is Stage.CANCELLED
    with pytest.raises(RuntimeError, match="closed"):
        runner.submit("late", until_cancelled)


def test_that_closing_says_when_a_lane_does_not_end(log: Log) -> None:
    release, started = threading.Event(), threading.Event()
    runner = Runner(log)

    def deaf(ctx: Context) -> None:
        started.set()
        release.wait(20)

    runner.submit("deaf", deaf)
    assert started.wait(20)
    assert not runner.close(timeout=0.05)
    release.set()
    assert runner.close()

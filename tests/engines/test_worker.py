"""The worker process: what goes in and out, how it stops, and what its death costs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import shared_memory
from typing import Any

import numpy as np
import pytest

from desktop_al.domain.context import Context, Progress
from desktop_al.domain.errors import CancelledError, ModelError, WorkerLostError
from desktop_al.engines import local, transport
from desktop_al.engines.worker import WorkerProcess
from tests.engines import tasks


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    made = WorkerProcess()
    yield made
    made.shutdown()


def test_that_calls_share_one_warm_process_of_their_own(worker: WorkerProcess) -> None:
    first, second = worker.call(tasks.who), worker.call(tasks.who)
    assert first == second == (worker.pid, False, False)
    assert worker.pid != os.getpid()


@pytest.mark.parametrize("size", [0, 3, 1_000_000])
def test_that_arrays_pass_unchanged_and_writable(worker: WorkerProcess, size: int) -> None:
    array = np.arange(size, dtype=np.float64)
    result = worker.call(tasks.double, array)
    assert np.array_equal(result, array * 2)
    result += 1


def test_that_arrays_pass_through_the_pipe_where_there_is_no_shared_memory(
    worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_new_block", lambda size: None)
    assert worker.call(tasks.double, np.ones(300_000)).sum() == 600_000


def test_that_no_shared_memory_is_left_behind(worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    class Watched(shared_memory.SharedMemory):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            names.append(self.name)

    monkeypatch.setattr(transport, "SharedMemory", Watched)
    worker.call(tasks.double, np.ones(1_000_000))
    assert len(names) == 2
    for name in names:
        with pytest.raises(FileNotFoundError):
            shared_memory.SharedMemory(name)


def test_that_partial_results_reports_and_messages_arrive_in_order(worker: WorkerProcess) -> None:
    reports: list[Progress] = []
    partials: list[Any] = []
    messages: list[str] = []
    ctx = Context(reports.append, partials.append, messages.append)
    assert worker.call(tasks.publish_each, 20, 50_000, ctx=ctx) == 20
    assert [number for number, _ in partials] == list(range(20))
    assert all((array == number).all() for number, array in partials)
    assert reports[-1].done == reports[-1].total == 20
    assert messages == ["That was all."]


def test_that_the_worker_waits_for_a_slow_reader(worker: WorkerProcess) -> None:
    taken: list[int] = []

    def slow(partial: tuple[int, Any]) -> None:
        threading.Event().wait(0.01)
        taken.append(partial[0])

    worker.call(tasks.publish_each, 30, 10, partial=slow)
    assert taken == list(range(30))


def test_that_a_fault_of_the_world_keeps_its_sentence(worker: WorkerProcess) -> None:
    with pytest.raises(ModelError, match=r"^The file is not a model; choose another\.$"):
        worker.call(tasks.fail, "world")


@pytest.mark.parametrize(
    ("kind", "error"), [("ours", ValueError), ("unpicklable", RuntimeError), ("connection", ConnectionError)]
)
def test_that_a_fault_of_ours_comes_with_the_traceback_of_the_worker(
    worker: WorkerProcess, kind: str, error: type[Exception]
) -> None:
    before = worker.call(tasks.who)
    with pytest.raises(error) as caught:
        worker.call(tasks.fail, kind)
    assert "tasks.py" in str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert worker.call(tasks.who) == before


@pytest.mark.parametrize("status", [3, -signal.SIGKILL])
def test_that_the_death_of_the_worker_is_one_sentence_and_the_next_call_works(
    worker: WorkerProcess, status: int
) -> None:
    with pytest.raises(WorkerLostError, match="ended unexpectedly"):
        worker.call(tasks.die, status)
    assert worker.call(tasks.who)[0] == worker.pid


def test_that_a_worker_killed_while_idle_is_replaced(worker: WorkerProcess) -> None:
    pid = worker.call(tasks.who)[0]
    os.kill(pid, signal.SIGKILL)
    try:
        fresh = worker.call(tasks.who)[0]
    except WorkerLostError:  # the call was quicker than the news of the death
        fresh = worker.call(tasks.who)[0]
    assert fresh != pid


def cancelled_after_start(worker: WorkerProcess, task: Any) -> float:
    """Seconds from the cancel, given once the task runs, to the answer."""
    ctx = Context()
    at: list[float] = []

    def stop(_: object) -> None:
        at.append(time.monotonic())
        ctx.cancel()

    with pytest.raises(CancelledError):
        worker.call(task, ctx=ctx, partial=stop)
    return time.monotonic() - at[0]


def test_that_cancel_leaves_a_worker_that_obeys_alive(worker: WorkerProcess) -> None:
    pid = worker.call(tasks.who)[0]
    assert cancelled_after_start(worker, tasks.obey) < 0.5
    assert worker.call(tasks.who)[0] == pid


def test_that_cancel_ends_a_worker_that_does_not_obey_within_two_seconds(worker: WorkerProcess) -> None:
    pid = worker.call(tasks.who)[0]
    assert cancelled_after_start(worker, tasks.ignore) < 2.0
    assert worker.call(tasks.who)[0] != pid


def test_that_a_cancelled_context_starts_nothing(worker: WorkerProcess) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        worker.call(tasks.fail, "ours", ctx=ctx)


def test_that_a_call_waits_its_turn_and_can_be_cancelled_while_it_waits(worker: WorkerProcess) -> None:
    running, first, second = threading.Event(), Context(), Context()

    def long_call() -> None:
        with pytest.raises(CancelledError):
            worker.call(tasks.obey, ctx=first, partial=lambda _: running.set())

    thread = threading.Thread(target=long_call)
    thread.start()
    assert running.wait(60)
    second.cancel()
    with pytest.raises(CancelledError):
        worker.call(tasks.who, ctx=second)
    first.cancel()
    thread.join()


def test_that_a_failing_receiver_of_partials_does_not_confuse_the_next_call(worker: WorkerProcess) -> None:
    def full(_: object) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        worker.call(tasks.publish_each, 20, 10, partial=full)
    assert worker.call(tasks.double, np.ones(2)).tolist() == [2.0, 2.0]


def test_that_the_worker_prints_nothing_on_standard_output_and_ignores_ctrl_c() -> None:
    code = (
        "from desktop_al.engines.local import get_worker\n"
        "from tests.engines import tasks\n"
        "if __name__ == '__main__':\n"
        "    assert get_worker().call(tasks.shout)\n"
        "    print('answer')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "answer\n"
    assert done.stderr.count("noise") == 2


def test_that_the_worker_ends_when_the_program_is_killed() -> None:
    code = (
        "import os, signal\n"
        "from desktop_al.engines.local import get_worker\n"
        "from tests.engines import tasks\n"
        "def gone(_):\n"
        "    print(get_worker().pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "get_worker().call(tasks.ignore, partial=gone)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and is_running(pid):
        threading.Event().wait(0.02)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie waiting for a parent that never asks."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return not state.stdout.strip().startswith("Z") and bool(state.stdout.strip())


def test_that_the_worker_of_the_program_is_shared_and_can_be_replaced() -> None:
    worker = local.get_worker()
    assert local.get_worker() is worker
    worker.start()
    pid = worker.call(tasks.who)[0]
    local.shutdown()
    assert not is_running(pid)
    assert local.get_worker() is not worker
    local.shutdown()

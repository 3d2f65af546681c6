"""Blocks of rows on a few threads; the kernels that run there release the GIL."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Self

from threadpoolctl import ThreadpoolController

from desktop_al.domain.context import SILENT, Context

WAIT_S = 0.1
_alone = threading.RLock()


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the linear algebra library work on the thread that asks; for decompositions of some hundred rows.

    They hand out work to its threads hundreds of times. Where others compute beside it, its threads wait for each other
    each time, and two threads take thirty times as long as one.
    """
    # One at a time: what comes out of order would leave one thread for good.
    with _alone, _pools().limit(limits=1, user_api="blas"):
        yield


class Blocks:
    """Threads that go through ``total`` rows in blocks of ``block``, as often as asked."""

    def __init__(self, total: int, block: int) -> None:
        self._total = total
        self._spans = [(start, min(start + block, total)) for start in range(0, total, block)]
        count = max(1, min(os.cpu_count() or 1, len(self._spans)))
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="numerics") if count > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def run(
        self,
        work: Callable[[int, int], None],
        ctx: Context = SILENT,
        stage: str = "",
        unit: str = "samples",
    ) -> None:
        """Call ``work(start, stop)`` once for every block.

        The blocks must not depend on each other: which one is done when is left to the system. Progress goes to ``ctx``
        as ``stage``, where one is named.

        Raises
        ------
        CancelledError
            ``ctx`` was cancelled; blocks under way go on to their end.
        """
        ctx.check()
        if self._threads is None:
            for start, stop in self._spans:
                work(start, stop)
                self._tell(ctx, stage, stop, unit)
                ctx.check()
            return
        pending = {self._threads.submit(work, start, stop): stop - start for start, stop in self._spans}
        done = 0
        while pending:
            finished, _ = wait(pending, WAIT_S, FIRST_COMPLETED)
            for future in finished:
                done += pending.pop(future)
                future.result()
            if finished:
                self._tell(ctx, stage, done, unit)
            ctx.check()

    def _tell(self, ctx: Context, stage: str, done: int, unit: str) -> None:
        if stage:
            ctx.report(stage, done, self._total, unit)


def over_blocks(
    total: int,
    block: int,
    work: Callable[[int, int], None],
    ctx: Context = SILENT,
    stage: str = "",
    unit: str = "samples",
) -> None:
    """Run ``work`` once over ``total`` rows; see `Blocks.run`."""
    with Blocks(total, block) as blocks:
        blocks.run(work, ctx, stage, unit)

"""One pass over many points, shared between the lane that draws and one helper: kernels release the interpreter."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

# Below it a pass takes no longer than handing a part of it over.
LEAST = 100_000
# More than one for each core: where one of them is taken by something else, the other does the most.
PARTS = 4

_this_thread = threading.local()


@lru_cache(maxsize=1)
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "map helper")


@contextmanager
def on_one_core(alone: bool) -> Iterator[None]:
    """Let the passes of this thread keep to it meanwhile, where ``alone``: the window needs the other core."""
    _this_thread.alone = alone
    try:
        yield
    finally:
        _this_thread.alone = False


def in_parts(n: int, do: Callable[[int, int], T], size: int | None = None) -> list[T]:
    """What ``do(low, high)`` returns for the parts of range(``n``), in order; whole where there is little to do.

    ``size`` says how much there is to do, where that is not ``n``. ``do`` runs on two threads at once, each part on
    one of them.
    """
    alone = getattr(_this_thread, "alone", False) or (os.cpu_count() or 1) < 2
    if alone or (n if size is None else size) < LEAST or n < PARTS:
        return [do(0, n)]
    bounds = [n * part // PARTS for part in range(PARTS + 1)]
    found: dict[int, T] = {}
    # Whoever is free takes the next one.
    waiting = iter(range(PARTS))

    def work() -> None:
        for part in waiting:
            found[part] = do(bounds[part], bounds[part + 1])

    helped = _helper().submit(work)
    try:
        work()
    finally:
        # A helper that was busy for another map all the while has nothing left to do.
        if not helped.cancel():
            helped.result()
    return [found[part] for part in range(PARTS)]
